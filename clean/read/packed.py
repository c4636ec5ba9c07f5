"""Compressed bytes, one bounded piece at a time, with every kind of damage noticed.

The libraries read short without an error (zstd's stream reader), stop at the first frame, or allocate what a
header claims. Here a stream ends well only when its last frame ends at the last byte.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from clean.errors import InputError, UsageError
from clean.read.limits import LARGER

PIECE = 1 << 20
"""Bytes given at a time."""

STEP = 1 << 14
"""Compressed bytes read at a time: what stands behind a member is copied, and a member may have 20 bytes."""

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes((kind,)) + b"\x2a\x4d\x18" for kind in range(0x50, 0x60))
"""Frames without data: pzstd puts one before each of its own, seekable archives end in one."""
ZSTD_WINDOW = 27
"""Log2 of the largest window: 128 MB, what `zstd --long` needs; a header can claim 2 GB."""

ARCHIVES_HINT = "Type: pip install 'unscrape[archives]'"


def truncated(what: str) -> InputError:
    """The error for data that ends in the middle of something."""
    return InputError("truncated", f"the {what} ends in the middle", hint="Fetch the file again.")


def corrupt(what: str, why: str) -> InputError:
    """The error for data that contradicts itself."""
    return InputError("corrupt", f"the {what} is damaged ({why})", hint="Fetch the file again.")


def packing_of(head: bytes, named: str) -> str:
    """The packing of bytes that begin with `head`: none where the name promises one that is not there."""
    magic = {"gzip": (GZIP_MAGIC,), "zstd": (ZSTD_MAGIC, *ZSTD_SKIPPABLE)}.get(named, (b"",))
    return named if not head or head.startswith(magic) else ""


def unpack(file: BinaryIO, packing: str) -> Iterator[bytes]:
    """The decompressed pieces of a stream of any length, each of at most `PIECE` bytes or so.

    Args:
        file: at its start.
        packing: "gzip", "zstd", or "" for bytes as they are.

    Raises:
        InputError: "truncated", "corrupt", "trailing-garbage", after every good piece was given.
        UsageError: the library for this packing is not installed.
    """
    if packing == "gzip":
        return _gunzip(file)
    if packing == "zstd":
        return _unzstd(file)
    return iter(lambda: file.read(PIECE), b"")


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    data = file.read(STEP)
    while data:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not member.eof:
            try:
                piece = member.decompress(data, PIECE)
            except zlib.error as error:
                raise corrupt("gzip stream", str(error)) from error
            if piece:
                yield piece
            data = member.unconsumed_tail
            if not data and not member.eof:
                data = file.read(STEP)
                if not data and not piece:
                    raise truncated("gzip stream")
        data = member.unused_data
        if len(data) < len(GZIP_MAGIC):
            data += file.read(STEP)
        if data and not data.startswith(GZIP_MAGIC):
            if not data.strip(b"\0") and not file.read(PIECE).strip(b"\0"):  # padding of tapes and disks
                return
            raise InputError(
                "trailing-garbage", "bytes after the end of the gzip stream", hint="They were not read."
            )


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    zstandard = _zstandard()
    data = file.read(STEP)
    while data:
        frame = zstandard.ZstdDecompressor(max_window_size=1 << ZSTD_WINDOW).decompressobj()
        while not frame.eof:
            # a block of zstd data expands to 128 KB at most, so small steps bound each piece
            step, data = data[: 1 << 12], data[1 << 12 :]
            if not step:
                data = file.read(STEP)
                if not data:
                    raise truncated("zstd stream")
                continue
            try:
                piece = frame.decompress(step)
            except (zstandard.ZstdError, MemoryError) as error:
                raise corrupt("zstd stream", str(error)) from error
            if piece:
                yield piece
            if frame.eof:
                data = frame.unused_data + data
        if len(data) < len(ZSTD_MAGIC):
            data += file.read(STEP)
        if data and not data.startswith((ZSTD_MAGIC, *ZSTD_SKIPPABLE)):
            raise InputError(
                "trailing-garbage", "bytes after the end of the zstd stream", hint="They were not read."
            )


def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise UsageError("extra-missing", "reading .zst needs zstandard", hint=ARCHIVES_HINT) from error
    return zstandard


def unpack_whole(data: bytes, packing: str, *, most: int, ratio: int) -> bytes:
    """The one document in some compressed bytes.

    Raises:
        InputError: damaged, or beyond the bounds ("too-large", "bomb").
        UsageError: the library for this packing is not installed.
    """
    import io

    pieces: list[bytes] = []
    size = 0
    for piece in unpack(io.BytesIO(data), packing):
        pieces.append(piece)
        size += len(piece)
        check_bounds(size, len(data), most=most, ratio=ratio)
    return b"".join(pieces)


def check_bounds(size: int, packed: int, *, most: int, ratio: int) -> None:
    """Refuse one document that is too large, or too much larger than what it came from.

    Raises:
        InputError: "too-large" or "bomb".
    """
    if size > most:
        raise InputError("too-large", f"over {most / 1e6:,.0f} MB in one document", hint=LARGER)
    if size > PIECE and size > ratio * packed:
        raise InputError(
            "bomb",
            f"expands more than {ratio} times",
            hint="Unpack it by hand, or allow more with --set limits.ratio=1000.",
        )
