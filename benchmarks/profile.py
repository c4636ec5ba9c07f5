"""Where a run spends its time, as py-spy sees it: the shares of modules and of functions.

usage: python -m benchmarks.profile news|scraped|every|FOLDER [--rate 200] [--most 15] [--save FILE]
       python -m benchmarks.profile SAMPLES.raw [--most 15]       (what `py-spy record -f raw` wrote before)

A share counts where the function is anywhere in the stack; what is its own, with the libraries that it calls,
where it is the last function of `clean` in it. Needs py-spy in the path or beside the interpreter. The run
has one worker, and everything is new to it.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks import clock, material

FRAME = re.compile(r"(.+) \((?:.*/)?(clean/[^:)]+\.py)(?::\d+)?\)")


class Shares(NamedTuple):
    """Samples by name: of all stacks that hold it, and of those where it is the last of ours."""

    samples: int
    whole: Counter[str]
    own: Counter[str]


def shares(lines: Iterable[str], *, functions: bool) -> Shares:
    """Count stacks in py-spy's raw form, `frame;frame;… samples` a line, by function or by module."""
    whole: Counter[str] = Counter()
    own: Counter[str] = Counter()
    samples = 0
    for line in lines:
        stack, _, count = line.rstrip().rpartition(" ")
        samples += int(count)
        found = [match for frame in stack.split(";") if (match := FRAME.fullmatch(frame))]
        names = [_named(match, functions=functions) for match in found]
        whole.update(dict.fromkeys(names, int(count)))
        own[names[-1] if names else "before and beside `clean`"] += int(count)
    return Shares(samples, whole, own)


def _named(frame: re.Match[str], *, functions: bool) -> str:
    name, path = frame.groups()
    if not functions:
        return path
    return f"{path} {'when imported' if name == '<module>' else name}"


def tables(samples: Path, most: int) -> str:
    """Four tables: modules and functions, ordered by what they take in all and by what is their own."""
    lines = samples.read_text(encoding="utf-8").splitlines()
    parts = []
    for unit in ("module", "function"):
        found = shares(lines, functions=unit == "function")
        for order, counted in (("share in all", found.whole), ("own share", found.own)):
            names = sorted(counted, key=lambda name: (-counted[name], name))[:most]
            rows = [
                (name, *(f"{100 * part[name] / found.samples:.1f} %" for part in (found.whole, found.own)))
                for name in names
            ]
            table = clock.table((unit, "in all", "its own"), rows)
            parts.append(f"{unit.capitalize()}s by their {order} of {found.samples} samples:\n\n{table}")
    return "\n\n".join(parts)


def record(given: str, rate: int, save: Path) -> None:
    """Run `clean run` on texts of a kind, or on a folder, below py-spy."""
    spy = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if not spy:
        raise SystemExit("py-spy is not installed: pip install py-spy")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        raw = Path(given).resolve()
        if given in material.KINDS:
            raw = here / "raw"
            material.written(given, raw)
        watch = [
            spy,
            "record",
            "--nonblocking",
            "--subprocesses",
            "-r",
            str(rate),
            "-f",
            "raw",
            "-o",
            str(save),
        ]
        clock.said([*watch, "--", *clock.clean_run(raw, here / "out", "--jobs", "1")])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("given", help="a kind of texts, a folder, or a file of samples")
    parser.add_argument("--rate", type=int, default=200, help="samples a second")
    parser.add_argument("--most", type=int, default=15)
    parser.add_argument("--save", type=Path, help="keep the samples in this file")
    options = parser.parse_args()
    if Path(options.given).is_file():
        print(tables(Path(options.given), options.most))
        return
    with tempfile.TemporaryDirectory() as folder:
        save = (options.save or Path(folder) / "samples.raw").resolve()
        record(options.given, options.rate, save)
        print(tables(save, options.most))


if __name__ == "__main__":
    main()
