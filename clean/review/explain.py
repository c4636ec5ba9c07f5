"""Why a line of the raw text is gone, changed or kept, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from clean import edits
from clean.errors import UsageError
from clean.model import Document, Json, Note
from clean.review.align import Mark, align
from clean.review.rows import Block, blocks

SAYINGS = {
    "class": "it is of the class {}",
    "kept": "the copy that stays is {}",
    "similarity": "the similarity is {}",
    "probability": "the probability is {}",
    "cue": "the cue is {}",
    "cues": "the cues are {}",
    "entry": "it belongs to entry {}",
    "region": "it lies in the region {}",
    "header": "it hangs below the header {}",
    "path": "it stands in the element {}",
    "pages": "the same line stands on {} pages of the site",
    "count": "it occurs {} times",
    "times": "it occurs {} times",
    "line": "the line in question is {}",
    "evidence": "the evidence: {}",
    "source": "the source is {}",
    "why": "{}",
    "new": "the better form is {}",
    "name": "the entry of the gazetteer is {}",
    "key": "it sounds like {}",
    "partner": "beside it stands {}",
    "topic": "near it stands {}",
    "right": "the right form is {}",
    "where": "the right form stands in {}",
}
"""How evidence reads; other keys are named as they are."""


class Near(NamedTuple):
    """A rule that nearly fired on a line."""

    rule: str
    why: str
    """What was missing."""


class Explained(NamedTuple):
    """What became of a run of raw lines that share one fate."""

    first: int
    """Number of the first raw line, from 1."""
    status: str
    """"gone", "changed" or "kept"."""
    old: tuple[str, ...]
    new: tuple[str, ...]
    marks: tuple[Mark, ...]
    notes: tuple[Note, ...]
    """Flags, suggestions and other findings that lie on these lines; offsets in the raw text."""
    near: tuple[Near, ...] = ()


def explain(document: Document, first: int = 1, last: int | None = None) -> Iterator[Explained]:
    """What became of raw lines [first, last], both from 1; without `last`, of all from `first` on.

    Raises:
        UsageError: the raw text has no such line.
    """
    raw = edits.raw(document)
    total = raw.count("\n") + (not raw.endswith("\n"))
    if not 1 <= first <= max(total, 1) or (last is not None and last < first):
        raise UsageError(
            "no-such-line", f"the raw text has lines 1 to {total}", where=f"{document.id}:{first}"
        )
    end = total if last is None else last
    starts = [0]
    for line in raw.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    notes = raw_notes(document)[::-1]
    here: list[Note] = []
    number = 1
    for block in blocks(align(raw, document.trail)):
        begin, number = number, number + len(block.old)
        if number <= first or begin > end or not block.old:
            continue
        span = starts[begin - 1], starts[number - 1]
        while notes and notes[-1].start < span[1]:
            here.append(notes.pop())
        here = [note for note in here if max(note.end, note.start + 1) > span[0]]
        yield _explained(block, begin, tuple(here))


def document_notes(document: Document) -> list[Note]:
    """The notes about a document as a whole: they span all that the stage received."""
    texts = edits.versions(document)
    return [
        note
        for patch, text in zip(document.trail, texts, strict=False)
        for note in patch.notes
        if _whole(note, text)
    ]


def _whole(note: Note, text: str) -> bool:
    return note.start == 0 and note.end >= len(text.rstrip()) and "\n" in text.strip()


def _explained(block: Block, begin: int, notes: tuple[Note, ...]) -> Explained:
    status = "kept" if block.equal else "changed" if block.new else "gone"
    marks = () if block.equal else block.marks
    return Explained(
        begin,
        status,
        tuple(line.text for line in block.old),
        tuple(line.text for line in block.new),
        marks,
        notes,
    )


def raw_notes(document: Document) -> list[Note]:
    """The notes about places in a document, in order; offsets are in the raw text."""
    maps: list[edits.OffsetMap] = []
    found = []
    for patch, text in zip(document.trail, edits.versions(document), strict=False):
        for note in patch.notes:
            if _whole(note, text):
                continue
            start, end = note.start, note.end
            for offsets in reversed(maps):
                start, end = offsets.to_before(start), offsets.to_before(end)
            found.append(note._replace(start=start, end=end))
        maps.append(edits.OffsetMap(patch.edits))
    return sorted(found, key=lambda note: (note.start, note.end, note.key, note.rule))


def in_words(because: Mapping[str, Json]) -> str:
    """Evidence as half sentences: "the similarity is 0.91; the copy that stays is “…”"."""
    return "; ".join(
        SAYINGS.get(key, f"{key.replace('_', ' ')}: {{}}").format(_said(value))
        for key, value in because.items()
    )


def _said(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, str):
        text = " ".join(value.split())
        return f"“{text[:117]}…”" if len(text) > 120 else f"“{text}”"
    if isinstance(value, list):
        listed = ", ".join(map(_said, value[:6]))
        return f"{listed} …" if len(value) > 6 else listed
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items())
    return "none" if value is None else str(value)


def as_text(found: Explained, reasons: Mapping[str, str] | None = None) -> Iterator[str]:
    """An explanation in lines.

    Args:
        found: what became of some lines.
        reasons: rule to the `why` of its pack.
    """
    reasons = reasons or {}
    last = found.first + len(found.old) - 1
    place = f"line {found.first}" if last == found.first else f"lines {found.first}–{last}"
    yield f"{place}: {found.status}"
    yield from (f"  - {line}" if found.status != "kept" else f"    {line}" for line in _some(found.old))
    yield from (f"  + {line}" for line in _some(found.new) if found.status != "kept")
    for mark in found.marks:
        yield f"  {mark.edit.rule}: {_act(mark)}"
        if why := reasons.get(mark.edit.rule):
            yield f"    {why}"
        if evidence := in_words({key: value for key, value in mark.edit.because.items() if value != ""}):
            yield f"    Evidence: {evidence}."
    yield from (f"  {said_of(note)}" for note in found.notes)
    if found.status == "kept" and not found.near:
        yield "  No rule fired on it, and none came near."
    for near in found.near:
        yield f"  {near.rule} nearly fired: {near.why}"


def said_of(note: Note) -> str:
    """A note in a line."""
    value = note.value if isinstance(note.value, dict) else {"": note.value}
    said = in_words({key: item for key, item in value.items() if item not in (None, "", [])})
    return f"{note.rule} noted {note.key.replace('_', ' ')}: {said.removeprefix(': ')}"


def _some(lines: Sequence[str], limit: int = 6) -> Iterator[str]:
    yield from lines[:limit]
    if len(lines) > limit:
        yield f"… {len(lines) - limit} more lines"


def _act(mark: Mark) -> str:
    old, new = (" ".join(text.split()) for text in (mark.edit.old, mark.edit.new))
    if old == new:
        return "changed white space"
    if not mark.edit.new:
        return f"deleted “{_short(old)}”"
    if not mark.edit.old:
        return f"inserted “{_short(new)}”"
    return f"replaced “{_short(old)}” with “{_short(new)}”"


def _short(text: str) -> str:
    return f"{text[:57]}…" if len(text) > 60 else text
