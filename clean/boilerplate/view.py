"""A page as its filled lines: which are sentences, which look like titles, where the article stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from operator import ne, sub

from clean.lines import Lines

PROSE_WORDS = 8
"""A line with so many words and an end mark is prose."""

LONG_PROSE_WORDS = 30
"""A line with so many words is prose, whatever its end."""

TITLE_WORDS = 25
"""A headline has no more words."""

QUESTION_WORDS = 16
"""A question or an exclamation of no more words may be a headline, and is no evidence of running text."""

_CLOSERS = "\"'”’»)]}›」』*_ \t\u00a0"
_ENDS = frozenset(".!?…。！？।؟۔")
_WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


class Form(IntEnum):
    """What a line looks like, on its own."""

    FRAGMENT = 0
    """Short and not a headline: a label, a figure, a half sentence."""
    TITLE = 1
    """Looks like a headline: several words, no full stop, begins like one."""
    SENTENCE = 2
    """A short sentence."""
    PROSE = 3
    """A sentence or more of running text."""


def word_count(line: str) -> int:
    """How many words a line has; two letters of Chinese, Japanese or Thai count as one word.

    >>> word_count("Rates rose again"), word_count("俄罗斯总统普京")
    (3, 4)
    """
    words = line.count(" ") + 1
    if not line.isascii() and _WIDE.search(line):
        words += len(_SPACELESS.findall(line)) // 2
    return words


def form_of(line: str) -> Form:
    """The form of a stripped line."""
    if len(line) > 200:
        return Form.PROSE if word_count(line) >= PROSE_WORDS else Form.FRAGMENT
    return _form_of_short(line)


@lru_cache(maxsize=1 << 12)
def _form_of_short(line: str) -> Form:
    words = word_count(line)
    bare = line.rstrip(_CLOSERS)
    last = bare[-1:]
    if last in _ENDS and last:
        if words >= PROSE_WORDS and (last not in "?!？！" or words > QUESTION_WORDS or ". " in bare):
            return Form.PROSE
        return Form.SENTENCE if words >= 3 or len(bare) > 1 else Form.FRAGMENT
    if words >= LONG_PROSE_WORDS or (last in ":,;：，；" and words >= 12):
        return Form.PROSE
    if words >= 3 and last not in ",;:，；：" and not line[0].islower():
        return Form.TITLE
    return Form.FRAGMENT


_DASHED = re.compile(r"[-–—•·*»>▪■●◦‣]\s?[^\s\d>-]")
_ITEM_END = frozenset("?!？！؟")


def is_dashed(line: str) -> bool:
    """Whether a line is an item with a dash or bullet before it."""
    return _DASHED.match(line) is not None


def is_item(line: str) -> bool:
    """Whether a line may be one headline of a list: title-like, a question too, never a plain sentence."""
    if is_dashed(line):
        return len(line) <= 250
    if len(line) > 200:
        return False
    words = word_count(line)
    if words < 2 or words > TITLE_WORDS or line[0].islower():
        return False
    bare = line.rstrip(_CLOSERS)
    last = bare[-1:]
    # "…sanctions on U.S." ends with an abbreviation, "What to know..." with dots that a widget put there
    if last == ".":
        return bare.endswith(("U.S.", "U.K.", "U.N.", "D.C.", "Jr.", "Inc.", "Co.", "a.m.", "p.m.", "..."))
    return last not in ",;:，；：。।۔"


class View:
    """The filled lines of a page, by position.

    Attributes:
        numbers: the number of each line in the text.
        text: each filled line, stripped.
        apart: whether a blank line stands before each, a byte a line.
    """

    __slots__ = ("_bounds", "_form", "apart", "numbers", "text")

    def __init__(self, lines: Lines, gone: Collection[int] = ()) -> None:
        filled = lines.filled
        places: Sequence[int] = range(len(filled))
        if gone:
            places = [at for at, number in enumerate(filled) if number not in gone]
        self.numbers = [filled[at] for at in places] if gone else filled
        self.text = [lines.all[number].strip() for number in self.numbers]
        # How many blank lines stand before a line is its number less that of the filled lines before it.
        blank = list(map(sub, self.numbers, places))
        self.apart = bytes(map(ne, blank, chain((0,), blank)))
        self._form: list[Form] | None = None
        self._bounds: tuple[int, int] | None = None

    @property
    def form(self) -> list[Form]:
        """The form of each line."""
        if self._form is None:
            self._form = list(map(form_of, self.text))
        return self._form

    def form_at(self, position: int) -> Form:
        """The form of a line, found out when it is asked for: on most pages that of two or three lines."""
        return form_of(self.text[position])

    @property
    def first(self) -> int:
        """Position of the first prose line; `len(text)` without prose."""
        return (self._bounds or self.bound(()))[0]

    @property
    def last(self) -> int:
        """Position of the last prose line; -1 without prose."""
        return (self._bounds or self.bound(()))[1]

    def bound(self, furniture: Container[int]) -> tuple[int, int]:
        """Find the first and the last prose line, lines at these positions aside."""
        text, size = self.text, len(self.text)
        prose = (p for p in range(size) if form_of(text[p]) is Form.PROSE and p not in furniture)
        again = (p for p in range(size - 1, -1, -1) if form_of(text[p]) is Form.PROSE and p not in furniture)
        self._bounds = next(prose, size), next(again, -1)
        return self._bounds

    def stands(self, position: int, where: str) -> bool:
        """Whether a line stands in head, body or tail. Without prose all is head and tail."""
        if where == "anywhere":
            return True
        if where == "edge":
            return not self.first <= position <= self.last
        if where == "head":
            return position < self.first
        if where == "tail":
            return position > self.last
        return self.first <= position <= self.last
