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
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from clean import __version__
from clean.boilerplate.site_lines import SiteLines
from clean.model import Document, Finding, Stage
from clean.stages.boilerplate import Boilerplate
from clean.stages.names import Names

if TYPE_CHECKING:
    from clean.translation.quotations import QuotationTable

RULES: dict[str, str] = {}
"""None of its own: each finding is under the rule of the stage whose knowledge it is."""

LARGEST = 20_000
"""Documents from which quotations and names are compared at the most: both tables are held in memory."""

LINES = "boilerplate/site-line"


@dataclass(frozen=True)
class Corpus:
    """The stage.

    Args:
        lines: the stage of boilerplate with the table of lines and nothing else, if lines are wanted.
        quotations: the table, if quotations are wanted.
        names: the stage of names with the table of a run, if names are wanted.
    """

    lines: Boilerplate | None = None
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
        parts = self.lines and self.lines.version, quoted, agreed
        return f"{__version__}+{hashlib.sha256(repr(parts).encode()).hexdigest()[:8]}"

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Deletions of a site's lines, suggestions for quotations, names repaired by consensus."""
        if self.lines is not None:
            yield from (found for found in self.lines(document) if found.rule == LINES)
        if self.quotations is not None and "translated_back" in document.meta:
            yield from self.quotations.suggestions(document)
        if self.names is not None:
            yield from self.names.from_elsewhere(document)


class Told(NamedTuple):
    """What a document tells the others. All of it survives JSON."""

    site: str
    marks: Sequence[int]
    """Of its lines; see `site_lines.marks_of`."""
    sound: Sequence[str]
    odd: Sequence[str]
    """Its full names; see `consensus.Named`."""
    translated_back: bool


def told_by(document: Document) -> Told:
    """What a document tells the others, as the stages of one document left it."""
    from clean.boilerplate.site_lines import marks_of, site_of
    from clean.names.consensus import named_in

    sound, odd = named_in(document.text)
    back = "translated_back" in document.meta
    return Told(site_of(document), marks_of(document), sound, odd, back)


class Whole(Protocol):
    """The documents of a run, which can be asked again and again."""

    def told(self) -> Iterator[tuple[str, Told]]:
        """The id of each document, and what it tells."""

    def documents(self, only: Container[str] | None = None) -> Iterator[Document]:
        """The documents with these ids, or all of them, as the stages of one document left them."""


class Concerned(NamedTuple):
    """A stage that knows the whole run, and the documents in which it may find something."""

    stage: Stage
    documents: frozenset[str]


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
    lines, concerned = _lines(whole, keep) if site_lines else (None, frozenset[str]())
    table, agreeing = None, None
    if 1 < sum(1 for _ in islice(whole.told(), LARGEST + 1)) <= LARGEST:
        back = frozenset(name for name, told in whole.told() if told.translated_back)
        if quotations and back:
            from clean.translation.quotations import quotation_table

            table = quotation_table(whole.documents())
            concerned |= back
        if names is not None:
            from clean.names.consensus import Named, agreed

            right, holders = agreed(Named(name, told.sound, told.odd) for name, told in whole.told())
            agreeing = replace(names, table=right) if right else None
            concerned |= holders
    if lines is None and table is None and agreeing is None:
        return None
    return Concerned(Corpus(lines, table, agreeing), concerned)


def _lines(whole: Whole, keep: frozenset[str]) -> tuple[Boilerplate | None, frozenset[str]]:
    """The stage that takes lines of a site, and the documents that have such lines."""
    from clean.boilerplate.site_lines import count, frequent, is_furniture, mark_of

    sites, marks = frequent((told.site, told.marks) for _, told in whole.told())
    if not marks:
        return None, frozenset()
    having = frozenset(name for name, told in whole.told() if not marks.isdisjoint(told.marks))
    table = SiteLines(tuple(sorted(filter(is_furniture, count(whole.documents(having), sites)))))
    taken = frozenset(mark_of(line.site, line.key) for line in table.lines)
    if not taken:
        return None, frozenset()
    having = frozenset(name for name, told in whole.told() if not taken.isdisjoint(told.marks))
    return Boilerplate((), keep, scorer=False, site_lines=table), having
