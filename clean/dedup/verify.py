"""Exact comparison of pairs: idf-weighted Jaccard similarity and containment of their shingle sets.

A shingle weighs the cube of log2(1 + (N + 10,000) / df), in eighths and rounded: N is the number of
different texts, df in how many of them the shingle's bucket of a table of 2²⁰ occurs. The cube makes the
phrases of an agency or a template ("were not immediately available for comment") weigh little beside what
a text alone says; with the plain logarithm, texts of one sentence and a common tail are all alike. Weights
are integers and so are their sums: a similarity is one division, the same on every engine and in every
order. The 10,000 are texts that were not given; without them the shingles that two copies share would weigh
least of all when the two are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from clean.dedup.pairs import places_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Hashes, Places

BUCKET_BITS = 20
SHIFT = 32 - BUCKET_BITS
BACKGROUND = 10_000
HOLDER = 2
HELD = 0.6
"""A text of at least twice the weight of another that has .6 of it quotes it; the two are no copies."""

CHUNK = 1 << 17
"""Shingles compared at one time: they stay in the cache."""

COUNTED = 1 << 20
"""Shingles counted at one time: as many as there are buckets."""


class Sets(NamedTuple):
    """The shingle sets of texts, and what each shingle and text weighs."""

    hashes: Hashes
    starts: Places
    ends: Places
    """Text i has hashes[starts[i]:ends[i]], sorted, each once."""
    weights: npt.NDArray[np.int32]
    """By bucket, that is the upper 20 bits of a hash."""
    totals: Places
    """By text."""
    pair_weight: int
    """Of a shingle that two texts have and no other."""


def frequencies(hashes: Hashes) -> Places:
    """In how many texts the shingles of each bucket occur. Tables of disjoint corpora add up."""
    import numpy as np

    table = np.zeros(1 << BUCKET_BITS, np.int64)
    for start in range(0, len(hashes), COUNTED):
        table += np.bincount(hashes[start : start + COUNTED] >> np.uint32(SHIFT), minlength=1 << BUCKET_BITS)
    return table


def weights(frequencies: Places, texts: int) -> npt.NDArray[np.int32]:
    """The weight of a shingle by its bucket, given the number of texts."""
    import numpy as np

    counts = np.arange(frequencies.max(initial=0) + 1)  # few beside the buckets, and logarithms are dear
    ratio = (texts + BACKGROUND) / np.maximum(counts, 1)
    table: npt.NDArray[np.int32] = np.rint(8 * np.log2(1 + ratio) ** 3).astype(np.int32)
    return table[frequencies]


def weighed(hashes: Hashes, starts: Places, ends: Places, frequencies: Places, texts: int) -> Sets:
    """Sets with the weights that their corpus gives them.

    Args:
        hashes: shingles of the texts to compare.
        starts: text i has hashes[starts[i]:ends[i]].
        ends: see `starts`.
        frequencies: of the whole corpus.
        texts: how many different ones the corpus has.
    """
    return weighed_by(hashes, starts, ends, weights(frequencies, texts), pair_weight(texts))


def pair_weight(texts: int) -> int:
    """The weight of a shingle that two texts have and no other."""
    import numpy as np

    return int(weights(np.array([2]), texts)[0])


def weighed_by(
    hashes: Hashes, starts: Places, ends: Places, table: npt.NDArray[np.int32], pair_weight: int
) -> Sets:
    """As `weighed`, with the weights at hand."""
    import numpy as np

    totals = np.zeros(len(starts), np.int64)
    work = np.cumsum(ends - starts)
    for first, last in chunks(work):
        sizes = ends[first:last] - starts[first:last]
        found = table[hashes[places_of(starts[first:last], sizes)] >> np.uint32(SHIFT)]
        running = np.concatenate(([0], np.cumsum(found, dtype=np.int64)))
        bounds = np.concatenate(([0], np.cumsum(sizes)))
        totals[first:last] = np.diff(running[bounds])
    return Sets(hashes, starts, ends, table, totals, pair_weight)


def chunks(work: Places) -> Iterator[tuple[int, int]]:
    """Ranges of items that together are about `CHUNK` of work, given its running total."""
    import numpy as np

    first = 0
    while first < len(work):
        done = int(work[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(work, done + CHUNK)))
        yield first, last
        first = last


def common(sets: Sets, left: Places, right: Places, *, fast: bool = False) -> Places:
    """For each pair of texts the weight of the shingles that both have."""
    import numpy as np

    if fast:
        from clean.dedup import kernel

        return kernel.common_weights(sets.hashes, sets.starts, sets.ends, sets.weights, SHIFT, left, right)
    sizes = sets.ends - sets.starts
    found = np.zeros(len(left), np.int64)
    for first, last in chunks(np.cumsum(sizes[left] + sizes[right])):
        found[first:last] = _common(sets, left[first:last], right[first:last])
    return found


def _common(sets: Sets, left: Places, right: Places) -> Places:
    """With pair number and hash as one integer both sides are sorted arrays, each value once: merge them."""
    import numpy as np

    merged = np.concatenate((_keys(sets, left), _keys(sets, right)))
    merged.sort(kind="stable")  # a merge, since it looks for what is sorted already
    agreed = merged[1:][merged[1:] == merged[:-1]]
    pairs = (agreed >> np.uint64(32)).astype(np.int64)
    weight = sets.weights[(agreed & np.uint64(0xFFFFFFFF)) >> np.uint64(SHIFT)]
    return np.bincount(pairs, weight, len(left)).astype(np.int64)


def _keys(sets: Sets, texts: Places) -> npt.NDArray[np.uint64]:
    import numpy as np

    starts, sizes = sets.starts[texts], sets.ends[texts] - sets.starts[texts]
    numbers = np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)
    return numbers << np.uint64(32) | sets.hashes[places_of(starts, sizes)]


def similarity(sets: Sets, left: Places, right: Places, shared: Places) -> npt.NDArray[np.float64]:
    """Weighted Jaccard similarity: what both have, of what either has."""
    return shared / (sets.totals[left] + sets.totals[right] - shared)


def verified(
    sets: Sets, left: Places, right: Places, threshold: float, *, fast: bool = False
) -> npt.NDArray[np.float64]:
    """The similarity of each pair, 0 where it is below the threshold or one text holds the other.

    A text of twice the weight of another that has most of it is no copy: it quotes it.
    """
    import numpy as np

    result = np.zeros(len(left))
    a, b = sets.totals[left], sets.totals[right]
    # No similarity exceeds the ratio of the totals: most pairs of unequal length need no comparison.
    hopeful = np.flatnonzero(np.minimum(a, b) >= threshold * np.maximum(a, b))
    shared = common(sets, left[hopeful], right[hopeful], fast=fast)
    result[hopeful] = near(sets, left[hopeful], right[hopeful], shared, threshold)
    return result


def near(
    sets: Sets, left: Places, right: Places, shared: Places, threshold: float
) -> npt.NDArray[np.float64]:
    """As `verified`, for pairs whose common weight is known."""
    import numpy as np

    found = similarity(sets, left, right, shared)
    lighter = np.minimum(sets.totals[left], sets.totals[right])
    heavier = np.maximum(sets.totals[left], sets.totals[right])
    quotes = (heavier >= HOLDER * lighter) & (shared >= HELD * lighter)
    return np.where((found >= threshold) & ~quotes, found, 0)
