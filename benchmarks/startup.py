"""What it costs to start: the help, and a run of the five sample pages, new and unchanged.

usage: python -m benchmarks.startup [--rounds 10]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import clock

RAW = Path(__file__).parent.parent / "raw"


def report(rounds: int) -> str:
    """The table, with the ratio of the help to a process that imports click alone."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out")
        clean = [sys.executable, "-m", "clean"]
        spent = clock.best(
            {
                "python -c 'import click'": [sys.executable, "-c", "import click"],
                "clean --help": [*clean, "--help"],
            },
            rounds,
        )
        new = [clock.run([*clean, "run", str(RAW), out, "--fresh"]) for _ in range(max(rounds // 3, 1))]
        same = [clock.run([*clean, "run", str(RAW), out]) for _ in range(max(rounds // 3, 1))]
        shutil.rmtree(out, ignore_errors=True)
    spent["clean run raw, everything new"] = min(new, key=lambda found: found.cpu)
    spent["clean run raw, nothing changed"] = min(same, key=lambda found: found.cpu)
    for name, found in spent.items():
        if found.status:
            raise SystemExit(f"{name} failed with {found.status}:\n{found.output}")
    rows = [(name, found.cpu, found.wall, found.peak) for name, found in spent.items()]
    ratio = spent["clean --help"].cpu / spent["python -c 'import click'"].cpu
    table = clock.table(("process", "CPU s", "s on the clock", "peak MB"), rows)
    return f"{table}\n\nThe help takes {ratio:.1f} times as long as a process that imports click alone."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    print(report(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
