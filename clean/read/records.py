"""Containers: many records in one file, each read, refused or found damaged on its own.

A record is bytes and a form until it is made a document, so that a worker does the costly part. A compressed
stream (`.jsonl.gz`) is read to its end before the first record is given: nothing vouches for the bytes of a
stream that does not end well, so it is refused as a whole unless `--salvage` asks for what can be read. In a
`.warc.gz` each record is a stream of its own, with its own checksum, so each is judged alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from clean import codec
from clean.errors import CleanError, InputError, UsageError
from clean.model import Document, Json, Note, Origin
from clean.read.document import from_bytes
from clean.read.limits import Reading
from clean.read.packed import GZIP_MAGIC, ZSTD_MAGIC, packing_of
from clean.read.remarks import remarks
from clean.read.source import Problem, Source, changed, costing_itself, too_large
from clean.read.text import Decoded, decode, flag, flagged

LONGEST_ID = 200
"""Characters; a longer id, or one with control characters, is no name: the record's place is."""

MOST_BAD = 1_000
BAD_SHARE = 0.9
"""A container is left when so many of its records were bad, and so large a share."""

META_FIELDS = ("url", "site", "title", "byline", "published", "language")


class Record(NamedTuple):
    """One record, not yet a document."""

    number: int
    """From 0, in the order of the container; unreadable ones count."""
    data: bytes
    form: str
    """json, html or text."""
    name: str = ""
    """An id that the container gives; "" for one from the record or its place."""
    declared: str = ""
    """Encoding that a header names."""
    meta: Mapping[str, Json] = {}
    flags: tuple[tuple[str, str], ...] = ()
    """Code and reason of what is already known to be odd."""
    decoder: str = "utf-8"
    """How its text was decoded, where the reader of the container did that."""


def records(source: Source, reading: Reading) -> Iterator[Record | Problem]:
    """Every record of a container in order, and what could not be read."""
    try:
        with costing_itself(), Path(source.path).open("rb") as file:
            before = os.fstat(file.fileno())
            head = file.read(4)
            file.seek(0)
            if not head:
                yield from _empty(source)
                return
            packing = packing_of(head, source.packing)
            if packing != source.packing:
                yield Problem(
                    source.name,
                    "format-mismatch",
                    f"named as {source.packing} data, which it is not; read as it is",
                    "Rename it.",
                    severity="damaged",
                )
            elif not packing and source.format != "parquet" and head.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
                raise InputError(
                    "format-mismatch", "compressed, but its name does not say so", hint="Rename it."
                )
            for item in _readable(_reader(source, file, packing, reading)):
                yield item if isinstance(item, Record) else item._replace(source=source.name)
            after = os.fstat(file.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise changed()
    except OSError as error:
        yield Problem(
            source.name, "unreadable", error.strerror or str(error), "Check the disk, then run again."
        )
    except (InputError, UsageError) as error:  # UsageError: a library is missing; the other inputs go on
        yield Problem.of(error, source.name)


def _readable(items: Iterable[Record | Problem]) -> Iterator[Record | Problem]:
    """The records, as long as there is one now and then: a wrong format must not fill the disk."""
    bad = 0
    for number, item in enumerate(items, 1):
        yield item
        bad += isinstance(item, Problem) and item.severity == "failed"
        if bad >= MOST_BAD and bad > BAD_SHARE * number:
            what = f"{bad:,} of {number:,} records cannot be read; what follows them was not tried"
            yield Problem("", "mostly-unreadable", what, "Is it what its name says?", severity="damaged")
            return


def _empty(source: Source) -> Iterator[Problem]:
    if source.format in ("parquet", "warc"):
        yield Problem(source.name, "truncated", "no bytes", "Fetch the file again.")
    else:
        yield Problem(source.name, "empty-input", "no bytes", severity="damaged")


def _reader(source: Source, file: BinaryIO, packing: str, reading: Reading) -> Iterable[Record | Problem]:
    if source.format == "jsonl":
        from clean.read.jsonl import read_jsonl

        return read_jsonl(file, packing, reading)
    if source.format == "csv":
        from clean.read.csv import read_csv

        return read_csv(file, packing, reading)
    if source.format == "parquet":
        from clean.read.parquet import read_parquet

        return read_parquet(file, packing, reading)
    from clean.read.warc import read_warc

    return read_warc(file, packing, reading)


def read_container(source: Source, reading: Reading) -> Iterator[Document | Problem]:
    """The documents of a container."""
    for record in records(source, reading):
        yield (record if isinstance(record, Problem) else record_document(source, record, reading))


def record_document(source: Source, record: Record, reading: Reading) -> Document | Problem:
    """The document of a record, or why it is none."""
    try:
        with costing_itself():
            return _document(source, record, reading)
    except CleanError as error:
        return Problem.of(error, source.name, record=record.number)


def _document(source: Source, record: Record, reading: Reading) -> Document:
    if len(record.data) > reading.limits.bytes:
        raise too_large(len(record.data), reading.limits.bytes)
    digest = hashlib.sha256(record.data).hexdigest()
    origin = Origin(source.name, digest, record.decoder, record=record.number)
    place = f"{source.name}#{record.number}"
    flags = [flag(code, why) for code, why in record.flags]
    if record.form == "json":
        return _from_json(record, origin, place, reading, flags)
    return from_bytes(
        record.name or place,
        record.data,
        origin,
        markup=record.form == "html",
        declared=record.declared or None,
        meta=record.meta,
        flags=flags,
        limits=reading.limits,
    )


def _from_json(record: Record, origin: Origin, place: str, reading: Reading, flags: list[Note]) -> Document:
    try:
        row = codec.decode(record.data)
    except InputError:
        decoded = _not_utf8(record.data)
        if decoded is None:
            raise
        row = codec.decode(decoded.text)
        origin = replace(origin, decoder=decoded.decoder)
        flags += decoded.flags
    text_field = reading.text_field
    text = row.get(text_field)
    if not isinstance(text, str):
        why = f"{text_field!r} is no string" if text_field in row else f"no field {text_field!r}"
        raise InputError("bad-record", why, hint="Name the field with --text-field.")
    if not text.strip():
        flags.append(flag("empty-input", "nothing but white space" if text else "an empty text"))
    flags += remarks(text)
    meta = row["meta"] if isinstance(row.get("meta"), dict) else {}
    meta = {**{key: row[key] for key in META_FIELDS if isinstance(row.get(key), str)}, **meta}
    trail = row.get("trail")
    document = Document(_name(row.get(reading.id_field), place), text, meta, (), origin)
    if isinstance(trail, list) and trail:
        document = codec.document_given({**codec.document_row(document), "trail": trail})
    return flagged(document, tuple(flags))


def _not_utf8(data: bytes) -> Decoded | None:
    """The text of a row whose bytes are no UTF-8, decoded as a text file would be; None if they are."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data)
    return None


def _name(value: Any, place: str) -> str:
    """The id of a record: what its field says, if that can be a name."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable():
        return value
    return place
