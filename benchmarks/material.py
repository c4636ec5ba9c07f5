"""Texts to measure on: the articles and pages of CLEAN_DATA, or invented news where that folder is absent.

`news` are article texts without furniture; `scraped` are whole pages as plain text, menus and all.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

DATA = Path(os.environ.get("CLEAN_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
KINDS = ("news", "scraped")
INVENTED = 700
"""Texts that are made where there is no data."""


def is_real() -> bool:
    """Whether the folder of data is there."""
    return (DATA / "pages").is_dir()


def texts(kind: str) -> list[str]:
    """The texts of a kind, in the same order every time."""
    return list(_saved(kind) if is_real() else _invented(kind))


def described(kind: str) -> str:
    """Where the texts come from, for the head of a table."""
    return f"{kind}, {'saved pages' if is_real() else 'invented'}"


def _saved(kind: str) -> Iterator[str]:
    if kind == "scraped":
        for path in sorted((DATA / "pages" / "aed" / "full").iterdir()):
            yield path.read_text(encoding="utf-8", errors="replace")
        return
    for name in ("aed", "wcxb"):
        for line in (DATA / "pages" / name / "gold.jsonl").read_text(encoding="utf-8").split("\n"):
            if line:
                yield json.loads(line)["text"]


_COMMON = "the of and to in a is that for on with was as by it at from were said has had will be".split()


def _invented(kind: str) -> Iterator[str]:
    from clean.translation.lexicon import ranks

    words = list(ranks())[:20_000]
    weights = [1 / (rank + 8) for rank in range(len(words))]
    rng = random.Random(1)

    def sentence() -> str:
        drawn = rng.choices(words, weights, k=rng.randint(8, 26))
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
    for _ in range(INVENTED):
        lines = [paragraph() for _ in range(rng.randint(8, 60))]
        if kind == "scraped":
            lines = [*rng.choices(furniture, k=12), *lines, *rng.choices(furniture, k=20)]
        yield "\n\n".join(lines) + "\n"


def size_of(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def as_json_lines(some: list[str], path: Path, prefix: str = "d") -> int:
    """Write the texts as documents; the size of their text in bytes. Ids begin with the prefix."""
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(some):
            file.write(json.dumps({"id": f"{prefix}{number:06}", "text": text}, ensure_ascii=False) + "\n")
    return sum(map(size_of, some))
