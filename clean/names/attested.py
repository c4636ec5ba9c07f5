"""Words that some list of names, places or words knows: the veto of the names stage.

`packs/names/attested.txt` is one sorted file of 7.6 MB, built by quality/attested.py, one folded word a line;
a `+` marks words that are known as places only. It is searched where it lies (a binary search over the mapped
file, as `look(1)` does), so that nothing is read in and a look-up costs some twenty page probes.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from clean.names.words import fold

Known = Literal["", "place", "word"]
"""How a word is attested: not at all, as a place and nothing else, or as a name part or word."""


@dataclass(frozen=True, slots=True)
class Attested:
    """A sorted word list, mapped."""

    data: mmap.mmap | bytes

    def known(self, word: str) -> Known:
        """How this spelling is attested, whatever its case and marks."""
        folded = fold(word)
        if not folded.isascii() or not folded.isalpha():
            return "word"  # another script is not ours to judge
        target = folded.encode()
        data = self.data
        low, high = 0, len(data) - 1
        # Invariant: a line that begins the target, if any, starts in (low, high]; data[low] is a line end.
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle + 1) + 1
            end = data.find(b"\n", start)
            line = data[start:end]
            if line == target:
                return "word"
            if line[:-1] == target and line.endswith(b"+"):
                return "place"
            if line < target:
                low = end
            else:
                high = start - 1
        return ""


_OPEN: list[Attested] = []


def attested() -> Attested:
    """The shipped list, mapped once a process."""
    if not _OPEN:
        with resources.as_file(resources.files("clean") / "packs" / "names" / "attested.txt") as path:
            _OPEN.append(Attested(_mapped(path)))
    return _OPEN[0]


def of_words(words: dict[str, Known]) -> Attested:
    """A small list, for tests: word → "word" or "place"."""
    lines = sorted(fold(word) + ("+" if how == "place" else "") for word, how in words.items())
    return Attested(("\n" + "\n".join(lines) + "\n").encode("ascii"))


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
