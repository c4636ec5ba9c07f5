"""The words of English, read when the first doubtful place turns up.

The file is built by `quality/build_lexicon.py` from wordfreq. It says "this is a word of the language" and
how common it is among the others; it never says which word is meant.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "packs" / "translation" / "lexicon-en.txt.gz"


@cache
def ranks() -> Mapping[str, int]:
    """Each word in lower case with its rank, 0 for the commonest. Some 59,000 words, 9 MB."""
    lines = gzip.decompress(_FILE.read_bytes()).decode().split("\n")
    words = [line for line in lines if line and line[0] != "#"]
    return dict(zip(words, range(len(words)), strict=True))


def is_word(word: str) -> bool:
    """Whether this is an English word or a name as common as one; a possessive counts as its owner.

    >>> is_word("Ukraine's"), is_word("leaders"), is_word("Sunmoon")
    (True, True, False)
    """
    folded = word.lower().replace("’", "'")
    return folded in ranks() or folded.removesuffix("'s") in ranks()


def is_rare(word: str, beyond: int = 15_000) -> bool:
    """Whether the word is not among the commonest `beyond`, or not in the lexicon at all."""
    return ranks().get(word.lower(), beyond) >= beyond
