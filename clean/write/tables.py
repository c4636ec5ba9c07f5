"""The rows that other tools read: flags and entries of a document, and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from clean import edits
from clean.codec import Row
from clean.edits import OffsetMap
from clean.model import Document, Note
from clean.read.source import Problem

LISTED = frozenset({"flag", "suggestion", "entry"})
"""Keys of the notes that have a row."""


def problem_row(problem: Problem) -> Row:
    """The row of `errors.jsonl`."""
    return problem._asdict()


def note_rows(document: Document) -> tuple[list[Row], list[Row]]:
    """The rows of `flags.jsonl` and of `entries.jsonl`; `start` and `end` are in the raw text."""
    flags: list[Row] = []
    entries: list[Row] = []
    listed = [[note for note in patch.notes if note.key in LISTED] for patch in document.trail]
    while listed and not listed[-1]:
        listed.pop()
    if not listed:
        return flags, entries
    # An earlier text is made only for a note that spans some of it: the flags of most documents span nothing.
    spanning = (n for n, notes in enumerate(listed) if any(note.start != note.end for note in notes))
    first = next(spanning, len(document.trail))
    texts = [""] * first + edits.versions(replace(document, trail=document.trail[first:]))
    maps: list[OffsetMap] = []
    for patch, notes, text in zip(document.trail, listed, texts, strict=False):
        for note in notes:
            if note.key == "entry":
                entries.append(_entry_row(document, note, text, maps))
            else:
                flags.append(_flag_row(document, note, text, maps))
        maps.append(OffsetMap(patch.edits))
    return flags, entries


def _in_raw(offset: int, maps: list[OffsetMap]) -> int:
    for one in reversed(maps):
        offset = one.to_before(offset)
    return offset


def _flag_row(document: Document, note: Note, text: str, maps: list[OffsetMap]) -> Row:
    value: Mapping[str, Any] = note.value if isinstance(note.value, dict) else {"why": note.value}
    return {
        "doc": document.id,
        "start": _in_raw(note.start, maps),
        "end": _in_raw(note.end, maps),
        "text": text[note.start : note.end],
        "rule": note.rule,
        "why": value.get("why", ""),
        "suggestion": value.get("new"),
    }


def _entry_row(document: Document, note: Note, text: str, maps: list[OffsetMap]) -> Row:
    value: Mapping[str, Any] = note.value if isinstance(note.value, dict) else {}
    return {
        "doc": document.id,
        "entry": value.get("entry"),
        "start": _in_raw(note.start, maps),
        "end": _in_raw(note.end, maps),
        "heading": value.get("heading"),
        "byline": value.get("byline"),
        "time": value.get("time"),
        "text": text[note.start : note.end],
        "duplicate_of": value.get("duplicate_of"),
        "similarity": value.get("similarity"),
    }


Counts: TypeAlias = dict[str, dict[str, int]]
"""By stage: documents, edits, removed (characters), flags."""


def stage_counts(document: Document) -> Counts:
    """What each stage did to a document, for the closing table."""
    counts: Counts = {}
    for patch in document.trail:
        row = counts.setdefault(patch.stage, dict.fromkeys(("documents", "edits", "removed", "flags"), 0))
        row["documents"] += 1
        row["edits"] += len(patch.edits)
        lost = [len(old) - len(new) for _, old, new, _, _ in patch.edits]
        row["removed"] += sum(count for count in lost if count > 0)
        row["flags"] += sum(note.key in ("flag", "suggestion") for note in patch.notes)
    return counts
