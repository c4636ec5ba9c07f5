"""The characters of all blocks counted at once: words, capitals, digits, marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from clean.model import Block

_MARKS = {
    "end": '.!?…。！？।؟"”’»',
    "comma": ",;،",
    "quote": '“”"«»',
    "odd": "-–—•·*|©>:@",
    "question": "?",
    "bar": "|",
    "copyright": "©",
}
_BITS = {name: 1 << bit for bit, name in enumerate(("word", "digit", "upper", "unspaced", *_MARKS))}
_UNSPACED = ((0x3040, 0xA000), (0xAC00, 0xD7A4))
_LAST = 0xFFFF
"""What is beyond (emoji, rare ideographs) counts as a mark of no class."""


class Letters(NamedTuple):
    """Arrays of one figure a block."""

    words: Any
    """Runs of letters and digits; of scripts without spaces, half the letters."""
    titled: Any
    """Words that begin with a capital."""
    characters: Any
    number: dict[str, Any]
    """By class of characters, how many."""
    first: dict[str, Any]
    """By class, whether the first character is of it."""
    last: dict[str, Any]


def letters(text: str, blocks: Sequence[Block]) -> Letters:
    """The figures of each block of a page; no block is empty, and between them stand line ends alone."""
    import numpy as np

    starts = np.array([block.start for block in blocks])
    ends = np.array([block.end for block in blocks])
    table, bits = _table()
    kinds = table[np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), _LAST)]
    words = ((bits & _BITS["word"]) != 0)[kinds]
    begins = words.copy()
    begins[1:] &= ~words[:-1]
    # how many characters of each kind a block has, those that begin a word apart; a page may be long
    size = len(starts), 2, len(bits)
    places = np.zeros(len(kinds), np.intp)
    places[starts[1:]] = 1
    np.cumsum(places, out=places)
    places *= 2
    places += begins
    places *= len(bits)
    places += kinds
    count = np.bincount(places, minlength=math.prod(size)).reshape(size).astype(np.float64)
    begun, number = count[:, 1], count.sum(axis=1)
    masks = {name: (bits & bit) != 0 for name, bit in _BITS.items()}
    return Letters(
        begun @ masks["word"] + number @ masks["unspaced"] // 2,
        begun @ masks["upper"],
        (ends - starts).astype(np.float64),
        {name: number @ mask for name, mask in masks.items()},
        {name: mask[kinds[starts]] for name, mask in masks.items()},
        {name: mask[kinds[ends - 1]] for name, mask in masks.items()},
    )


@cache
def _table() -> tuple[Any, Any]:
    """The kind of each code point, and the classes of each kind, as bits; kind 0 is of none."""
    import numpy as np

    classes = np.zeros(_LAST + 1, np.intp)
    characters = list(map(chr, range(_LAST)))
    for name, told in (("word", str.isalnum), ("digit", str.isdigit), ("upper", str.isupper)):
        classes[:-1] |= _BITS[name] * np.fromiter(map(told, characters), np.intp)
    classes[ord("_")] |= _BITS["word"]
    classes[(classes & _BITS["word"]) == 0] = 0  # letters in a circle are capitals, but no letters
    for low, high in _UNSPACED:
        classes[low:high] |= _BITS["unspaced"]
    for name, marks in _MARKS.items():
        classes[list(map(ord, marks))] |= _BITS[name]
    bits, kind = np.unique(classes, return_inverse=True)
    return kind.astype(np.uint8), bits
