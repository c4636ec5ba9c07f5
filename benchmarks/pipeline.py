"""The stages one by one and together, and whole runs with their ledger and report, by one worker and by two.

usage: python -m benchmarks.pipeline [--rounds 3] [--only news|scraped|every] [--stages]

Stages are timed in one process, each on what the stage before it gave. Automata and tables are made in the
first round, which is shown apart: texts that are new to a process are read at that speed, at first. A run is
`clean run` on JSON Lines in eight files, until texts, ledger and report are written; start-up (a run of one
document) is taken off. The floor reads the same files, parses and writes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import clock, material

STAGED = ("news", "scraped")
"""Kinds whose stages are timed; `every` is for runs, and large enough for two workers."""
FLOOR = """
import sys, pathlib, orjson
with open(sys.argv[2], "wb") as write:
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        with path.open("rb") as read:
            for line in read:
                write.write(orjson.dumps(orjson.loads(line), option=orjson.OPT_APPEND_NEWLINE))
"""


class Timed(NamedTuple):
    """A stage, or all of them."""

    name: str
    first: float
    """CPU seconds of the first round."""
    later: float
    """The same of the best round after it."""
    peak: float
    """Megabytes of the process so far."""


def stages(some: Sequence[str], rounds: int) -> list[Timed]:
    """Each stage, then `duplicates`, then all that look at one document, from texts to ledger rows."""
    from clean import codec
    from clean.config import Config
    from clean.dedup.find import find
    from clean.dedup.sketch import Text
    from clean.execute.batch import clean_batch
    from clean.model import Document, Stage
    from clean.pipeline import Pipeline, run_stage
    from clean.stages import build_stages

    def through(stage: Stage, documents: list[Document]) -> list[Document]:
        return [run_stage(document, stage) for document in documents]

    def timed(name: str, times: list[float]) -> Timed:
        return Timed(name, times[0], min(times[1:]), clock.own_peak())

    chosen = build_stages(Config(skip=("extract", "duplicates")))
    documents = current = [Document(f"d{number}", text) for number, text in enumerate(some)]
    rows = []
    for stage in chosen:
        times, current = clock.timed(partial(through, stage, current), rounds)
        rows.append(timed(stage.name, times))
    warming = sum(row.first - row.later for row in rows)
    texts = [Text(document.id, document.text) for document in current]
    times, _ = clock.timed(lambda: len(find(texts)), rounds)
    rows.append(timed("duplicates", times))
    pipeline = Pipeline(chosen)
    times, _ = clock.timed(
        lambda: sum(len(codec.encode(row)) for row in clean_batch(documents, pipeline)), rounds
    )
    rows.append(timed("all but duplicates, with ledger rows", [min(times) + warming, *times]))
    return rows


def runs(kind: str, rounds: int, *part: str) -> str:
    """The table of runs of a kind, or of a part of it as `benchmarks.material` takes it."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        size = material.written(kind, here / "all", *part)
        material.written(kind, here / "one", "--texts", "1", "--files", "1")

        def command(which: str, jobs: int) -> list[str]:
            return clock.clean_run(here / which, here / f"out-{which}-{jobs}", "--jobs", str(jobs))

        floor = [sys.executable, "-c", FLOOR]
        commands = {
            "clean run, 1 worker": command("all", 1),
            "clean run, 2 workers": command("all", 2),
            "start-up": command("one", 1),
            "floor": [*floor, str(here / "all"), str(here / "floor.jsonl")],
            "start-up of the floor": [*floor, str(here / "one"), str(here / "floor.jsonl")],
        }
        spent = clock.best(commands, rounds)
        clock.sound(spent)
        for jobs in (1, 2):
            for made in ("ledger.jsonl", "report/index.html"):
                if not (here / f"out-all-{jobs}" / ".clean" / made).exists():
                    raise SystemExit(f"the run with {jobs} workers wrote no {made}")
    rows = []
    for name, less in (
        ("clean run, 1 worker", "start-up"),
        ("clean run, 2 workers", "start-up"),
        ("floor", "start-up of the floor"),
    ):
        cpu, wall = clock.less(spent[name], spent[less])
        rows.append((name, size.megabytes / cpu, size.texts / cpu, size.megabytes / wall, spent[name].peak))
    head = (
        "process",
        "MB per CPU second",
        "documents per CPU second",
        "MB/s on the clock",
        "peak MB of a process",
    )
    ratio = spent["clean run, 1 worker"].wall / spent["clean run, 2 workers"].wall
    return (
        f"**Runs of {material.described(kind)}**: {size.texts} documents, {size.megabytes:.1f} MB.\n\n"
        f"{clock.table(head, rows)}\n\n"
        f"On the clock, start-up included, two workers are {ratio:.2f} times as fast as one."
    )


def report(rounds: int, kinds: Sequence[str] = material.KINDS) -> str:
    """The tables."""
    parts = []
    for kind in kinds:
        if kind in STAGED:
            alone = ["--only", kind, "--rounds", str(rounds), "--stages"]
            parts.append(clock.said([sys.executable, "-m", "benchmarks.pipeline", *alone]))
        parts.append(runs(kind, rounds))
    return "\n\n".join(parts)


def stages_report(kind: str, rounds: int) -> str:
    """The table of stages of a kind, measured in this process."""
    some = material.texts(kind)
    size = sum(map(material.size_of, some)) / 1e6
    rows = [
        (row.name, size / row.first, len(some) / row.first, size / row.later, len(some) / row.later, row.peak)
        for row in stages(some, rounds)
    ]
    head = (
        "stage",
        "MB/s, first round",
        "documents/s",
        "MB/s, later",
        "documents/s, later",
        "peak MB so far",
    )
    said = f"**Stages on {material.described(kind)}**: {len(some)} documents, {size:.1f} MB."
    return f"{said}\n\n{clock.table(head, rows)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=material.KINDS)
    parser.add_argument("--stages", action="store_true", help="the table of stages alone")
    options = parser.parse_args()
    kinds = (options.only,) if options.only else material.KINDS
    if options.stages:
        print("\n\n".join(stages_report(kind, options.rounds) for kind in kinds))
    else:
        print(report(options.rounds, kinds))


if __name__ == "__main__":
    main()
