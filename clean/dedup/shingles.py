"""From a text to its shingles: normalise it, hash its words, hash every run of three of them.

    >>> normalise("Kim’s train left Pyongyang.")
    b'kim s train left pyongyang'
    >>> shingles = of_texts([normalise("Kim’s train left Pyongyang."), normalise("Photo")])
    >>> shingles.offsets.tolist()
    [0, 3, 4]
    >>> int(shingles.hashes[-1]) == shingle_hash(b"photo")
    True

Everything is done for a whole batch at once on flat arrays, never text by text: `offsets[i]` to
`offsets[i + 1]` are the places of the i-th text.

The hash of a shingle is made of the hashes of its words, so each byte of a batch is read once, however
long the shingles are. `shingle_hash` is the same function for one shingle, and what to give to
`datasketch.MinHash(hashfunc=…)` to compute the same signatures there. All arithmetic is modulo 2**64.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Hashes = npt.NDArray[np.uint32]
    Longs = npt.NDArray[np.uint64]
    Places = npt.NDArray[np.int64]

Number = TypeVar("Number", bound="np.generic")

WORDS = 3
"""Words a shingle: runs of five miss edited copies, runs of characters give twelve times the candidates."""

PASSAGE = 5
"""Words of the runs by which a quoted passage is found."""

PASSAGE_SAMPLE = 8
"""One in so many passages is kept, chosen by its hash: the same passage is kept in every text or in none."""

SHINGLES = f"words-{WORDS}/2"
"""Names normaliser, shingle size and hash. It changes when the same text would get other shingles."""

MASK = (1 << 64) - 1
CHUNK_BASE = 0x9E3779B97F4A7C15
WORD_BASE = 0xD6E8FEB86659FD93
MIX_1 = 0xFF51AFD7ED558CCD
MIX_2 = 0xC4CEB9FE1A85EC53
"""The finalizer of MurmurHash3 for 64 bits, as are its shifts by 33."""

WORD_BYTES = bytes(
    byte if byte >= 128 else ord(chr(byte).lower()) if chr(byte).isalnum() or byte == 95 else 32
    for byte in range(256)
)
"""What each byte of `encoded` becomes: part of a word, in lower case, or a space."""

# Chinese and Japanese leave no space between words: there every character counts as one.
_IDEOGRAPHS = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W{_IDEOGRAPHS}]+")

MARKS = 30
"""Combining marks in a row that text has at most by the standard (stream-safe format, UAX #15). The time that
normalising takes grows with the square of a run: 100,000 of them took minutes."""
_NO_WORD = re.compile(rf"[^\w\s]{{{MARKS + 1},}}")


class Shingles(NamedTuple):
    """The shingles of a batch of texts; `of_texts` gives them in order, `as_sets` sorted and each once."""

    hashes: Hashes
    offsets: Places
    words: npt.NDArray[np.int32]
    """How many words each text has."""
    passages: Longs
    """Hashes of each text's sampled passages."""
    passage_offsets: Places


NARROW = "cp1252"
"""Most texts of western languages fit it. It has one byte a character, and its characters fold one by one."""

ODD = 0.01
"""Share of characters that are not of `NARROW` up to which a text is folded line by line."""


def normalise(text: str) -> bytes:
    """The words of a text in lower case, joined by one space, in UTF-8. Empty if it has no word."""
    words = encoded(text).translate(WORD_BYTES).strip(b" ")
    while b"  " in words:  # a fifth of the time of split and join
        words = words.replace(b"  ", b" ")
    return words


def encoded(text: str) -> bytes:
    """A text that is normalised but for what a table of bytes can do: all of it, where it has ASCII alone."""
    if text.isascii():
        return text.encode()
    try:
        narrow = text.encode(NARROW)
    except UnicodeEncodeError:
        # Nothing of Unicode reaches over the end of a line, and many a text has one sign that is not narrow.
        narrow = text.encode(NARROW, "ignore")
        if "\n" in text and len(text) - len(narrow) < ODD * len(text):
            return b"\n".join(map(encoded, text.split("\n")))
        return _folded(text).encode()
    table, longer = _narrow_fold()
    narrow = narrow.translate(table)
    if narrow.isascii():
        return narrow
    words = narrow.decode(NARROW)
    for character, folded in longer.items():
        if character in words:
            words = words.replace(character, folded)
    return words.encode()


def _folded(text: str) -> str:
    """The words of a text in lower case, joined by one space."""
    if any(map(unicodedata.combining, set(text))):
        text = _NO_WORD.sub(_without_flood, text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_WORD.findall(folded))


@cache
def _narrow_fold() -> tuple[bytes, dict[str, str]]:
    """What each byte of `NARROW` becomes. Those that become no single byte stay; see the second value."""
    table, longer = bytearray(WORD_BYTES), {}
    for byte in range(128, 256):
        character = bytes((byte,)).decode(NARROW, "ignore")
        folded = _folded(character) or " "
        try:
            (table[byte],) = folded.encode(NARROW)
        except ValueError:
            longer[character] = folded
    return bytes(table), longer


def _without_flood(run: re.Match[str]) -> str:
    return run[0][:MARKS] if any(map(unicodedata.combining, run[0])) else run[0]


def content_hash(normalised: bytes) -> bytes:
    """16 bytes that name a normalised text: equal texts and no others have the same."""
    return hashlib.blake2b(normalised, digest_size=16).digest()


def shingle_hash(shingle: bytes) -> int:
    """The 32-bit hash of one shingle, its words joined by one space in UTF-8."""
    total = 0
    for word in shingle.split(b" "):
        value = 0
        for start in range((len(word) - 1) // 8 * 8, -1, -8):
            value = (value * CHUNK_BASE + int.from_bytes(word[start : start + 8], "little")) & MASK
        total = (total * WORD_BASE + _mixed(value)) & MASK
    return _mixed(total) >> 32


def shingles_of(normalised: bytes) -> list[bytes]:
    """The shingles of one normalised text, in order: for tests, benchmarks and the curious."""
    words = normalised.split(b" ") if normalised else []
    if not words:
        return []
    return [b" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))]


def of_texts(texts: Sequence[bytes], *, fast: bool = False) -> Shingles:
    """The shingles of normalised texts, in order, repeated where the text repeats them.

    A text of fewer words than a shingle has one shingle of all its words; one without words has none.

    Args:
        texts: as `normalise` returns them.
        fast: with the compiled kernel of the extra `fast`; the result is the same.
    """
    import numpy as np

    if fast:
        return of_encoded(texts, fast=True)[2]
    return _of_buffer(np.frombuffer(b"\n".join([*texts, bytes(8)]), np.uint8))


def of_encoded(texts: Sequence[bytes], *, fast: bool = False) -> tuple[Bytes, Places, Shingles]:
    """Shingles of texts as `encoded` gives them.

    Args:
        texts: to shingle.
        fast: with the compiled kernel; the result is the same.

    Returns:
        the normalised texts in one buffer, each followed by white space; where each begins; the shingles.
    """
    import numpy as np

    if fast:
        from clean.dedup import kernel

        return kernel.shingles(texts)
    words = (text.translate(WORD_BYTES).strip(b" ") for text in texts)
    buffer = np.frombuffer(b"\n".join([*words, bytes(8)]), np.uint8)
    spaces = buffer == 32
    kept = np.ones(len(buffer), bool)
    np.logical_not(spaces[1:] & spaces[:-1], out=kept[1:])
    buffer = buffer[kept]
    bounds = np.concatenate(([0], np.flatnonzero(buffer == 10) + 1))
    return buffer, bounds, _of_buffer(buffer)


def _of_buffer(buffer: Bytes) -> Shingles:
    """The shingles of normalised texts.

    Args:
        buffer: of which each text ends in a newline; eight more bytes follow.
    """
    import numpy as np

    ends = np.flatnonzero(buffer[:-8] <= 32)
    words, counts = _word_hashes(buffer, ends)
    hashes, offsets = _runs(words, counts, WORDS, shorter=True)
    passages, passage_offsets = _runs(words, counts, PASSAGE, shorter=False)
    sampled = (passages & np.uint64(PASSAGE_SAMPLE - 1)) == 0
    return Shingles(
        (hashes >> np.uint64(32)).astype(np.uint32),
        offsets,
        counts.astype(np.int32),
        passages[sampled],
        _offsets_of(sampled, passage_offsets),
    )


def unpacked(buffer: Bytes, bounds: Places) -> list[bytes]:
    """The normalised texts of a buffer of `of_encoded`."""
    data = buffer[: bounds[-1]].tobytes()
    return [data[start : max(start, end - 1)] for start, end in pairwise(bounds.tolist())]


def as_sets(shingles: Shingles, *, fast: bool = False) -> Shingles:
    """The same with each text's shingles and passages sorted, each once."""
    passages, passage_offsets = _sets(shingles.passages, shingles.passage_offsets)
    if fast:
        from clean.dedup import kernel

        hashes, offsets = kernel.sets(shingles.hashes, shingles.offsets)
    else:
        hashes, offsets = _sets(shingles.hashes, shingles.offsets)
    return Shingles(hashes, offsets, shingles.words, passages, passage_offsets)


def _mixed(value: int) -> int:
    value = (value ^ value >> 33) * MIX_1 & MASK
    value = (value ^ value >> 33) * MIX_2 & MASK
    return value ^ value >> 33


def mix(values: Longs) -> Longs:
    """Spread 64-bit values evenly; a bijection."""
    import numpy as np

    shift = np.uint64(33)
    mixed = values ^ (values >> shift)
    mixed *= np.uint64(MIX_1)
    mixed ^= mixed >> shift
    mixed *= np.uint64(MIX_2)
    mixed ^= mixed >> shift
    return mixed


LONG = 64
"""Bytes above which a word (mostly a URL or an encoded picture) is hashed by itself."""


def eights_of(buffer: Bytes) -> Longs:
    """The eight bytes from every place of a buffer, each as a little-endian integer; no copy is made."""
    import numpy as np

    return np.lib.stride_tricks.as_strided(buffer[:8].view("<u8"), (len(buffer) - 7,), (1,))


def _word_hashes(buffer: Bytes, ends: Places) -> tuple[Longs, Places]:
    """The hash of every word, and how many words each text has.

    A word is taken eight bytes at a time, as little-endian integers: most are hashed in one step. It is
    the sum of integer · base**place, mixed.

    Args:
        buffer: in it a text ends in a newline, every other word in a space; eight more bytes follow.
        ends: the places of those spaces and newlines.
    """
    import numpy as np

    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    eights = eights_of(buffer)
    masks = np.array([MASK >> 8 * (8 - length) for length in range(9)], np.uint64)
    hashes = eights[starts] & masks[np.minimum(lengths, 8)]
    power = 1
    for place in range(8, LONG, 8):
        longer = np.flatnonzero(lengths > place)
        if not len(longer):
            break
        power = power * CHUNK_BASE & MASK
        chunks = eights[starts[longer] + place] & masks[np.minimum(lengths[longer] - place, 8)]
        hashes[longer] += chunks * np.uint64(power)
    for word in np.flatnonzero(lengths > LONG).tolist():
        size = int(lengths[word]) + 7 & ~7
        padded = buffer[starts[word] : starts[word] + size].copy()
        padded[lengths[word] :] = 0
        powers = np.full(size // 8, CHUNK_BASE, np.uint64)
        powers[0] = 1
        hashes[word] = (padded.view("<u8") * np.multiply.accumulate(powers)).sum(dtype=np.uint64)
    closing = np.flatnonzero(buffer[ends] == 10)
    filled = lengths[closing] > 0  # no word is empty but the only one of a text without words
    counts = np.diff(closing, prepend=-1) * filled
    return mix(hashes if filled.all() else np.delete(hashes, closing[~filled])), counts


def _runs(words: Longs, counts: Places, size: int, *, shorter: bool) -> tuple[Longs, Places]:
    """The hash of every run of `size` words that lies in one text.

    Args:
        words: word hashes of all the texts.
        counts: words a text.
        size: words a run.
        shorter: a text of fewer words is one run of all of them; else it has none.
    """
    import numpy as np

    ends = np.cumsum(counts)
    totals = words.copy()
    for place in range(1, size):
        totals[:-place] = totals[:-place] * np.uint64(WORD_BASE) + words[place:]
    kept = np.ones(len(words), bool)
    for back in range(1, size):
        kept[(ends - back)[counts >= back]] = False
    runs = np.maximum(counts - (size - 1), 0)
    if shorter:
        for text in np.flatnonzero((counts > 0) & (counts < size)).tolist():
            first = int(ends[text] - counts[text])
            total = 0
            for word in words[first : int(ends[text])].tolist():
                total = (total * WORD_BASE + word) & MASK
            totals[first] = total
            kept[first] = True
            runs[text] = 1
    return mix(totals[kept]), np.concatenate(([0], np.cumsum(runs)))


def _offsets_of(kept: npt.NDArray[np.bool_], offsets: Places) -> Places:
    """Offsets into what a mask leaves, from offsets into all."""
    import numpy as np

    return np.searchsorted(np.flatnonzero(kept), offsets)


def _sets(values: npt.NDArray[Number], offsets: Places) -> tuple[npt.NDArray[Number], Places]:
    """Each text's values sorted and each once."""
    import numpy as np

    values = values.copy()
    for start, end in pairwise(offsets.tolist()):  # several times faster than all at once
        values[start:end].sort()
    first = np.ones(len(values), bool)
    first[1:] = values[1:] != values[:-1]
    first[offsets[:-1][np.diff(offsets) > 0]] = True
    return values[first], _offsets_of(first, offsets)
