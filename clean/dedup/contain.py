"""Passages: which text stands whole in a longer one.

Texts meet by their sampled runs of five words (`clean.dedup.shingles`): MinHash cannot find a short text
in a long one, since their Jaccard similarity is small. A run in more than 64 texts says nothing and is
left out. What meets often enough is compared exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Longs, Places
    from clean.dedup.verify import Sets

POSTINGS = 64
"""Texts with a passage above which it is no sign of a quotation."""

MEETING = 0.5
"""Share of the shorter text's telling passages that the longer one must have to be compared."""

CONTAINED = 0.8
"""Weight of the shorter text's shingles, of its whole weight, that the longer one must have."""

LONGER = 1.25
"""A container weighs at least so many times what it contains."""

SHORTEST = 16
"""Words below which a text is too common to be called a quotation."""


class Contained(NamedTuple):
    """Texts and what contains them, sorted."""

    inner: Places
    outer: Places
    share: npt.NDArray[np.float64]


def contained(
    passages: Longs, offsets: Places, words: npt.NDArray[np.int32], sets: Sets, *, fast: bool = False
) -> Contained:
    """The pairs of a text and a longer one that contains it.

    Args:
        passages: sampled passages of all texts, texts in the order of their content hashes.
        offsets: text i has passages[offsets[i]:offsets[i + 1]].
        words: words a text.
        sets: the shingles of the same texts.
        fast: with the compiled kernel.
    """
    import numpy as np

    inner, outer = _meetings(passages, offsets)
    swap = sets.totals[inner] > sets.totals[outer]
    inner, outer = np.where(swap, outer, inner), np.where(swap, inner, outer)
    fits = (sets.totals[outer] >= LONGER * sets.totals[inner]) & (words[inner] >= SHORTEST)
    inner, outer = inner[fits], outer[fits]
    from clean.dedup.verify import common

    share = common(sets, inner, outer, fast=fast) / np.maximum(sets.totals[inner], 1)
    kept = share >= CONTAINED
    inner, outer, share = inner[kept], outer[kept], share[kept]
    order = np.lexsort((outer, inner))
    return Contained(inner[order], outer[order], share[order])


def _meetings(passages: Longs, offsets: Places) -> tuple[Places, Places]:
    """Pairs that share at least half of the telling passages of either."""
    import numpy as np

    from clean.dedup.pairs import grouped_pairs

    owners = np.repeat(np.arange(len(offsets) - 1, dtype=np.uint64), np.diff(offsets))
    order = np.argsort(passages, kind="stable")
    ordered, owners = passages[order], owners[order]
    fresh = np.ones(len(ordered) + 1, bool)
    fresh[1:-1] = ordered[1:] != ordered[:-1]
    bounds = np.flatnonzero(fresh)
    sizes = np.diff(bounds)
    telling = np.bincount(
        owners[np.repeat(sizes <= POSTINGS, sizes)].astype(np.int64), minlength=len(offsets) - 1
    )
    shared = (sizes > 1) & (sizes <= POSTINGS)
    packed = grouped_pairs(owners, bounds[:-1][shared], sizes[shared], POSTINGS)
    pairs, counts = np.unique(packed, return_counts=True)
    left = (pairs >> np.uint64(32)).astype(np.int64)
    right = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    often = counts >= MEETING * np.minimum(telling[left], telling[right])
    return left[often], right[often]
