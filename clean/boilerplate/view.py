"""A page as its filled lines: which are sentences, which look like titles, where the article stands."""

from __future__ import annotations

import re
from collections.abc import Container
from enum import IntEnum
from functools import lru_cache
from itertools import chain, compress
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
        enough = line.count(" ", 0, 200) + 1 >= PROSE_WORDS or word_count(line) >= PROSE_WORDS
        return Form.PROSE if enough else Form.FRAGMENT
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

    __slots__ = ("_blank", "_bounds", "_form", "apart", "numbers", "text")

    def __init__(
        self, numbers: list[int], text: list[str], blank: list[int], form: bytes | None = None
    ) -> None:
        self.numbers = numbers
        self.text = text
        # How many blank lines stand above each line, all in all.
        self._blank = blank
        self.apart = bytes(map(ne, blank, chain((0,), blank)))
        self._form = form
        self._bounds: tuple[int, int] | None = None

    @classmethod
    def of(cls, lines: Lines) -> View:
        """The view of all filled lines."""
        text = [lines.all[number].strip() for number in lines.filled]
        return cls(lines.filled, text, list(map(sub, lines.filled, range(len(text)))))

    def without(self, gone: Container[int]) -> View:
        """What is left when lines go, by their numbers; what is known of the others stays known."""
        stays = [number not in gone for number in self.numbers]
        return View(
            list(compress(self.numbers, stays)),
            list(compress(self.text, stays)),
            list(compress(self._blank, stays)),
            bytes(compress(self.form, stays)),
        )

    def cut_out(self) -> View:
        """The same lines where they begin the text: no blank line stands before the first."""
        above = self._blank[0] if self._blank else 0
        return View(self.numbers, self.text, [blank - above for blank in self._blank], self._form)

    @property
    def form(self) -> bytes:
        """The `Form` of each line, a byte a line."""
        if self._form is None:
            self._form = bytes(map(form_of, self.text))
        return self._form

    def form_at(self, position: int) -> int:
        """The form of a line, found out when it is asked for: on most pages that of two or three lines."""
        return form_of(self.text[position]) if self._form is None else self._form[position]

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
        if self._form is None:
            ahead, back = range(size), range(size - 1, -1, -1)
            prose = (p for p in ahead if form_of(text[p]) is Form.PROSE and p not in furniture)
            again = (p for p in back if form_of(text[p]) is Form.PROSE and p not in furniture)
            first, last = next(prose, size), next(again, -1)
        else:
            first, last = self._form.find(Form.PROSE), self._form.rfind(Form.PROSE)
            while first in furniture:
                first = self._form.find(Form.PROSE, first + 1)
            while last in furniture:
                last = self._form.rfind(Form.PROSE, 0, last)
            first = size if first < 0 else first
        self._bounds = first, last
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
