"""Made-up stories for the tests: sentences of invented words, so that two seeds say different things."""

from __future__ import annotations

import random

SYLLABLES = "ba de ki lo mu na po ri sa te vu wo xan yor zel gim".split()


def word(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 3)))


def sentence(rng: random.Random) -> str:
    return " ".join(word(rng) for _ in range(rng.randint(9, 17))).capitalize() + "."


def story(seed: int, sentences: int = 6) -> str:
    rng = random.Random(seed)
    return " ".join(sentence(rng) for _ in range(sentences))


def edited(text: str, seed: int, share: float = 0.05) -> str:
    """The text with a share of its words replaced."""
    rng = random.Random(seed)
    return " ".join(word(rng) + "x" if rng.random() < share else each for each in text.split())
