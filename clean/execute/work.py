"""One shard: its documents read, cleaned and written to a part file, in order.

A part file is complete or absent, and its last line says how many rows it has, so that a run that was killed
goes on from the parts that it finished.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from clean import codec
from clean.codec import Row
from clean.errors import CleanError, InputError
from clean.execute.batch import clean_batch
from clean.execute.plan import Input, Shard
from clean.model import Document
from clean.pipeline import Pipeline
from clean.read.document import read_file
from clean.read.limits import Limits
from clean.read.source import Problem
from clean.write.failpoint import passing
from clean.write.files import Folder


class Task(NamedTuple):
    """What is the same for every shard of a run."""

    pipeline: Pipeline
    limits: Limits = Limits()
    text_field: str = "text"
    id_field: str = "id"
    max_removed: float | None = None


def documents(shard: Shard, task: Task) -> Iterator[Document | Problem]:
    """The documents of a shard, and what could not be read of it, in order."""
    for one in shard.inputs:
        if one.source.container:
            yield from _records(one, task)
        else:
            try:
                yield read_file(one.source, task.limits, sha256=one.sha256)
            except CleanError as error:
                yield Problem.of(error, one.source.name)


def _records(one: Input, task: Task) -> Iterator[Document | Problem]:
    from clean.read.records import read_container

    yield from read_container(one.source, one.sha256, task.limits, task.text_field, task.id_field)


def rows(shard: Shard, task: Task) -> Iterator[Row]:
    """The rows of a shard."""
    return clean_batch(documents(shard, task), task.pipeline, task.max_removed)


def part_path(work: Path, shard: Shard) -> Path:
    """Where the part of a shard is."""
    return work / f"{shard.key}.jsonl"


def write_part(work: Path, shard: Shard, task: Task) -> int:
    """Process a shard into its part file. Returns how many characters were removed.

    Raises:
        OutputError: the disk refuses.
    """
    with Folder(work).writing(part_path(work, shard).name) as file:
        count = removed = 0
        for row in rows(shard, task):
            file.write(_line(row))
            removed += _removed(row)
            count += 1
        file.write(codec.encode({"end": count}))
    passing("after_part")
    return removed


def _removed(row: Row) -> int:
    return sum(
        max(0, len(edit["old"]) - len(edit["new"]))
        for patch in row.get("trail", ())
        for edit in patch["edits"]
    )


def _line(row: Row) -> bytes:
    try:
        return codec.encode(row)
    except InputError as error:  # no reader gives such a text; a stage of somebody else's may
        origin = row.get("origin") or {}
        source = str(origin.get("source", ""))
        return codec.encode({"problem": Problem.of(error, source, record=origin.get("record"))._asdict()})


def part_done(work: Path, shard: Shard) -> bool:
    """Whether a finished part of this shard is there."""
    try:
        with part_path(work, shard).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 64))
            return file.read().rpartition(b"\n{")[2].startswith(b'"end"')
    except OSError:
        return False


def read_part(work: Path, shard: Shard) -> Iterator[Row]:
    """The rows of a finished part."""
    with part_path(work, shard).open("rb") as file:
        for line in file:
            row = codec.decode(line)
            if "end" not in row or "id" in row:
                yield row
