"""What the learned scorer sees of each line: its words, its form, its neighbours, its place on the page.

`terms` is what its words are weighed by. `matrix` is the rest; it takes what the words say as given, since a
line is judged by what stands around it. The names and their order are part of the weights file: change them
and train again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from clean.boilerplate.words import Page, Sign, steps, where

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

TERMS = 1 << 15
"""Words, pairs of words and whole lines fall into so many classes."""

SURE = 255
"""The chance of a line by its words runs from 0 to this."""

_DENSE = 20
"""Of a text in which fewer than one line in so many follows a blank one, nobody knows the blocks."""

_VOCABULARY = 1 << 14
_SHORT_LINE = 12
_UNKNOWN = 32

_OWN = (
    "surprise", "chars", "words", "sentence", "colon_end", "digit_start", "quote_start", "dash_start",
    "stops", "quotes", "bars", "at", "rights", "blank", "blank_below", "copies", "headlines", "taken",
)  # fmt: skip
_SHARES = (
    "spoken", "titled", "capitals", "digits", "marks", "mean_word", "commas", "short_words", "spoken_long",
    "likely", "capitals_inside",
)  # fmt: skip
_NEAR_OWN = ("surprise", "words", "copies", "taken")
_NEAR_SHARES = _SHARES[:5]
_SHIFTS = (-3, -2, -1, 1, 2, 3)
_AROUND = ("chance", "words", "prose", "items", "apart", "surprise", "spoken", "taken", "taken_words")
_WINDOWS = (4, 8, 16, 32, 64)
_PLACE = (
    "place", "prose_before", "prose_after", "kept_before", "kept_after", "prose_words_before",
    "prose_words_after", "kept_words_before", "kept_words_after",
)  # fmt: skip
_PAGE = (
    "lines", "kept_words", "mean_chance", "apart_share", "prose_share", "page_headlines", "taken_share",
)  # fmt: skip
_MARKS = ("prose", "long_prose", "kept", "surely_kept", "surely_gone", "headline", "taken")
_RUNS = ("prose", "dense", "kept", "chance")
_IN_RUN = ("in", "from", "to", "share")
_BLOCK = ("lines", "words", "prose", "chance")
_SIDES = (-1, 0, 1)

_PARTS = (
    _OWN,
    _SHARES,
    [f"{name}{shift:+d}" for shift in _SHIFTS for name in (*_NEAR_OWN, *_NEAR_SHARES)],
    [f"{name}{side}{width}" for width in _WINDOWS for side in "<>" for name in _AROUND],
    _PLACE,
    _PAGE,
    [f"{side}_{mark}" for mark in _MARKS for side in ("since", "until")],
    [f"run_{run}_{what}" for run in _RUNS for what in _IN_RUN],
    [*(f"block_{what}{side:+d}" for side in _SIDES for what in _BLOCK), "block_place"],
)
_ENDS = [0, *accumulate(map(len, _PARTS))]


def names() -> list[str]:
    """The names of the rows of `matrix`."""
    return [name for part in _PARTS for name in part]


def terms(page: Page) -> tuple[Array, Array]:
    """What lines say: words, pairs of words, the first and the last word, and a short line as a whole.

    Returns:
        The class of each term, below `TERMS`, and the position of its line.
    """
    import numpy as np

    hashes, line, offsets = page.hash, page.line, page.offsets
    within = where(line[1:] == line[:-1])
    worded = where(page.words)
    short = where((page.words > 0) & (page.words <= _SHORT_LINE))
    mixed = np.concatenate(
        [
            hashes.take(within) * 0x9E3779B97F4A7C15 + hashes.take(within + 1),
            hashes.take(offsets.take(worded)) * 0xD6E8FEB86659FD93,
            hashes.take(offsets.take(worded + 1) - 1) * 0xA0761D6478BD642F,
            page.whole.take(short) * 0xE7037ED1A0B428DB,
        ]
    )
    classes = np.concatenate([hashes, mixed ^ (mixed >> 32)]) & (TERMS - 1)
    return classes.astype(np.int64), np.concatenate([line, line.take(within), worded, worded, short])


def matrix(page: Page, surprise: Array, chance: Array, taken: Array) -> Array:
    """One row a name of `names()`, one column a line.

    Args:
        page: with one line at least.
        surprise: what the words of a line say, as log-odds of furniture in eighths.
        chance: the same as a probability, from 0 to `SURE`.
        taken: whether a line goes by other evidence.
    """
    import numpy as np

    size = len(page.numbers)
    found = np.empty((_ENDS[-1], size), np.float32)
    own, shares, near, around, place, whole, since, runs, blocks = (
        found[start:end] for start, end in pairwise(_ENDS)
    )
    words = np.minimum(page.words + page.signs[Sign.WIDE] // 2, 300)
    sentence = page.end == Sign.END
    blank = steps(page.numbers) - 1
    if np.count_nonzero(blank[1:]) * _DENSE < size:
        # Without blank lines all would be one block, as a menu is: each line stands alone then.
        blank = np.maximum(blank, 1)
    apart = blank > 0
    prose = words * sentence
    counts = _vocabulary(page, prose, chance)
    spoken, titled = counts[:2]
    headline = (titled * 5 > page.words * 3) & (titled * 5 > page.words[0] * 2) & (words >= 3)
    headline[0] = False

    signs = page.signs
    _fill(
        own,
        (
            surprise,
            np.minimum(page.chars, 2000),
            words,
            sentence,
            page.end == Sign.COLON,
            page.first == Sign.DIGIT,
            page.first == Sign.QUOTE,
            (page.first == Sign.DASH) | (page.first == Sign.BAR),
            page.stops,
            signs[Sign.QUOTE],
            signs[Sign.BAR],
            signs[Sign.AT],
            signs[Sign.RIGHTS],
            np.minimum(blank, 3),
            1,
            np.minimum(_copies(page.whole), 9) * (page.words > 0) + (page.words == 0),
            np.cumsum(headline),
            taken,
        ),
    )
    below = own[_OWN.index("blank_below")]
    below[:-1] = own[_OWN.index("blank"), 1:]
    _shares(shares, page, counts)
    _near(near, own[[_OWN.index(name) for name in _NEAR_OWN]], shares[: len(_NEAR_SHARES)])
    capped, kept = np.minimum(words, 60), words * (SURE - chance)
    _around(
        around,
        (
            chance,
            capped,
            capped * sentence,
            (words >= 2) & (words <= 25) & ~sentence,
            apart,
            np.minimum(np.maximum(surprise, -96), 96),
            spoken * SURE // np.maximum(page.words, 1),
            taken,
            taken * capped,
        ),
    )
    mass = np.zeros((2, size + 1), np.int64)
    _fill(mass[:, 1:], (prose, kept))
    np.cumsum(mass, axis=1, out=mass)
    _place(place, mass)
    figures = (
        size,
        int(mass[1, -1]) // SURE,
        int(chance.sum()) / size,
        np.count_nonzero(apart) / size,
        np.count_nonzero(prose >= 8) / size,
        np.count_nonzero(headline),
        np.count_nonzero(taken) / size,
    )
    _fill(whole, figures)
    _since(since, (prose >= 15, prose >= 40, chance <= 50, chance <= 12, chance >= 243, headline, taken))
    _runs(runs, prose, words, chance, mass)
    _blocks(blocks, apart, np.stack([words, prose, chance * words]))
    return found


def _fill(rows: Array, figures: Iterable[Any]) -> None:
    for row, figure in zip(rows, figures, strict=True):
        row[:] = figure


def _vocabulary(page: Page, prose: Array, chance: Array) -> Array:
    """How many words of each line are of some kind, a row a kind.

    They stand in another sentence of the page; stand in the first line, which is mostly the title of the
    page; begin with a capital; are short; are long and in another sentence; are long and in other lines that
    are article by their words; are long.
    """
    import numpy as np

    word = (page.hash & np.uint64(_VOCABULARY - 1)).astype(np.intp)
    in_prose = (prose >= 15).take(page.line)
    spoken = np.bincount(word[in_prose], minlength=_VOCABULARY).take(word) > in_prose
    kept = (SURE - chance).take(page.line)
    likely = np.bincount(word, weights=kept, minlength=_VOCABULARY).take(word) - kept > SURE / 2
    titled = np.zeros(_VOCABULARY, np.bool_)
    titled[word[: page.words[0]]] = True
    long = page.size >= 4
    return page.by_line(
        spoken, titled.take(word), page.capital, page.size <= 3, spoken & long, likely & long, long
    )


def _shares(rows: Array, page: Page, counts: Array) -> None:
    """What part of the words of a line, or of its characters, is of some kind."""
    import numpy as np

    signs, count = page.signs, np.maximum(page.words, 1)
    spoken, titled, capital, short, spoken_long, likely, long = counts
    begins = np.append(page.capital, False).take(page.offsets[:-1]) & (page.words > 0)
    some = np.maximum(long, 1)
    _fill(
        rows,
        (
            spoken / count,
            titled / max(int(page.words[0]), 1),
            capital / count,
            signs[Sign.DIGIT] / page.chars,
            signs[Sign.END :].sum(axis=0) / page.chars,
            signs[Sign.UPPER : Sign.DIGIT].sum(axis=0) / count,
            signs[Sign.COMMA] / count,
            short / count,
            spoken_long / some,
            likely / some,
            (capital - begins) / np.maximum(page.words - 1, 1),
        ),
    )


def _copies(hashes: Array) -> Array:
    """How often each item stands in the array."""
    import numpy as np

    ordered = np.sort(hashes)
    found: Array = ordered.searchsorted(hashes, "right") - ordered.searchsorted(hashes, "left")
    return found


def _near(rows: Array, own: Array, shares: Array) -> None:
    """The same figures of the three lines before and the three behind."""
    import numpy as np

    reach, size = max(_SHIFTS), rows.shape[1]
    wide = np.full((len(own) + len(shares), size + 2 * reach), -1, np.float32)
    wide[0] = _UNKNOWN
    wide[: len(own), reach:-reach] = own
    wide[len(own) :, reach:-reach] = shares
    for index, shift in enumerate(_SHIFTS):
        rows[index * len(wide) : (index + 1) * len(wide)] = wide[:, reach + shift : reach + shift + size]


def _around(rows: Array, figures: Iterable[Array]) -> None:
    """Sums over so many lines before each line, and behind it."""
    import numpy as np

    size = rows.shape[1]
    total = np.zeros((len(_AROUND), size + 1), np.int32)
    _fill(total[:, 1:], figures)
    np.cumsum(total, axis=1, out=total)
    at, width = np.arange(size), np.array(_WINDOWS)[:, None]
    sums = rows.reshape(len(_WINDOWS), 2, len(_AROUND), size).transpose(1, 2, 0, 3)
    sums[0] = total[:, None, :-1] - total.take(np.maximum(at - width, 0), axis=1)
    sums[1] = total.take(np.minimum(at + 1 + width, size), axis=1) - total[:, None, 1:]


def _place(rows: Array, mass: Array) -> None:
    """How much of the sentences, and of what is article by its words, stands before a line and behind it.

    Args:
        rows: to fill.
        mass: sums up to each line and to the end, of words of sentences and of words that are article.
    """
    import numpy as np

    size = rows.shape[1]
    whole = mass[:, -1:]
    both = np.empty((2, 2, size), np.int64)
    both[:, 0] = mass[:, :-1]
    np.subtract(whole, mass[:, 1:], out=both[:, 1])
    rows[0] = np.arange(size) / max(size - 1, 1)
    rows[1:5] = (both / np.maximum(whole, 1)[:, None]).reshape(4, size)
    rows[5:7] = both[0]
    rows[7:] = both[1] // SURE


def _since(rows: Array, marks: Iterable[Array]) -> None:
    """For each row of marks two: lines since the last mark and lines until the next, at most 50."""
    import numpy as np

    size = rows.shape[1]
    each = np.empty((len(_MARKS), 2, size), np.bool_)
    _fill(each[:, 0], marks)
    each[:, 1] = each[:, 0, ::-1]
    at = np.arange(size, dtype=np.int32)
    far = at - np.maximum.accumulate(np.where(each, at, np.int32(-50)), axis=2)
    found = rows.reshape(each.shape)
    np.minimum(far, 50, out=far)
    found[:, 0] = far[:, 0]
    found[:, 1] = far[:, 1, ::-1]


def _runs(rows: Array, prose: Array, words: Array, chance: Array, mass: Array) -> None:
    """Where each line stands to the runs of lines that gain most; the idea of body text extraction.

    What is article gains, every other line costs, inside of one run: by sentences twice, by words twice.
    """
    import numpy as np

    size = len(prose)
    total = np.zeros((len(_RUNS), size + 1), np.int64)
    _fill(
        total[:, 1:],
        (
            np.minimum(prose, 60) - 6,
            np.minimum(prose, 40) - 12,
            np.where(chance <= SURE // 2, np.minimum(words, 60), -12),
            (SURE * 3 // 5 - chance) * np.minimum(words, 40) - 3 * SURE,
        ),
    )
    np.cumsum(total, axis=1, out=total)
    at = np.arange(size + 1)
    last = np.argmax(total[:, 1:] - np.minimum.accumulate(total[:, :-1], axis=1), axis=1)[:, None]
    first = np.argmin(np.where(at <= last, total, total.max()), axis=1)[:, None]
    found = rows.reshape(len(_RUNS), len(_IN_RUN), size)
    into, since, until, share = found.swapaxes(0, 1)
    since[:] = at[:-1] - first
    until[:] = last - at[:-1]
    into[:] = (since >= 0) & (until >= 0)
    np.minimum(np.maximum(found[:, 1:3], -200), 200, out=found[:, 1:3])
    which = np.array([[0], [0], [1], [1]])
    share[:] = (mass[which, last + 1] - mass[which, first]) / np.maximum(mass[which, size], 1)


def _blocks(rows: Array, apart: Array, figures: Array) -> None:
    """Figures of the block of a line (lines with no blank one between), and of the blocks beside it.

    Args:
        rows: to fill.
        apart: whether a blank line stands before the line.
        figures: words, words of sentences, words by the chance that they are furniture.
    """
    import numpy as np

    size = rows.shape[1]
    begins = apart.copy()
    begins[0] = True
    starts = where(begins)
    block = np.cumsum(begins)
    lines = steps(np.append(starts, size))[1:]
    words, *parts = np.add.reduceat(figures, starts, axis=1)
    each = np.full((len(_BLOCK), len(starts) + 2), -1, np.float32)
    some = np.maximum(words, 1)
    _fill(each[:, 1:-1], (lines, words / lines, *(part / some for part in parts)))
    for index, side in enumerate(_SIDES):
        rows[index * len(_BLOCK) : (index + 1) * len(_BLOCK)] = each.take(block + side, axis=1)
    rows[-1] = np.arange(size) - starts.take(block - 1)
