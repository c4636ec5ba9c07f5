"""Score what we keep of saved pages, and what trafilatura keeps in each of its modes, in one run.

usage: pages.py [--data DIR] [--sets aed,wcxb] [--modes default,precision,recall,fast] [--text] [--worst N]

DIR (or CLEAN_DATA, default ../shared/data) holds pages/SET/gold.jsonl and pages/SET/html/*.html.gz. The
measure is that of the article extraction benchmark: precision and recall of word 4-grams, means over pages.
With --text the text stages run after `extract`. The weights of the package have seen these pages;
`train_blocks.py --check` has figures for sites that its weights have not seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from clean.extract.scorer import Model
from clean.model import Document
from clean.pipeline import run_stage
from clean.read.html import Linear, linearise
from clean.stages.extract import Extract

MODES: dict[str, dict[str, bool]] = {
    "default": {},
    "precision": {"favor_precision": True},
    "recall": {"favor_recall": True},
    "fast": {"fast": True},
}
_WORD = re.compile(r"\w+")


class Score(NamedTuple):
    """Means over pages."""

    f1: float
    precision: float
    recall: float


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def grams(text: str) -> Counter[tuple[str, ...]]:
    found = words(text)
    return Counter(tuple(found[n : n + 4]) for n in range(max(1, len(found) - 3))) if found else Counter()


def score(pairs: Sequence[tuple[str, str]]) -> Score:
    """Of (human text, our text) pairs."""
    precision, recall = [], []
    for gold, ours in pairs:
        a, b = grams(gold), grams(ours)
        common = (a & b).total()
        if b:
            precision.append(common / b.total())
        if a:
            recall.append(common / a.total())
    p, r = (statistics.fmean(values) if values else 0.0 for values in (precision, recall))
    return Score(round(2 * p * r / (p + r), 4) if p + r else 0.0, round(p, 4), round(r, 4))


def extracted(linear: Linear, model: Model | None = None, stages: Sequence[Any] = ()) -> str:
    document = Document("page", linear.text, linear.meta, (), None, linear.page)
    for stage in (Extract(model=model), *stages):
        document = run_stage(document, stage)
    return document.text


def text_stages() -> list[Any]:
    from clean.config import Config
    from clean.stages import build_stages

    return [stage for stage in build_stages(Config()) if stage.name not in {"extract", "duplicates"}]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CLEAN_DATA", "../shared/data")))
    parser.add_argument("--sets", default="aed,wcxb")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--text", action="store_true", help="run the text stages too")
    parser.add_argument("--worst", type=int, default=0)
    options = parser.parse_args()
    if not (options.data / "pages").is_dir():
        print(f"skipped: no pages in {options.data}")
        return
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    for name in options.sets.split(","):
        measure(options.data / "pages" / name, [mode for mode in options.modes.split(",") if mode], options)


def measure(folder: Path, modes: list[str], options: argparse.Namespace) -> None:
    from trafilatura import bare_extraction

    rows = [json.loads(line) for line in (folder / "gold.jsonl").open(encoding="utf-8")]
    pages = {
        row["id"]: gzip.decompress((folder / "html" / f"{row['id']}.html.gz").read_bytes()) for row in rows
    }
    gold = {row["id"]: row["text"] for row in rows}
    print(f"{folder.name}: {len(rows)} pages\n{'':16}    F1      P      R  CPU ms a page")

    def tell(label: str, ours: dict[str, str], seconds: float) -> None:
        found = score([(gold[page], ours[page]) for page in pages])
        per_page = 1000 * seconds / len(pages)
        print(f"{label:16} {found.f1:.4f} {found.precision:.4f} {found.recall:.4f} {per_page:7.1f}")

    for mode in modes:
        start = time.process_time()
        theirs = {}
        for page, data in pages.items():
            found: Any = bare_extraction(
                data.decode("utf-8", "replace"), include_comments=False, **MODES[mode]
            )
            theirs[page] = found.text if found else ""
        tell(f"trafilatura {mode[:4]}", theirs, time.process_time() - start)
    later = text_stages() if options.text else []
    start = time.process_time()
    ours = {page: extracted(linearise(data), None, later) for page, data in pages.items()}
    tell("clean", ours, time.process_time() - start)
    for page in sorted(pages, key=lambda page: score([(gold[page], ours[page])]).f1)[: options.worst]:
        print("   ", page, *score([(gold[page], ours[page])]))


if __name__ == "__main__":
    main()
