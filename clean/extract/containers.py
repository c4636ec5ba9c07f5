"""The containers of a page's blocks, by their paths, and sums over what they hold.

Containers with the same path count as one: an article is often split over siblings that look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LEVELS = 5
"""Containers above a block that are looked at one by one."""
_HIGHEST = 12
"""Containers above a block that are counted at all: a page may be 2,000 deep."""


class Containers:
    """Every path of a page's blocks, and the containers above it.

    Attributes:
        paths: distinct, in order of their first block.
        path: for each block, the number of its path.
        above: for each block, the numbers of its own container and of `LEVELS` above it; the last one is
            repeated where there are fewer.
    """

    __slots__ = ("_count", "_inner", "_outer", "above", "path", "paths")

    def __init__(self, paths: Sequence[str]) -> None:
        import numpy as np

        numbers: dict[str, int] = {}
        self.path: Any = np.array([numbers.setdefault(path, len(numbers)) for path in paths])
        self.paths = list(numbers)
        chains: dict[str, list[int]] = {}
        inner, outer, above = [], [], []
        for number, path in enumerate(self.paths):
            chain = _chain(path, chains)[: _HIGHEST + 1]
            inner += [number] * len(chain)
            outer += chain
            above.append([*chain[: LEVELS + 1], *chain[-1:] * (LEVELS + 1 - len(chain))])
        self._inner, self._outer = np.array(inner), np.array(outer)
        self._count = len(chains)
        self.above: Any = np.array(above)[self.path]

    def sums(self, figures: Any) -> Any:
        """For each container, the sum of a figure over the blocks in it."""
        import numpy as np

        each = np.bincount(self.path, figures, len(self.paths))
        return np.bincount(self._outer, each[self._inner], self._count)

    def smallest(self, mass: Any, words: Any, least: float) -> int:
        """The container of fewest words that has this much of the mass; -1 if none has.

        Args:
            mass: of each container.
            words: of each container.
            least: of the mass.
        """
        import numpy as np

        enough = np.flatnonzero(mass >= least)
        if not len(enough):
            return -1
        return int(enough[np.lexsort((enough, words[enough]))[0]])

    def within(self, container: int) -> Any:
        """For each block, whether it is in a container."""
        import numpy as np

        inside = np.zeros(len(self.paths))
        inside[self._inner[self._outer == container]] = 1.0
        return inside[self.path]


def _chain(path: str, chains: dict[str, list[int]]) -> list[int]:
    """The numbers of a container and of those above it, nearest first; all are remembered in `chains`."""
    missing = []
    while path not in chains:
        missing.append(path)
        if "/" not in path:
            break
        path = path.rpartition("/")[0]
    chain = chains.get(path, [])
    for one in reversed(missing):
        chain = chains[one] = [len(chains), *chain[:_HIGHEST]]
    return chain
