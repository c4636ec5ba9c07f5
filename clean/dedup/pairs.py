"""Candidate pairs: texts that share a bucket, in memory. `pairs.sql` is the same for DuckDB and Spark.

A bucket of up to 16 members gives all its pairs. A larger one gives a star: each member with the least.
(One template repeated 20,000 times is otherwise 2·10⁸ pairs a band. With 64 instead of 16, labelled sets
gave the same clusters, and templates with few words to fill in cost three times as much.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clean.dedup.shingles import Number

if TYPE_CHECKING:
    import numpy.typing as npt

    from clean.dedup.shingles import Longs, Places

BUCKET = 16
"""Members of a bucket up to which all its pairs are candidates."""

PENDING = 1 << 23
"""Pairs that may wait to be sorted into the others."""


def candidates(bands: Iterable[Longs]) -> Longs:
    """The pairs of texts that share a bucket in any band, packed as lesser << 32 | greater, sorted.

    Args:
        bands: for each band the bucket of every text, texts in the order of their content hashes.
    """
    import numpy as np

    known = np.zeros(0, np.uint64)
    pending: list[Longs] = []
    waiting = 0
    for keys in bands:
        found = _band(keys)
        pending.append(found)
        waiting += len(found)
        if waiting > PENDING:
            known = distinct(np.concatenate([known, *pending]))
            pending, waiting = [], 0
    return distinct(np.concatenate([known, *pending]))


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Values sorted, each once. Faster than `numpy.unique`, which also imports masked arrays."""
    import numpy as np

    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def packed(left: Places, right: Places) -> Longs:
    """Pairs as lesser << 32 | greater, given the lesser text of each and the greater one."""
    import numpy as np

    return left.astype(np.uint64) << np.uint64(32) | right.astype(np.uint64)


def unpacked(pairs: Longs) -> tuple[Places, Places]:
    """The lesser and the greater text of packed pairs."""
    import numpy as np

    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _band(keys: Longs) -> Longs:
    """Pairs of one band, packed as lesser << 32 | greater."""
    order, starts, sizes = groups(keys)
    shared = sizes > 1
    return grouped_pairs(order, starts[shared], sizes[shared], BUCKET)


def groups(keys: Longs) -> tuple[Longs, Places, Places]:
    """Places with equal keys together, each group ascending; where each group starts, and its size.

    Keys are hashes: place and upper bits of the key in one integer are sorted several times faster than
    keys with places. Should two keys agree in their upper bits alone, the slow way is taken.
    """
    import numpy as np

    mask = np.uint64((1 << max(1, (len(keys) - 1).bit_length())) - 1)
    order = (keys & ~mask) | np.arange(len(keys), dtype=np.uint64)
    order.sort()
    together = (order[1:] ^ order[:-1]) <= mask
    order &= mask
    ordered = keys[order]
    equal = ordered[1:] == ordered[:-1]
    if (together != equal).any():
        order = np.argsort(keys, kind="stable").astype(np.uint64)
        ordered = keys[order]
        equal = ordered[1:] == ordered[:-1]
    fresh = np.ones(len(keys) + 1, bool)
    fresh[1:-1] = ~equal
    bounds = np.flatnonzero(fresh)
    return order, bounds[:-1], np.diff(bounds)


def grouped_pairs(members: Longs, starts: Places, sizes: Places, cap: int) -> Longs:
    """All pairs within each group of up to `cap` members, and a star to the first within each larger one.

    Args:
        members: the groups one after the other, each ascending.
        starts: where each begins.
        sizes: how many members it has.
        cap: members up to which a group gives all pairs; 0 gives stars only.
    """
    import numpy as np

    large = sizes > cap
    parts = []
    if large.any():
        heads = np.repeat(members[starts[large]], sizes[large] - 1)
        parts.append(heads << np.uint64(32) | members[places_of(starts[large] + 1, sizes[large] - 1)])
    starts, sizes = starts[~large], sizes[~large]
    places = places_of(starts, sizes)
    left_in_group = np.repeat(sizes, sizes) - (places - np.repeat(starts, sizes)) - 1
    distance = 1
    while len(places := places[left_in_group >= distance]):
        left_in_group = left_in_group[left_in_group >= distance]
        parts.append(members[places] << np.uint64(32) | members[places + distance])
        distance += 1
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)


def places_of(starts: Places, sizes: Places) -> Places:
    """Every place of the groups, one after the other."""
    import numpy as np

    before = np.cumsum(sizes) - sizes
    places: Places = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return places
