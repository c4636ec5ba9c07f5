r"""A view of a text as lines: where they are, and how to delete some without disturbing the others.

A line ends at "\n" and nowhere else; the `unicode` stage has turned every other line end into one.
A view lives for one call of a stage: what survives the call is the edits.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Iterator, Mapping
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

    def deletions(self, doomed: Mapping[int, Reason]) -> Iterator[Edit]:
        r"""One edit for each filled line that goes, so that each names its own rule.

        Blank lines go with the line they follow, but paragraphs that were apart stay apart: of the gaps
        around a run of deleted lines one blank gap is kept, if there was one; none at either end of the text.

            >>> lines = Lines("A\n\nShare it\n\nB\n")
            >>> [(edit.start, edit.old) for edit in lines.deletions({2: Reason("boilerplate/share-line")})]
            [(3, 'Share it\n\n')]

        Args:
            doomed: numbers of filled lines, each with its reason.
        """
        position = 0
        while position < len(self.filled):
            if self.filled[position] not in doomed:
                position += 1
                continue
            run_start = position
            while position < len(self.filled) and self.filled[position] in doomed:
                position += 1
            yield from self._delete_run(run_start, position, doomed)

    def _delete_run(self, first: int, last: int, doomed: Mapping[int, Reason]) -> Iterator[Edit]:
        """Delete the filled lines at positions [first, last), a run between two lines that stay."""
        before = self.filled[first - 1] + 1 if first else 0
        after = self.filled[last] if last < len(self.filled) else len(self.all)
        run = self.filled[first:last]
        # gaps[i]: [from, to) of the blank lines before the i-th line of the run; the last gap follows it
        gaps = list(zip([before, *(number + 1 for number in run)], [*run, after], strict=True))
        at_edge = first == 0 or last == len(self.filled)
        spared = -1 if at_edge else next((i for i, (start, end) in enumerate(gaps) if end > start), -1)
        # "A\nX" loses its last line with the line end before it; "A\nX\n" keeps its final newline.
        unterminated = last == len(self.filled) and first > 0 and not self.text.endswith("\n")
        for i, number in enumerate(run):
            start, stop = number, gaps[i + 1][1]
            if i == 0 and spared != 0:
                start = gaps[0][0]
            if spared == i + 1:
                stop = number + 1
            reason = doomed[number]
            yield self._cut(start, stop, reason, eat_newline_before=unterminated and i == 0)

    def _cut(self, first: int, stop: int, reason: Reason, *, eat_newline_before: bool) -> Edit:
        """Delete whole lines [first, stop), on request with the line end before them."""
        start = self.starts[first]
        end = self.starts[stop] if stop < len(self.all) else len(self.text)
        if eat_newline_before:
            start -= 1
        return Edit(start, self.text[start:end], "", reason.rule, reason.because)
