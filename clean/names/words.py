"""Words as the names stage sees them: runs of letters, and their folded spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+")
"""A run of letters. Hyphens and apostrophes part words: "Kim Jong-un" has the same three as "Kim Jong Un"."""

CAPITALISED = re.compile(r"\b[^\W\d_a-z][^\W\d_]+")
"""A run of two letters or more that does not begin with one of a to z."""

# Runs of them with one space between, so written that the search goes from capital to capital; with "\\b" in
# front it stops at every letter.
_ASCII_RUN = re.compile(r"[A-Z](?<!\w.)[A-Za-z]+(?: [A-Z][A-Za-z]+)*+", re.ASCII)
_ANY_RUN = re.compile(r"[A-Z\x80-\U0010ffff](?<!\w.)(?<![\W\d_])[^\W\d_]+(?: [^\W\d_a-z][^\W\d_]+)*+")

_ASCII = bytes(range(128))

REMEMBERED = 20_000
"""Characters of the longest text of which the runs are remembered."""


def capitalised(text: str) -> set[str]:
    """The different words that `CAPITALISED` finds, in less than half its time.

    >>> sorted(capitalised("Kim met iPhone2 and Kim3 in COVID19-hit 7Up _Rome; A UN man."))
    ['COVID', 'Kim', 'UN']
    """
    return set(" ".join(runs(text)).split())


def runs(text: str) -> frozenset[str]:
    """The different runs of capitalised words with one space between.

    Those of some texts are remembered, since two ask for them: the stage, and what a document tells the
    others of its full names.

    >>> sorted(runs("Old Kim Jong Un met Kim Jong Un, a UN man."))
    ['Kim Jong Un', 'Old Kim Jong Un', 'UN']
    """
    return _remembered(text) if len(text) <= REMEMBERED else _runs(text)


def _runs(text: str) -> frozenset[str]:
    return frozenset((_ANY_RUN if _has_other_letters(text) else _ASCII_RUN).findall(text))


# Twice as many as go through the stages together.
_remembered = lru_cache(maxsize=128)(_runs)


def _has_other_letters(text: str) -> bool:
    """Whether a text has letters or digits that are not ASCII."""
    if text.isascii():
        return False
    others = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return any(map(str.isalnum, set(others)))


SECOND = re.compile(r"[ -]([^\W\d_]+)")
"""What joins two words, and the second one."""


def followers(word: str, text: str) -> Iterator[str]:
    """The words that stand behind each place of a word, a space or a hyphen between.

    >>> list(followers("Kum", "Kum susan, Kum, Kum-Susan; Bekum river"))
    ['susan', 'Susan']
    """
    at = text.find(word)
    while at >= 0:
        second = SECOND.match(text, at + len(word))
        if second:
            yield second[1]
        at = text.find(word, at + 1)


_NOT_DECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a"}
)


def fold(word: str) -> str:
    """Lower case without marks: "Kılıçdaroğlu" gives "kilicdaroglu"."""
    if word.isascii():
        return word.lower()
    lowered = unicodedata.normalize("NFKD", word.casefold().translate(_NOT_DECOMPOSED))
    # Lower case once more: a letter of mathematics (𝐀) decomposes into a capital.
    return "".join(letter for letter in lowered if not unicodedata.combining(letter)).lower()
