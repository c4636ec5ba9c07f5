"""Words as the names stage sees them: runs of letters, and their folded spelling."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")
"""A run of letters. Hyphens and apostrophes part words: "Kim Jong-un" has the same three as "Kim Jong Un"."""

CAPITALISED = re.compile(r"\b[^\W\d_a-z][^\W\d_]+")
"""A run of two letters or more that does not begin with one of a to z."""

_NOT_DECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a"}
)


def fold(word: str) -> str:
    """Lower case without marks: "Kılıçdaroğlu" gives "kilicdaroglu"."""
    if word.isascii():
        return word.lower()
    lowered = unicodedata.normalize("NFKD", word.casefold().translate(_NOT_DECOMPOSED))
    return "".join(letter for letter in lowered if not unicodedata.combining(letter))
