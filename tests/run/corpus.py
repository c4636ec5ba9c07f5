"""A small folder for tests of the run, and a folder as one value."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

LINES = ("Rates rose on Monday.", "ADVERT Buy now!", "Banks fell, “sharply”, he said.", "The port reopened.")


def story(number: int, lines: int = 6) -> str:
    return "".join(f"{LINES[(number + n) % len(LINES)]} {number}.{n}\n" for n in range(lines))


def make(raw: Path, files: int = 4, *, containers: bool = True) -> None:
    """Texts in two folders, a page, and containers with good and bad records."""
    for number in range(files):
        path = raw / ("deep/er" if number % 2 else "") / f"s{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(story(number), encoding="utf-8")
    (raw / "bad.txt").write_bytes(bytes(100))
    if containers:
        rows = [json.dumps({"id": f"r{n}", "text": story(n)}) for n in range(5)]
        (raw / "c.jsonl").write_text("\n".join([*rows[:2], "{broken", *rows[2:]]) + "\n")
        (raw / "d.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode(), mtime=0))


def tree(folder: Path) -> dict[str, str]:
    """Every file but the lock, with its digest; that of the program itself is left out of the manifest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(_content(path)).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    if path.name == "manifest.json":
        manifest = json.loads(data)
        manifest["fingerprint"].pop("code", None)  # the program may be edited while its tests run
        return json.dumps(manifest).encode()
    return data
