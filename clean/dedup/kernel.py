"""The compiled kernels of the extra `fast`: same bits as the numpy paths, several times faster.

numba takes about a second to compile them once; the result is cached beside this file.
"""

from __future__ import annotations

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
    WORDS,
    Shingles,
    eights_of,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from clean.dedup.shingles import Bytes, Hashes, Longs, Places

_u64 = np.uint64
_jit: Any = numba.njit(cache=True, nogil=True, fastmath=False)


def shingles(buffer: Bytes, ends: Places, texts: int) -> Shingles:
    """As `clean.dedup.shingles.of_texts`.

    Args:
        buffer: in it a text ends in a newline, every other word in a space; eight more bytes follow.
        ends: the places of those spaces and newlines.
        texts: how many there are.
    """
    room = len(ends)
    hashes = np.empty(room, np.uint32)
    passages = np.empty(room, np.uint64)
    counts = np.zeros(texts, np.int32)
    offsets = np.zeros(texts + 1, np.int64)
    passage_offsets = np.zeros(texts + 1, np.int64)
    _shingle(buffer, eights_of(buffer), ends, counts, hashes, offsets, passages, passage_offsets)
    return Shingles(
        hashes[: offsets[-1]].copy(), offsets, counts, passages[: passage_offsets[-1]].copy(), passage_offsets
    )


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
    eights: Longs,
    ends: Places,
    counts: Any,
    hashes: Hashes,
    offsets: Places,
    passages: Longs,
    passage_offsets: Places,
) -> None:
    base = _u64(WORD_BASE)
    one, two, three, four, five = _u64(0), _u64(0), _u64(0), _u64(0), _u64(0)
    text, shingle, passage = _u64(0), _u64(0), _u64(0)
    count, start = 0, _u64(0)
    for end in ends:
        length = _u64(end) - start
        if length:
            value = _u64(0)
            power = _u64(1)
            while length > _u64(8):
                value += eights[start] * power
                power *= _u64(CHUNK_BASE)
                start += _u64(8)
                length -= _u64(8)
            value += (eights[start] & (_u64(MASK) >> (_u64(64) - _u64(8) * length))) * power
            one, two, three, four, five = two, three, four, five, _mix(value)
            count += 1
            if count >= WORDS:
                total = (three * base + four) * base + five
                hashes[shingle] = np.uint32(_mix(total) >> _u64(32))
                shingle += _u64(1)
                if count >= PASSAGE:
                    total = _mix((one * base + two) * (base * base * base) + total)
                    passages[passage] = total
                    passage += _u64(total & _u64(PASSAGE_SAMPLE - 1) == _u64(0))
        if buffer[_u64(end)] == 10:
            if count and count < WORDS:
                hashes[shingle] = np.uint32(_mix(five if count == 1 else four * base + five) >> _u64(32))
                shingle += _u64(1)
            counts[text] = count
            count = 0
            text += _u64(1)
            offsets[text] = shingle
            passage_offsets[text] = passage
        start = _u64(end) + _u64(1)


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
