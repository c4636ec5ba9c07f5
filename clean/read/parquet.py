"""Parquet: rows of a text column, batch by batch, with page checksums verified where the file has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from clean.errors import InputError, UsageError
from clean.read.limits import Reading
from clean.read.packed import ARCHIVES_HINT, corrupt, truncated
from clean.read.records import META_FIELDS, Record
from clean.read.source import Problem
from clean.read.text import decode

ROWS = 32
"""Rows of a batch: a row may be 50 MB."""

MAGIC = b"PAR1"
NOTHING_IN = 12
"""Bytes of a file that has both marks and a footer length, and no footer."""


def read_parquet(file: BinaryIO, packing: str, reading: Reading) -> Iterator[Record | Problem]:
    """The records of a Parquet file, as JSON.

    Raises:
        InputError: damaged, or no such column.
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError("extra-missing", "reading Parquet needs pyarrow", hint=ARCHIVES_HINT) from error
    if packing:
        raise InputError(
            "unsupported-format", "a compressed Parquet file", hint="Unpack it: Parquet packs itself."
        )
    size = _check_marks(file)
    number = total = 0
    try:
        table = pq.ParquetFile(file, page_checksum_verification=True)
        names = [reading.text_field]
        _check_column(table.schema_arrow, reading.text_field, pa)
        there = table.schema_arrow.names
        names += [name for name in (reading.id_field, *META_FIELDS) if there.count(name) == 1]
        for batch in table.iter_batches(batch_size=ROWS, columns=list(dict.fromkeys(names))):
            columns = {name: _cells(batch.column(name), pa) for name in batch.schema.names}
            for place in range(batch.num_rows):
                row = {name: cells[place] for name, cells in columns.items()}
                total += len(row[reading.text_field] or b"")
                if total > max(reading.limits.bytes, reading.limits.ratio * size):
                    what = f"more than {reading.limits.ratio} times the file; the rest was not read"
                    yield Problem("", "bomb", what, "Unpack it by hand.", severity="damaged")
                    return
                try:
                    yield _record(number, row, reading.text_field)
                except InputError as error:
                    yield Problem.of(error, "", record=number)
                number += 1
    except (pa.ArrowException, OSError) as error:
        raise corrupt("Parquet file", str(error).splitlines()[0][:200]) from error
    if not number:
        yield Problem("", "empty-input", "no rows", severity="damaged")


def _check_marks(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(max(0, size - len(MAGIC)))
    tail = file.read()
    file.seek(0)
    if not file.read(len(MAGIC)).startswith(MAGIC):
        raise InputError("format-mismatch", "named .parquet, but no Parquet file", hint="Rename it.")
    if tail != MAGIC or size < NOTHING_IN:
        raise truncated("Parquet file")
    file.seek(0)
    return size


def _check_column(schema: Any, name: str, pa: Any) -> None:
    if name not in schema.names:
        there = ", ".join(schema.names[:12])
        hint = "Name it with --text-field."
        raise InputError("missing-column", f"no column {name!r}; there are {there}", hint=hint)
    if schema.names.count(name) > 1:
        raise InputError("missing-column", f"several columns are named {name!r}", hint="Name another one.")
    kind = schema.field(name).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if not _is_text(kind, pa) and not (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
        raise InputError(
            "missing-column", f"the column {name!r} holds {kind}, no text", hint="Name another one."
        )


def _is_text(kind: Any, pa: Any) -> bool:
    return any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _cells(column: Any, pa: Any) -> list[Any]:
    """The values of a column; strings as bytes, since nothing checked that they are UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if _is_text(column.type, pa):
        column = column.cast(pa.large_binary())
    values: list[Any] = column.to_pylist()
    return values


def _record(number: int, row: dict[str, Any], text_field: str) -> Record:
    flags: list[tuple[str, str]] = []
    decoder = "utf-8"
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if not isinstance(value, bytes):
            plain[name] = value if isinstance(value, str | int) else None
            continue
        try:
            plain[name] = value.decode("utf-8")
        except UnicodeDecodeError:
            if name == text_field:
                plain[name], decoder, _ = decode(value)
                flags.append(("invalid-bytes", f"no UTF-8; read as {decoder}"))
    try:
        data = orjson.dumps(plain)
    except TypeError:  # an id beyond 64 bits
        data = orjson.dumps({text_field: plain[text_field]})
    return Record(number, data, "json", flags=tuple(flags), decoder=decoder)
