"""Texts to measure on: those of CLEAN_DATA, or invented news where that folder is absent.

usage: python -m benchmarks.material KIND FOLDER [--files 8] [--texts N] [--megabytes 5] [--step 4]

`news` are article texts without furniture; `scraped` are whole pages as plain text, menus and all; `every`
are all articles and entries there are, the news among them. The command writes them as JSON Lines. It is run
in a process of its own, since a child counts the memory of the process that it was born of.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import random
import sys
from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

from benchmarks import clock

DATA = Path(os.environ.get("CLEAN_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
KINDS = ("news", "scraped", "every")
INVENTED = {"news": 700, "scraped": 700, "every": 3_000}
"""Texts that are made where there is no data."""


class Size(NamedTuple):
    """Of some texts."""

    texts: int
    megabytes: float
    """Of their text alone, in UTF-8."""


def is_real() -> bool:
    """Whether the folder of data is there."""
    return (DATA / "pages").is_dir()


def texts(kind: str, most: int | None = None) -> list[str]:
    """The texts of a kind, at most so many, in the same order every time."""
    return list(islice(_made(kind), most))


def _made(kind: str) -> Iterator[str]:
    return _saved(kind) if is_real() else _invented(kind)


def described(kind: str) -> str:
    """Where the texts come from, for the head of a table."""
    return f"{kind}, {'saved' if is_real() else 'invented'}"


def _saved(kind: str) -> Iterator[str]:
    if kind == "scraped":
        for path in sorted((DATA / "pages" / "aed" / "full").iterdir()):
            yield path.read_text(encoding="utf-8", errors="replace")
        return
    paths = [DATA / "pages" / name / "gold.jsonl" for name in ("aed", "wcxb")]
    if kind == "every":
        paths += sorted((DATA / "duplicates").glob("*.jsonl.gz"))
    for path in paths:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            yield from (json.loads(line)["text"] for line in lines)


_COMMON = "the of and to in a is that for on with was as by it at from were said has had will be".split()


def _invented(kind: str) -> Iterator[str]:
    from clean.translation.lexicon import ranks

    words = list(ranks())[:20_000]
    weights = list(accumulate(1 / (rank + 8) for rank in range(len(words))))
    rng = random.Random(1)

    def sentence() -> str:
        drawn = rng.choices(words, cum_weights=weights, k=rng.randint(8, 26))
        mixed = [rng.choice(_COMMON) if rng.random() < 0.35 else word for word in drawn]
        if rng.random() < 0.4:
            mixed[len(mixed) // 2] = rng.choice(words).capitalize()
        line = " ".join(mixed).capitalize()
        return f"“{line},” said {rng.choice(words).capitalize()}." if rng.random() < 0.15 else f"{line}."

    def paragraph() -> str:
        return " ".join(sentence() for _ in range(rng.randint(1, 4)))

    furniture = (
        "Home", "World", "Sport", "Share this article", "Read more", "Sign up for our newsletter",
        "Advertisement", "Related stories", "Follow us on Twitter", "All rights reserved", "Leave a comment",
    )  # fmt: skip
    for _ in range(INVENTED[kind]):
        lines = [paragraph() for _ in range(rng.randint(8, 60))]
        if kind == "scraped":
            lines = [*rng.choices(furniture, k=12), *lines, *rng.choices(furniture, k=20)]
        yield "\n\n".join(lines) + "\n"


def size_of(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def as_json_lines(some: list[str], path: Path, prefix: str = "d") -> None:
    """Write the texts as documents whose ids begin with the prefix."""
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(some):
            file.write(json.dumps({"id": f"{prefix}{number:06}", "text": text}, ensure_ascii=False) + "\n")


def written(kind: str, folder: Path, *options: str) -> Size:
    """The texts of a kind as files of a new folder, with the options of the command."""
    command = [sys.executable, "-m", "benchmarks.material", kind, str(folder), *options]
    count, size = clock.said(command).split()
    return Size(int(count), int(size) / 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=8, help="there are no shards without files")
    parser.add_argument("--texts", type=int, help="at most so many")
    parser.add_argument("--megabytes", type=float, default=math.inf, help="until there are so many")
    parser.add_argument("--step", type=int, default=1, help="each so-manyth text")
    options = parser.parse_args()
    some: list[str] = []
    total = 0
    for text in islice(_made(options.kind), 0, None, options.step):
        if len(some) == options.texts or total >= options.megabytes * 1e6:
            break
        some.append(text)
        total += size_of(text)
    options.folder.mkdir()
    for number in range(options.files):
        as_json_lines(some[number :: options.files], options.folder / f"texts-{number}.jsonl", f"{number}-")
    print(len(some), total)


if __name__ == "__main__":
    main()
