"""How time and memory grow with the input: 1, 4 and 16 times, and the exponents.

usage: python -m benchmarks.growth [--base 400] [--rounds 2]

Each size is a run of its own by one worker; start-up, a run of one document, is taken off. Words and patterns
that are new to a process weigh more in the small runs, so the exponent from the second to the third is given
too. Twice: on invented words, a quarter of the texts being edited copies, so that the search for duplicates
has work to do, in one file; and on a sixteenth, a quarter and all of the texts there are, each once, in 2, 8
and 32 files.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import clock, material
from benchmarks.material import Size

TIMES = (1, 4, 16)
WORDS = 300
"""Words of an invented text, some 2,000 characters."""


def report(base: int, rounds: int) -> str:
    """The tables, and the exponents."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "invented").mkdir()
        made = {times: _invented(here / "invented" / str(times), base * times) for times in TIMES}
        _invented(here / "invented" / "one", 1)
        (here / "real").mkdir()
        real = {
            times: material.written("every", here / "real" / str(times), *_part(times)) for times in TIMES
        }
        material.written("every", here / "real" / "one", "--texts", "1", "--files", "1")
        parts = [
            f"**Invented words**\n\n{grown(here / 'invented', made, rounds)}",
            f"**{material.described('every')}**\n\n{grown(here / 'real', real, rounds)}",
        ]
    return "\n\n".join(parts)


def _part(times: int) -> list[str]:
    """Of all texts, in files that are equally large in every part."""
    return ["--step", str(TIMES[-1] // times), "--files", str(2 * times)]


def _invented(folder: Path, count: int) -> Size:
    folder.mkdir()
    file = folder / "texts.jsonl"
    words = ["--words", str(WORDS)]
    clock.said([sys.executable, "-m", "benchmarks.corpus", str(file), str(count), *words])
    return Size(count, file.stat().st_size / 1e6)


def grown(folder: Path, sizes: Mapping[int, Size], rounds: int) -> str:
    """The table of runs on folders that are named for their size, and of one on a single text."""
    commands = {
        name: clock.clean_run(folder / name, folder / f"out-{name}", "--jobs", "1")
        for name in ["one", *map(str, sizes)]
    }
    spent = clock.best(commands, rounds)
    clock.sound(spent)
    seconds = {times: clock.less(spent[str(times)], spent["one"])[0] for times in sizes}
    peaks = {times: spent[str(times)].peak for times in sizes}
    rows = [
        (
            f"{times} ×",
            size.texts,
            size.megabytes,
            seconds[times],
            size.megabytes / seconds[times],
            peaks[times],
        )
        for times, size in sizes.items()
    ]
    table = clock.table(("input", "documents", "MB", "CPU s", "MB per CPU second", "peak MB"), rows)
    return f"{table}\n\n{_powers('CPU time', sizes, seconds)} {_powers('Memory', sizes, peaks)}"


def _powers(what: str, sizes: Mapping[int, Size], values: Mapping[int, float]) -> str:
    megabytes = {times: size.megabytes for times, size in sizes.items()}
    last = {times: values[times] for times in list(sizes)[-2:]}
    return (
        f"{what} grows with the power {exponent(megabytes, values):.2f} of the input, "
        f"from the second to the third with {exponent(megabytes, last):.2f}."
    )


def exponent(sizes: Mapping[int, float], values: Mapping[int, float]) -> float:
    """The slope of the logarithm of the values over that of the sizes, by least squares."""
    x = [math.log(sizes[times]) for times in values]
    y = [math.log(value) for value in values.values()]
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
