"""WARC and WET: the pages and texts of a crawl, and what lies before and after a damaged record.

The framing is read here rather than by warcio, which reads a short last record and a wrong Content-Length without
a word, and loses every record after them. A record is believed when a blank line or the end stands where
its length says; otherwise the search goes on at the next line that begins a record.
"""  # noqa: E501

from __future__ import annotations

import mmap
import re
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from clean.errors import InputError
from clean.model import Json
from clean.read.limits import LARGER, Limits, Reading
from clean.read.packed import GZIP_MAGIC, PIECE, STEP, truncated, unpack
from clean.read.records import Record
from clean.read.source import Problem

LONGEST_HEADER = 32_768
LONGEST_URL = 1_000
BEGINNING = b"WARC/1."
SPARE = 1_000_000
"""Bytes that headers may add to the largest document."""

_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r\n")

Buffer = bytes | mmap.mmap


class Framed(NamedTuple):
    """One record as it stands: named fields in lower case, and the block."""

    fields: Mapping[str, str]
    block: bytes


def read_warc(file: BinaryIO, packing: str, reading: Reading) -> Iterator[Record | Problem]:
    """The documents of a WARC or WET file: responses that are HTML or text, and conversions.

    Raises:
        InputError: no WARC file at all.
    """
    number = 0
    empty = True
    for item in _framed(file, packing, reading.limits):
        if isinstance(item, Problem):
            yield item._replace(record=number) if item.record is not None else item
            number += item.record is not None
            empty = False
            continue
        found = _document(item, number, reading.limits)
        if found is not None:
            yield found
            empty = False
        number += 1
    if empty:
        yield Problem("", "empty-input", "no page and no text in it", severity="damaged")


def _framed(file: BinaryIO, packing: str, limits: Limits) -> Iterator[Framed | Problem]:
    if packing == "gzip":
        yield from _members(file, limits)
    elif packing:
        yield from _spooled(file, packing, limits)
    else:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as buffer:
            if buffer.find(BEGINNING, 0, LONGEST_HEADER) < 0:
                raise InputError("format-mismatch", "named .warc, but no WARC file", hint="Rename it.")
            yield from frames(buffer, limits)


def _spooled(file: BinaryIO, packing: str, limits: Limits) -> Iterator[Framed | Problem]:
    """A stream of many records: unpacked to a nameless file first, as its damage is known only at its end."""
    with tempfile.TemporaryFile() as spool:
        damage = None
        size = 0
        try:
            for piece in unpack(file, packing):
                size += spool.write(piece)
                if size > 20 * limits.bytes and size > limits.ratio * file.tell():
                    raise InputError(
                        "bomb", f"expands more than {limits.ratio} times", hint="Unpack it by hand."
                    )
        except InputError as error:
            damage = Problem.of(error, "")._replace(severity="damaged")
        spool.flush()
        if size:
            with mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ) as buffer:
                yield from frames(buffer, limits)
        if damage is not None:
            yield damage


def _members(file: BinaryIO, limits: Limits) -> Iterator[Framed | Problem]:
    """A .warc.gz: one gzip member for each record; one member for everything is read too."""
    first = True
    for member in _gzip_members(file, limits):
        if isinstance(member, Problem):
            yield member
            first = False
            continue
        found = list(frames(member, limits))
        if first and len(found) > 1:
            hint = "Recompress it record by record, so that damage stays in one."
            yield Problem(
                "", "warc-not-per-record", "many records in one gzip member", hint, severity="damaged"
            )
            file.seek(0)
            yield from _spooled(file, "gzip", limits)
            return
        first = False
        yield from found


