"""CSV: the first row names the fields; each further row is a record."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

import orjson

from clean.errors import InputError
from clean.read.jsonl import lines, verify
from clean.read.limits import Limits, Reading
from clean.read.records import Record
from clean.read.source import Problem
from clean.read.text import decode


def read_csv(file: BinaryIO, packing: str, reading: Reading) -> Iterator[Record | Problem]:
    """The records of a CSV file, as JSON.

    Raises:
        InputError: the stream is damaged, or no column has the name of the text.
    """
    damage = verify(file, packing, reading)
    if damage is not None:
        yield Problem.of(damage, "")._replace(severity="damaged")
    text_field = reading.text_field
    csv.field_size_limit(reading.limits.bytes)
    reader = csv.reader(_text_lines(file, packing, reading.limits), strict=False)
    header = _next(reader)
    if not isinstance(header, list):
        yield Problem("", "empty-input", "no rows", severity="damaged")
        return
    if text_field not in header:
        raise InputError(
            "missing-column",
            f"no column {text_field!r}; there are {', '.join(header[:12])}",
            hint="Name it with --text-field.",
        )
    number = 0
    while (row := _next(reader)) is not None:
        if isinstance(row, str):
            yield Problem("", "bad-record", row, "Repair the row.", number)
        elif row and len(row) != len(header):
            what = f"{len(row)} fields where the header has {len(header)}"
            yield Problem("", "bad-record", what, "Repair the row.", number)
        elif row:
            yield Record(number, orjson.dumps(dict(zip(header, row, strict=True))), "json")
        else:
            continue
        number += 1


def _next(reader: Iterator[list[str]]) -> list[str] | str | None:
    """The next row, or why it cannot be read; None at the end."""
    try:
        return next(reader)
    except StopIteration:
        return None
    except csv.Error as error:
        return str(error)


def _text_lines(file: BinaryIO, packing: str, limits: Limits) -> Iterator[str]:
    """Lines with their ends; one that is not UTF-8 is decoded on its own."""
    for line in lines(file, packing, limits):
        if line.too_long:
            raise InputError("record-too-large", "a row is beyond the bounds of one document")
        data = line.data + b"\n"
        try:
            yield data.decode("utf-8")
        except UnicodeDecodeError:
            yield decode(data).text
