"""MinHash signatures of whole batches, bit for bit those of datasketch 2 (`scheme="affine32"`, seed 1).

For a shingle with the 32-bit hash x, let h be x after the finalizer of MurmurHash3. The k-th value of a
signature is the least (a_k · h + b_k) mod 2**32 over the shingles of the text; a_k is odd, so each
permutation is one, and no two shingles collide in it.

`tests/dedup/test_minhash.py` holds the values against the library, in both directions.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Hashes, Longs, Places

PERMUTATIONS = 128
SEED = 1
SCHEME = "affine32"

BANDS = 42
ROWS = 3
"""42 bands of 3 values find a pair of Jaccard similarity .3 with probability .68, one of .5 with .996."""

BATCH = 1 << 14
"""Shingles permuted at one time: enough that a call costs little, few enough that they stay in the cache."""

TOGETHER = 8
"""Permutations made by one call."""


@cache
def permutations() -> tuple[Hashes, Hashes]:
    """The factors and summands of the permutations, drawn as datasketch draws them.

    By the same Mersenne Twister as `numpy.random.RandomState(SEED)`, which is dearer to import than to make.
    """
    import numpy as np

    state = [SEED]
    while len(state) < 624:
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + len(state)) & 0xFFFFFFFF)
    generator = Random()  # noqa: S311 (no secret)
    generator.setstate((3, (*state, len(state)), None))
    drawn = np.array([generator.getrandbits(32) for _ in range(2 * PERMUTATIONS)], np.uint32)
    return drawn[:PERMUTATIONS] * np.uint32(2) + np.uint32(1), drawn[PERMUTATIONS:]


def signatures(hashes: Hashes, offsets: Places, *, fast: bool = False) -> npt.NDArray[np.uint32]:
    """One signature a text.

    Args:
        hashes: 32-bit hashes of the shingles of all the texts, repeated or not, in any order.
        offsets: text i has hashes[offsets[i]:offsets[i + 1]].
        fast: with the compiled kernel of the extra `fast`; the result is the same.

    Returns:
        An array of shape (texts, 128). A text without shingles has the greatest value throughout.
    """
    import numpy as np

    if fast:
        from clean.dedup import kernel

        return kernel.signatures(hashes, offsets, *permutations())
    sizes = np.diff(offsets)
    filled = np.flatnonzero(sizes)
    factors, summands = (column[:, np.newaxis] for column in permutations())
    starts = offsets[filled]
    least = np.empty((PERMUTATIONS, len(filled)), np.uint32)
    room = np.empty((TOGETHER, min(len(hashes), BATCH + int(sizes.max(initial=0)))), np.uint32)
    first = 0
    while first < len(filled):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + BATCH)))
        end = int(starts[last]) if last < len(filled) else len(hashes)
        mixed = _mix32(hashes[int(starts[first]) : end])
        places = starts[first:last] - starts[first]
        permuted = room[:, : len(mixed)]
        for k in range(0, PERMUTATIONS, TOGETHER):
            some = slice(k, k + TOGETHER)
            np.multiply(mixed, factors[some], out=permuted)
            np.add(permuted, summands[some], out=permuted)
            np.minimum.reduceat(permuted, places, axis=1, out=least[some, first:last])
        first = last
    result = np.full((len(sizes), PERMUTATIONS), 0xFFFFFFFF, np.uint32)
    result[filled] = least.T
    return result


def band_keys(signatures: npt.NDArray[np.uint32]) -> Longs:
    """One 64-bit key a band and text, of shape (42, texts): texts with the same key share a bucket."""
    import numpy as np

    from clean.dedup.shingles import mix

    values = signatures[:, : BANDS * ROWS].astype(np.uint64).reshape(-1, BANDS, ROWS)
    keys = mix(values[:, :, 0] | values[:, :, 1] << np.uint64(32))
    keys += values[:, :, 2]
    return np.ascontiguousarray(mix(keys).T)


def _mix32(hashes: Hashes) -> Hashes:
    import numpy as np

    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed
