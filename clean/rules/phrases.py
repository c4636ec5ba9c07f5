"""Whole lines of rules, compared without case, outer marks and doubled spaces: which lines of a text are one.

A line is looked at letter by letter only if it begins as a phrase does; most lines do not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from clean.lines import Lines

START = 4
"""So many letters of a line, as they stand, are looked up among those with which phrases may begin."""

OPENING = 12
"""So many are compared then, without the marks before them."""

SHORT = 100
"""Keys of lines of so many characters are remembered: every round of a stage asks for them again."""

MEMORY = 1 << 14
"""First letters of lines that are remembered as beginning a phrase or none; then all are forgotten."""

MARGIN = 40
"""Marks and spaces that a line may have more than the longest phrase."""

_OUTSIDE = re.compile(r"^[\W_]+|[\W_]+$")
_COMMON_OUTSIDE = " \t\"'“”‘’*•·-–—>»|[(…#_.,:;!?)]"


def phrase_key(line: str) -> str:
    """The form in which phrases are compared: no case, outer punctuation or doubled spaces, straight quotes.

    >>> phrase_key("»  Don’t   miss! ")
    "don't miss"
    """
    return _short_key(line) if len(line) <= SHORT else _key(line)


def _key(line: str) -> str:
    if not (line[:1].isalnum() and line[-1:].isalnum()):
        line = line.strip(_COMMON_OUTSIDE)
        if not (line[:1].isalnum() and line[-1:].isalnum()):
            line = _OUTSIDE.sub("", line)
    return " ".join(line.split()).casefold().replace("’", "'")


_short_key = lru_cache(maxsize=1 << 12)(_key)


class Phrases:
    """The keys of some phrases, ready to be looked for. Built once, asked about every text."""

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = frozenset(keys)
        self._longest = max(map(len, keys), default=0) + MARGIN
        self._starts = _Starts(self._keys)
        self._openings = frozenset(key[:OPENING] for key in keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def among(self, lines: Lines) -> Iterator[tuple[int, str]]:
        """The number and the key of each line that is a phrase."""
        if not self._keys:
            return
        text, longest, starts = lines.all, self._longest, self._starts
        for number in [n for n in lines.filled if len(text[n]) <= longest and starts[text[n][:START]]]:
            if self._may_be(text[number]):
                key = phrase_key(text[number])
                if key in self._keys:
                    yield number, key

    def _may_be(self, line: str) -> bool:
        """Whether a line may be a phrase as far as its first letters say, which they do if they are plain."""
        bare = line.strip(_COMMON_OUTSIDE)
        start = bare[:OPENING]
        if not (start.isascii() and start.isprintable() and start[:1].isalnum() and bare[-1:].isalnum()):
            return True
        return start.lower() in self._openings or "  " in start


class _Starts(dict[str, bool]):
    """The first letters of a line: whether a phrase may begin with them.

    The answer depends on the letters alone and is remembered; a line of text costs one look into a dict.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self._known = {key[:START] for key in keys}
        self._whole = sorted({len(key) for key in keys if len(key) < START})

    def __missing__(self, start: str) -> bool:
        if len(self) > MEMORY:
            self.clear()
        found = self[start] = self._may_begin(start)
        return found

    def _may_begin(self, start: str) -> bool:
        if not start[:1].isalnum() or not start.isprintable() or "  " in start:
            return True  # `phrase_key` takes away marks and odd spaces
        start = start.casefold().replace("’", "'")
        if start[:START] in self._known:
            return True
        # Behind a whole phrase that is shorter nothing can follow but marks.
        return any(not start[end : end + 1].isalnum() and start[:end] in self._known for end in self._whole)
