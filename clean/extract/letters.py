"""The characters of all blocks counted at once: words, capitals, digits, marks."""

from __future__ import annotations

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
_BITS = {name: 1 << bit for bit, name in enumerate(("word", "digit", "upper", *_MARKS))}
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
    """The figures of each block of a page; no block is empty."""
    import numpy as np

    starts = np.array([block.start for block in blocks])
    ends = np.array([block.end for block in blocks])
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _table()[np.minimum(points, _LAST)]
    masks = {name: (kinds & bit) != 0 for name, bit in _BITS.items()}

    def total(mask: Any) -> Any:
        sums = np.zeros(len(mask) + 1)
        np.cumsum(mask, out=sums[1:])
        return sums[ends] - sums[starts]

    begins = masks["word"].copy()
    begins[1:] &= ~masks["word"][:-1]
    unspaced = ((points >= 0x3040) & (points < 0xA000)) | ((points >= 0xAC00) & (points < 0xD7A4))
    return Letters(
        total(begins) + total(unspaced) // 2,
        total(begins & masks["upper"]),
        (ends - starts).astype(np.float64),
        {name: total(mask) for name, mask in masks.items()},
        {name: mask[starts] for name, mask in masks.items()},
        {name: mask[ends - 1] for name, mask in masks.items()},
    )


@cache
def _table() -> Any:
    """The classes of each code point, as bits."""
    import numpy as np

    table = np.zeros(_LAST + 1, np.uint16)
    for point in range(_LAST):
        character = chr(point)
        if character.isalnum() or character == "_":
            table[point] = (
                _BITS["word"] | _BITS["digit"] * character.isdigit() | _BITS["upper"] * character.isupper()
            )
    for name, characters in _MARKS.items():
        for character in characters:
            table[ord(character)] |= _BITS[name]
    return table
