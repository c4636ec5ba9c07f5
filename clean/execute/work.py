"""One shard: its documents read, cleaned and written to a part file, in order.

A part file is complete or absent, and its last line says so: a run that was killed goes on from the parts
that it finished. A large container is split first: its records go to spool files, each a shard of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from clean import codec
from clean.codec import Row
from clean.errors import CleanError, InputError, OutputError
from clean.execute.batch import clean_batch
from clean.execute.plan import SHARD_BYTES, Input, Shard
from clean.model import Document
from clean.pipeline import Pipeline
from clean.read.document import read_file
from clean.read.limits import Reading
from clean.read.records import Record, read_container, record_document, records
from clean.read.source import Problem, Source
from clean.write.failpoint import passing
from clean.write.files import Folder

SPOOL_RECORDS = 1_000
"""Most records in a spool file."""

Condemned = Mapping[int, Problem]
"""Documents of a shard, by their place in it, that killed or stalled a worker."""

Watch = Callable[[int], None]
"""Told the place of the document that comes next, before it is read."""


class Task(NamedTuple):
    """What is the same for every shard of a run."""

    pipeline: Pipeline
    reading: Reading = Reading()
    max_removed: float | None = None


class Spool(NamedTuple):
    """Some records of a container, taken out of it."""

    key: str
    source: Source
    path: str


Work = Shard | Spool


def documents(work: Work, task: Task, condemned: Condemned, watch: Watch) -> Iterator[Document | Problem]:
    """The documents of a shard, and what could not be read of it, in order."""
    items = iter(_spooled(work) if isinstance(work, Spool) else _listed(work, task))
    for place in itertools.count():
        watch(place)
        item = next(items, None)
        if item is None:
            return
        if place in condemned:
            yield _condemned(condemned[place], item)
        elif isinstance(item, Input):
            yield _read(item, task)
        elif isinstance(item, Record) and isinstance(work, Spool):
            yield record_document(work.source, item, task.reading)
        elif not isinstance(item, Record):
            yield item


Item = Input | Record | Document | Problem


def _listed(shard: Shard, task: Task) -> Iterator[Item]:
    for one in shard.inputs:
        if one.source.container:
            yield from read_container(one.source, task.reading)
        else:
            yield one


def _spooled(spool: Spool) -> Iterator[Item]:
    with Path(spool.path).open("rb") as file:
        yield from read_spool(file)


def _read(one: Input, task: Task) -> Document | Problem:
    try:
        return read_file(one.source, task.reading.limits, sha256=one.sha256)
    except CleanError as error:
        return Problem.of(error, one.source.name)


def _condemned(problem: Problem, item: Item) -> Problem:
    """The problem of the item that it fell on."""
    if isinstance(item, Input):
        return problem._replace(source=item.source.name)
    if isinstance(item, Record):
        return problem._replace(record=item.number)
    if isinstance(item, Document) and item.origin is not None:
        return problem._replace(source=item.origin.source, record=item.origin.record)
    return item if isinstance(item, Problem) else problem


def unwatched(_place: int) -> None:
    """Watch nothing."""


def part_path(folder: Path, key: str) -> Path:
    """Where the part of a shard is."""
    return folder / f"{key}.jsonl"


def write_part(
    folder: Path, work: Work, task: Task, condemned: Condemned | None = None, watch: Watch = unwatched
) -> int:
    """Process a shard into its part file. Returns how many characters were removed.

    Args:
        folder: of the parts.
        work: the shard.
        task: what to do.
        condemned: documents to leave alone.
        watch: told of each document before it is read.

    Raises:
        OutputError: the disk refuses.
    """
    with Folder(folder).writing(part_path(folder, work.key).name) as file:
        count = removed = 0
        found = documents(work, task, condemned or {}, watch)
        for row in clean_batch(found, task.pipeline, task.max_removed):
            file.write(_line(row))
            count += 1
            removed += _removed(row)
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


def part_done(folder: Path, key: str) -> bool:
    """Whether a finished part of this shard is there, whole or split."""
    try:
        with part_path(folder, key).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 64))
            return file.read().rpartition(b'{"end":')[2].rstrip().removesuffix(b"}").isdigit()
    except OSError:
        parts = split_parts(folder, key)
        return parts is not None and all(part_done(folder, part) for part in parts)


def read_part(folder: Path, key: str) -> Iterator[Row]:
    """The rows of a finished part. A split that was cut short may stand beside the whole part.

    Raises:
        OutputError: there is no such part.
    """
    parts = [key] if part_path(folder, key).exists() else split_parts(folder, key)
    if parts is None:
        raise OutputError("part-missing", "a part of this run has gone", where=str(folder), hint="Run again.")
    for part in parts:
        with part_path(folder, part).open("rb") as file:
            for line in file:
                if not line.startswith(b'{"end":'):
                    yield codec.decode(line)


def split_parts(folder: Path, key: str) -> list[str] | None:
    """The keys of the parts of a split container; None if it was not split."""
    try:
        return list(codec.decode((folder / f"{key}.split").read_bytes())["parts"])
    except (OSError, CleanError, KeyError, TypeError):
        return None


def split(
    folder: Path,
    shard: Shard,
    task: Task,
    condemned: Condemned,
    watch: Watch,
    spooled: Callable[[Spool], None],
) -> None:
    """Take the records of a container out of it, into spool files.

    Args:
        folder: of the parts.
        shard: one container.
        task: how to read it.
        condemned: records at which the reader itself died: what follows them cannot be reached.
        watch: told of each record before it is read.
        spooled: given each spool file that still has to be processed.

    Raises:
        OutputError: the disk refuses.
    """
    source = shard.inputs[0].source
    parts: list[str] = []
    found = _watched(records(source, task.reading), condemned, watch)
    while batch := _batch(found):
        key = f"{shard.key}-{len(parts):06}"
        parts.append(key)
        if not part_done(folder, key):
            path = folder / f"{key}.spool"
            with Folder(folder).writing(path.name) as file:
                for item in batch:
                    write_spool(file, item)
            spooled(Spool(key, source, str(path)))
    Folder(folder).put(f"{shard.key}.split", codec.encode({"parts": parts}))


def _watched(
    items: Iterable[Record | Problem], condemned: Condemned, watch: Watch
) -> Iterator[Record | Problem]:
    iterator = iter(items)
    for place in itertools.count():
        watch(place)
        if place in condemned:
            yield condemned[place]._replace(record=None, severity="damaged" if place else "failed")
            return
        item = next(iterator, None)
        if item is None:
            return
        yield item


def _batch(items: Iterator[Record | Problem]) -> list[Record | Problem]:
    batch: list[Record | Problem] = []
    size = 0
    for item in items:
        batch.append(item)
        size += 0 if isinstance(item, Problem) else len(item.data)
        if len(batch) == SPOOL_RECORDS or size > SHARD_BYTES:
            break
    return batch


def write_spool(file: BinaryIO, item: Record | Problem) -> None:
    """Write a record, or a problem, behind the others."""
    if isinstance(item, Problem):
        file.write(codec.encode({"problem": item._asdict()}))
        return
    header: dict[str, Any] = item._asdict()
    header["data"] = len(item.data)
    file.write(codec.encode(header))
    file.write(item.data)


def read_spool(file: BinaryIO) -> Iterator[Record | Problem]:
    """What `write_spool` wrote."""
    while line := file.readline():
        row = codec.decode(line)
        if "problem" in row:
            yield Problem(**row["problem"])
        else:
            flags = tuple((code, why) for code, why in row.pop("flags"))
            size = row.pop("data")
            yield Record(**row, data=file.read(size), flags=flags)
