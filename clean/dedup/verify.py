"""Exact comparison of pairs: idf-weighted Jaccard similarity and containment of their shingle sets.

A shingle weighs 1024 · log2(1 + (N + 1000) / df), rounded to an integer: N is the number of different
texts, df in how many of them the shingle's bucket of a table of 2²⁰ occurs. Weights are integers and so are
their sums, so a similarity is one division, and the same on every engine and in every order. The 1000 are
texts that were not given: without them the shingles that two copies share would weigh least when the
two are all there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Hashes, Places

BUCKET_BITS = 20
SHIFT = 32 - BUCKET_BITS
BACKGROUND = 1000
CHUNK = 1 << 20
"""Shingles compared at one time."""


class Sets(NamedTuple):
    """The shingle sets of texts, and what each shingle and text weighs."""

    hashes: Hashes
    offsets: Places
    weights: npt.NDArray[np.int32]
    """By bucket, that is the upper 20 bits of a hash."""
    totals: Places
    """By text."""


def frequencies(hashes: Hashes) -> Places:
    """In how many texts the shingles of each bucket occur. Tables of disjoint corpora add up."""
    import numpy as np

    table = np.zeros(1 << BUCKET_BITS, np.int64)
    for start in range(0, len(hashes), CHUNK):
        table += np.bincount(hashes[start : start + CHUNK] >> np.uint32(SHIFT), minlength=1 << BUCKET_BITS)
    return table


def weights(frequencies: Places, texts: int) -> npt.NDArray[np.int32]:
    """The weight of a shingle by its bucket, given the number of texts."""
    import numpy as np

    ratio = (texts + BACKGROUND) / np.maximum(frequencies, 1)
    return np.rint(1024 * np.log2(1 + ratio)).astype(np.int32)


def weighed(hashes: Hashes, offsets: Places, weights: npt.NDArray[np.int32]) -> Sets:
    """Sets with their total weights."""
    import numpy as np

    totals = np.zeros(len(offsets) - 1, np.int64)
    first = 0
    while first < len(totals):
        last = max(first + 1, int(np.searchsorted(offsets, offsets[first] + CHUNK)) - 1)
        start, end = int(offsets[first]), int(offsets[last])
        running = np.concatenate(([0], np.cumsum(weights[hashes[start:end] >> np.uint32(SHIFT)], dtype=np.int64)))
        totals[first:last] = np.diff(running[offsets[first : last + 1] - start])
        first = last
    return Sets(hashes, offsets, weights, totals)


def common(sets: Sets, left: Places, right: Places, *, fast: bool = False) -> Places:
    """For each pair of texts the weight of the shingles that both have."""
    import numpy as np

    if fast:
        from clean.dedup import kernel

        return kernel.common_weights(sets.hashes, sets.offsets, sets.weights, SHIFT, left, right)
    sizes = np.diff(sets.offsets)
    work = np.cumsum(sizes[left] + sizes[right])
    found = np.zeros(len(left), np.int64)
    first = 0
    while first < len(left):
        done = int(work[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(work, done + CHUNK)))
        found[first:last] = _common(sets, left[first:last], right[first:last])
        first = last
    return found


def _common(sets: Sets, left: Places, right: Places) -> Places:
    """Pair number and hash as one integer make both sides one sorted array: one search finds all that agree."""
    import numpy as np

    a, b = (_keys(sets, side) for side in (left, right))
    places = np.searchsorted(a, b)
    places[places == len(a)] = 0
    agreed = b[a[places] == b] if len(a) else b[:0]
    pairs = (agreed >> np.uint64(32)).astype(np.int64)
    weight = sets.weights[(agreed & np.uint64(0xFFFFFFFF)) >> np.uint64(SHIFT)]
    return np.bincount(pairs, weight, len(left)).astype(np.int64)


def _keys(sets: Sets, texts: Places) -> npt.NDArray[np.uint64]:
    import numpy as np

    from clean.dedup.pairs import places_of

    starts, sizes = sets.offsets[texts], sets.offsets[texts + 1] - sets.offsets[texts]
    numbers = np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)
    return numbers << np.uint64(32) | sets.hashes[places_of(starts, sizes)]


def similarity(sets: Sets, left: Places, right: Places, shared: Places) -> npt.NDArray[np.float64]:
    """Weighted Jaccard similarity: what both have, of what either has."""
    return shared / (sets.totals[left] + sets.totals[right] - shared)


def verified(
    sets: Sets, left: Places, right: Places, threshold: float, *, fast: bool = False
) -> npt.NDArray[np.float64]:
    """The similarity of each pair, 0 where it is below the threshold."""
    import numpy as np

    result = np.zeros(len(left))
    a, b = sets.totals[left], sets.totals[right]
    # No similarity exceeds the ratio of the totals: most pairs of unequal length need no comparison.
    hopeful = np.flatnonzero(np.minimum(a, b) >= threshold * np.maximum(a, b))
    left, right = left[hopeful], right[hopeful]
    found = similarity(sets, left, right, common(sets, left, right, fast=fast))
    result[hopeful] = np.where(found >= threshold, found, 0)
    return result
