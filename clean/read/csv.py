"""CSV: the first row names the fields; each further row is a record.

Fields are separated by commas, or by semicolons or tabs where only those give a column with the name of the text.
A quotation mark that is never closed would take every row behind it into one field: such a row is refused, and
reading goes on at the line after the one on which it began.
"""  # noqa: E501

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import orjson

from clean.errors import InputError
from clean.read.jsonl import lines, verify
from clean.read.limits import LARGER, Limits, Reading
from clean.read.records import Record
from clean.read.source import Problem
from clean.read.text import decode

SEPARATORS = (",", ";", "\t")

REPAIR = "Repair the row; every other was read."

AGAIN = 2
"""What is read again may be this many times the file: each line of it may begin a row that never ends."""

_RETURNS = re.compile(r"(?<=\r)(?!\n)")
"""Where a line ends with a carriage return alone."""


def read_csv(file: BinaryIO, packing: str, reading: Reading) -> Iterator[Record | Problem]:
    """The records of a CSV file, as JSON.

    Raises:
        InputError: the stream is damaged, or no column, or more than one, has the name of the text.
    """
    damage = verify(file, packing, reading)
    if damage is not None:
        yield Problem.of(damage, "")._replace(severity="damaged")
    csv.field_size_limit(reading.limits.bytes)
    source = _Lines(file, packing, reading.limits)
    reader = csv.reader(source, delimiter=_separator(source, reading.text_field), strict=True)
    header = _next(reader, source)
    if not header:
        yield Problem("", "empty-input", "no rows", severity="damaged")
        return
    if isinstance(header, InputError):
        raise header
    _check_header(header, reading.text_field)
    number = 0
    while (row := _next(reader, source)) is not None:
        if isinstance(row, InputError):
            yield Problem.of(row, "", record=number)
        elif row and len(row) != len(header):
            what = f"{len(row)} fields where the header has {len(header)}"
            yield Problem("", "bad-record", what, REPAIR, number)
        elif row:
            data = orjson.dumps(dict(zip(header, row, strict=True)))
            decoder = source.decoder
            odd = (("mixed-encoding", f"no UTF-8; read as {decoder}"),) if decoder != "utf-8" else ()
            yield Record(number, data, "json", flags=odd, decoder=decoder)
        else:
            continue
        number += 1
    if source.cut:
        what, hint = (
            "the last row has no line end; it may be cut short",
            "Fetch the file again, or end the row.",
        )
        yield Problem("", "truncated", what, hint, severity="damaged")


def _separator(source: _Lines, text_field: str) -> str:
    """The first separator by which the header has a column with the name of the text, or the comma."""
    header = next((line for line in source if line.strip()), "")
    source.put_back(source.row[-1:])
    for separator in SEPARATORS:
        if text_field in next(csv.reader([header], delimiter=separator), ()):
            return separator
    return SEPARATORS[0]


def _check_header(header: list[str], text_field: str) -> None:
    if text_field not in header:
        there = ", ".join(header[:12])
        raise InputError(
            "missing-column",
            f"no column {text_field!r}; there are {there}",
            hint="Name it with --text-field.",
        )
    if header.count(text_field) > 1:
        raise InputError(
            "missing-column", f"several columns are named {text_field!r}", hint="Name another one."
        )


def _next(reader: Iterator[list[str]], source: _Lines) -> list[str] | InputError | None:
    """The next row, or why it cannot be read; None at the end."""
    source.begin_row()
    try:
        return next(reader)
    except StopIteration:
        return None
    except InputError as error:
        source.put_back(source.row[1:])
        return error
    except csv.Error as error:
        cut = source.ended and len(source.row) == 1
        lost = source.put_back(source.row[1:])
        more = f"; {lost:,} lines behind it were lost with it" if lost else ""
        return InputError("truncated" if cut else "bad-record", f"{error}{more}", hint=REPAIR)


class _Line(NamedTuple):
    """A line with its end, or why there is none."""

    text: str
    decoder: str = "utf-8"
    error: InputError | None = None


class _Lines:
    """The lines of a file, for csv.reader: they can be put back, and an error is not the end.

    Attributes:
        row: the lines of the present row.
        ended: whether the end of the file was seen.
        cut: whether the file ends without the end of a line.
    """

    def __init__(self, file: BinaryIO, packing: str, limits: Limits) -> None:
        self._file = self._decoded(file, packing, limits)
        self._most = limits.bytes
        self._waiting: deque[_Line] = deque()
        self._seen = self._again = 0
        self.ended = self.cut = False
        self.begin_row()

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.row: list[_Line] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line.

        Raises:
            InputError: the line or the row is beyond the bounds, or the line is no text.
        """
        if self._waiting:
            line = self._waiting.popleft()
        else:
            found = next(self._file, None)
            self.ended = found is None
            if found is None:
                raise StopIteration
            line = found
            self._seen += len(line.text)
        self.row.append(line)
        self._size += len(line.text)
        if line.error is not None:
            raise line.error
        if self._size > self._most:
            raise InputError("record-too-large", "beyond the bounds of one document", hint=LARGER)
        return line.text

    def put_back(self, lines: list[_Line]) -> int:
        """Read these lines again, unless that was done too often; returns how many are lost instead."""
        self._again += sum(len(line.text) for line in lines)
        if self._again > AGAIN * self._seen:
            return len(lines)
        self._waiting.extendleft(reversed(lines))
        return 0

    def _decoded(self, file: BinaryIO, packing: str, limits: Limits) -> Iterator[_Line]:
        """Lines with their ends; one that is not UTF-8 is decoded on its own."""
        for line in lines(file, packing, limits):
            self.cut = not line.ended and not line.data.endswith(b"\r")
            if line.too_long:
                error = InputError("record-too-large", "beyond the bounds of one document", hint=LARGER)
                yield _Line("", error=error)
                continue
            try:
                text, decoder = _text(line.data + b"\n")
            except InputError as error:
                yield _Line("", error=error)
                continue
            for piece in _RETURNS.split(text) if "\r" in text else (text,):
                yield _Line(piece, decoder)

    @property
    def decoder(self) -> str:
        """How the lines of the present row were decoded."""
        return next((line.decoder for line in self.row if line.decoder != "utf-8"), "utf-8")


def _text(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        found = decode(data)
        return found.text, found.decoder
