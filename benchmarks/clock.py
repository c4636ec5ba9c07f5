"""CPU seconds and memory of child processes, and a table to print them in.

CPU time, not the clock on the wall: other programs on the machine lengthen that, and hardly this. The process
that starts the others stays small, for theirs is at least the memory of the one that they were born of.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parent.parent
"""Of the repository, where every command is run: `python -m benchmarks.…` must find itself."""

Result = TypeVar("Result")


class Spent(NamedTuple):
    """What a process and its children took."""

    cpu: float
    """Seconds, user and system."""
    wall: float
    peak: float
    """Megabytes of the largest process among them."""
    output: str
    status: int


def run(command: Sequence[str]) -> Spent:
    """Run a command to its end."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        # wait4 tells of this child alone; its own children count once it has waited for them.
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=_environment(), cwd=ROOT
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    return Spent(used.ru_utime + used.ru_stime, wall, _peak(used), said, process.returncode)


def own_peak() -> float:
    """Megabytes of this process so far."""
    return _peak(resource.getrusage(resource.RUSAGE_SELF))


def _peak(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": "0"}


def clean_run(raw: Path, out: Path, *options: str) -> list[str]:
    """The command of a run in which nothing is used again."""
    return [sys.executable, "-m", "clean", "run", str(raw), str(out), "--fresh", "--quiet", *options]


def less(whole: Spent, start: Spent) -> tuple[float, float]:
    """CPU seconds and seconds on the clock without what it takes to start."""
    return max(whole.cpu - start.cpu, 1e-6), max(whole.wall - start.wall, 1e-6)


def said(command: Sequence[str]) -> str:
    """What a command prints; the benchmark ends where it fails."""
    spent = run(command)
    sound({" ".join(command): spent})
    return spent.output.strip()


def sound(spent: Mapping[str, Spent]) -> None:
    """End with what a command said if it failed."""
    for name, found in spent.items():
        if found.status:
            raise SystemExit(f"{name} failed with {found.status}:\n{found.output}")


def best(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Spent]:
    """The round with the least CPU of each command, and its least time on the clock; they take turns."""
    found: dict[str, Spent] = {}
    for number in range(rounds):
        names = list(commands)
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            spent = run(commands[name])
            before = found.get(name, spent)
            found[name] = min(before, spent)._replace(wall=min(before.wall, spent.wall))
    return found


def timed(function: Callable[[], Result], rounds: int) -> tuple[list[float], Result]:
    """CPU seconds of the first round and so many more in this process, and what the last gave."""
    times = []
    for _ in range(rounds + 1):
        start = time.process_time()
        result = function()
        times.append(time.process_time() - start)
    return times, result


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in [list(head), *cells]
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if abs(cell) < 10 else f"{cell:.0f}"
    return str(cell)
