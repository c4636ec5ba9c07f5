"""What it costs to start: the help, and the five sample pages, new and unchanged, also by `make clean`.

usage: python -m benchmarks.startup [--rounds 10]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import clock

RAW = clock.ROOT / "raw"


def report(rounds: int) -> str:
    """The table, with the ratio of the help to a process that imports click alone."""
    clean = [sys.executable, "-m", "clean"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        starts = {
            "python -c 'import click'": [sys.executable, "-c", "import click"],
            "clean --help": [*clean, "--help"],
        }
        new = {"clean run raw, everything new": clock.clean_run(RAW, out)}
        same = {"clean run raw, nothing changed": [*clean, "run", str(RAW), str(out)]}
        if _is_set_up():
            same["make clean, nothing changed"] = ["make", "clean", f"OUT={out}"]
        runs = max(rounds // 3, 1)
        spent = {
            **clock.best(starts, rounds),
            **clock.best(new, runs),
            **clock.best(same, runs),
        }
    clock.sound(spent)
    rows = [(name, found.cpu, found.wall, found.peak) for name, found in spent.items()]
    ratio = spent["clean --help"].cpu / spent["python -c 'import click'"].cpu
    table = clock.table(("process", "CPU s", "s on the clock", "peak MB"), rows)
    return f"{table}\n\nThe help takes {ratio:.1f} times as long as a process that imports click alone."


def _is_set_up() -> bool:
    """Whether `make clean` would clean at once, without setting up an environment first."""
    return (
        shutil.which("make") is not None and not clock.run(["make", "--question", ".venv/run.stamp"]).status
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    print(report(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
