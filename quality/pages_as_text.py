"""Measure the boilerplate stage on whole visible pages as text, and on text that is clean already.

usage: pages_as_text.py [DATA] [--sets aed,wcxb] [--pages N] [--folds DIR]

F1 is that of 4-gram shingles against human text, from precision and recall averaged over pages, as the
article-extraction-benchmark has it; loss is the share of the human text's shingles that are gone. With
--folds (what `train_lines.py --folds` wrote) each page meets the weights that have not seen its site. The
visible text of wcxb is made with html-text, as that of aed was, and needs it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from lines import data_folder  # noqa: E402

from clean.boilerplate import scorer  # noqa: E402
from clean.model import Document, Edit, Stage  # noqa: E402
from clean.pipeline import run_stage  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402

TOKENS = re.compile(r"\w+").findall
FOLDS = 5


def fold_of(site: str) -> int:
    """Which part of the sites a site is in; the weights of that part have not seen it."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = TOKENS(text)
    return (
        Counter(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))
        if words
        else Counter()
    )


def compare(gold: str, out: str) -> tuple[float, float]:
    """Precision and recall of shingles."""
    a, b = shingles(gold), shingles(out)
    both = sum(min(count, a[key]) for key, count in b.items() if key in a)
    return (both / b.total() if b else 0.0), (both / a.total() if a else 1.0)


def f1_and_loss(pairs: Iterable[tuple[str, str, str]]) -> tuple[float, float]:
    """(F1, loss) of (gold, raw, cleaned) texts; what the raw text lacks is no loss."""
    precisions, recalls, losses = [], [], []
    for gold, raw, out in pairs:
        precision, recall = compare(gold, out)
        if out.strip():
            precisions.append(precision)
        recalls.append(recall)
        losses.append(compare(gold, raw)[1] - recall)
    p, r = statistics.fmean(precisions or [0.0]), statistics.fmean(recalls)
    return round(2 * p * r / (p + r), 4) if p + r else 0.0, round(statistics.fmean(losses), 4)


def rows(data: Path, name: str, pages: int) -> Iterator[dict[str, str]]:
    lines = (data / f"pages/{name}/gold.jsonl").read_text("utf-8").splitlines()
    yield from map(json.loads, lines[: pages or None])


def visible(data: Path, name: str, page: str) -> str:
    """The visible text of a saved page."""
    ready = data / f"pages/{name}/full/{page}.txt"
    if ready.exists():
        return ready.read_text("utf-8")
    html_text: Any = importlib.import_module("html_text")
    saved = gzip.decompress((data / f"pages/{name}/html/{page}.html.gz").read_bytes())
    return str(html_text.extract_text(saved.decode("utf-8", "replace")))


def full(
    data: Path, clean: Callable[[str], str], pages: int = 0, name: str = "aed", fold: int | None = None
) -> Iterator[tuple[str, str, str]]:
    """(gold, raw, cleaned) text of each page; of the sites of one fold, if one is given."""
    for row in rows(data, name, pages):
        if fold is None or fold_of(row["site"]) == fold:
            raw = visible(data, name, row["id"])
            yield row["text"], raw, clean(raw)


def score_full(data: Path, stage: Stage, pages: int = 0) -> tuple[float, float]:
    """F1 and loss over whole pages, one page alone."""
    return f1_and_loss(full(data, by(stage), pages))


def by(stage: Stage) -> Callable[[str], str]:
    """Text in, text out."""
    return lambda text: run_stage(Document("-", text), stage).text


def changed_share(data: Path, stage: Stage, pages: int = 0) -> float:
    """Share of the characters of human text that the stage would delete; the texts hold some furniture."""
    total = gone = 0
    for row in rows(data, "aed", pages):
        total += len(row["text"])
        found = stage(Document(row["id"], row["text"]))
        gone += sum(len(edit.old) for edit in found if isinstance(edit, Edit))
    return round(gone / total, 5)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?")
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--sets", default="aed")
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    data = data_folder(options.data)
    if data is None:
        return
    rules, keep = load_rules("boilerplate"), frozenset({"separator"})
    files = [options.folds / f"{k}.json.gz" if options.folds else scorer.WEIGHTS for k in range(FOLDS)]
    for what, stages in (
        ("rules", [Boilerplate(rules, keep, scorer=False)] * FOLDS),
        ("rules and scorer", [Boilerplate(rules, keep, weights=file) for file in files]),
    ):
        for name in options.sets.split(","):
            pairs = [
                pair
                for fold, stage in enumerate(stages)
                for pair in full(data, by(stage), options.pages, name, fold)
            ]
            print(f"whole pages of {name}, {what}: F1 %.4f, article lost %.4f" % f1_and_loss(pairs))
    print(f"clean text changed: {changed_share(data, Boilerplate(rules), options.pages):.5f}")


if __name__ == "__main__":
    main()