def _gzip_members(file: BinaryIO, limits: Limits) -> Iterator[bytes | Problem]:
    """The content of each member; after damage the search goes on at the next gzip mark."""
    most = limits.bytes + SPARE
    data = file.read(STEP)
    while data:
        if not data.startswith(GZIP_MAGIC):
            at, data = _seek_member(file, data)
            yield Problem(
                "", "corrupt", "bytes between two records", "They were not read.", severity="damaged"
            )
            if at < 0:
                return
            continue
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        pieces: list[bytes] = []
        size = packed = 0
        code = ""
        while not member.eof:
            packed += len(data)
            try:
                piece = member.decompress(data, PIECE)
            except zlib.error as error:
                code, why = "corrupt", str(error)
                break
            packed -= len(member.unconsumed_tail) + len(member.unused_data)
            size += len(piece)
            if size > most or (size > 2 * PIECE and size > limits.ratio * packed):
                code, pieces = "record-too-large", []
            elif not code:
                pieces.append(piece)
            data = member.unconsumed_tail or file.read(STEP) if not member.eof else b""
            if not data and not piece and not member.eof:
                code, why = code or "truncated", "the file ends inside this record"
                break
        if code == "record-too-large":
            yield Problem("", code, "beyond the bounds of one document", LARGER, 0)
        elif code:
            yield Problem("", code, why, "Fetch the file again.", 0)
        else:
            yield b"".join(pieces)
        if member.eof:
            data = member.unused_data
            if len(data) < len(GZIP_MAGIC):
                data += file.read(STEP)
        else:
            _, data = _seek_member(file, data[1:])


def _seek_member(file: BinaryIO, data: bytes) -> tuple[int, bytes]:
    """The place of the next gzip mark in `data` and what follows in the file, and the data from there."""
    mark = GZIP_MAGIC + b"\x08"
    while True:
        at = data.find(mark)
        if at >= 0:
            return at, data[at:]
        more = file.read(STEP)
        if not more:
            return -1, b""
        data = data[-2:] + more


def frames(buffer: Buffer, limits: Limits) -> Iterator[Framed | Problem]:
    """The records in some bytes, and a problem for each stretch that is none."""
    at = 0
    size = len(buffer)
    while at < size:
        while at < size and buffer[at : at + 1] in (b"\r", b"\n"):
            at += 1
        if at >= size:
            return
        if buffer[at : at + len(BEGINNING)] != BEGINNING:
            at = _next(buffer, at)
            yield Problem(
                "", "corrupt", "bytes between two records", "They were not read.", severity="damaged"
            )
            continue
        blank, start = _blank_line(buffer, at, at + LONGEST_HEADER)
        if blank < 0:
            following = _next(buffer, at + 1)
            code = "warc-bad-header" if following < size or size - at > LONGEST_HEADER else "truncated"
            yield Problem("", code, "a header without an end", "Fetch the file again.", 0)
            at = following
            continue
        fields = _fields(buffer[at:blank])
        length = fields.get("content-length", "")
        end = start + int(length) if length.isascii() and length.isdigit() and len(length) < 16 else -1
        if end < 0 or end > size or not _ended(buffer, end):
            following = _next(buffer, start)
            code = "truncated" if end > size and following >= size else "warc-bad-length"
            yield Problem(
                "", code, f"Content-Length {length[:20]!r} does not fit", "Fetch the file again.", 0
            )
            at = following
            continue
        if end - start > limits.bytes + SPARE:
            yield Problem("", "record-too-large", "beyond the bounds of one document", LARGER, 0)
        else:
            yield Framed(fields, bytes(buffer[start:end]))
        at = end


def _blank_line(buffer: Buffer, start: int, most: int) -> tuple[int, int]:
    """Where a header ends and where its block begins; -1 if there is no blank line. Some write it with LF."""
    crlf = buffer.find(b"\r\n\r\n", start, most)
    lf = buffer.find(b"\n\n", start, most if crlf < 0 else crlf)
    return (lf, lf + 2) if lf >= 0 else (crlf, crlf + 4)


def _next(buffer: Buffer, start: int) -> int:
    """Where the next line begins that begins a record, or the end."""
    found = buffer.find(b"\n" + BEGINNING, max(0, start - 1))
    return len(buffer) if found < 0 else found + 1


