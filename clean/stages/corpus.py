"""What only the other documents of a run can tell: lines of a site, quotations that are sounder elsewhere, names.

A table over all documents is built first; then this stage reads one document at a time, like any other. It runs
behind the stages of one document and before `duplicates`, and is undone and done again when the run grows.

| table | finding |
|---|---|
| lines that return on many documents of a site | deletions, `boilerplate/site-line` |
| quotations of documents that were not translated back | suggestions, `translation/drifted-quotation` |
| full names of documents about the same event | repairs, `names/consensus` |
"""  # noqa: E501

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from clean import __version__
from clean.boilerplate.site_lines import SiteLines
from clean.model import Document, Finding, Stage
from clean.names.consensus import Named, agreed, named_in
from clean.stages.names import Names

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.boilerplate.marks import Marks
    from clean.translation.quotations import QuotationTable

    Flags: TypeAlias = npt.NDArray[np.bool_]

RULES: dict[str, str] = {}
"""None of its own: each finding is under the rule of the stage whose knowledge it is."""

LARGEST = 20_000
"""Documents from which quotations and names are compared at the most: both tables are held in memory."""


@dataclass(frozen=True)
class Corpus:
    """The stage.

    Args:
        lines: the table, if lines are wanted.
        quotations: the table, if quotations are wanted.
        names: the stage of names with the table of a run, if names are wanted.
    """

    lines: SiteLines | None = None
    quotations: QuotationTable | None = field(default=None, repr=False)
    names: Names | None = None
    name: str = "corpus"
    after: tuple[str, ...] = ("boilerplate", "entries", "translation", "names")

    @cached_property
    def version(self) -> str:
        """Code version and a digest of the tables."""
        table = self.names.table if self.names else {}
        # Not the tables themselves: they hold sets, whose order is another in every process.
        agreed = [(key, [seen[:3] for seen in table[key]]) for key in sorted(table)]
        quoted = [quotation.text for quotation in self.quotations.quotations] if self.quotations else []
        parts = self.lines and self.lines.digest, quoted, agreed
        return f"{__version__}+{hashlib.sha256(repr(parts).encode()).hexdigest()[:8]}"

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Deletions of a site's lines, suggestions for quotations, names repaired by consensus."""
        if self.lines is not None:
            yield from self.lines.deletions(document)
        if self.quotations is not None and "translated_back" in document.meta:
            yield from self.quotations.suggestions(document)
        if self.names is not None:
            yield from self.names.from_elsewhere(document)


class Said(NamedTuple):
    """What a document tells the others of its names. All of it survives JSON."""

    sound: Sequence[str]
    odd: Sequence[str]
    """Its full names; see `consensus.Named`."""
    translated_back: bool


def said_by(document: Document) -> Said:
    """What a document tells the others of its names, as the stages of one document left it."""
    return Said(*named_in(document.text), "translated_back" in document.meta)


class Whole(Protocol):
    """The documents of a run, which can be asked again and again. Each has its number in the run."""

    def lines(self) -> Iterator[tuple[Sequence[int], Marks]]:
        """The numbers of some documents, and the lines of these; all in order."""

    def names(self) -> Iterator[tuple[int, str, Said]]:
        """The number and the id of each document, and what it tells of its names; in order."""

    def texts(self, numbers: Flags) -> Iterator[str]:
        """The texts of some documents, in order, as the stages of one document left them."""

    def documents(self) -> Iterator[Document]:
        """All documents, as the stages of one document left them."""


class Concerned(NamedTuple):
    """A stage that knows the whole run, and the documents in which it may find something."""

    stage: Stage
    documents: Flags
    """By number in the run. Those behind its end are not concerned."""


def corpus(
    whole: Whole, *, site_lines: bool, quotations: bool, names: Names | None, keep: frozenset[str]
) -> Concerned | None:
    """The stage with its tables, or None where the documents have nothing to tell one another.

    Args:
        whole: the documents.
        site_lines: look for lines that return on a site.
        quotations: look for quotations that stand elsewhere too.
        names: the stage of names, if consensus is looked for; its table is filled in.
        keep: classes of boilerplate that stay.
    """
    import numpy as np

    last = documents = 0
    for numbers, _ in whole.lines():
        documents += len(numbers)
        last = max(last, *numbers) if numbers else last
    concerned = np.zeros(last + 1, np.bool_)
    lines = _lines(whole, concerned) if site_lines and "nav" not in keep else None
    table, agreeing = None, None
    if 1 < documents <= LARGEST:
        numbered: dict[str, int] = {}
        said: list[tuple[str, Said]] = []
        back = []
        for number, name, told in whole.names():
            numbered[name] = number
            said.append((name, told))
            back += [number] * told.translated_back
        if quotations and back:
            from clean.translation.quotations import quotation_table

            table = quotation_table(whole.documents())
            concerned[back] = True
        if names is not None:
            right, holders = agreed(Named(name, told.sound, told.odd) for name, told in said)
            agreeing = replace(names, table=right) if right else None
            concerned[[numbered[name] for name in holders]] = True
    if lines is None and table is None and agreeing is None:
        return None
    return Concerned(Corpus(lines, table, agreeing), concerned)


def _lines(whole: Whole, concerned: Flags) -> SiteLines | None:
    """The table of the lines of sites; the documents that have such lines are marked as concerned."""
    import numpy as np

    from clean.boilerplate.marks import returning
    from clean.boilerplate.site_lines import SiteLine, is_furniture, key_of, mark_of, sound

    found = returning(lambda: (lines for _, lines in whole.lines()))
    wanted = [line.mark for line in found]
    having = np.zeros_like(concerned)
    for numbers, _, _ in _standing(whole, wanted):
        having[numbers] = True
    texts = whole.texts(having)
    least: dict[int, str] = {}
    for columns in _standing(whole, wanted):
        for _, lines in groupby(zip(*(column.tolist() for column in columns), strict=True), itemgetter(0)):
            text = next(texts).split("\n")
            for _, mark, place in lines:
                line = text[place].strip()
                least[mark] = min(line, least.get(mark, line), key=sound)
    listed = (
        SiteLine(line.site, key_of(least[line.mark]), sound(least[line.mark]), line.documents, line.of)
        for line in found
    )
    table = SiteLines(tuple(sorted(filter(is_furniture, listed))))
    for numbers, _, _ in _standing(whole, [mark_of(line.site, line.key) for line in table.lines]):
        concerned[numbers] = True
    return table if table.lines else None


def _standing(whole: Whole, marks: Sequence[int]) -> Iterator[tuple[Any, Any, Any]]:
    """Where lines stand: of each the number of the document, the line's own, and its place in the text."""
    import numpy as np

    wanted = np.array(marks, np.uint64)
    for numbers, lines in whole.lines() if marks else ():
        inside = np.flatnonzero(np.isin(lines.marks, wanted))
        owners = np.array(numbers, np.int64)[lines.owners[inside]]
        yield owners, lines.marks[inside], lines.places[inside]
