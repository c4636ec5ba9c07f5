"""Passages: which text stands whole in a longer one, and which two share a passage.

Texts meet by their sampled runs of five words (`clean.dedup.shingles`): MinHash cannot find a short text
in a long one, since their Jaccard similarity is small. A run in more than 64 texts says nothing and is
left out. Texts that meet twice are compared exactly.
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

MEETINGS = 2
"""Sampled passages that two texts must share to be compared: a run of 30 words has three on average."""

WHOLE = 0.8
"""Share of the lighter text's weight that the other must have for it to stand there whole."""

LONGER = 1.25
"""A text that holds another whole weighs at least so many times as much."""

SHARED = 20
"""Shingles, each known to these two texts alone, whose weight makes a shared passage of two stories."""

SHORTEST = 16
"""Words below which a text is too common to be called a quotation."""


class Contained(NamedTuple):
    """Texts and what contains them or a passage of them, sorted."""

    inner: Places
    outer: Places
    share: npt.NDArray[np.float64]
    """Of the inner text's weight, how much the outer one has."""


def meetings(passages: Longs, offsets: Places) -> Longs:
    """Pairs that share sampled passages, packed as lesser << 32 | greater, sorted.

    Args:
        passages: sampled passages of all texts, texts in the order of their content hashes.
        offsets: text i has passages[offsets[i]:offsets[i + 1]].
    """
    import numpy as np

    from clean.dedup.pairs import grouped_pairs

    owners = np.repeat(np.arange(len(offsets) - 1, dtype=np.uint64), np.diff(offsets))
    order = np.argsort(passages, kind="stable")
    ordered, owners = passages[order], owners[order]
    fresh = np.ones(len(ordered) + 1, bool)
    fresh[1:-1] = ordered[1:] != ordered[:-1]
    bounds = np.flatnonzero(fresh)
    sizes = np.diff(bounds)
    telling = (sizes > 1) & (sizes <= POSTINGS)
    packed = grouped_pairs(owners, bounds[:-1][telling], sizes[telling], POSTINGS)
    pairs, counts = np.unique(packed, return_counts=True)
    return pairs[counts >= MEETINGS]


def contained(
    left: Places, right: Places, shared: Places, sets: Sets, words: npt.NDArray[np.int32]
) -> Contained:
    """Those pairs of which one contains the other or a passage of it.

    Args:
        left: one text of each pair that meets.
        right: the other.
        shared: the weight of what both have.
        sets: the shingles of all texts.
        words: how many words each text has.
    """
    import numpy as np

    swap = sets.totals[left] > sets.totals[right]
    inner, outer = np.where(swap, right, left), np.where(swap, left, right)
    whole = (shared >= WHOLE * sets.totals[inner]) & (sets.totals[outer] >= LONGER * sets.totals[inner])
    passage = shared >= SHARED * sets.pair_weight
    kept = (whole | passage) & (words[inner] >= SHORTEST)
    inner, outer, shared = inner[kept], outer[kept], shared[kept]
    order = np.lexsort((outer, inner))
    return Contained(inner[order], outer[order], (shared / sets.totals[inner])[order])
