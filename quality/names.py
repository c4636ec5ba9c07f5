"""What the names stage does to clean news text: every change and suggestion, for a person to judge.

python quality/names.py                     everything under ../shared/data (or $CLEAN_DATA)
python quality/names.py FOLDER|FILE …       .txt, or .jsonl[.gz] with a "text"
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from clean.model import Document, Edit, Note
from clean.stages.names import Names

SIDE = 60


def texts(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for item in sorted(path.rglob("*")):
            if item.is_file() and item.name.endswith((".txt", ".jsonl", ".jsonl.gz")):
                yield from texts(item)
    elif path.name.endswith(".txt"):
        yield str(path), path.read_text(encoding="utf-8", errors="replace")
    else:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as rows:
            for number, row in enumerate(map(json.loads, rows)):
                if isinstance(row.get("text"), str):
                    yield f"{path}:{row.get('id', number)}", row["text"]


def default() -> list[Path]:
    data = Path(os.environ.get("CLEAN_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    wanted = [
        data / "lines" / "raw",
        *sorted(data.glob("pages/*/gold.jsonl")),
        *sorted(data.glob("duplicates/*.gz")),
    ]
    return [path for path in wanted if path.exists()]


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or default()
    if not paths:
        print("skipped: no data")
        return
    stage = Names()
    stage(Document("warm", "Warm up."))
    words = seconds = 0.0
    changed: Counter[str] = Counter()
    suggested: Counter[str] = Counter()
    for path in paths:
        for place, text in texts(path):
            document = Document(place, text)
            started = time.process_time()
            found = list(stage(document))
            seconds += time.process_time() - started
            words += len(text.split())
            for item in found:
                around = text[max(0, item.start - SIDE) : item.end + SIDE].replace("\n", " ⏎ ")
                if isinstance(item, Edit):
                    changed[item.rule] += 1
                    print(
                        f"CHANGED {item.old!r} → {item.new!r} {item.rule} {dict(item.because)}"
                        f"\n    {place}: …{around}…"
                    )
                elif isinstance(item, Note):
                    suggested[item.rule] += 1
                    value = item.value if isinstance(item.value, dict) else {}
                    new = value.get("new")
                    print(
                        f"suggested {text[item.start : item.end]!r} → {new!r} {item.rule} {value}"
                        f"\n    {place}: …{around}…"
                    )
    print(
        f"{words:,.0f} words, {sum(changed.values())} changed {dict(changed)},"
        f" {sum(suggested.values())} suggested {dict(suggested)},"
        f" {words / max(seconds, 1e-9):,.0f} words/s of processor time"
    )


if __name__ == "__main__":
    main()
