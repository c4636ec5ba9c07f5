"""CPU of reading and extracting pages, beside trafilatura's own on the same pages, and how it grows.

usage: python benchmarks/pages.py [FOLDER] [--pages 200] [--growth]

FOLDER holds saved pages (*.html, *.html.gz); without one, pages of invented words are made. Times are CPU
seconds of this process; the order of the programs alternates, so that other load falls on all of them.
--growth doubles pages that are hard on parsers and prints the exponent of the time.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import math
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from clean.model import Document
from clean.pipeline import run_stage
from clean.read.html import linearise
from clean.stages.extract import Extract

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
    linear = linearise(page)
    return run_stage(Document("page", linear.text, linear.meta, (), None, linear.page), Extract()).text


def theirs(page: bytes, *, fast: bool = False) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(page.decode("utf-8", "replace"), include_comments=False, fast=fast)
    return getattr(found, "text", None) or ""


def invented(count: int) -> Iterable[bytes]:
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
    paths = sorted(path for path in folder.rglob("*") if path.name.endswith((".html", ".html.gz")))
    data = ((path, path.read_bytes()) for path in paths[:count])
    return [gzip.decompress(page) if path.suffix == ".gz" else page for path, page in data]


def compare(pages: list[bytes]) -> None:
    programs: dict[str, Callable[[bytes], str]] = {
        "clean": ours,
        "trafilatura": theirs,
        "trafilatura fast": lambda page: theirs(page, fast=True),
    }
    spent = dict.fromkeys(programs, 0.0)
    for run in programs.values():
        run(pages[0])  # imports and tables
    for number, page in enumerate(pages):
        names = list(programs)
        for name in names[number % 3 :] + names[: number % 3]:
            start = time.process_time()
            programs[name](page)
            spent[name] += time.process_time() - start
    size = sum(map(len, pages))
    for name, seconds in spent.items():
        ratio = seconds / spent["trafilatura"]
        per_page = 1000 * seconds / len(pages)
        print(f"{name:18} {per_page:7.1f} ms a page {size / 1e6 / seconds:6.1f} MB/s {ratio:5.2f}")


def growth() -> None:
    for name, make in HARD.items():
        times = []
        for n in (4_000, 8_000, 16_000):
            body = f"<p>{'An ordinary sentence stands here. ' * 9}</p>{make(n)}"
            page = f"<html><body><article>{body}</article></body></html>".encode()
            start = time.process_time()
            ours(page)
            times.append(time.process_time() - start)
        exponent = math.log2(max(times[2], 1e-3) / max(times[1], 1e-3))
        print(f"{name:18}", *(f"{seconds:7.3f}" for seconds in times), f"exponent {exponent:5.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    if options.growth:
        growth()
        return
    pages = saved(options.folder, options.pages) if options.folder else list(invented(options.pages))
    if not pages:
        print(f"skipped: no pages in {options.folder}")
        return
    compare(pages)


if __name__ == "__main__":
    main()
