"""A page as arrays: the characters of each line counted by class, and its words as hashes.

A few passes of numpy over all characters take the place of a loop over lines. Every figure is a whole number,
so the same page gives the same figures on every machine.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Sign:
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


_SIGN_COUNT = Sign.OTHER + 1
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
_KEPT = 1 << 16
"""Powers for texts of so many characters are kept."""


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
    word, open_ = np.zeros(_SIGN_COUNT, np.bool_), np.ones(_SIGN_COUNT, np.bool_)
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
    whole: Array
    """Hash of the words of each line, whatever their order."""

    def by_line(self, *figures: Array) -> Array:
        """Sums of figures of words by line: a row a figure, a column a line."""
        import numpy as np

        total = np.zeros((len(figures), len(self.hash) + 1), np.int32)
        for row, figure in zip(total, figures, strict=True):
            row[1:] = figure
        np.cumsum(total, axis=1, out=total)
        ends: Array = total.take(self.offsets, axis=1)
        return ends[:, 1:] - ends[:, :-1]


def read(text: str) -> Page:
    """The page of a text."""
    import numpy as np

    table = _tables()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass") + b"\n\0\0\0", "<u4")
    codes = np.minimum(codes, _MOST).astype(np.intp)
    sign = table.sign.take(codes)
    # Most characters are lower case: the others are counted, and what a line has besides is those.
    rare = where(sign != Sign.LOWER)
    kind = sign.take(rare)
    last = where(kind == Sign.NEWLINE)
    ends = rare.take(last)
    size = len(ends)
    line = np.repeat(np.arange(size), steps(last))
    signs = np.bincount(kind * np.intp(size) + line, minlength=size * _SIGN_COUNT).reshape(_SIGN_COUNT, size)
    length = steps(ends)
    signs[Sign.LOWER] = length - signs.sum(axis=0)
    numbers = where(signs[Sign.NEWLINE] + signs[Sign.SPACE] < length)
    ends, signs = ends.take(numbers), signs.take(numbers, axis=1)

    blank = sign <= Sign.SPACE
    begins, stands = _runs(~blank)
    first = begins.take(begins.searchsorted(ends - length.take(numbers), "right"))
    chars = stands.take(stands.searchsorted(ends, "right") - 1) - first
    _, stands = _runs(~(blank | (sign == Sign.QUOTE) | (sign == Sign.BRACKET)))
    stands = np.append(0, stands)
    end = stands.take(stands.searchsorted(ends, "right") - 1)
    # A line of nothing but quotes and brackets has no end of its own.
    end = np.where(end > first, sign.take(end - 1), Sign.OTHER)
    stops = where((sign[:-1] == Sign.END) & (sign[1:] == Sign.SPACE))

    starts, behind = _runs(sign - np.uint8(Sign.UPPER) <= Sign.DIGIT - Sign.UPPER)
    offsets = _up_to(starts, ends)
    words = offsets[1:] - offsets[:-1]
    hashes = _hashes(table.lower.take(codes), starts, behind)
    return Page(
        numbers=numbers,
        signs=signs,
        chars=chars,
        first=sign.take(first),
        end=end,
        stops=np.diff(_up_to(stops, ends)),
        words=words,
        offsets=offsets,
        hash=hashes,
        size=behind - starts,
        line=np.repeat(np.arange(len(numbers)), words),
        capital=sign.take(starts) == Sign.UPPER,
        whole=_whole(hashes, offsets),
    )


def where(marks: Array) -> Array:
    """Where a mark is set; numpy's `flatnonzero` asks five times what it is given."""
    found: Array = marks.nonzero()[0]
    return found


def _runs(marks: Array) -> tuple[Array, Array]:
    """Where runs of marks begin, and where they end; behind the last mark stands another sign."""
    import numpy as np

    edges = where(marks[1:] != marks[:-1]) + 1
    if marks[0]:
        edges = np.append(0, edges)
    return edges[::2], edges[1::2]


def _up_to(places: Array, ends: Array) -> Array:
    """How many of the places stand before the first line, the second, and so on to the end."""
    import numpy as np

    found = np.zeros(len(ends) + 1, np.int64)
    found[1:] = places.searchsorted(ends)
    return found


def steps(places: Array) -> Array:
    """How far each place is from the one before; the first from the one before the beginning."""
    found: Array = places.copy()
    found[1:] -= places[:-1]
    found[:1] += 1
    return found


def _hashes(letters: Array, starts: Array, behind: Array) -> Array:
    """A hash of each word: its letters times powers of one odd number, modulo 2^64, and stirred."""
    import numpy as np

    powers, inverse = _powers(len(letters))
    total = np.zeros(len(letters) + 1, np.uint64)
    np.multiply(letters, powers, out=total[1:])
    np.cumsum(total, out=total)
    found: Array = (total.take(behind) - total.take(starts)) * inverse.take(starts)
    found = (found ^ (found >> 29)) * 0xBF58476D1CE4E5B9
    stirred: Array = found ^ (found >> 32)
    return stirred


def _whole(hashes: Array, offsets: Array) -> Array:
    import numpy as np

    total = np.zeros(len(hashes) + 1, np.uint64)
    np.cumsum(hashes * hashes + hashes, out=total[1:])
    ends = total.take(offsets)
    found: Array = ends[1:] - ends[:-1]
    return found


def _powers(size: int) -> tuple[Array, Array]:
    """By place in the text, the factor of a letter, and what undoes the factor of the place before it."""
    powers, inverse = _kept_powers() if size <= _KEPT else _new_powers(size)
    return powers[:size], inverse[:size]


@cache
def _kept_powers() -> tuple[Array, Array]:
    return _new_powers(_KEPT)


def _new_powers(size: int) -> tuple[Array, Array]:
    import numpy as np

    inverse = np.full(size, pow(_SEED, -1, 1 << 64), np.uint64)
    inverse[:1] = 1
    return np.cumprod(np.full(size, _SEED, np.uint64)), np.cumprod(inverse)
