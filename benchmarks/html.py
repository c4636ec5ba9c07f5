"""Reading and extracting pages of HTML, beside trafilatura's own call and command on the same pages.

usage: python -m benchmarks.html [--pages 100] [--rounds 2] [--growth] [FOLDER …]

FOLDER holds saved pages (*.html, *.html.gz); without one, those of CLEAN_DATA are taken, each so-manyth of a
set, and without that, pages of invented words. Calls are timed in one process, where the programs take turns
page by page; commands are processes of their own on all the pages as files, start-up (one page) taken off.
--growth doubles pages that are hard on parsers and prints the exponent of the time.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import clock, material

SETS = {"news sites": "aed", "sites of any kind": "wcxb"}
"""What the pages of CLEAN_DATA are, and their folder."""
HARD: dict[str, Callable[[int], str]] = {
    "short paragraphs": lambda n: "".join(f"<p>Short {k}.</p>" for k in range(n)),
    "inline tags": lambda n: f"<p>{'a <b>x</b> ' * n}</p>",
    "nested": lambda n: "<div>" * n + "deep" + "</div>" * n,
    "attributes": lambda n: f"<p {' '.join(f'a{k}=1' for k in range(n))}>x</p>",
    "cells": lambda n: f"<table><tr>{'<td>c</td>' * n}</tr></table>",
    "headings": lambda n: "".join(f"<h2>Update {k}</h2><p>Entry number {k}.</p>" for k in range(n)),
    "open comments": lambda n: "<!--" * n,
    "angle brackets": lambda n: "<" * n,
    "empty elements": lambda n: "<i></i>" * n,
}


def ours(page: bytes) -> str:
    from clean.model import Document
    from clean.pipeline import run_stage
    from clean.read.html import linearise
    from clean.stages.extract import Extract

    linear = linearise(page)
    return run_stage(Document("page", linear.text, linear.meta, (), None, linear.page), Extract()).text


def theirs(page: bytes, *, fast: bool = False) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(page.decode("utf-8", "replace"), include_comments=False, fast=fast)
    return getattr(found, "text", None) or ""


PROGRAMS: dict[str, Callable[[bytes], str]] = {
    "clean, reading and `extract`": ours,
    "trafilatura": theirs,
    "trafilatura, fast": lambda page: theirs(page, fast=True),
}


def invented(count: int) -> Iterator[bytes]:
    """Pages in the common shape: a menu, an article of thirty paragraphs, other stories, scripts, a foot."""
    rng = random.Random(0)
    syllables = "ba cor den el fi gra hin is jo kel lum mar ne or pi qua ros sti tan ul ver wen".split()

    def words(n: int) -> str:
        return " ".join("".join(rng.choices(syllables, k=rng.randint(1, 3))) for _ in range(n))

    for _ in range(count):
        menu = "".join(f"<li class='menu-item'><a href='/{n}'>{words(2)}</a></li>" for n in range(60))
        text = "".join(f"<p>{words(rng.randint(15, 70)).capitalize()}.</p>" for _ in range(30))
        cards = "".join(f"<div class='card'><a href='/{n}'><h3>{words(9)}</h3></a></div>" for n in range(40))
        script = f"<script>{'var a = {};' * 3_000}</script>"
        yield (
            f"<!DOCTYPE html><html lang=en><head><title>{words(8)}</title>{script}</head><body>"
            f"<nav><ul>{menu}</ul></nav>"
            f"<main><article><h1>{words(8)}</h1><div class='body'>{text}</div></article></main>"
            f"<aside class='related'>{cards}</aside><footer><p>{words(30)}</p></footer></body></html>"
        ).encode()


def saved(folder: Path, count: int) -> list[bytes]:
    """So many pages of a folder, from all over it."""
    paths = sorted(path for path in folder.rglob("*") if path.name.endswith((".html", ".html.gz")))
    chosen = paths[:: max(len(paths) // count, 1)][:count]
    return [
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in chosen
    ]


def sets(folders: Sequence[Path], count: int) -> dict[str, list[bytes]]:
    """Pages by what they are."""
    if folders:
        return {folder.name: pages for folder in folders if (pages := saved(folder, count))}
    if material.is_real():
        return {name: saved(material.DATA / "pages" / where / "html", count) for name, where in SETS.items()}
    return {"invented": list(invented(count))}


def calls(pages: Sequence[bytes], rounds: int) -> dict[str, float]:
    """CPU seconds of each program in this process."""
    spent = dict.fromkeys(PROGRAMS, 0.0)
    for run in PROGRAMS.values():
        run(pages[0])  # imports and tables
    for number, page in enumerate(pages):
        best = dict.fromkeys(PROGRAMS, math.inf)
        names = list(PROGRAMS)
        for turn in range(number, number + rounds):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                start = time.process_time()
                PROGRAMS[name](page)
                best[name] = min(best[name], time.process_time() - start)
        for name, seconds in best.items():
            spent[name] += seconds
    return spent


def calls_report(some: dict[str, list[bytes]], rounds: int) -> str:
    """The table of calls."""
    rows = []
    for what, pages in some.items():
        spent = calls(pages, rounds)
        size = sum(map(len, pages)) / 1e6
        for name, seconds in spent.items():
            ratio = seconds / spent["trafilatura"]
            rows.append((what, len(pages), size, name, 1000 * seconds / len(pages), size / seconds, ratio))
    head = ("pages of", "pages", "MB", "call", "ms a page", "MB per CPU second", "times trafilatura")
    return clock.table(head, rows)


def write(pages: Sequence[bytes], folder: Path) -> None:
    """The pages as files, and the first of them alone."""
    for name, some in (("all", pages), ("one", pages[:1])):
        (folder / name).mkdir(parents=True)
        for number, page in enumerate(some):
            (folder / name / f"{number:04}.html").write_bytes(page)


def commands_report(here: Path, rounds: int) -> str:
    """The table of commands on pages that were written into a folder."""
    commands: dict[str, list[str]] = {}
    for which in ("all", "one"):
        pages = here / which
        trafilatura = [sys.executable, "-m", "trafilatura.cli", "--input-dir", str(pages), "--parallel", "1"]
        trafilatura += ["--no-comments", "--output-dir"]
        only = ["--only", "extract", "--jobs", "1"]
        commands |= {
            f"clean run --only extract {which}": clock.clean_run(pages, here / f"extracted-{which}", *only),
            f"trafilatura {which}": [*trafilatura, str(here / f"theirs-{which}")],
            f"trafilatura --fast {which}": [*trafilatura, str(here / f"fast-{which}"), "--fast"],
            f"clean run {which}": clock.clean_run(pages, here / f"out-{which}", "--jobs", "1"),
        }
    spent = clock.best(commands, rounds)
    clock.sound(spent)
    paths = list((here / "all").iterdir())
    size = sum(path.stat().st_size for path in paths) / 1e6
    seconds = {
        name.removesuffix(" all"): clock.less(found, spent[f"{name.removesuffix(' all')} one"])[0]
        for name, found in spent.items()
        if name.endswith(" all")
    }
    rows = [
        (name, 1000 * cpu / len(paths), size / cpu, cpu / seconds["trafilatura"], spent[f"{name} all"].peak)
        for name, cpu in seconds.items()
    ]
    head = ("command", "ms a page", "MB per CPU second", "times trafilatura", "peak MB")
    return f"{len(paths)} pages as files, {size:.1f} MB:\n\n{clock.table(head, rows)}"


def report(rounds: int, count: int, folders: Sequence[Path] = ()) -> str:
    """The tables."""
    this = [sys.executable, "-m", "benchmarks.html", *map(str, folders), "--pages", str(count)]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        table = clock.said([*this, "--rounds", str(rounds), "--calls", str(here)])
        return f"{table}\n\n{commands_report(here, rounds)}"


def growth() -> str:
    """CPU seconds of pages that are hard on parsers, doubled and doubled again."""
    sizes = (4_000, 8_000, 16_000)
    rows = []
    for name, make in HARD.items():
        times = []
        for n in sizes:
            body = f"<p>{'An ordinary sentence stands here. ' * 9}</p>{make(n)}"
            page = f"<html><body><article>{body}</article></body></html>".encode()
            start = time.process_time()
            ours(page)
            times.append(time.process_time() - start)
        rows.append((name, *times, math.log2(max(times[2], 1e-3) / max(times[1], 1e-3))))
    return clock.table(("page", *(f"{n:,}" for n in sizes), "exponent"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    parser.add_argument("--pages", type=int, default=100, help="of each set")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--calls", type=Path, metavar="DIR", help="the calls alone; the pages go into DIR")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    if options.growth:
        print(growth())
    elif options.calls:
        some = sets(options.folders, options.pages)
        if not some:
            raise SystemExit(f"no pages in {', '.join(map(str, options.folders))}")
        print(calls_report(some, options.rounds))
        write([page for pages in some.values() for page in pages], options.calls)
    else:
        print(report(options.rounds, options.pages, options.folders))


if __name__ == "__main__":
    main()
