r"""A view of a text as lines: where they are, and how to delete some without disturbing the others.

A line ends at "\n" and nowhere else; the `unicode` stage has turned every other line end into one.
A view lives for one call of a stage: what survives the call is the edits.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

from clean.model import NOTHING, Edit, Json


class Reason(NamedTuple):
    """Why a line goes: the rule and its evidence."""

    rule: str
    because: Mapping[str, Json] = NOTHING


class Lines:
    r"""The lines of a text.

    Attributes:
        text: the whole text.
        all: every line without its end, blank ones too; `"\n".join(all) == text`.
        filled: the numbers of the lines that are not blank.
    """

    __slots__ = ("_starts", "all", "filled", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = text.split("\n")
        self.filled = [number for number, line in enumerate(self.all) if line and not line.isspace()]
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset of each line in the text. Counted when asked for: most texts have nothing to place."""
        if self._starts is None:
            self._starts = list(accumulate(map((1).__add__, map(len, self.all)), initial=0))[:-1]
        return self._starts

    def __len__(self) -> int:
        return len(self.all)

    def number_at(self, offset: int) -> int:
        """The number of the line that an offset of the text stands in."""
        return bisect_right(self.starts, offset) - 1

    def only(self, filled: list[int]) -> Lines:
        """The same text with only these lines counted as filled."""
        view = copy.copy(self)
        view.filled = filled
        return view

    def span(self, number: int) -> tuple[int, int]:
        """[start, end) of a line without its line end."""
        start = self.starts[number]
        return start, start + len(self.all[number])

    def inside(self, number: int, start: int, end: int, new: str, reason: Reason) -> Edit:
        """The edit that replaces columns [start, end) of a line."""
        offset = self.starts[number]
        return Edit(offset + start, self.all[number][start:end], new, reason.rule, reason.because)

    def deletions(self, doomed: Mapping[int, Reason]) -> list[Edit]:
        r"""One edit for each filled line that goes, so that each names its own rule; a settled script.

        Blank lines go with the line they follow, but paragraphs that were apart stay apart: of the gaps
        around a run of deleted lines one blank gap is kept, if there was one; none at either end of the text.

            >>> lines = Lines("A\n\nShare it\n\nB\n")
            >>> [(edit.start, edit.old) for edit in lines.deletions({2: Reason("boilerplate/share-line")})]
            [(3, 'Share it\n\n')]

        Args:
            doomed: numbers of filled lines, each with its reason.
        """
        if not doomed:
            return []
        text, filled = self.text, self.filled
        going = [position for position, number in enumerate(filled) if number in doomed]
        if not going:
            return []
        starts = self.starts
        begins = [starts[number] for number in filled]
        ends = [*begins[1:], len(text)]
        for first, last in _runs(going):
            if first == 0 or last == len(filled):
                begins[first] = starts[filled[first - 1] + 1 if first else 0]
                if first and not text.endswith("\n"):
                    # "A\nX" loses its last line with the line end before it; "A\nX\n" keeps its own.
                    begins[first] -= 1
                continue
            gaps = (at for at in range(first, last + 1) if filled[at] > filled[at - 1] + 1)
            gap = next(gaps, first)
            if gap > first:  # the gap before the run stays of itself
                ends[gap - 1] = starts[filled[gap - 1] + 1]
        return [Edit(begins[at], text[begins[at] : ends[at]], "", *doomed[filled[at]]) for at in going]


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of numbers that follow one another, each as its first and the one behind its last."""
    first = last = -1
    for number in numbers:
        if number != last:
            if last >= 0:
                yield first, last
            first = number
        last = number + 1
    if last >= 0:
        yield first, last
