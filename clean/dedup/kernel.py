"""The compiled kernels of the extra `fast`: same bits as the numpy paths, several times faster.

numba takes about a second to compile them once; the result is cached beside this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from clean.dedup.shingles import (
    CHUNK_BASE,
    MASK,
    MIX_1,
    MIX_2,
    PASSAGE,
    PASSAGE_SAMPLE,
    WORD_BASE,
    WORD_BYTES,
    WORDS,
    Shingles,
    eights_of,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from clean.dedup.shingles import Bytes, Hashes, Longs, Places

_u64 = np.uint64
_WORD_BYTES = np.frombuffer(WORD_BYTES, np.uint8)
_jit: Any = numba.njit(cache=True, nogil=True, fastmath=False)


def shingles(texts: Sequence[bytes]) -> tuple[list[bytes], Shingles]:
    """As `clean.dedup.shingles.of_encoded`."""
    buffer = np.frombuffer(b" ".join([*texts, b""]), np.uint8)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    bounds = np.concatenate(([0], np.cumsum(sizes + 1)))
    out = np.zeros(len(buffer) + 16, np.uint8)
    room = len(buffer) // 2 + 1
    ends = np.empty(room + 1, np.uint64)
    hashes = np.empty(room, np.uint32)
    passages = np.empty(room + 1, np.uint64)
    counts = np.zeros(len(texts), np.int32)
    out_bounds, offsets, passage_offsets = np.zeros((3, len(texts) + 1), np.int64)
    _shingle(
        *(buffer, bounds, _WORD_BYTES, ends, out, eights_of(out), out_bounds),
        *(counts, hashes, offsets, passages, passage_offsets),
    )
    data = out[: out_bounds[-1]].tobytes()
    normalised = [data[start : max(start, end - 1)] for start, end in pairwise(out_bounds.tolist())]
    found = Shingles(
        hashes[: offsets[-1]].copy(), offsets, counts, passages[: passage_offsets[-1]].copy(), passage_offsets
    )
    return normalised, found


def sets(hashes: Hashes, offsets: Places) -> tuple[Hashes, Places]:
    """Each text's hashes sorted and each once."""
    out = np.empty_like(hashes)
    out_offsets = np.zeros_like(offsets)
    found = _unique(hashes, offsets, out, out_offsets)
    return out[:found].copy(), out_offsets


def signatures(hashes: Hashes, offsets: Places, factors: Hashes, summands: Hashes) -> npt.NDArray[np.uint32]:
    """As `clean.dedup.minhash.signatures`."""
    result = np.full((len(offsets) - 1, len(factors)), 0xFFFFFFFF, np.uint32)
    _sign(hashes, offsets, factors, summands, result)
    return result


def common_weights(
    hashes: Hashes,
    starts: Places,
    ends: Places,
    weights: npt.NDArray[np.int32],
    shift: int,
    left: Places,
    right: Places,
) -> Places:
    """For each pair of texts the weight of the shingles that both have."""
    out = np.empty(len(left), np.int64)
    _common(hashes, starts, ends, weights, np.uint32(shift), left, right, out)
    return out


@_jit  # type: ignore[untyped-decorator]
def _mix(value: Any) -> Any:
    value = (value ^ (value >> _u64(33))) * _u64(MIX_1)
    value = (value ^ (value >> _u64(33))) * _u64(MIX_2)
    return value ^ (value >> _u64(33))


