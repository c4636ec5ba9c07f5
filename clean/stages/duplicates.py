"""Across documents: the same document, the same entry in two live blogs, text that stands in another text.

The stage reads a table of verdicts, made over all documents by `clean.dedup`. A document that is not the
survivor of its cluster is dropped, such an entry is deleted; what is contained in another text is noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from clean import __version__
from clean.dedup.find import DEFAULT, Settings, Verdict, find
from clean.dedup.sketch import TRANSLATED_BACK, Text, Unit
from clean.edits import OffsetMap
from clean.lines import Lines, Reason
from clean.model import Document, Drop, Finding, Json, Note, Patch

EXACT = "duplicates/exact-duplicate"
NEAR = "duplicates/near-duplicate"
CONTAINED = "duplicates/contained"
RULES = {
    EXACT: "Another text has the same words in the same order; case and punctuation aside.",
    NEAR: "Another text says it in nearly the same words, and comes first in the order of survivors.",
    CONTAINED: "The text, or a passage of it, stands in another text.",
}

REPAIRING = frozenset({"translation", "names"})
"""Stages whose every edit is a repair."""


class EntrySpan(NamedTuple):
    """An entry of a live blog in the present text."""

    id: str
    start: int
    end: int
    around: frozenset[str]
    """Its heading, byline and time, which stand on lines of their own next to it."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The stage.

    Attributes:
        table: by document id, the verdicts on the document and its entries; see `table_of`.
        mark: note duplicates instead of dropping and deleting them.
    """

    table: Mapping[str, tuple[Verdict, ...]]
    mark: bool = False
    name: str = "duplicates"
    version: str = __version__
    after: tuple[str, ...] = ("boilerplate", "entries")

    def __call__(self, document: Document) -> Iterator[Finding]:
        """A drop, deletions of entries, notes."""
        verdicts = self.table.get(document.id, ())
        if not verdicts:
            return
        whole = 0, len(document.text)
        entries = any(verdict.unit == "entry" for verdict in verdicts)
        spans = {span.id: span for span in entry_spans(document)} if entries else {}
        doomed: list[tuple[EntrySpan, Reason]] = []
        for verdict in verdicts:
            rule, because = _rule(verdict), _because(verdict)
            span = spans.get(verdict.id)
            if verdict.unit == "entry" and span is None:
                continue
            start, end = whole if span is None else (span.start, span.end)
            if verdict.relation == "contained" or (self.mark and not verdict.survivor):
                yield Note(start, end, "duplicate", because, rule)
            elif not verdict.survivor:
                if span is None:
                    yield Drop(rule, because)
                else:
                    doomed.append((span, Reason(rule, because)))
        if doomed:
            lines = Lines(document.text)
            yield from lines.deletions({line: why for span, why in doomed for line in _lines_of(span, lines)})


def find_in(documents: Iterable[Document], settings: Settings = DEFAULT) -> list[Verdict]:
    """The verdicts on documents and on the entries in them."""
    return find((text for document in documents for text in texts_of(document)), settings)


def table_of(verdicts: Iterable[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    """Verdicts by the document they are on; of contained text, only the fullest account."""
    table: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.relation == "contained" or not verdict.survivor:
            document = verdict.id if verdict.unit == "document" else verdict.id.rpartition("#")[0]
            table.setdefault(document, []).append(verdict)
    return {document: tuple(_fullest(listed)) for document, listed in table.items()}


def _fullest(verdicts: list[Verdict]) -> Iterator[Verdict]:
    best: dict[str, Verdict] = {}
    for verdict in verdicts:
        if verdict.relation != "contained":
            yield verdict
        elif verdict.id not in best or verdict.similarity > best[verdict.id].similarity:
            best[verdict.id] = verdict
    yield from best.values()


def texts_of(document: Document) -> Iterator[Text]:
    """What of a document is compared: its text, and each of its entries that is still there.

    A dropped document has nothing to compare.
    """
    if document.dropped is None:
        yield from texts_of_unit(document, "document")
        if entry_spans(document):
            yield from texts_of_unit(document, "entry")


def texts_of_unit(document: Document, unit: Unit) -> Iterator[Text]:
    """The text of a document, or its entries; a document without entries is one entry."""
    published = document.meta.get("published")
    date = published if isinstance(published, str) else None
    damage = sum(map(_damage, document.trail))
    if "translated_back" in document.meta:
        damage += TRANSLATED_BACK
    spans = entry_spans(document) if unit == "entry" else []
    for span in spans:
        text = document.text[span.start : span.end]
        yield Text(span.id, text, unit, date, damage, within=document.id)
    if not spans:
        yield Text(document.id, document.text, unit, date, damage)


def _damage(patch: Patch) -> int:
    """Repairs and flags: what tells that the text was not sound."""
    mojibake = [edit.rule for edit in patch.edits].count("unicode/mojibake")
    repairs = len(patch.edits) if patch.stage in REPAIRING else mojibake
    return repairs + sum(note.key == "flag" for note in patch.notes)


def entry_spans(document: Document) -> list[EntrySpan]:
    """The entries that the trail notes, where they stand now; copies that were deleted are left out."""
    found: list[EntrySpan] = []
    for at, patch in enumerate(document.trail):
        noted = [note for note in patch.notes if note.key == "entry"]
        maps = [OffsetMap(later.edits) for later in document.trail[at:]] if noted else []
        for note in noted:
            if not isinstance(note.value, dict) or note.value.get("duplicate_of"):
                continue
            start, end = note.start, note.end
            for moved in maps:
                start, end = moved.to_after(start), moved.to_after(end)
            names = (note.value.get(key) for key in ("heading", "byline", "time"))
            around = frozenset(name for name in names if isinstance(name, str) and name)
            found.append(EntrySpan(f"{document.id}#{note.value.get('entry')}", start, end, around))
    return [span for span in found if span.end > span.start]


def _lines_of(span: EntrySpan, lines: Lines) -> list[int]:
    """The filled lines of an entry, and its heading, byline and time next to them."""
    inside = [n for n in lines.filled if lines.starts[n] < span.end and lines.span(n)[1] > span.start]
    if not inside:
        return []
    first, last = lines.filled.index(inside[0]), lines.filled.index(inside[-1])
    while first and lines.all[lines.filled[first - 1]].strip() in span.around:
        first -= 1
    while last + 1 < len(lines.filled) and lines.all[lines.filled[last + 1]].strip() in span.around:
        last += 1
    return lines.filled[first : last + 1]


def _rule(verdict: Verdict) -> str:
    return {"exact": EXACT, "near": NEAR, "contained": CONTAINED}[verdict.relation]


def _because(verdict: Verdict) -> dict[str, Json]:
    because: dict[str, Json] = {
        "kept": verdict.kept,
        "similarity": verdict.similarity,
        "relation": verdict.relation,
    }
    return because if verdict.cluster is None else {**because, "cluster": verdict.cluster}
