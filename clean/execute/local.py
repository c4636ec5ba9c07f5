"""Supervised workers on one machine.

`multiprocessing.Pool` hangs for ever when a worker is killed, and `ProcessPoolExecutor` loses every task it holds.
Here each worker has a pipe of its own, and a shared number that says which document it is at (a message for each
document would cost more than many a document). A worker that dies or exceeds its time is replaced; its shard is
done again without the document in question.
"""  # noqa: E501

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Self

import orjson

from clean import errors
from clean.errors import CleanError, OutputError
from clean.execute import worker
from clean.execute.child import start_method, starting
from clean.execute.plan import Shard
from clean.execute.revise import Revision
from clean.execute.work import Task, splits
from clean.execute.worker import path_from, source_from
from clean.model import Stage
from clean.pipeline import Pipeline
from clean.read.source import Problem

POLL = 0.2
"""Seconds between two looks at the clocks of the workers."""

PATIENCE = 4
"""Wall time may be this many times the bound of time: other programs may hold the processor."""

DEATHS = 2
"""A document is condemned when a worker died on it this often: once may be the worker's own trouble."""

SPOOLED = 3
"""Spool files for each worker that may wait."""

UNPACKING = 5e6
"""Compressed bytes a second, at least, when a container is verified."""

PACE = 5e6
"""Bytes for which the bound of time holds. A larger text, of up to 50 MB, has more in proportion."""

STARTING = 120.0
"""Seconds that a worker may take to start."""

Done = Callable[[str, int], None]
"""Told the key of a finished order, and the characters removed."""


