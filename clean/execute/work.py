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
from clean.execute import previous
from clean.execute.batch import Given, Outcome, Watch, cleaned, unwatched, unwritable
from clean.execute.facts import Asked, facts_of
from clean.execute.part import Entry, block_bytes, end_bytes, ending, entry_of
from clean.execute.plan import SHARD_BYTES, Input, Shard
from clean.execute.previous import Former
from clean.model import Document
from clean.pipeline import Pipeline
from clean.read.document import read_file
from clean.read.limits import Reading
from clean.read.records import Record, record_document, records
from clean.read.source import Problem, Source
from clean.write.failpoint import passing
from clean.write.files import Folder

SPOOL_RECORDS = 1_000
"""Most records in a spool file."""

Condemned = Mapping[int, Problem]
"""Documents of a shard, by their place in it, that killed or stalled a worker."""


class Task(NamedTuple):
    """What is the same for every shard of a run."""

    pipeline: Pipeline
    reading: Reading = Reading()
    max_removed: float | None = None
    asked: Asked = Asked()
    former: Former | None = None


class Spool(NamedTuple):
    """Some records of a container, taken out of it."""

    key: str
    source: Source
    path: str


Work = Shard | Spool

Item = Input | Record | Problem


def documents(work: Work, task: Task, condemned: Condemned, watch: Watch) -> Iterator[Given]:
    """The documents of a shard, and what could not be read of it, in order."""
    source = work.source if isinstance(work, Spool) else work.inputs[0].source
    items = _spooled(work) if isinstance(work, Spool) else _listed(work, task)
    for place in itertools.count():
        watch(place)
        item, row = next(items, (None, None))
        if item is None:
            return
        if place in condemned:
            yield _condemned(condemned[place], item)
        elif isinstance(item, Problem):
            yield item
        elif problem := previous.condemned(row, task.former):
            yield problem
        else:
            read = (
                read_input(item, task.reading)
                if isinstance(item, Input)
                else record_document(source, item, task.reading)
            )
            yield read if isinstance(read, Problem) else previous.known(read, row, task.former)


def _listed(shard: Shard, task: Task) -> Iterator[tuple[Item, Row | None]]:
    """The files of a shard, or the records of its container, each with its row in the former ledger."""
    with previous.reading(task.former) as ledger:
        for one in shard.inputs:
            rows = previous.Rows(ledger, one.held)
            if not one.source.container:
                yield one, rows.of(None)
                continue
            for item in records(one.source, task.reading):
                yield item, rows.of(item.number) if isinstance(item, Record) else None


def _spooled(spool: Spool) -> Iterator[tuple[Item, Row | None]]:
    with Path(spool.path).open("rb") as file:
        yield from read_spool(file)


def read_input(one: Input, reading: Reading) -> Document | Problem:
    """The document that a file is, or why it is none."""
    try:
        return read_file(one.source, reading.limits, sha256=one.sha256)
    except CleanError as error:
        return Problem.of(error, one.source.name)


def _condemned(problem: Problem, item: Item) -> Problem:
    """The problem of the item that it fell on."""
    if isinstance(item, Input):
        return problem._replace(source=item.source.name)
    if isinstance(item, Record):
        return problem._replace(record=item.number)
    return item


def part_path(folder: Path, key: str) -> Path:
    """Where the part of a shard is."""
    return folder / f"{key}.part"


def write_part(
    folder: Path, work: Work, task: Task, condemned: Condemned | None = None, watch: Watch = unwatched
) -> int:
    """Process a shard into its part file. Returns how many characters were removed.

    Args:
        folder: of the parts.
        work: the shard.
        task: what to do.
        condemned: documents to leave alone.
        watch: told of each document before it is read, and before a stage reads it.

    Raises:
        OutputError: the disk refuses.
    """
    found = documents(work, task, condemned or {}, watch)
    outcomes = cleaned(found, task.pipeline, task.max_removed, watch)
    with Folder(folder).writing(part_path(folder, work.key).name) as file:
        removed = write_blocks(file, outcomes, task.asked, watch)
    passing("after_part")
    return removed


