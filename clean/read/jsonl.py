"""JSON Lines: one record a line, and a bound on the length of a line that no memory is spent beyond."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from clean.errors import InputError
from clean.read.limits import LARGER, Limits, Reading
from clean.read.packed import PIECE, check_bounds, unpack
from clean.read.records import Record
from clean.read.source import Problem

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Marks of UTF-16; that of UTF-32 begins with one of them."""

JQ = "`jq -c .` writes each object on a line of its own, `jq -c '.[]'` those of a list."

STREAM = 20
"""Documents of the largest size that a stream may have before the ratio of the whole is looked at."""


class Line(NamedTuple):
    """A line, or as much of it as the bounds allow."""

    data: bytes
    too_long: str = ""
    """The code of the bound that it is beyond: too-large, bomb."""
    ended: bool = True
    """False for a last line without a newline."""


def read_jsonl(file: BinaryIO, packing: str, reading: Reading) -> Iterator[Record | Problem]:
    """The records of a JSON Lines file; blank lines are none.

    Raises:
        InputError: the compressed stream is damaged; nothing was given then.
    """
    damage = verify(file, packing, reading)
    if damage is not None:
        yield Problem.of(damage, "")._replace(severity="damaged")
    number = 0
    for line in lines(file, packing, reading.limits):
        data = line.data.strip()
        if line.too_long:
            what = f"beyond the bounds of one document ({line.too_long})"
            yield Problem("", "record-too-large", what, LARGER, number)
        elif not data:
            continue
        elif not line.ended and not data.endswith((b"}", b"]")):
            yield Problem(
                "", "truncated", "the file ends inside this record", "Fetch the file again.", number
            )
        elif not (data.startswith(b"{") and data.endswith(b"}")):
            yield Problem("", "bad-record", "no JSON object, from { to }, on this line", JQ, number)
        else:
            yield Record(number, data, "json")
        number += 1
    if not number:
        yield Problem("", "empty-input", "no records", severity="damaged")


def verify(file: BinaryIO, packing: str, reading: Reading) -> InputError | None:
    """Read a compressed stream to its end, and go back to its start.

    Returns:
        what is wrong with it, if its records can be read all the same.

    Raises:
        InputError: the stream is truncated, damaged or a bomb.
    """
    if not packing:
        return None
    limits = reading.limits
    size = 0
    try:
        for piece in unpack(file, packing):
            size += len(piece)
            if size > STREAM * limits.bytes:
                check_bounds(size, file.tell(), most=size, ratio=limits.ratio)
    except InputError as error:
        if error.code == "trailing-garbage" or (reading.salvage and error.code != "bomb"):
            return error
        error.hint += " Or take what can be read: --salvage."
        raise
    finally:
        file.seek(0)
    return None


def lines(file: BinaryIO, packing: str, limits: Limits) -> Iterator[Line]:
    """The lines of a stream; a byte order mark is left out.

    Raises:
        InputError: it is no UTF-8, nor an encoding whose lines end as those of UTF-8 do.
    """
    pieces: list[bytes] = []
    size = 0
    too_long = ""
    began = file.tell()
    first = True
    for piece in _well_ended(file, packing):
        if first:
            if piece.startswith(WIDE):
                hint = "Convert it: iconv -f UTF-16 -t UTF-8."
                raise InputError("unsupported-format", "records in UTF-16", hint=hint)
            piece = piece.removeprefix(b"\xef\xbb\xbf")
            first = False
        *whole, rest = piece.split(b"\n")
        for part in whole:
            too_long = too_long or ("too-large" if size + len(part) > limits.bytes else "")
            yield Line(b"" if too_long else b"".join((*pieces, part)), too_long)
            pieces, size, too_long = [], 0, ""
            began = file.tell()
        size += len(rest)
        if size > limits.bytes:
            too_long = "too-large"
        elif packing and size > PIECE * 2 and size > limits.ratio * (file.tell() - began + PIECE // 16):
            too_long = "bomb"
        if too_long:
            pieces = []
        elif rest:
            pieces.append(rest)
    if pieces or too_long:
        yield Line(b"".join(pieces), too_long, ended=False)


def _well_ended(file: BinaryIO, packing: str) -> Iterator[bytes]:
    """What `verify` let pass, up to the damage that it told of."""
    try:
        yield from unpack(file, packing)
    except InputError:
        return
