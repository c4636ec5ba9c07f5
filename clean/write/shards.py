"""The output of containers: a shard for each container, JSON Lines or Parquet, rows id, text, meta, trail."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import orjson

from clean import codec
from clean.errors import UsageError
from clean.read.packed import ARCHIVES_HINT
from clean.write.files import Folder, digest_file
from clean.write.manifest import Output

PARQUET_ROWS = 1000
"""Rows of a row group."""


class Shards:
    """Writes one shard after the other; a shard that is cancelled leaves no file."""

    def __init__(self, folder: Folder, kind: str, outputs: dict[str, Output]) -> None:
        self._folder = folder
        self._kind = kind
        self._outputs = outputs
        self._source = self._name = ""
        self._stack: ExitStack | None = None
        self._writer: JsonLines | Parquet | None = None

    def open(self, source: str, name: str) -> None:
        """Begin the shard of a source, unless it is the present one."""
        if source == self._source:
            return
        self.close()
        self._source, self._name = source, name
        self._stack = ExitStack()
        file = self._stack.enter_context(self._folder.writing(name))
        self._writer = JsonLines(file) if self._kind == "jsonl" else Parquet(file)

    def add(self, line: bytes) -> None:
        """Write a document, an encoded row of `codec.shard_of`, to the present shard."""
        if self._writer is not None:
            self._writer.add(line)

    def close(self) -> None:
        """End the present shard: it takes its name."""
        if self._stack is not None and self._writer is not None:
            self._writer.close()
            self._stack.close()
            digest = digest_file(self._folder.root / self._name)
            self._outputs[self._name] = Output(digest, self._source)
        self._stack = self._writer = None

    def cancel(self) -> None:
        """Leave the present shard out: its source was refused as a whole."""
        if self._stack is not None:
            stack, self._stack, self._writer = self._stack, None, None
            try:
                stack.__exit__(_CancelledError, _CancelledError(), None)
            except _CancelledError:
                return


class _CancelledError(Exception):
    """Passed through the file in the making, which then vanishes."""


class JsonLines:
    """Rows of JSON Lines."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def add(self, line: bytes) -> None:
        """Write one row."""
        self._file.write(line)

    def close(self) -> None:
        """Nothing is pending."""


class Parquet:
    """Rows of Parquet, with page checksums: three flipped bytes must not become other text."""

    def __init__(self, file: Any) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise UsageError("extra-missing", "writing Parquet needs pyarrow", hint=ARCHIVES_HINT) from error
        self._pa = pa
        self._schema = pa.schema([(name, pa.string()) for name in ("id", "text", "meta", "trail")])
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd", write_page_checksum=True)
        self._rows: list[dict[str, str]] = []

    def add(self, line: bytes) -> None:
        """Write one row; meta and trail are JSON."""
        row = codec.decode(line)
        self._rows.append(
            {
                "id": row["id"],
                "text": row["text"],
                "meta": orjson.dumps(row["meta"]).decode(),
                "trail": orjson.dumps(row["trail"]).decode(),
            }
        )
        if len(self._rows) == PARQUET_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is pending, and the footer."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []
