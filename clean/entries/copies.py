"""Near-duplicates among the texts of one document, found with MinHash and verified exactly.

Entries are compared by their sets of word 3-shingles. MinHash and MinHashLSH (datasketch) name the
candidates; what decides is the exact Jaccard similarity and containment of the sets, and that the copy brings
no number that the original lacks: "3 killed" and "4 killed" are two reports in one form of words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

SHINGLE = 3
FEWEST_TOKENS = 8
"""Shorter texts are copies only if they are equal."""
SAME_JACCARD = 0.6
SAME_CONTAINMENT = 0.9
"""Of the copy in the original. One copy with a headline more has Jaccard .8 and containment 1."""
LEAST_JACCARD = 0.3
"""A sentence that a long entry quotes is contained in it and no copy of it."""
MOST_COMPARED = 500
"""Above this many texts only equal ones are found: a ticker of 20,000 lines in one form of words would be
2·10⁸ candidates."""

_PERMUTATIONS = 128
_BANDS = (42, 3)
"""Rows of three: a pair with Jaccard .6 is missed once in 30,000 times."""
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


class Copy(NamedTuple):
    """A text that repeats another one."""

    of: int
    """Number of the text that stays."""
    jaccard: float
    containment: float
    """Share of the copy's shingles that the other has."""


class _Text(NamedTuple):
    tokens: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]
    numbers: frozenset[str]


def find_copies(texts: Sequence[str]) -> Mapping[int, Copy]:
    """Which texts repeat another one, by number.

    The one that stays is the longest in tokens and, among equals, the first. A text is compared with those
    that stay and with no others, so a chain of small changes does not pull unlike texts together.
    """
    entries = [_text(text) for text in texts]
    order = sorted(range(len(entries)), key=lambda n: (-len(entries[n].tokens), n))
    copies: dict[int, Copy] = {}
    first: dict[tuple[str, ...], int] = {}
    for number in order:
        tokens = entries[number].tokens
        if tokens and first.setdefault(tokens, number) != number:
            copies[number] = Copy(first[tokens], 1.0, 1.0)
    distinct = [n for n in order if n not in copies and len(entries[n].tokens) >= FEWEST_TOKENS]
    if len(distinct) <= MOST_COMPARED:
        copies |= _near(entries, _with_company(entries, distinct))
    # an equal text may be a copy of what has itself turned out to be a copy
    return {
        n: copies.get(copy.of, copy) if copy.jaccard == 1.0 else copy for n, copy in sorted(copies.items())
    }


def _text(text: str) -> _Text:
    tokens = tuple(_WORD.findall(text.casefold()))
    shingles = frozenset(tokens[i : i + SHINGLE] for i in range(max(1, len(tokens) - SHINGLE + 1)))
    return _Text(tokens, shingles, frozenset(_NUMBER.findall(text)))


def _with_company(entries: Sequence[_Text], numbers: Sequence[int]) -> list[int]:
    """Those that share a third of their shingles with the rest: no other can be in a pair.

    Exact and linear. Most live blogs end here, and datasketch, which takes a second to import, is not needed.
    """
    counts = Counter(shingle for n in numbers for shingle in entries[n].shingles)
    shared = {n: sum(counts[shingle] > 1 for shingle in entries[n].shingles) for n in numbers}
    return [n for n in numbers if shared[n] >= LEAST_JACCARD * len(entries[n].shingles)]


def _near(entries: Sequence[_Text], numbers: Sequence[int]) -> dict[int, Copy]:
    if len(numbers) < 2:
        return {}
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=_PERMUTATIONS, params=_BANDS)
    copies: dict[int, Copy] = {}
    for number in numbers:
        signature = MinHash(num_perm=_PERMUTATIONS, seed=1, scheme="affine32")
        signature.update_batch([" ".join(shingle).encode() for shingle in sorted(entries[number].shingles)])
        # the order in which the index answers follows the hash seed
        candidates = [
            (other, _compare(entries[number], entries[other])) for other in sorted(index.query(signature))
        ]
        verified = [(other, *figures) for other, figures in candidates if figures is not None]
        if verified:
            copies[number] = Copy(*max(verified, key=lambda found: (found[1], found[2], -found[0])))
        else:
            index.insert(number, signature)
    return copies


def _compare(copy: _Text, other: _Text) -> tuple[float, float] | None:
    """Jaccard and containment if the first text says nothing that the other does not."""
    common = len(copy.shingles & other.shingles)
    jaccard = common / (len(copy.shingles) + len(other.shingles) - common)
    containment = common / len(copy.shingles)
    same = jaccard >= SAME_JACCARD or (containment >= SAME_CONTAINMENT and jaccard >= LEAST_JACCARD)
    return (jaccard, containment) if same and copy.numbers <= other.numbers else None
