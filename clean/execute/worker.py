"""A worker: one process that does one shard after the other, and that may be killed at any moment.

It leaves the place of the document that it is about to read in shared memory, so that the one that kills or
stalls it is known. Messages are JSON on a pipe of its own.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from clean.errors import CleanError
from clean.execute.child import attach
from clean.execute.plan import Held, Input, Shard
from clean.execute.revise import Revision, revise
from clean.execute.work import Spool, Task, split, write_part
from clean.model import Stage
from clean.pipeline import Pipeline
from clean.read.source import Problem, Source

OUT_OF_MEMORY = 77
"""Exit status of a worker that reached its bound of memory."""

OWN_MEMORY = 700_000_000
"""Bytes that a worker may need besides those of a document: libraries, packs, tables."""

GARBAGE = 20_000
"""New values between two searches for cycles: a page makes thousands, and documents and edits are none."""

Message = dict[str, Any]


def main(
    pipe: Connection,
    place: Any,
    parent: int,
    build: Callable[[], tuple[Stage, ...]] | None,
    task: Task,
    folder: str,
) -> None:
    """Work until the pipe is closed.

    Args:
        pipe: to the supervisor.
        place: shared number, the document it is at.
        parent: see `child.attach`.
        build: makes the stages; None in a copy of a process that has made them.
        task: what to do; without a pipeline if there is something to build.
        folder: of the parts.
    """
    attach(parent)
    _bound_memory(task.reading.limits.memory)
    if build is not None:
        task = task._replace(pipeline=Pipeline(build()))
    gc.freeze()  # packs and stages stay: nobody need look through them again for garbage
    gc.set_threshold(GARBAGE)
    try:
        while True:
            _send(pipe, {"ready": True})
            order = orjson.loads(pipe.recv_bytes())
            if order.get("follows"):
                stage: Stage | None = pipe.recv()
                task = task._replace(pipeline=Pipeline(() if stage is None else (stage,)))
            _work(pipe, place, order, task, Path(folder))
    except (EOFError, BrokenPipeError):
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _work(pipe: Connection, place: Any, order: Message, task: Task, folder: Path) -> None:
    def watch(at: int) -> None:
        place.value = at

    condemned = {int(at): Problem(*problem) for at, problem in order["condemned"].items()}
    try:
        if order["kind"] == "split":
            split(folder, shard_from(order), task, condemned, watch, lambda spool: _offer(pipe, spool))
            _send(pipe, {"done": 0})
        elif order["kind"] == "revise":
            revise(revision_from(order), next(iter(task.pipeline.stages), None), condemned, watch)
            _send(pipe, {"done": 0})
        else:
            work = spool_from(order) if order["kind"] == "spool" else shard_from(order)
            _send(pipe, {"done": write_part(folder, work, task, condemned, watch)})
    except CleanError as error:
        _send(pipe, {"error": [type(error).__name__, error.code, error.message, error.where, error.hint]})


def _offer(pipe: Connection, spool: Spool) -> None:
    """Hand a spool file over, and wait until there is room for the next: a disk is not endless."""
    _send(pipe, {"spool": spool_order(spool)})
    pipe.recv_bytes()


def _send(pipe: Connection, message: Message) -> None:
    pipe.send_bytes(orjson.dumps(message))


def shard_order(kind: str, shard: Shard) -> Message:
    """The message that orders a shard of files, or the splitting of a container."""
    inputs = [
        [_source_fields(one.source), one.sha256, one.size, one.held and [*one.held]] for one in shard.inputs
    ]
    return {"kind": kind, "key": shard.key, "inputs": inputs}


def shard_from(order: Message) -> Shard:
    """The shard of an order."""
    return Shard(order["key"], tuple(_input(*fields) for fields in order["inputs"]))


def _input(source: list[str], sha256: str, size: int, held: list[int] | None) -> Input:
    return Input(source_from(source), sha256, size, Held(*held) if held else None)


def revision_order(revision: Revision) -> Message:
    """The message that orders a revision. The first one to a worker says that the stage follows."""
    part, places, renamed, duplicates = revision
    asked = {"places": list(places), "renamed": list(renamed.items()), "duplicates": duplicates}
    return {"kind": "revise", "key": part.stem, "path": _hex(part), **asked}


def revision_from(order: Message) -> Revision:
    """The revision of an order."""
    part = Path(path_from(order["path"]))
    return Revision(part, order["places"], dict(order["renamed"]), order["duplicates"])


def spool_order(spool: Spool) -> Message:
    """The message that orders a spool file."""
    path, size = _hex(spool.path), Path(spool.path).stat().st_size
    source = _source_fields(spool.source)
    return {"kind": "spool", "key": spool.key, "source": source, "path": path, "size": size}


def spool_from(order: Message) -> Spool:
    """The spool of an order."""
    return Spool(order["key"], source_from(order["source"]), path_from(order["path"]))


def _hex(path: str | Path) -> str:
    """A path as JSON can hold it: paths are bytes."""
    return os.fsencode(path).hex()


def path_from(hexed: str) -> str:
    """The path in an order."""
    return os.fsdecode(bytes.fromhex(hexed))


def _source_fields(source: Source) -> list[str]:
    return [source.name, _hex(source.path), source.format, source.packing]


def source_from(fields: list[str]) -> Source:
    """The source that `_source_fields` wrote."""
    name, path, kind, packing = fields
    return Source(name, path_from(path), kind, packing)


def _bound_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    most += OWN_MEMORY
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
