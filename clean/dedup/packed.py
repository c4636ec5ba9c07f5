"""Sketches as bytes, to be made by one process and read by another on the same machine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any

import orjson

from clean.dedup.minhash import BANDS
from clean.dedup.sketch import Sketches

if TYPE_CHECKING:
    from clean.dedup.shingles import Places

COLUMNS = {
    "contents": "u8", "sizes": "i8", "words": "i4", "hashes": "u4", "offsets": "i8", "passages": "u8",
    "passage_offsets": "i8", "keys": "u8",
}  # fmt: skip
"""The arrays of `Sketches`, and the kind of number in each."""

LISTS = ("ids", "dates", "damages", "within")


def to_bytes(sketches: Sketches) -> bytes:
    """Lists as JSON on one line, then the arrays."""
    arrays = [getattr(sketches, name).astype(kind, copy=False).tobytes() for name, kind in COLUMNS.items()]
    head = {name: getattr(sketches, name) for name in LISTS}
    line = orjson.dumps({"lists": head, "lengths": list(map(len, arrays))}, option=orjson.OPT_APPEND_NEWLINE)
    return line + b"".join(arrays)


def from_bytes(data: bytes) -> Sketches:
    """What `to_bytes` wrote."""
    import numpy as np

    at = data.index(b"\n") + 1
    head = orjson.loads(data[:at])
    arrays: dict[str, Any] = {}
    for (name, kind), size in zip(COLUMNS.items(), head["lengths"], strict=True):
        arrays[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at)
        at += size
    texts = len(head["lists"]["ids"])
    arrays["contents"] = arrays["contents"].reshape(texts, 2)
    arrays["keys"] = arrays["keys"].reshape(BANDS, texts)
    return Sketches(**head["lists"], **arrays)


def only(sketches: Sketches, stays: Sequence[bool]) -> Sketches:
    """The sketches of some of the texts.

    Args:
        sketches: of some texts.
        stays: whether each of them is wanted.
    """
    import numpy as np

    from clean.dedup.pairs import places_of

    if all(stays):
        return sketches
    kept = np.array(stays, bool)

    def offsets_of(offsets: Places) -> Places:
        return np.concatenate(([0], np.cumsum(np.diff(offsets)[kept])))

    def runs(offsets: Places) -> Places:
        return places_of(offsets[:-1][kept], np.diff(offsets)[kept])

    lists: dict[str, Any] = {name: list(compress(getattr(sketches, name), stays)) for name in LISTS}
    return sketches._replace(
        **lists,
        contents=sketches.contents[kept],
        sizes=sketches.sizes[kept],
        words=sketches.words[kept],
        hashes=sketches.hashes[runs(sketches.offsets)],
        offsets=offsets_of(sketches.offsets),
        passages=sketches.passages[runs(sketches.passage_offsets)],
        passage_offsets=offsets_of(sketches.passage_offsets),
        keys=sketches.keys[:, kept],
    )
