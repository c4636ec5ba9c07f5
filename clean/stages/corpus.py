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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from clean import __version__
from clean.boilerplate.site_lines import SiteLines
from clean.model import Document, Finding
from clean.stages.boilerplate import Boilerplate
from clean.stages.names import Names

if TYPE_CHECKING:
    from clean.translation.quotations import QuotationTable

RULES: dict[str, str] = {}
"""None of its own: each finding is under the rule of the stage whose knowledge it is."""

LARGEST = 20_000
"""Documents from which quotations and names are compared at the most: both tables are held in memory."""

LINES = "boilerplate/site-line"
CONSENSUS = "names/consensus"


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
            yield from (found for found in self.names(document) if found.rule == CONSENSUS)


def corpus(
    documents: Callable[[], Iterable[Document]],
    *,
    site_lines: bool,
    quotations: bool,
    names: Names | None,
    keep: frozenset[str],
) -> Corpus | None:
    """The stage with its tables, or None where the documents have nothing to tell one another.

    Args:
        documents: gives every document of the run, as the stages of one document left it, as often as called.
        site_lines: look for lines that return on a site.
        quotations: look for quotations that stand elsewhere too.
        names: the stage of names, if consensus is looked for; its table is filled in.
        keep: classes of boilerplate that stay.
    """
    lines = _lines(documents(), keep) if site_lines else None
    count = sum(1 for _ in islice(documents(), LARGEST + 1))
    if not 1 < count <= LARGEST:
        return None if lines is None else Corpus(lines)
    table = None
    if quotations and any("translated_back" in document.meta for document in documents()):
        from clean.translation.quotations import quotation_table

        table = quotation_table(documents())
    if names is not None:
        from clean.names.consensus import consensus_table

        agreed = consensus_table(documents())
        names = replace(names, table=agreed) if agreed else None
    if lines is None and table is None and names is None:
        return None
    return Corpus(lines, table, names)


def _lines(documents: Iterable[Document], keep: frozenset[str]) -> Boilerplate | None:
    from clean.boilerplate.site_lines import build

    table: SiteLines = build(documents)
    return Boilerplate((), keep, scorer=False, site_lines=table) if table.lines else None
