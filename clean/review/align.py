r"""Two texts of one trail, laid side by side by the edits that lead from the first to the second.

Nothing is guessed: what is equal is equal because no edit touched it. A diff of the two texts could only
find *some* script; this is the one that happened, and each piece knows its rule.

    >>> from clean.model import Edit, Patch
    >>> stops = Patch("translation", "1", (Edit(4, ". .", ".", "translation/stops"),))
    >>> for stretch in align("Hall. .\nNext", [stops]):
    ...     print(repr(stretch.old), repr(stretch.new), *(mark.edit.rule for mark in stretch.marks))
    'Hall' 'Hall'
    '. .' '.' translation/stops
    '\nNext' '\nNext'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clean.errors import EditError
from clean.model import Edit, Patch


class Mark(NamedTuple):
    """One edit of a trail, with its place in it."""

    stage: str
    edit: Edit
    patch: int
    """Number of the patch among those aligned, from 0."""
    number: int
    """Number of the edit in its patch, from 0."""


class Stretch(NamedTuple):
    """A piece of the first text and what became of it; equal pieces carry no marks."""

    old: str
    new: str
    marks: tuple[Mark, ...] = ()


def align(text: str, patches: Sequence[Patch]) -> list[Stretch]:
    """The text before the patches beside the text after them, in order and without gaps.

    Time is linear in edits and characters for each patch.

    Raises:
        EditError: an edit does not fit the text.
    """
    stretches = [Stretch(text, text)] if text else []
    for number, patch in enumerate(patches):
        marks = [Mark(patch.stage, edit, number, index) for index, edit in enumerate(patch.edits)]
        stretches = list(_joined(_compose(stretches, marks)))
    return stretches


def _compose(stretches: Sequence[Stretch], marks: Sequence[Mark]) -> Iterator[Stretch]:
    """The stretches after one more script, whose offsets are in the stretches' new text."""
    pieces, inside = _cut(stretches, marks)
    left = pieces[::-1]
    at = 0
    for mark in marks:
        start, end = mark.edit.start, mark.edit.end
        written = start == end and start in inside  # an insertion inside text that an earlier stage wrote
        while left and at + len(left[-1].new) <= start and not (written and at + len(left[-1].new) == start):
            at += len(left[-1].new)
            yield left.pop()
        covered = []
        begin = at
        while left and at < end:
            covered.append(left.pop())
            at += len(covered[-1].new)
        if at < end or begin > start:
            raise EditError("edit-does-not-fit", f"{mark.edit.rule} at {start} is outside the text")
        yield from _replaced(covered, mark, start - begin)
    while left:
        yield left.pop()


def _cut(stretches: Sequence[Stretch], marks: Sequence[Mark]) -> tuple[list[Stretch], set[int]]:
    """The stretches cut where edits begin and end, all at once: a tail cut off for each edit is quadratic.

    Also the places where a changed one was cut.

    A changed stretch is cut only where edits end; its old text cannot be divided and goes with the first.
    """
    bounds = [
        (bound, last) for mark in marks for bound, last in ((mark.edit.start, False), (mark.edit.end, True))
    ]
    pieces: list[Stretch] = []
    inside: set[int] = set()
    at = passed = 0
    for stretch in stretches:
        begun, stop = at, at + len(stretch.new)
        old = stretch.old
        while passed < len(bounds) and bounds[passed][0] < stop:
            bound, last = bounds[passed]
            passed += 1
            if bound > at and (last or not stretch.marks):
                new = stretch.new[at - begun : bound - begun]
                pieces.append(Stretch(old if stretch.marks else new, new, stretch.marks))
                at, old = bound, ""
                if stretch.marks:
                    inside.add(bound)
        new = stretch.new[at - begun :]
        pieces.append(Stretch(old if stretch.marks else new, new, stretch.marks))
        at = stop
    return pieces, inside


def _replaced(covered: list[Stretch], mark: Mark, start: int) -> Iterator[Stretch]:
    """What one edit makes of the stretches it covers; `start` counts from the first one's new text."""
    edit = mark.edit
    found = "".join(stretch.new for stretch in covered)
    if not found.startswith(edit.old, start):
        raise EditError(
            "edit-does-not-fit",
            f"{edit.rule} at {edit.start} expects {edit.old[:60]!r} but the text has {found[start:][:60]!r}",
        )
    if edit.new or len(covered) <= 1:
        old = "".join(stretch.old for stretch in covered)
        new = found[:start] + edit.new + found[start + len(edit.old) :]
        yield Stretch(old, new, (*_marks(covered), mark))
        return
    # A deletion takes every stretch for itself: what an earlier rule had removed inside keeps its own rule.
    at = 0
    end = start + len(edit.old)
    for stretch in covered:
        stop = at + len(stretch.new)
        kept = stretch.new[: max(0, start - at)] + stretch.new[len(stretch.new) - max(0, stop - end) :]
        yield Stretch(stretch.old, kept, (*stretch.marks, mark) if stretch.new else stretch.marks)
        at = stop


def _marks(stretches: Sequence[Stretch]) -> tuple[Mark, ...]:
    """Each mark once, in the order of the stages."""
    return tuple(
        sorted(
            {(mark.patch, mark.number): mark for item in stretches for mark in item.marks}.values(),
            key=_place,
        )
    )


def _place(mark: Mark) -> tuple[int, int]:
    return mark.patch, mark.number


def _joined(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Neighbours without marks as one; pieces that a later stage changed back lose their marks."""
    pending: list[str] = []
    for stretch in stretches:
        if stretch.old == stretch.new:
            pending.append(stretch.old)
            continue
        if pending:
            equal = "".join(pending)
            pending.clear()
            if equal:
                yield Stretch(equal, equal)
        yield stretch
    equal = "".join(pending)
    if equal:
        yield Stretch(equal, equal)