def write_blocks(
    file: BinaryIO,
    outcomes: Iterable[Iterable[Outcome | Problem]],
    asked: Asked,
    watch: Watch = unwatched,
) -> int:
    """Write a whole part. Returns how many characters were removed."""
    first = redone = removed = 0
    for block in outcomes:
        items: list[Entry | Problem] = []
        sound: list[Document] = []
        places: list[int] = []
        for place, outcome in enumerate(block):
            item = outcome if isinstance(outcome, Problem) else _entry(outcome)
            items.append(item)
            if isinstance(outcome, Outcome) and isinstance(item, Entry):
                redone += outcome.redone
                removed += sum(counts["removed"] for counts in item.stages.values())
                if item.status != "failed":
                    sound.append(outcome.document)
                    places.append(place)

        def at(place: int, first: int = first) -> None:
            watch(first + place)

        file.write(block_bytes(items, facts_of(sound, places, asked, at)))
        first += len(items)
    file.write(end_bytes(first, redone))
    return removed


def _entry(outcome: Outcome) -> Entry | Problem:
    try:
        return entry_of(outcome.document, outcome.error)
    except InputError as error:  # no reader gives such a text; a stage of somebody else's may
        return unwritable(outcome.document, error)


def part_done(folder: Path, key: str) -> bool:
    """Whether a finished part of this shard is there, whole or split."""
    try:
        return ending(part_path(folder, key)) is not None
    except OSError:
        parts = split_parts(folder, key)
        return parts is not None and all(part_done(folder, part) for part in parts)


def part_files(folder: Path, key: str) -> list[Path]:
    """The files of a finished part. A split that was cut short may stand beside the whole part.

    Raises:
        OutputError: there is no such part.
    """
    parts = [key] if part_path(folder, key).exists() else split_parts(folder, key)
    if parts is None:
        raise OutputError("part-missing", "a part of this run has gone", where=str(folder), hint="Run again.")
    return [part_path(folder, part) for part in parts]


def splits(shard: Shard) -> bool:
    """Whether a shard is a container of which nobody knows that it is small enough for one worker."""
    source, _, size, _ = shard.inputs[0]
    plain = source.format in ("jsonl", "csv") and not source.packing
    return source.container and not (plain and size <= SHARD_BYTES)


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
    one = shard.inputs[0]
    parts: list[str] = []
    found = _watched(records(one.source, task.reading), condemned, watch)
    with previous.reading(task.former) as ledger:
        rows = previous.Rows(ledger, one.held)
        while batch := _batch(found):
            key = f"{shard.key}-{len(parts):06}"
            parts.append(key)
            if not part_done(folder, key):
                path = folder / f"{key}.spool"
                with Folder(folder).writing(path.name) as file:
                    for item in batch:
                        write_spool(file, item, rows.of(item.number) if isinstance(item, Record) else None)
                spooled(Spool(key, one.source, str(path)))
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


def write_spool(file: BinaryIO, item: Record | Problem, row: Row | None = None) -> None:
    """Write a record, with its row in the former ledger, or a problem behind the others."""
    if isinstance(item, Problem):
        file.write(codec.encode({"problem": item._asdict()}))
        return
    header: dict[str, Any] = {**item._asdict(), "data": len(item.data), "row": row}
    file.write(codec.encode(header))
    file.write(item.data)


def read_spool(file: BinaryIO) -> Iterator[tuple[Record | Problem, Row | None]]:
    """What `write_spool` wrote."""
    while line := file.readline():
        head = codec.decode(line)
        if "problem" in head:
            yield Problem(**head["problem"]), None
        else:
            flags = tuple((code, why) for code, why in head.pop("flags"))
            row, size = head.pop("row"), head.pop("data")
            yield Record(**head, data=file.read(size), flags=flags), row
