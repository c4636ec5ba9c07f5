"""Measure the boilerplate stage on labelled lines: what furniture it finds, and what article it loses.

usage: lines.py [DATA] [--show] [--sets seeds,lines] [--no-scorer]

DATA holds `seeds/` and `lines/` with `raw/*.txt`, and labels: keep, drop, either, mixed. It is $CLEAN_DATA or
../shared/data unless given. A keep line is lost when it is gone from the text; `either` is not scored.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from clean.boilerplate.head import letters  # noqa: E402
from clean.model import Document  # noqa: E402
from clean.pipeline import run_stage  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402
from clean.stages.unicode import Unicode  # noqa: E402

SETS = {"seeds": ("seeds/raw", "seeds/lines.jsonl"), "lines": ("lines/raw", "lines/labels.jsonl")}


class Score(NamedTuple):
    """Counts over all documents of a set."""

    drop: int
    drop_gone: int
    keep: int
    keep_lost: int
    keep_chars: int
    keep_lost_chars: int
    spans: int
    spans_gone: int

    def figures(self) -> dict[str, float]:
        """Recall of furniture, loss of article characters, share of the dropped lines that are furniture."""
        gone = self.drop_gone + self.keep_lost
        return {
            "drop_recall": round(self.drop_gone / self.drop, 4) if self.drop else 1.0,
            "keep_loss": round(self.keep_lost_chars / self.keep_chars, 5) if self.keep_chars else 0.0,
            "drop_precision": round(self.drop_gone / gone, 4) if gone else 1.0,
            "mixed_recall": round(self.spans_gone / self.spans, 4) if self.spans else 1.0,
        }


def data_folder(given: str | None = None) -> Path | None:
    """The folder of development data, or None (and a word about it) where there is none."""
    folder = Path(given or os.environ.get("CLEAN_DATA") or ROOT / ".." / "shared" / "data")
    if folder.is_dir():
        return folder
    print(f"skipped: no data at {folder}; give the folder, or set CLEAN_DATA", file=sys.stderr)
    return None


def documents(data: Path, name: str) -> Iterator[tuple[str, str, dict[int, dict[str, object]]]]:
    """(name, text, labels by line number from 1) of a set."""
    raw, labels = SETS[name]
    by_doc: dict[str, dict[int, dict[str, object]]] = defaultdict(dict)
    for line in (data / labels).read_text("utf-8").splitlines():
        row = json.loads(line)
        by_doc[row["doc"].removesuffix(".txt")][row["line"]] = row
    for path in sorted((data / raw).glob("*.txt")):
        yield path.stem, path.read_text("utf-8"), by_doc[path.stem]


def score(
    docs: Iterator[tuple[str, str, dict[int, dict[str, object]]]],
    clean: Callable[[str], str],
    show: Callable[[str], object] = str,
) -> Score:
    """Compare line by line: a raw line is kept when its letters come next in the cleaned text."""
    total: Counter[str] = Counter()
    for name, text, labels in docs:
        kept = [letters(line) for line in clean(text).split("\n") if letters(line)]
        at = 0
        whole = {letters(line) for line in text.split("\n")}
        for number, line in enumerate(text.split("\n"), 1):
            wanted = letters(line)
            if not wanted:
                continue
            row = labels.get(number, {"label": "keep"})
            label = row["label"]
            spans = [letters(str(span)) for span in row.get("spans") or ()] if label == "mixed" else []
            trimmed = wanted
            for span in spans:
                trimmed = trimmed.replace(span, "")
            # A trimmed line is still the line: it begins or ends with what stands in the text.
            stands = at < len(kept) and (
                kept[at] == wanted
                or kept[at] == trimmed
                or (len(kept[at]) > 20 and kept[at] in wanted and kept[at] not in whole)
            )
            size = len(line.strip())
            if label == "keep":
                total.update(keep=1, keep_chars=size)
                if not stands:
                    total.update(keep_lost=1, keep_lost_chars=size)
                    show(f"LOST  {name}:{number} {line[:150]}")
            elif label == "drop":
                total.update(drop=1, drop_gone=not stands)
                if stands:
                    show(f"LEFT  {name}:{number} {row.get('class')} {line[:150]}")
            for span in spans:
                total.update(spans=1, spans_gone=stands and span not in kept[at])
            at += stands
    return Score(*(total[field] for field in Score._fields))


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
        result = score(documents(data, name), clean, print if options.show else str)
        print(name, result._asdict(), result.figures())


if __name__ == "__main__":
    main()