class _Worker:
    """One process, and what it is doing."""

    def __init__(self, build: Callable[[], tuple[Stage, ...]], task: Task, folder: Path) -> None:
        method = start_method()
        context, parent = starting(method)
        # A copy of this process has the stages; what is compiled of them would not travel to another one.
        made = (None, task) if method == "fork" else (build, task._replace(pipeline=Pipeline(())))
        self.pipe, theirs = context.Pipe()
        self._place = context.RawValue("q", -1)
        arguments = (theirs, self._place, parent, *made, str(folder))
        self.process = context.Process(target=worker.main, args=arguments, daemon=True)
        self.process.start()
        theirs.close()
        self.order: dict[str, Any] | None = None
        self._seen = -1
        self._has_stage = False
        self.paused = False
        """It splits, and waits for room."""
        self.idle = False
        """It is ready, and there was nothing to do."""
        self.touch()

    @property
    def place(self) -> int:
        """The place, in its order, of the document that it reads or cleans; -1 before the first."""
        return int(self._place.value)

    def touch(self) -> None:
        """Begin to count the time of a document."""
        self.since = time.monotonic()
        self.cpu = cpu_seconds(self.process.pid)

    def bound(self, seconds: float) -> float:
        """Seconds that it may take, where a document of usual size may take so many."""
        return STARTING if self.order is None else _bound(self.order, self.place, seconds)

    def late(self, seconds: float) -> bool:
        """Whether its document is beyond the bound of time."""
        if self._seen != self.place:
            self._seen = self.place
            self.touch()
        spent = time.monotonic() - self.since
        if self.idle or self.paused or spent <= seconds:
            return False
        return spent > PATIENCE * seconds or cpu_seconds(self.process.pid) - self.cpu > seconds

    def give(self, order: dict[str, Any], stage: Stage | None) -> None:
        """Hand it an order; before its first revision, the stage that makes them."""
        self.order, self.idle = order, False
        self._place.value = self._seen = -1
        self.touch()
        follows = order["kind"] == "revise" and not self._has_stage
        with suppress(ConnectionError):  # it has died: whoever listens to it will hear of that
            self.pipe.send_bytes(orjson.dumps({**order, "follows": follows}))
            if follows:
                self.pipe.send(stage)
                self._has_stage = True

    def kill(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _bound(order: dict[str, Any], place: int, seconds: float) -> float:
    """Seconds for the document at a place of an order."""
    if order["kind"] == "split":  # the whole of it may be unpacked before the first record
        return float(seconds + order["inputs"][0][2] / UNPACKING)
    if order["kind"] == "spool":  # of many small records, or a large one
        size = order["size"]
    elif order["kind"] == "files":
        size = order["inputs"][min(max(place, 0), len(order["inputs"]) - 1)][2]
    else:
        size = 0
    return float(seconds * max(1.0, size / PACE))


def cpu_seconds(pid: int | None) -> float:
    """Processor time of a process; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


class Supervisor:
    """Does orders with a number of workers. They stay until the block of `with` ends.

    Args:
        jobs: how many.
        build: makes the stages, in a worker that starts from nothing.
        task: what is the same for all orders.
        folder: of the parts.

    Attributes:
        queue: orders that wait, in order.
    """

    def __init__(self, jobs: int, build: Callable[[], tuple[Stage, ...]], task: Task, folder: Path) -> None:
        self._jobs = jobs
        self._build = build
        self._task = task
        self._folder = folder
        self._stage: Stage | None = None
        self._workers: list[_Worker] = []
        self._deaths: dict[tuple[str, int], int] = {}
        self._failed_starts = 0
        self.queue: deque[dict[str, Any]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._workers:
            one.kill()

    def work(self, shards: Sequence[Shard], done: Done) -> None:
        """Do every shard.

        Raises:
            CleanError: of a worker that cannot write, or cannot start.
        """
        orders = (worker.shard_order("split" if splits(shard) else "files", shard) for shard in shards)
        self._do(orders, done)

    def revise(self, revisions: Sequence[Revision], stage: Stage | None) -> None:
        """Make every revision; a stage looks at the documents, or they only get other ids.

        Raises:
            CleanError: of a worker that cannot write, or cannot start.
        """
        self._stage = stage
        self._do(map(worker.revision_order, revisions), lambda _key, _removed: None)

    def _do(self, orders: Iterable[dict[str, Any]], done: Done) -> None:
        self.queue.extend({**order, "condemned": {}} for order in orders)
        for one in self._workers:
            one.touch()
        while self.queue or any(one.order is not None for one in self._workers):
            self._staff()
            self._resume()
            self._listen(done)
            self._watch_clocks()

    def _staff(self) -> None:
        wanted = min(self._jobs + self._splitting(), len(self.queue) + self._busy())
        while len(self._workers) < wanted:
            self._workers.append(_Worker(self._build, self._task, self._folder))

    def _busy(self) -> int:
        return sum(one.order is not None for one in self._workers)

    def _splitting(self) -> int:
        """A worker that splits mostly waits, so it does not count as one of the jobs."""
        return sum(one.order is not None and one.order["kind"] == "split" for one in self._workers)

    def _listen(self, done: Done) -> None:
        pipes = {one.pipe: one for one in self._workers}
        for pipe in wait(list(pipes), timeout=POLL):
            one = pipes[pipe]
            try:
                message = orjson.loads(one.pipe.recv_bytes())
            except (EOFError, OSError):
                self._bury(one)
                continue
            self._hear(one, message, done)

    def _hear(self, one: _Worker, message: dict[str, Any], done: Done) -> None:
        if "ready" in message:
            self._failed_starts = 0
            self._feed(one)
        elif "spool" in message:
            self.queue.appendleft({**message["spool"], "condemned": {}})
            one.paused = True
        elif "error" in message:
            kind, code, text, where, hint = message["error"]
            raise _error_of(kind)(code, text, where=where, hint=hint)
        else:
            order, one.order = one.order, None
            if order is not None:
                if order["kind"] == "spool":
                    Path(path_from(order["path"])).unlink(missing_ok=True)
                done(order["key"], message["done"])

    def _feed(self, one: _Worker) -> None:
        """Give a waiting worker the next order; only one worker splits at a time."""
        for place, order in enumerate(self.queue):
            if order["kind"] != "split" or not self._splitting():
                del self.queue[place]
                one.give(order, self._stage)
                return
        one.idle = True

    def _resume(self) -> None:
        """Let a splitter go on when there is room, and idle workers take what it made."""
        waiting = sum(order["kind"] == "spool" for order in self.queue)
        for one in self._workers:
            if one.paused and waiting < SPOOLED * self._jobs:
                one.paused = False
                one.touch()
                one.pipe.send_bytes(b"{}")
            elif one.idle and self.queue:
                self._feed(one)

    def _watch_clocks(self) -> None:
        for one in list(self._workers):
            seconds = one.bound(self._task.reading.limits.seconds)
            if one.late(seconds):
                self._condemn(one, "too-slow", f"took more than {seconds:g} s")
                self._replace(one)

    def _bury(self, one: _Worker) -> None:
        """A worker died by itself."""
        one.process.join()
        status = one.process.exitcode
        if one.order is None:
            self._failed_starts += 1
            if self._failed_starts > self._jobs + DEATHS:
                hint = "Run with -j 1 to see why."
                raise OutputError("no-workers", f"workers cannot start (exit status {status})", hint=hint)
        else:
            key = one.order["key"], one.place
            self._deaths[key] = self._deaths.get(key, 0) + 1
            if self._deaths[key] >= DEATHS:
                if status == worker.OUT_OF_MEMORY:
                    self._condemn(one, "too-much-memory", "needs more memory than a document may")
                else:
                    self._condemn(one, "crashed", f"ended the process that worked on it (status {status})")
            else:
                self.queue.appendleft(one.order)
                one.order = None
        self._replace(one)

    def _condemn(self, one: _Worker, code: str, what: str) -> None:
        """Do the order again without the document at which it stands."""
        order, one.order = one.order, None
        if order is None:
            return
        hint = "Every other document goes on. Look at this one, or raise limits."
        place = max(one.place, 0)
        if str(place) in order["condemned"]:  # so it is not this document that does it
            _doubt(order, what)
        name, record = _named(order, place)
        problem = Problem(name, code, what, hint, record, "clean")
        order["condemned"][str(place)] = list(problem)
        self.queue.appendleft(order)

    def _replace(self, one: _Worker) -> None:
        one.kill()
        self._workers.remove(one)


def _doubt(order: dict[str, Any], what: str) -> None:
    """Split a container whose reader ends the worker.

    Raises:
        OutputError: it is none, and nothing is left to leave out.
    """
    source = source_from(order["inputs"][0][0]) if order["kind"] == "files" else None
    if source is None or not source.container:
        hint = "Run with -j 1 to see why, or raise limits."
        raise OutputError("no-workers", f"a worker {what}, whatever it leaves out", hint=hint)
    order["kind"] = "split"


def _named(order: dict[str, Any], place: int) -> tuple[str, int | None]:
    """The source, and in a container the record, at a place of an order."""
    if order["kind"] == "spool":
        return str(order["source"][0]), place
    if order["kind"] == "revise":
        return "", None  # whoever makes the revision knows
    inputs = order["inputs"]
    if len(inputs) == 1 and order["kind"] == "split":
        return str(inputs[0][0][0]), None
    return str(inputs[min(place, len(inputs) - 1)][0][0]), None


def _error_of(name: str) -> type[CleanError]:
    found = getattr(errors, name, OutputError)
    return found if isinstance(found, type) and issubclass(found, CleanError) else OutputError
