"""The stages one by one and together, and a whole run with its ledger and report.

usage: python -m benchmarks.pipeline [--rounds 3] [--only news|scraped]

Stages are timed in one process, each on what the stage before it gave. Automata and tables are made in the
first round, which is shown apart: short runs pay for it, long ones do not. A run is `clean run` on JSON Lines
in two files, start-up (a run of one document) taken off. The floor reads the same files, parses and writes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import clock, material

FILES = 8
"""The texts of a run stand in so many files, or there would be nothing to share among workers."""
FLOOR = """
import sys, pathlib, orjson
with open(sys.argv[2], "wb") as write:
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        with path.open("rb") as read:
            for line in read:
                write.write(orjson.dumps(orjson.loads(line), option=orjson.OPT_APPEND_NEWLINE))
"""


def stages(some: list[str], rounds: int) -> list[tuple[str, float, float]]:
    """(stage, MB/s in the first round, best MB/s of the others); "all" is documents in, ledger rows out."""
    from clean import codec
    from clean.config import Config
    from clean.execute.batch import clean_batch
    from clean.model import Document, Stage
    from clean.pipeline import Pipeline, run_stage
    from clean.stages import build_stages

    def through(stage: Stage, documents: list[Document]) -> list[Document]:
        return [run_stage(document, stage) for document in documents]

    size = sum(map(material.size_of, some)) / 1e6
    chosen = build_stages(Config(skip=("extract", "duplicates")))
    documents = current = [Document(f"d{number}", text) for number, text in enumerate(some)]
    rows: list[tuple[str, float, float]] = []
    cold = 0.0
    for stage in chosen:
        given = current
        times, current = clock.timed(lambda stage=stage, given=given: through(stage, given), rounds)
        rows.append((stage.name, size / times[0], size / min(times[1:])))
        cold += times[0] - min(times[1:])
    pipeline = Pipeline(chosen)
    times, _ = clock.timed(
        lambda: sum(len(codec.encode(row)) for row in clean_batch(documents, pipeline)), rounds
    )
    rows.append(("all, with ledger rows", size / (min(times) + cold), size / min(times)))
    return rows


def runs(kind: str, rounds: int) -> list[tuple[str, float, float, float]]:
    """(program, MB of text a CPU second, MB a second of the clock, peak MB), start-up taken off."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        size = json.loads(clock.run(_self(kind, "--make", folder)).output) / 1e6

        def command(which: str, jobs: int) -> list[str]:
            out = str(here / f"out-{which}-{jobs}")
            return [*_clean("run"), str(here / which), out, "--fresh", "--quiet", "--jobs", str(jobs)]

        floor = [sys.executable, "-c", FLOOR]
        commands = {
            "clean run, 1 worker": command("all", 1),
            "clean run, 2 workers": command("all", 2),
            "start-up": command("one", 1),
            "floor": [*floor, str(here / "all"), str(here / "floor.jsonl")],
            "start-up of the floor": [*floor, str(here / "one"), str(here / "floor.jsonl")],
        }
        spent = clock.best(commands, rounds)
    for name, found in spent.items():
        if found.status:
            raise SystemExit(f"{name} failed with {found.status}:\n{found.output}")
    rows = []
    for name, less in (
        ("clean run, 1 worker", "start-up"),
        ("clean run, 2 workers", "start-up"),
        ("floor", "start-up of the floor"),
    ):
        cpu = max(spent[name].cpu - spent[less].cpu, 1e-6)
        wall = max(spent[name].wall - spent[less].wall, 1e-6)
        rows.append((name, size / cpu, size / wall, spent[name].peak))
    return rows


def make(kind: str, folder: Path) -> int:
    """Write the texts of a kind in some files, and one of them alone; the size of the texts in bytes."""
    some = material.texts(kind)
    for name in ("all", "one"):
        (folder / name).mkdir()
    material.as_json_lines(some[:1], folder / "one" / "texts.jsonl")
    return sum(
        material.as_json_lines(some[number::FILES], folder / "all" / f"texts-{number}.jsonl", f"{number}-")
        for number in range(FILES)
    )


def _clean(*words: str) -> list[str]:
    return [sys.executable, "-m", "clean", *words]


def _self(kind: str, *words: str) -> list[str]:
    """This module in a process of its own: a child counts the memory of the process that it was born of."""
    return [sys.executable, "-m", "benchmarks.pipeline", "--only", kind, *words]


def report(rounds: int, kinds: tuple[str, ...] = material.KINDS) -> str:
    """The tables."""
    parts = []
    for kind in kinds:
        alone = clock.run(_self(kind, "--rounds", str(rounds), "--stages"))
        if alone.status:
            raise SystemExit(alone.output)
        head = ("process", "MB per CPU second", "MB/s on the clock", "peak MB")
        parts += [alone.output.strip(), clock.table(head, runs(kind, rounds))]
    return "\n\n".join(parts)


def _stages(kind: str, rounds: int) -> str:
    some = material.texts(kind)
    size = sum(map(material.size_of, some)) / 1e6
    head = ("stage", "MB/s, first round", "MB/s")
    said = f"**{material.described(kind)}**: {len(some)} documents, {size:.1f} MB."
    return f"{said}\n\n{clock.table(head, stages(some, rounds))}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=material.KINDS)
    parser.add_argument("--stages", action="store_true", help="the table of stages alone")
    parser.add_argument("--make", type=Path, metavar="DIR", help="only write the texts")
    options = parser.parse_args()
    kinds = (options.only,) if options.only else material.KINDS
    if options.make:
        print(make(kinds[0], options.make))
    elif options.stages:
        print("\n\n".join(_stages(kind, options.rounds) for kind in kinds))
    else:
        print(report(options.rounds, kinds))


if __name__ == "__main__":
    main()
