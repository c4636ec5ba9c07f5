"""A page as arrays: the characters of each line counted by class, and its words as hashes.

A few passes of numpy over all characters take the place of a loop over lines. Every figure is a whole number,
so the same page gives the same figures on every machine.
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Sign(IntEnum):
    """The class of a character."""

    NEWLINE = 0
    SPACE = 1
    UPPER = 2
    LOWER = 3
    LETTER = 4
    """Of a script without case."""
    WIDE = 5
    """Of Chinese, Japanese, Korean or Thai: two count as a word."""
    DIGIT = 6
    END = 7
    """Ends a sentence."""
    COMMA = 8
    COLON = 9
    QUOTE = 10
    BRACKET = 11
    DASH = 12
    """Dashes and bullets."""
    BAR = 13
    """What stands between the items of a menu in one line."""
    AT = 14
    RIGHTS = 15
    OTHER = 16


_SIGNS = {
    Sign.NEWLINE: "\n",
    Sign.END: ".!?…。！？।؟۔",
    Sign.COMMA: ",;，；、،",
    Sign.COLON: ":：",
    Sign.QUOTE: "\"'«»“”‘’‹›「」`",
    Sign.DASH: "-–—•·*▪■●◦‣",
    Sign.BAR: "|/\\<>_~=→",
    Sign.AT: "@#",
    Sign.RIGHTS: "©®™",
}
_CATEGORIES = {
    "Lu": Sign.UPPER, "Lt": Sign.UPPER, "Ll": Sign.LOWER, "L": Sign.LETTER, "M": Sign.LETTER, "N": Sign.DIGIT,
    "Pi": Sign.QUOTE, "Pf": Sign.QUOTE, "Pd": Sign.DASH, "Ps": Sign.BRACKET, "Pe": Sign.BRACKET,
}  # fmt: skip
_WIDE = ((0x0E00, 0x0EFF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF))
_LOOKED_UP = 0x3040
"""Characters from here on are wide ones or others: their categories need not be asked for one by one."""
_MOST = 0xFFFF
"""Characters beyond count as this one, which is none."""
_SEED = 0x9E3779B97F4A7C15


class _Tables(NamedTuple):
    sign: Array
    """By code point: its class."""
    lower: Array
    """By code point: its lower case."""
    word: Array
    """By class: whether such characters make words."""
    open: Array
    """By class: false for what may stand behind an end mark."""
    powers: Array
    """By place in a word: the factor of its letter in the hash."""


@cache
def _tables() -> _Tables:
    import numpy as np

    sign = np.full(_MOST + 1, Sign.OTHER, np.uint8)
    lower = np.arange(_MOST + 1, dtype=np.uint64)
    for code in range(_LOOKED_UP):
        character = chr(code)
        category = unicodedata.category(character)
        if character.isspace():
            sign[code] = Sign.SPACE
        else:
            sign[code] = _CATEGORIES.get(category, _CATEGORIES.get(category[0], Sign.OTHER))
        if sign[code] == Sign.UPPER:
            lower[code] = ord(character.lower()[0])
    for first, last in _WIDE:
        sign[first : last + 1] = Sign.WIDE
    for kind, characters in _SIGNS.items():
        sign[[ord(character) for character in characters]] = kind
    word, open_ = np.zeros(len(Sign), np.bool_), np.ones(len(Sign), np.bool_)
    word[Sign.UPPER : Sign.DIGIT + 1] = True
    open_[[Sign.NEWLINE, Sign.SPACE, Sign.QUOTE, Sign.BRACKET]] = False
    return _Tables(sign, lower, word, open_, np.cumprod(np.full(64, _SEED, np.uint64)))


class Page(NamedTuple):
    """The filled lines of a text, and their words.

    Arrays of lines have one item for each filled line, those of words one for each word, in order.
    """

    numbers: Array
    """Number of each line in the text."""
    signs: Array
    """Characters of each class: a row a `Sign`, a column a line."""
    chars: Array
    """Characters from the first to the last that is no space."""
    first: Array
    """Class of the first character."""
    end: Array
    """Class of the last character before closing quotes and brackets."""
    stops: Array
    """End marks before a space."""
    words: Array
    """How many words a line has."""
    offsets: Array
    """Where the words of each line begin, and where the last ones end."""
    hash: Array
    """Of each word, in lower case."""
    size: Array
    """Characters of each word."""
    line: Array
    """Position of the line of each word."""
    capital: Array
    """Whether a word begins with a capital."""

    def by_line(self, *figures: Array) -> Array:
        """Sums of figures of words by line: a row a figure, a column a line."""
        import numpy as np

        total = np.zeros((len(figures), len(self.hash) + 1), np.int64)
        np.cumsum(np.stack(figures), axis=1, out=total[:, 1:])
        ends: Array = total[:, self.offsets]
        return ends[:, 1:] - ends[:, :-1]


def read(text: str) -> Page:
    """The page of a text."""
    import numpy as np

    table = _tables()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass") + b"\n\0\0\0", "<u4")
    codes = np.minimum(codes, _MOST)
    sign = table.sign.take(codes)
    ends = np.flatnonzero(sign == Sign.NEWLINE)
    line = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
    counted = np.bincount(sign * np.int64(len(ends)) + line, minlength=len(ends) * len(Sign))
    signs = counted.reshape(len(Sign), -1)
    solid = signs[Sign.UPPER :].sum(axis=0)
    open_ = signs[table.open].sum(axis=0)
    numbers = np.flatnonzero(solid)
    position = np.cumsum(solid > 0) - 1
    size = len(numbers)

    places = np.flatnonzero(sign > Sign.SPACE)
    behind = np.cumsum(solid)[numbers]
    first, last = places[behind - solid[numbers]], places[behind - 1]
    # A line of nothing but quotes and brackets has no end of its own.
    bare = np.append(np.flatnonzero(table.open.take(sign)), 0)
    end = np.where(open_[numbers] > 0, sign[bare[np.cumsum(open_)[numbers] - 1]], Sign.OTHER)
    stops = np.flatnonzero((sign[:-1] == Sign.END) & (sign[1:] == Sign.SPACE))

    inside = np.append(False, table.word.take(sign))
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, length = edges[::2], edges[1::2] - edges[::2]
    word_line = position[line[starts]]
    words = np.bincount(word_line, minlength=size)
    return Page(
        numbers=numbers,
        signs=signs[:, numbers],
        chars=last + 1 - first,
        first=sign[first],
        end=end,
        stops=np.bincount(position[line[stops]], minlength=size),
        words=words,
        offsets=np.append(0, np.cumsum(words)),
        hash=_hashes(table.lower.take(codes[inside[1:]]), length),
        size=length,
        line=word_line,
        capital=sign[starts] == Sign.UPPER,
    )


def _hashes(letters: Array, length: Array) -> Array:
    """A hash of each word: its letters times powers of one odd number, modulo 2^64, and stirred."""
    import numpy as np

    if not len(length):
        return np.zeros(0, np.uint64)
    begin = np.cumsum(length) - length
    place = np.arange(len(letters)) - np.repeat(begin, length)
    found = np.add.reduceat(letters * _tables().powers.take(place & 63), begin)
    found = (found ^ (found >> 29)) * 0xBF58476D1CE4E5B9
    stirred: Array = found ^ (found >> 32)
    return stirred
