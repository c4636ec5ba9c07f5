"""Words that some list of names, places or words knows: the veto of the names stage.

`packs/names/attested.txt` is one sorted file of 7.6 MB, built by quality/attested.py, one folded word a line;
a `+` marks words that are known as places only. It is searched where it lies, in the mapped file: the first
word of each page says on which page a word would stand.
"""

from __future__ import annotations

import mmap
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from clean.names.words import fold

PAGE = 1024
"""Bytes of the file in which a word is looked for, once it is known that it can stand nowhere else."""

Known = Literal["", "place", "word"]
"""How a word is attested: not at all, as a place and nothing else, or as a name part or word."""


@dataclass(frozen=True, slots=True)
class Attested:
    """A sorted word list, mapped."""

    data: mmap.mmap | bytes
    _pages: list[bytes] = field(default_factory=list, repr=False, compare=False)

    def known(self, word: str) -> Known:
        """How this spelling is attested, whatever its case and marks."""
        return self.known_folded(fold(word))

    def known_folded(self, folded: str) -> Known:
        """The same of a word that has been folded."""
        if not folded.isascii() or not folded.isalpha():
            return "word"  # another script is not ours to judge
        line = f"\n{folded}".encode()
        page = bisect_right(self._first_lines(), line[1:]) - 1
        near = self.data[max(page, 0) * PAGE : (page + 2) * PAGE]  # a line may reach into the next page
        if line + b"\n" in near:
            return "word"
        return "place" if line + b"+\n" in near else ""

    def _first_lines(self) -> list[bytes]:
        """The first whole line of each page, read at the first look-up; in their order, as all lines are."""
        if not self._pages:
            for at in range(0, len(self.data), PAGE):
                start = self.data.find(b"\n", at) + 1
                end = self.data.find(b"\n", start)
                self._pages.append(self.data[start:end] if 0 < start < end else b"\xff")
        return self._pages


_OPEN: list[Attested] = []


def attested() -> Attested:
    """The shipped list, mapped once a process."""
    if not _OPEN:
        with resources.as_file(resources.files("clean") / "packs" / "names" / "attested.txt") as path:
            _OPEN.append(Attested(_mapped(path)))
    return _OPEN[0]


@lru_cache(maxsize=1 << 16)
def knows(word: str) -> Known:
    """How the shipped list attests a spelling; remembered, since words return."""
    return attested().known(word)


def of_words(words: dict[str, Known]) -> Attested:
    """A small list, for tests: word → "word" or "place"."""
    lines = sorted(fold(word) + ("+" if how == "place" else "") for word, how in words.items())
    return Attested(("\n" + "\n".join(lines) + "\n").encode("ascii"))


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
