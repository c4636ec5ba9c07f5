"""Texts for benchmarks: invented words, frequencies as in a language, a quarter of the texts edited copies.

usage: python -m benchmarks.corpus OUT.jsonl TEXTS [--words 100] [--template]

The same arguments give the same bytes. With --template every text is the same but for four figures.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

VOCABULARY = 60_000
COPIED = 0.25
"""Share of texts that are an edited copy of one of the texts before."""
EDITED = 0.05
"""Share of words that differ in a copy."""
SYLLABLES = "ba cor den el fi gra hin is jo kel lum mar ne or pi qua ros sti tan ul ver wen xi yal zo".split()


def vocabulary() -> list[str]:
    """Invented words, the frequent ones short."""
    rng = random.Random(0)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        size = 1 + (len(words) > 20) + (len(words) > 600) + (rng.random() < 0.4)
        words["".join(rng.choice(SYLLABLES) for _ in range(size))] = None
    return list(words)


def texts(count: int, words: int = 100, seed: int = 1) -> Iterator[str]:
    """Texts of about so many words; the n-th text does not depend on how many follow."""
    known = np.array(vocabulary(), object)
    rng = np.random.default_rng(seed)
    frequencies = 1 / np.arange(3, VOCABULARY + 3) ** 1.05
    running = np.cumsum(frequencies / frequencies.sum())
    pool: list[np.ndarray] = []
    for _ in range(count):
        if pool and rng.random() < COPIED:
            picked = pool[rng.integers(len(pool))].copy()
            changed = rng.random(len(picked)) < EDITED
            picked[changed] = np.searchsorted(running, rng.random(int(changed.sum())))
        else:
            size = int(rng.normal(words, words / 5))
            picked = np.minimum(np.searchsorted(running, rng.random(max(size, 12))), VOCABULARY - 1)
        if len(pool) < 200_000:
            pool.append(picked.astype(np.int32))
        elif rng.random() < 0.3:
            pool[rng.integers(len(pool))] = picked.astype(np.int32)
        yield " ".join(known[np.minimum(picked, VOCABULARY - 1)])


def template(count: int, words: int = 100) -> Iterator[str]:
    """One report with other figures each time."""
    (report,) = texts(1, words)
    parts = report.split()
    rng = random.Random(2)
    for _ in range(count):
        for place in range(4):
            parts[place * len(parts) // 4] = str(rng.randint(0, 10**6))
        yield " ".join(parts)


def write(path: Path, some: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(some):
            file.write(json.dumps({"id": f"d{number}", "text": text}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("texts", type=int)
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--template", action="store_true")
    given = parser.parse_args()
    make = template if given.template else texts
    write(given.out, make(given.texts, given.words))


if __name__ == "__main__":
    main()
