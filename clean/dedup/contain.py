"""Passages: which text stands whole in a longer one, and which two share a passage.

Texts meet by their sampled runs of five words (`clean.dedup.shingles`): MinHash cannot find a short text
in a long one, since their Jaccard similarity is small. A run in more than 64 texts says nothing and is
left out. Texts that meet twice are compared exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clean.dedup.pairs import distinct, grouped_pairs, groups
from clean.dedup.shingles import PASSAGE_SAMPLE

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


SAMPLE_BITS = PASSAGE_SAMPLE.bit_length() - 1
PARTS = 8
"""Passages are compared in so many parts, by their hash: one part's worth of memory."""


class Contained(NamedTuple):
    """Texts and what contains them or a passage of them, sorted."""

    inner: Places
    outer: Places
    share: npt.NDArray[np.float64]
    """Of the inner text's weight, how much the outer one has."""


def meetings(passages: Longs, owners: npt.NDArray[np.int32]) -> Longs:
    """Pairs that share sampled passages, packed as lesser << 32 | greater, sorted.

    Args:
        passages: sampled passages of all texts, each once a text.
        owners: the text that each stands in, numbered in the order of content hashes; -1 for none.
    """
    import numpy as np

    # A view of the least byte of each; its lowest bits are those that the sample was chosen by.
    low = passages.astype("<u8", copy=False).view(np.uint8)[::8]
    found = []
    for part in range(PARTS):
        mine = ((low & (PARTS - 1) << SAMPLE_BITS) == part << SAMPLE_BITS) & (owners >= 0)
        found.append(_sharing(passages[mine], owners[mine]))
    pairs = np.concatenate(found)
    pairs.sort()
    return distinct(pairs[MEETINGS - 1 :][pairs[MEETINGS - 1 :] == pairs[: 1 - MEETINGS]])


def _sharing(passages: Longs, owners: npt.NDArray[np.int32]) -> Longs:
    """The pairs of owners of each telling passage, as often as they share one."""
    import numpy as np

    order, starts, sizes = groups(passages)
    telling = (sizes > 1) & (sizes <= POSTINGS)
    pairs = grouped_pairs(owners[order].astype(np.uint64), starts[telling], sizes[telling], POSTINGS)
    left, right = pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)
    ordered: Longs = np.minimum(left, right) << np.uint64(32) | np.maximum(left, right)
    return ordered


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
