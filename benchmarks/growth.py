"""How time and memory grow with the input: 1, 4 and 16 times, and the exponent of the CPU time.

usage: python -m benchmarks.growth [--base 400] [--rounds 2]

Each size is a run of its own on invented words, a quarter of the texts being edited copies; so the search
for duplicates has work to do. Start-up, a run of one document, is taken off.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from pathlib import Path

from benchmarks import clock

TIMES = (1, 4, 16)
WORDS = 300
"""Words of a text, some 2,000 characters."""


def report(base: int, rounds: int) -> str:
    """The table, and the exponent."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        commands = {}
        sizes = {}
        for name, count in [("start-up", 1), *((str(times), base * times) for times in TIMES)]:
            (here / name).mkdir()
            texts = here / name / "texts.jsonl"
            maker = Path(__file__).parent / "corpus.py"
            made = clock.run([sys.executable, str(maker), str(texts), str(count), "--words", str(WORDS)])
            if made.status:
                raise SystemExit(made.output)
            sizes[name] = texts.stat().st_size / 1e6
            folders = [str(here / name), str(here / f"out-{name}")]
            commands[name] = [sys.executable, "-m", "clean", "run", *folders, "--fresh", "-q", "-j", "1"]
        spent = clock.best(commands, rounds)
    for name, found in spent.items():
        if found.status:
            raise SystemExit(f"{name} times failed with {found.status}:\n{found.output}")
    seconds = {times: spent[str(times)].cpu - spent["start-up"].cpu for times in TIMES}
    rows = [
        (f"{times} ×", base * times, sizes[str(times)], seconds[times], spent[str(times)].peak)
        for times in TIMES
    ]
    table = clock.table(("input", "documents", "MB", "CPU s", "peak MB"), rows)
    return f"{table}\n\nCPU time grows with the power {exponent(seconds):.2f} of the input."


def exponent(seconds: dict[int, float]) -> float:
    """The slope of log time over log size, by least squares."""
    x = [math.log(times) for times in seconds]
    y = [math.log(max(value, 1e-6)) for value in seconds.values()]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=int, default=400, help="documents of the smallest run")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    print(report(options.base, options.rounds))


if __name__ == "__main__":
    main()
