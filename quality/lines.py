"""Measure the boilerplate stage on labelled lines: what furniture it finds, and what article it loses.

usage: lines.py [DATA] [--show] [--sets seeds,lines]

DATA holds `seeds/` and `lines/` with `raw/*.txt`, and labels: keep, drop, either, mixed. It is $CLEAN_DATA or
../shared/data unless given. A keep line is lost when it is gone from the text; other labels are not scored.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from clean.boilerplate.evaluate import Labelled, Score, evaluate  # noqa: E402
from clean.model import Document  # noqa: E402
from clean.pipeline import run_stage  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402
from clean.stages.unicode import Unicode  # noqa: E402

SETS = {"seeds": ("seeds/raw", "seeds/lines.jsonl"), "lines": ("lines/raw", "lines/labels.jsonl")}


def data_folder(given: str | None = None) -> Path | None:
    """The folder of development data, or None (and a word about it) where there is none."""
    folder = Path(given or os.environ.get("CLEAN_DATA") or ROOT / ".." / "shared" / "data")
    if folder.is_dir():
        return folder
    print(f"skipped: no data at {folder}; give the folder, or set CLEAN_DATA", file=sys.stderr)
    return None


def documents(data: Path, name: str) -> Iterator[Labelled]:
    """The texts of a set and the labels of their lines."""
    raw, rows = SETS[name]
    labels: dict[str, dict[int, str]] = defaultdict(dict)
    kinds: dict[str, dict[int, str]] = defaultdict(dict)
    for line in (data / rows).read_text("utf-8").splitlines():
        row = json.loads(line)
        document = row["doc"].removesuffix(".txt")
        labels[document][row["line"]] = "either" if row["label"] == "mixed" else row["label"]
        kinds[document][row["line"]] = row.get("class") or ""
    for path in sorted((data / raw).glob("*.txt")):
        yield Labelled(path.stem, path.read_text("utf-8"), labels[path.stem], kinds[path.stem])


def figures(score: Score) -> dict[str, float]:
    """Recall of furniture, loss of article characters, share of the dropped lines that are furniture."""
    return {
        "drop_recall": round(score.recall, 4),
        "keep_loss": round(score.loss, 5),
        "drop_precision": round(score.precision, 4),
    }


def cleaner(stage: Boilerplate) -> Callable[[str], str]:
    """Text in, text out: the unicode stage, then this one."""
    unicode = Unicode()
    return lambda text: run_stage(run_stage(Document("-", text), unicode), stage).text


def main() -> None:
    """Print the figures of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--sets", default="seeds,lines")
    options = parser.parse_args()
    data = data_folder(options.data)
    if data is None:
        return
    clean = cleaner(Boilerplate(load_rules("boilerplate")))
    for name in options.sets.split(","):
        result = evaluate(documents(data, name), clean)
        if options.show:
            for mistake in result.mistakes:
                print(f"{mistake.what:5} {mistake.name}:{mistake.line} {mistake.text[:150]}")
        lost = f"{result.keep_lost} of {result.keep} article lines lost"
        print(name, f"{result.drop_gone} of {result.drop} found, {lost}", figures(result), result.by_class)


if __name__ == "__main__":
    main()
