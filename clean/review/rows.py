r"""An alignment cut into lines: which lines stand beside which, and which rules made them differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clean.review.align import Mark, Stretch


class Part(NamedTuple):
    """A piece of a line; marks say which edits removed it (old side) or wrote it (new side)."""

    text: str
    marks: tuple[Mark, ...] = ()


class Line(NamedTuple):
    """One line of one side, without its end."""

    number: int
    """From 1, in its own text."""
    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    """Of the parts and of the line end."""
    ended: bool
    """False for a last line without a newline."""

    @property
    def text(self) -> str:
        """The line as it stands."""
        return "".join(part.text for part in self.parts)

    @property
    def changed(self) -> bool:
        """Whether an edit touches the line itself, not only its end."""
        return any(part.marks for part in self.parts)


class Block(NamedTuple):
    """Lines of the first text and the lines that stand for them in the second."""

    old: tuple[Line, ...]
    new: tuple[Line, ...]

    @property
    def equal(self) -> bool:
        """An unchanged line: one on each side."""
        return len(self.old) == len(self.new) == 1 and _same(self.old[0], self.new[0])

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The edits that made the two sides differ, each once, in order."""
        seen = {
            (mark.edit.start, mark.patch, mark.number): mark
            for line in (*self.old, *self.new)
            for mark in line.marks
        }
        return tuple(seen.values())


def blocks(stretches: Sequence[Stretch]) -> Iterator[Block]:
    """The lines of both sides, in order; every line of either side is in exactly one block.

    Lines that no edit touches come one by one; a changed block is as small as its edits allow.
    """
    cutter = _Cutter()
    for stretch in stretches:
        if cutter.at_line_start():
            yield from cutter.flush()
        if stretch.marks:
            cutter.old.append(Part(stretch.old, stretch.marks))
            cutter.new.append(Part(stretch.new, stretch.marks))
            continue
        for piece in _pieces(stretch.old):
            cutter.old.append(Part(piece))
            cutter.new.append(Part(piece))
            if piece.endswith("\n"):
                yield from cutter.flush()
    yield from cutter.flush()


def _pieces(text: str) -> Iterator[str]:
    """Lines with their ends; only a newline ends a line."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    if start < len(text):
        yield text[start:]


class _Cutter:
    """Collects parts of both sides until they are at a line end together."""

    def __init__(self) -> None:
        self.old: list[Part] = []
        self.new: list[Part] = []
        self.old_number = 0
        self.new_number = 0

    def at_line_start(self) -> bool:
        return bool(self.old) and _at_line_start(self.old) and _at_line_start(self.new)

    def flush(self) -> Iterator[Block]:
        old = _lines(self.old, self.old_number)
        new = _lines(self.new, self.new_number)
        self.old_number += len(old)
        self.new_number += len(new)
        self.old.clear()
        self.new.clear()
        yield from _trimmed(old, new)


def _at_line_start(parts: Sequence[Part]) -> bool:
    last = next((part.text for part in reversed(parts) if part.text), "\n")
    return last.endswith("\n")


def _lines(parts: Sequence[Part], before: int) -> list[Line]:
    """Parts cut at newlines."""
    lines: list[Line] = []
    current: list[Part] = []
    marks: list[Mark] = []

    def close(*, ended: bool) -> None:
        unique = {(mark.patch, mark.number): mark for mark in marks}
        kept = tuple(part for part in current if part.text)
        lines.append(Line(before + len(lines) + 1, kept, tuple(unique.values()), ended))
        current.clear()
        marks.clear()

    for part in parts:
        for piece in _pieces(part.text):
            marks += part.marks
            if piece.endswith("\n"):
                current.append(Part(piece[:-1], part.marks))
                close(ended=True)
            else:
                current.append(Part(piece, part.marks))
        if not part.text:  # nothing is left here, yet the line changed here
            marks += part.marks
            current.append(part)
    if any(part.text for part in current):
        close(ended=False)
    elif marks and lines:
        unique = {(mark.patch, mark.number): mark for mark in (*lines[-1].marks, *marks)}
        lines[-1] = lines[-1]._replace(marks=tuple(unique.values()))
    return lines


def _same(old: Line, new: Line) -> bool:
    return not old.changed and not new.changed and old.ended == new.ended and old.text == new.text


def _trimmed(old: list[Line], new: list[Line]) -> Iterator[Block]:
    """The block without the untouched lines at its two ends.

    A deletion that begins with the newline before it ("A⏎Share it" loses "⏎Share it") drags the line A along.
    """
    first = 0
    while first < min(len(old), len(new)) and _same(old[first], new[first]):
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and _same(old[-1 - last], new[-1 - last]):
        last += 1
    rest = (*old[first : len(old) - last], *new[first : len(new) - last])
    marked = not rest or any(line.marks for line in rest)
    while not marked and first:  # one of two line ends was taken, and the line that lost it looks untouched
        first -= 1
        marked = bool(old[first].marks or new[first].marks)
    for i in range(first):
        yield Block((old[i],), (new[i],))
    if old[first : len(old) - last] or new[first : len(new) - last]:
        yield Block(tuple(old[first : len(old) - last]), tuple(new[first : len(new) - last]))
    for i in range(last, 0, -1):
        yield Block((old[-i],), (new[-i],))
