"""What single words say, learnt from pages: those of a block's path, and those at its beginning and end.

"figcaption", "entry-content" and "dek" are words of paths; "Photo", "Sign up" and "Read more" are words of
texts. Each has a weight; the weights of a block's words are added up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from clean.extract.features import words_of

_STEPS = 5
_LONG_TEXT = 1_500
"""Characters; of longer texts the rest is not looked at, but for the last words."""
_END = 40
_SHORT, _MIDDLE, _LONG = (
    (size, f"{size} first", f"{size} opening", f"{size} last", f"{size} any")
    for size in ("short", "middle", "long")
)
_TOKEN = re.compile(r"\w+|[^\w\s]")

Words = tuple[str, Collection[str]]
"""Kind, and the different words of this kind."""
Weights = Mapping[str, Mapping[str, float]]
"""Logarithms of odds by kind of word, and word."""


@lru_cache(4096)
def path_words(path: str) -> tuple[Words, ...]:
    """The words of a path: its last elements' tags, classes and ids."""
    *above, parent, own = ["", *path.rsplit("/", _STEPS)[-_STEPS:]]
    return (
        ("bias", ("",)),
        ("0<", (own.partition(".")[0],)),
        ("0.", words_of(own)),
        ("1<", (parent.partition(".")[0],)),
        ("1.", words_of(parent)),
        ("up<", {step.partition(".")[0] for step in above}),
        ("up.", frozenset().union(*map(words_of, above))),
    )


def text_words(text: str) -> Iterable[Words]:
    """The words of a text: those at its beginning and end, and all."""
    found = _words(text[:_LONG_TEXT])
    last = found if len(text) <= _LONG_TEXT else _words(text[-_END:])
    kinds = _SHORT if len(found) < 8 else _MIDDLE if len(found) < 20 else _LONG
    return zip(
        kinds, (("",), set(found[:3]), (" ".join(found[:2]),), set(last[-2:]), set(found)), strict=True
    )


def _words(text: str) -> Sequence[str]:
    words: list[str] = _TOKEN.findall(text.lower())
    return ["0" if word.isdigit() else word for word in words] if any(map(str.isdigit, words)) else words


def path_scores(paths: Sequence[str], weights: Weights) -> list[float]:
    """For each path the sum over its words."""
    known = {path: _score(path_words(path), weights) for path in dict.fromkeys(paths)}
    return [known[path] for path in paths]


def text_scores(texts: Sequence[str], weights: Weights) -> list[float]:
    """For each text the sum over its words."""
    known = {text: _score(text_words(text), weights) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _score(found: Iterable[Words], weights: Weights) -> float:
    total = 0.0
    for kind, words in found:
        table = weights.get(kind)
        if table:
            total += sum([table.get(word, 0.0) for word in words])
    return total
