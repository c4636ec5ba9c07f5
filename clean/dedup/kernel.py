"""The compiled kernels of the extra `fast`: same bits as the numpy paths, several times faster.

numba takes about a second to compile them once; the result is cached beside this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from clean.dedup.shingles import (
    CHUNK_BASE,
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


def shingles(texts: Sequence[bytes]) -> tuple[Bytes, Places, Shingles]:
    """As `clean.dedup.shingles.of_encoded`."""
    buffer = np.frombuffer(bytearray(b" ".join([*texts, bytes(8)])), np.uint8)
    bounds = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1, out=bounds[1:])
    out = np.empty(len(buffer) + 8, np.uint8)
    room = len(buffer) // 2
    hashes = np.empty(room, np.uint32)
    passages = np.empty(room + 1, np.uint64)
    counts = np.zeros(len(texts), np.int32)
    out_bounds, offsets, passage_offsets = np.zeros((3, len(texts) + 1), np.int64)
    _fold(buffer)
    _shingle(
        *(eights_of(buffer), bounds, out, eights_of(out), out_bounds),
        *(counts, hashes, offsets, passages, passage_offsets),
    )
    found = Shingles(
        hashes[: offsets[-1]].copy(), offsets, counts, passages[: passage_offsets[-1]].copy(), passage_offsets
    )
    return out, out_bounds, found


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
def _fold(buffer: Bytes) -> None:
    """As the table `WORD_BYTES`, in arithmetic that the compiler does on many bytes at a time."""
    for place in range(len(buffer)):
        byte = buffer[place]
        lower = np.uint8(byte | np.uint8(32))
        letter = np.uint8(lower - np.uint8(97)) < np.uint8(26)
        other = (np.uint8(byte - np.uint8(48)) < np.uint8(10)) | (byte == 95) | (byte >= 128)
        buffer[place] = lower if letter else (byte if other else np.uint8(32))


@_jit  # type: ignore[untyped-decorator]
def _shingle(
    eights: Longs,
    bounds: Places,
    out: Bytes,
    out_eights: Longs,
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
        one, two, three, four, five = _u64(0), _u64(0), _u64(0), _u64(0), _u64(0)
        value, power, began, count = _u64(0), _u64(1), written, 0
        place, end = _u64(bounds[text]), _u64(bounds[text + 1])
        while place < end:
            # Eight bytes at a time, and among them the first space: its highest bit is that of `gaps`.
            eight = eights[place]
            out_eights[written] = eight
            gaps = eight ^ _u64(0x2020202020202020)
            gaps = (gaps - _u64(0x0101010101010101)) & ~gaps & _u64(0x8080808080808080)
            if gaps == _u64(0):
                value += eight * power
                power *= _u64(CHUNK_BASE)
                place += _u64(8)
                written += _u64(8)
                continue
            lowest = (gaps & (~gaps + _u64(1))) >> _u64(7)
            size = (lowest * _u64(0x0001020304050607)) >> _u64(56)
            place += size + _u64(1)
            written += size
            if written == began:
                continue
            out[written] = 32
            written += _u64(1)
            one, two, three, four, five = (
                two,
                three,
                four,
                five,
                _mix(value + (eight & (lowest - _u64(1))) * power),
            )
            value, power, began = _u64(0), _u64(1), written
            count += 1
            if count >= WORDS:
                total = (three * base + four) * base + five
                hashes[shingle] = np.uint32(_mix(total) >> _u64(32))
                shingle += _u64(1)
                if count >= PASSAGE:
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
