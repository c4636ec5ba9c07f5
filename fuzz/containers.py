"""Any bytes under any container's name give documents and problems, never another error, and plain texts.

The first byte of an input chooses the format.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from clean.model import Document
from clean.read.limits import Limits, Reading
from clean.read.records import read_container
from clean.read.source import Problem, Source
from fuzz.harness import main

KINDS = [(kind, packing) for kind in ("jsonl", "csv", "parquet", "warc") for packing in ("", "gzip", "zstd")]
READING = Reading(Limits(bytes=100_000, ratio=50))


def target(data: bytes) -> None:
    """Read a container."""
    if not data:
        return
    kind, packing = KINDS[data[0] % len(KINDS)]
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data[1:])
        for salvage in (False, True):
            source = Source("a", file.name, kind, packing)
            for item in read_container(source, READING._replace(salvage=salvage)):
                assert isinstance(item, Document | Problem)
                if isinstance(item, Document):
                    item.text.encode("utf-8")
                    assert len(item.text) <= 4 * READING.limits.bytes
                else:
                    assert item.code
                    assert item.source == "a"


if __name__ == "__main__":
    main(target)
