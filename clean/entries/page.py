"""The lines of a page as they were, deleted ones among those that stand, in the order of the raw text.

The boilerplate stage has normally deleted what separates the entries of a live blog ("Share it", "Update on",
"10:45"). Its deletions are in the trail, so the page can be read as if nothing had gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from clean.edits import OffsetMap
from clean.lines import Lines
from clean.model import Document, Edit, Patch


class PageLine(NamedTuple):
    """One filled line of the page."""

    text: str
    number: int
    """Number in `Lines` of the present text; -1 for a line that an earlier stage deleted."""
    kind: str = ""
    """Class of a deleted line, as in "share"; empty for one that stands."""


def page_lines(document: Document, lines: Lines) -> list[PageLine]:
    """Standing and deleted lines, in raw order.

    Args:
        document: its trail is read.
        lines: a view of its present text.
    """
    maps = [OffsetMap(patch.edits) for patch in document.trail]
    placed = [(_raw(maps, lines.starts[n]), 1, PageLine(lines.all[n], n)) for n in lines.filled]
    for at, patch in enumerate(document.trail):
        placed += ((_raw(maps[:at], start), 0, line) for start, line in _deleted(patch))
    placed.sort(key=lambda item: item[:2])  # stable: lines at one place stay in their order
    return [line for _, _, line in placed]


def texts_of(document: Document) -> Iterator[str]:
    """The present text, and the texts with all the deleted lines."""
    yield document.text
    for patch in document.trail:
        yield from (edit.old for edit in patch.edits if not edit.new)


def _deleted(patch: Patch) -> Iterator[tuple[int, PageLine]]:
    for edit in patch.edits:
        if not edit.new:
            kind = _kind(edit)
            start = edit.start
            for line in edit.old.split("\n"):
                if line and not line.isspace():
                    yield start, PageLine(line, -1, kind)
                start += len(line) + 1


def _kind(edit: Edit) -> str:
    named = edit.because.get("class")
    return named if isinstance(named, str) else "deleted"


def _raw(maps: list[OffsetMap], offset: int) -> int:
    for one in reversed(maps):
        offset = one.to_before(offset)
    return offset