@_jit  # type: ignore[untyped-decorator]
def _shingle(
    buffer: Bytes,
    bounds: Places,
    table: Bytes,
    ends: Longs,
    out: Bytes,
    eights: Longs,
    out_bounds: Places,
    counts: Any,
    hashes: Hashes,
    offsets: Places,
    passages: Longs,
    passage_offsets: Places,
) -> None:
    base = _u64(WORD_BASE)
    cube = base * base * base
    written, shingle, passage = _u64(0), _u64(0), _u64(0)
    for text in range(len(counts)):
        start = written
        count, gap_before = _u64(0), _u64(1)
        for place in range(bounds[text], bounds[text + 1]):
            # Without a branch: a place is written again until a byte of a word, or one space, stands there.
            byte = table[buffer[place]]
            out[written] = byte
            ends[count] = written
            gap = _u64(byte == 32)
            count += gap & (gap_before ^ _u64(1))
            written += _u64(1) - (gap & gap_before)
            gap_before = gap
        one, two, three, four, five = _u64(0), _u64(0), _u64(0), _u64(0), _u64(0)
        for word in range(count):
            length = ends[word] - start
            value = _u64(0)
            power = _u64(1)
            while length > _u64(8):
                value += eights[start] * power
                power *= _u64(CHUNK_BASE)
                start += _u64(8)
                length -= _u64(8)
            value += (eights[start] & (_u64(MASK) >> (_u64(64) - _u64(8) * length))) * power
            start = ends[word] + _u64(1)
            one, two, three, four, five = two, three, four, five, _mix(value)
            if word >= WORDS - 1:
                total = (three * base + four) * base + five
                hashes[shingle] = np.uint32(_mix(total) >> _u64(32))
                shingle += _u64(1)
                if word >= PASSAGE - 1:
                    total = _mix((one * base + two) * cube + total)
                    passages[passage] = total
                    passage += _u64(total & _u64(PASSAGE_SAMPLE - 1) == _u64(0))
        if count and count < WORDS:
            hashes[shingle] = np.uint32(_mix(five if count == 1 else four * base + five) >> _u64(32))
            shingle += _u64(1)
        counts[text] = count
        out_bounds[text + 1], offsets[text + 1], passage_offsets[text + 1] = written, shingle, passage


@_jit  # type: ignore[untyped-decorator]
def _unique(hashes: Hashes, offsets: Places, out: Hashes, out_offsets: Places) -> int:
    found = 0
    for text in range(len(offsets) - 1):
        ordered = np.sort(hashes[offsets[text] : offsets[text + 1]])
        for place in range(len(ordered)):
            if place == 0 or ordered[place] != ordered[place - 1]:
                out[found] = ordered[place]
                found += 1
        out_offsets[text + 1] = found
    return found


@_jit  # type: ignore[untyped-decorator]
def _mix32(h: Any) -> Any:
    h = np.uint32(np.uint32(h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
    h = np.uint32(np.uint32(h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@_jit  # type: ignore[untyped-decorator]
def _sign(hashes: Hashes, offsets: Places, factors: Hashes, summands: Hashes, result: Hashes) -> None:
    for text in range(len(offsets) - 1):
        row = result[text]
        end = offsets[text + 1]
        for place in range(offsets[text], end, 4):
            # Four at a time, so that a row is read and written a quarter as often; the last may repeat.
            w = _mix32(hashes[place])
            x = _mix32(hashes[min(place + 1, end - 1)])
            y = _mix32(hashes[min(place + 2, end - 1)])
            z = _mix32(hashes[min(place + 3, end - 1)])
            for k in range(len(factors)):
                a = factors[k]
                b = summands[k]
                low = min(np.uint32(a * w + b), np.uint32(a * x + b))
                high = min(np.uint32(a * y + b), np.uint32(a * z + b))
                row[k] = min(row[k], min(low, high))


@_jit  # type: ignore[untyped-decorator]
def _common(
    hashes: Hashes,
    starts: Places,
    ends: Places,
    weights: npt.NDArray[np.int32],
    shift: Any,
    left: Places,
    right: Places,
    out: Places,
) -> None:
    for pair in range(len(left)):
        i, i_end = starts[left[pair]], ends[left[pair]]
        j, j_end = starts[right[pair]], ends[right[pair]]
        total = 0
        while i < i_end and j < j_end:
            a, b = hashes[i], hashes[j]
            if a == b:
                total += weights[a >> shift]
            i += a <= b
            j += b <= a
        out[pair] = total
