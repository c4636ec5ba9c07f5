"""From files to sketches: read, strip boilerplate, take the texts of one unit, sketch them.

Batches are cut by the input, so that the number of workers changes nothing but the time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from clean.dedup.sketch import BATCH, COMPILED, Sketches, Text, Unit, has_kernel, sketch
from clean.errors import CleanError
from clean.model import Document, Stage
from clean.pipeline import run_stage
from clean.read.document import read_file
from clean.read.limits import Reading
from clean.read.records import Record, record_document, records
from clean.read.source import Problem, Source

Item: TypeAlias = tuple[Source, Record | None]
"""A file that is a document, or a record of a container."""

Build: TypeAlias = Callable[[], tuple[Stage, ...]]
"""Makes the stages that documents pass before they are compared. Called once in each worker."""

TextsOf: TypeAlias = Callable[[Document, Unit], Iterable[Text]]
"""The texts of a document to compare."""

FILES = 32
"""Files a batch: they are larger than records."""


@dataclass(frozen=True)
class Plan:
    """What is done to each document before its texts are compared. Survives pickling."""

    unit: Unit
    build: Build
    texts_of: TextsOf
    reading: Reading


@dataclass(frozen=True, slots=True)
class Batch:
    """The sketches of some items, and what could not be read of them."""

    sketches: Sketches
    problems: tuple[Problem, ...]


def items(sources: Iterable[Source], reading: Reading, problems: list[Problem]) -> Iterator[Item]:
    """Every document of the sources, unread; containers are opened one after the other."""
    for source in sources:
        if not source.container:
            yield source, None
            continue
        for record in records(source, reading):
            if isinstance(record, Problem):
                problems.append(record)
            else:
                yield source, record


def documents(some: Iterable[Item], plan: Plan, stages: tuple[Stage, ...]) -> Iterator[Document | Problem]:
    """The documents of items, after the stages."""
    for source, record in some:
        try:
            if record is None:
                document: Document | Problem = read_file(source, plan.reading.limits)
            else:
                document = record_document(source, record, plan.reading)
            if isinstance(document, Document):
                for stage in stages:
                    document = run_stage(document, stage)
            yield document
        except CleanError as error:
            yield Problem.of(error, source.name, record=None if record is None else record.number)


def gather(sources: list[Source], plan: Plan, problems: list[Problem], jobs: int = 1) -> Iterator[Sketches]:
    """The sketches of all texts in the sources.

    Args:
        sources: files.
        plan: what to do to each.
        problems: what cannot be read is added here; the rest goes on.
        jobs: worker processes; 1 works in this one.
    """
    batches = _batches(items(sources, plan.reading, problems))
    for batch in _in_process(batches, plan) if jobs <= 1 else _in_workers(batches, plan, jobs):
        problems += batch.problems
        yield batch.sketches


def _batches(some: Iterator[Item]) -> Iterator[tuple[int, list[Item]]]:
    """Batches, each with how many items came before it."""
    done = 0
    while first := list(islice(some, 1)):
        size = FILES if first[0][1] is None else BATCH
        batch = first + list(islice(some, size - 1))
        yield done, batch
        done += len(batch)


def _sketched(done: int, batch: list[Item], plan: Plan, stages: tuple[Stage, ...]) -> Batch:
    problems: list[Problem] = []
    texts: list[Text] = []
    for document in documents(batch, plan, stages):
        if isinstance(document, Problem):
            problems.append(document)
        elif document.dropped is None:
            texts += plan.texts_of(document, plan.unit)
    return Batch(sketch(texts, fast=done >= COMPILED and has_kernel()), tuple(problems))


def _in_process(batches: Iterator[tuple[int, list[Item]]], plan: Plan) -> Iterator[Batch]:
    stages = plan.build()
    for done, batch in batches:
        yield _sketched(done, batch, plan, stages)


_worker: list[tuple[Plan, tuple[Stage, ...]]] = []
"""In a worker process, its plan and its stages: compiled packs do not travel with each batch."""


def _start(plan: Plan) -> None:
    _worker[:] = [(plan, plan.build())]


def _work(done: int, batch: list[Item]) -> Batch:
    plan, stages = _worker[0]
    return _sketched(done, batch, plan, stages)


def _in_workers(batches: Iterator[tuple[int, list[Item]]], plan: Plan, jobs: int) -> Iterator[Batch]:
    """Batches in order; a few more than there are workers are on their way at any time."""
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    running: deque[Future[Batch]] = deque()
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (plan,)) as pool:
        for done, batch in batches:
            running.append(pool.submit(_work, done, batch))
            if len(running) > 2 * jobs:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def workers(sources: list[Source], jobs: int, small: int = 20_000_000) -> int:
    """How many workers to start: as many as asked for; one a core for a large input if 0."""
    import os

    if jobs:
        return jobs
    size = sum(Path(source.path).stat().st_size for source in sources)
    return len(os.sched_getaffinity(0)) if size > small and hasattr(os, "sched_getaffinity") else 1
