"""Measure the boilerplate stage on whole visible pages as text, and on text that is clean already.

usage: pages_as_text.py [DATA] [--pages N]

F1 is that of 4-gram shingles against human text, from precision and recall averaged over pages, as the
article-extraction-benchmark has it; loss is the share of the human text's shingles that are gone.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from lines import data_folder  # noqa: E402

from clean.model import Document, Edit, Stage  # noqa: E402
from clean.pipeline import run_stage  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402

TOKENS = re.compile(r"\w+").findall


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


def full(data: Path, clean: Callable[[Document], str], pages: int = 0) -> Iterator[tuple[str, str, str]]:
    for row in rows(data, "aed", pages):
        raw = (data / f"pages/aed/full/{row['id']}.txt").read_text("utf-8")
        yield row["text"], raw, clean(Document(row["id"], raw))


def score_full(data: Path, stage: Stage, pages: int = 0) -> tuple[float, float]:
    """F1 and loss over whole pages, one page alone."""
    return f1_and_loss(full(data, lambda document: run_stage(document, stage).text, pages))


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
    options = parser.parse_args()
    data = data_folder(options.data)
    if data is None:
        return
    rules = load_rules("boilerplate")
    for name, stage in (
        ("rules", Boilerplate(rules, keep=frozenset({"separator"}), scorer=False)),
        ("rules and scorer", Boilerplate(rules, keep=frozenset({"separator"}))),
    ):
        print(f"whole pages, {name}: F1 %.4f, article lost %.4f" % score_full(data, stage, options.pages))
    print(f"clean text changed: {changed_share(data, Boilerplate(rules), options.pages):.5f}")


if __name__ == "__main__":
    main()