def _ended(buffer: Buffer, end: int) -> bool:
    """Whether a record may end here: at the end, before a blank line, or before the next record."""
    tail = buffer[end : end + 64]
    return tail.startswith(b"\r\n\r\n") or tail.strip(b"\r\n")[: len(BEGINNING)] in (b"", BEGINNING)


def _fields(header: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in header.split(b"\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            key = name.strip().decode("latin-1").lower()
            fields.setdefault(key, value.strip().decode("utf-8", "replace"))
    return fields


def _document(framed: Framed, number: int, limits: Limits) -> Record | Problem | None:
    """The record of a page or a text; None for what is no document (requests, warcinfo, metadata)."""
    fields = framed.fields
    kind = fields.get("warc-type", "")
    if kind not in ("response", "resource", "conversion"):
        return None
    block, media = framed.block, fields.get("content-type", "")
    if media.startswith("application/http"):
        blank, start = _blank_line(block, 0, LONGEST_HEADER)
        http = _fields(block[: max(0, blank)])
        block = block[start:] if blank >= 0 else b""
        media = http.get("content-type", "")
        try:
            block = _body(block, http, limits)
        except InputError as error:
            return Problem.of(error, "", record=number)
    main = media.partition(";")[0].strip().lower()
    form = (
        "html" if main in ("text/html", "application/xhtml+xml") else "text" if main == "text/plain" else ""
    )
    if not form:
        what = f"no text but {main[:60] or 'an unnamed type'}"
        return Problem("", "record-skipped", what, record=number, severity="skipped")
    charset = media.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    return Record(number, block, form, declared=charset, meta=_meta(fields))


def _meta(fields: Mapping[str, str]) -> dict[str, Json]:
    url = fields.get("warc-target-uri", "").strip("<>")
    return {"url": url} if 0 < len(url) <= LONGEST_URL and url.isprintable() else {}


def _body(block: bytes, http: Mapping[str, str], limits: Limits) -> bytes:
    """The content of a response, without its transfer and content encodings.

    Raises:
        InputError: an encoding that is unknown, damaged or a bomb.
    """
    if "chunked" in http.get("transfer-encoding", "").lower():
        block = _unchunked(block)
    encoding = http.get("content-encoding", "").lower()
    if encoding in ("", "identity") or not block:
        return block
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise InputError(
            "unsupported-format", f"content encoding {encoding[:20]!r}", hint="Recompress the archive."
        )
    if encoding != "deflate" and not block.startswith(GZIP_MAGIC):
        return block  # crawlers store the decoded content under the old header
    # Deflate means a zlib stream, yet many servers send it bare: then the first two bytes are no header.
    headed = block.startswith(GZIP_MAGIC) or (block[0] & 15 == 8 and int.from_bytes(block[:2]) % 31 == 0)
    body = zlib.decompressobj(zlib.MAX_WBITS | 32 if headed else -zlib.MAX_WBITS)
    try:
        content = body.decompress(block, limits.bytes + 1)
    except zlib.error as error:
        raise InputError("corrupt", f"the content is damaged ({error})", hint="Fetch it again.") from error
    if len(content) > limits.bytes or (len(content) > PIECE and len(content) > limits.ratio * len(block)):
        raise InputError("bomb", "the content is beyond the bounds of one document", hint=LARGER)
    if not body.eof:
        raise truncated("content of the response")
    return content


def _unchunked(block: bytes) -> bytes:
    """Chunks joined; a block that is not in chunks, as many crawlers store it, is left as it is.

    Raises:
        InputError: "truncated" where a chunk is cut, or the next one does not begin behind it.
    """
    pieces: list[bytes] = []
    at = 0
    while match := _CHUNK.match(block, at):
        length = int(match[1], 16)
        if length == 0:
            return b"".join(pieces)
        pieces.append(block[match.end() : match.end() + length])
        at = match.end() + length + len(b"\r\n")
        if at > len(block) + len(b"\r\n"):
            break
    if pieces:
        raise truncated("content of the response")
    return block
