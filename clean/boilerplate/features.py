"""What the learned scorer sees of each line: its words, its form, its neighbours, its place on the page.

`terms` is what its words are weighed by. `matrix` is the rest; it takes what the words say as given, since a
line is judged by what stands around it. The names and their order are part of the weights file: change them
and train again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clean.boilerplate.words import Page, Sign

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
    "surprise", "chars", "words", "mean_word", "sentence", "colon_end", "digit_start", "quote_start",
    "dash_start", "capitals", "capitals_inside", "digits", "marks", "commas", "stops", "quotes", "bars", "at",
    "rights", "short_words", "copies", "blank", "blank_below", "spoken", "spoken_long", "likely", "titled",
    "since_headline", "headlines",
)  # fmt: skip
_NEAR = ("surprise", "words", "marks", "copies", "capitals", "digits", "spoken", "titled")
_SHIFTS = (-3, -2, -1, 1, 2, 3)
_AROUND = ("chance", "words", "prose", "items", "apart", "surprise", "spoken")
_WINDOWS = (4, 8, 16, 32, 64)
_PAGE = (
    "lines", "kept_words", "mean_chance", "apart_share", "prose_share", "page_headlines",
)  # fmt: skip
_PLACE = (
    "place", "prose_before", "prose_after", "prose_words_before", "prose_words_after", "kept_before",
    "kept_after", "kept_words_before", "kept_words_after",
)  # fmt: skip
_MARKS = ("prose", "long_prose", "kept", "surely_kept", "surely_gone")
_RUNS = ("prose", "dense", "kept", "chance")
_BLOCK = ("lines", "words", "prose", "chance")


def names() -> list[str]:
    """The names of the rows of `matrix`."""
    return [
        *_OWN,
        *(f"{name}{shift:+d}" for shift in _SHIFTS for name in _NEAR),
        *(f"{name}{side}{width}" for width in _WINDOWS for side in "<>" for name in _AROUND),
        *_PLACE,
        *_PAGE,
        *(f"{side}_{mark}" for mark in _MARKS for side in ("since", "until")),
        *(f"run_{run}_{what}" for run in _RUNS for what in ("in", "from", "to", "share")),
        *(f"block_{what}{shift:+d}" for shift in (-1, 0, 1) for what in _BLOCK),
        "block_place",
    ]


def terms(page: Page) -> tuple[Array, Array]:
    """What lines say: words, pairs of words, the first and the last word, and a short line as a whole.

    Returns:
        The class of each term, below `TERMS`, and the position of its line.
    """
    import numpy as np

    within = np.flatnonzero(page.line[1:] == page.line[:-1])
    worded = np.flatnonzero(page.words)
    short = np.flatnonzero((page.words > 0) & (page.words <= _SHORT_LINE))
    mixed = np.concatenate(
        [
            page.hash[within] * 0x9E3779B97F4A7C15 + page.hash[within + 1],
            page.hash[page.offsets[worded]] * 0xD6E8FEB86659FD93,
            page.hash[page.offsets[worded + 1] - 1] * 0xA0761D6478BD642F,
            _whole(page)[short] * 0xE7037ED1A0B428DB,
        ]
    )
    classes = np.concatenate([page.hash, mixed ^ (mixed >> 32)]) & (TERMS - 1)
    return classes.astype(np.int64), np.concatenate([page.line, page.line[within], worded, worded, short])


def _whole(page: Page) -> Array:
    """A hash of the words of each line, whatever their order."""
    import numpy as np

    total = np.zeros(len(page.hash) + 1, np.uint64)
    np.cumsum(page.hash * page.hash + page.hash, out=total[1:])
    found: Array = total[page.offsets[1:]] - total[page.offsets[:-1]]
    return found


def matrix(page: Page, surprise: Array, chance: Array) -> Array:
    """One row a name of `names()`, one column a line.

    Args:
        page: with one line at least.
        surprise: what the words of a line say, as log-odds of furniture in eighths.
        chance: the same as a probability, from 0 to `SURE`.
    """
    import numpy as np

    signs = page.signs
    words = np.minimum(page.words + signs[Sign.WIDE] // 2, 300)
    sentence = page.end == Sign.END
    blank = np.diff(page.numbers, prepend=-1) - 1
    if np.count_nonzero(blank[1:]) * _DENSE < len(blank):
        # Without blank lines all would be one block, as a menu is: each line stands alone then.
        blank = np.maximum(blank, 1)
    apart = blank > 0
    prose = np.where(sentence, words, 0)
    vocabulary = _vocabulary(page, prose, chance)
    headline = (
        (vocabulary["titled"] * 5 > page.words * 3)
        & (vocabulary["titled"] * 5 > page.words[0] * 2)
        & (words >= 3)
    )
    headline[0] = False
    own = _own(page, surprise, words, sentence, blank, vocabulary, headline)
    signal = dict(zip(_OWN, own, strict=True))
    capped = np.minimum(words, 60)
    items = (words >= 2) & (words <= 25) & ~sentence
    spoken = vocabulary["spoken"] * SURE // np.maximum(page.words, 1)
    around = [chance, capped, np.where(sentence, capped, 0), items, apart, np.clip(surprise, -96, 96), spoken]
    return np.concatenate(
        [
            own,
            _near(np.stack([signal[name] for name in _NEAR])),
            _around(np.stack(around)),
            _place(prose, words * (SURE - chance)),
            _page(words, prose, chance, apart, headline),
            _since(np.stack([prose >= 15, prose >= 40, chance <= 50, chance <= 12, chance >= 243])),
            _runs(prose, words, chance),
            _blocks(apart, words, prose, chance),
        ]
    )


def _vocabulary(page: Page, prose: Array, chance: Array) -> dict[str, Array]:
    """How many words of each line are of some kind.

    `spoken`: they stand in another sentence of the page; `likely`: in other lines that are article by their
    words; `titled`: in the first line, which is mostly the title of the page.
    """
    import numpy as np

    word = (page.hash & (_VOCABULARY - 1)).astype(np.int64)
    in_prose = (prose >= 15)[page.line]
    spoken = np.bincount(word[in_prose], minlength=_VOCABULARY)[word] > in_prose
    kept = (SURE - chance)[page.line]
    likely = np.bincount(word, weights=kept, minlength=_VOCABULARY)[word] - kept > SURE / 2
    titled = np.zeros(_VOCABULARY, np.bool_)
    titled[word[: page.words[0]]] = True
    long = page.size >= 4
    figures = page.by_line(
        page.capital, page.size <= 3, long, spoken, spoken & long, likely & long, titled[word]
    )
    found = ("capital", "short", "long", "spoken", "spoken_long", "likely", "titled")
    return dict(zip(found, figures, strict=True))


def _own(
    page: Page,
    surprise: Array,
    words: Array,
    sentence: Array,
    blank: Array,
    vocabulary: dict[str, Array],
    headline: Array,
) -> Array:
    import numpy as np

    signs, count = page.signs, np.maximum(page.words, 1)
    long = np.maximum(vocabulary["long"], 1)
    first_word = np.append(page.capital, False)[page.offsets[:-1]] & (page.words > 0)
    rows = [
        surprise,
        np.minimum(page.chars, 2000),
        words,
        signs[Sign.UPPER : Sign.DIGIT].sum(axis=0) / count,
        sentence,
        page.end == Sign.COLON,
        page.first == Sign.DIGIT,
        page.first == Sign.QUOTE,
        (page.first == Sign.DASH) | (page.first == Sign.BAR),
        vocabulary["capital"] / count,
        (vocabulary["capital"] - first_word) / np.maximum(page.words - 1, 1),
        signs[Sign.DIGIT] / page.chars,
        signs[Sign.END :].sum(axis=0) / page.chars,
        signs[Sign.COMMA] / count,
        page.stops,
        signs[Sign.QUOTE],
        signs[Sign.BAR],
        signs[Sign.AT],
        signs[Sign.RIGHTS],
        vocabulary["short"] / count,
        np.where(page.words > 0, np.minimum(_copies(_whole(page)), 9), 1),
        np.minimum(blank, 3),
        np.minimum(np.append(blank[1:], 1), 3),
        vocabulary["spoken"] / count,
        vocabulary["spoken_long"] / long,
        vocabulary["likely"] / long,
        vocabulary["titled"] / max(int(page.words[0]), 1),
        _since(headline[None])[0],
        np.cumsum(headline),
    ]
    return np.array(rows, dtype=np.float32)


def _copies(hashes: Array) -> Array:
    """How often each item stands in the array."""
    import numpy as np

    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    times = np.diff(starts, append=len(hashes))
    found = np.empty(len(hashes), np.int64)
    found[order] = np.repeat(times, times)
    return found


def _near(rows: Array) -> Array:
    """The same figures of the three lines before and the three behind."""
    import numpy as np

    reach, size = max(_SHIFTS), rows.shape[1]
    wide = np.full((len(rows), size + 2 * reach), -1, np.float32)
    wide[0] = _UNKNOWN
    wide[:, reach : reach + size] = rows
    return np.concatenate([wide[:, reach + shift : reach + shift + size] for shift in _SHIFTS])


def _around(rows: Array) -> Array:
    """Sums over so many lines before each line, and behind it."""
    import numpy as np

    size, reach = rows.shape[1], max(_WINDOWS)
    total = np.zeros((len(rows), size + 1 + 2 * reach), np.int64)
    np.cumsum(rows, axis=1, out=total[:, reach + 1 : reach + 1 + size])
    total[:, reach + 1 + size :] = total[:, reach + size, None]
    here, next_ = total[:, reach : reach + size], total[:, reach + 1 : reach + 1 + size]
    found = np.empty((len(_WINDOWS), 2, len(rows), size), np.float32)
    for index, width in enumerate(_WINDOWS):
        found[index, 0] = here - total[:, reach - width : reach - width + size]
        found[index, 1] = total[:, reach + 1 + width : reach + 1 + width + size] - next_
    return found.reshape(-1, size)


def _place(prose: Array, kept: Array) -> Array:
    """How much of the sentences, and of what is article by its words, stands before a line and behind it."""
    import numpy as np

    size = len(prose)
    spoken, likely = np.cumsum(prose), np.cumsum(kept)
    of_spoken, of_likely = max(int(spoken[-1]), 1), max(int(likely[-1]), 1)
    rows = [
        np.arange(size) / max(size - 1, 1),
        (spoken - prose) / of_spoken,
        (of_spoken - spoken) / of_spoken,
        spoken - prose,
        of_spoken - spoken,
        (likely - kept) / of_likely,
        (of_likely - likely) / of_likely,
        (likely - kept) // SURE,
        (of_likely - likely) // SURE,
    ]
    return np.array(rows, dtype=np.float32)


def _page(words: Array, prose: Array, chance: Array, apart: Array, headline: Array) -> Array:
    """Figures of the page, the same for each line."""
    import numpy as np

    size = len(words)
    figures = [
        size,
        int((words * (SURE - chance)).sum()) // SURE,
        int(chance.sum()) / size,
        int(apart.sum()) / size,
        int((prose >= 8).sum()) / size,
        int(headline.sum()),
    ]
    return np.repeat(np.array(figures, dtype=np.float32)[:, None], size, axis=1)


def _since(marks: Array) -> Array:
    """For each row of marks two: lines since the last mark and lines until the next, at most 50."""
    import numpy as np

    at = np.arange(marks.shape[1])
    both = np.stack([marks, marks[:, ::-1]], axis=1)
    last = np.maximum.accumulate(np.where(both, at, -50), axis=2)
    found: Array = np.minimum(at - last, 50).astype(np.float32)
    found[:, 1] = found[:, 1, ::-1]
    return found.reshape(-1, marks.shape[1])


def _runs(prose: Array, words: Array, chance: Array) -> Array:
    """Where each line stands to the runs of lines that gain most; the idea of body text extraction.

    What is article gains, every other line costs, inside of one run: by sentences twice, by words twice.
    """
    import numpy as np

    size = len(prose)
    kept = words * (SURE - chance)
    gains = np.stack(
        [
            np.minimum(prose, 60) - 6,
            np.minimum(prose, 40) - 12,
            np.where(chance <= SURE // 2, np.minimum(words, 60), -12),
            (SURE * 3 // 5 - chance) * np.minimum(words, 40) - 3 * SURE,
        ]
    )
    total = np.zeros((len(gains), size + 1), np.int64)
    np.cumsum(gains, axis=1, out=total[:, 1:])
    ends = np.argmax(total[:, 1:] - np.minimum.accumulate(total[:, :-1], axis=1), axis=1) + 1
    starts = np.array([np.argmin(run[:end]) for run, end in zip(total, ends, strict=True)])
    mass = np.zeros((2, size + 1), np.int64)
    np.cumsum(np.stack([prose, kept]), axis=1, out=mass[:, 1:])
    mass = mass[[0, 0, 1, 1]]
    which = np.arange(len(gains))
    share = (mass[which, ends] - mass[which, starts]) / np.maximum(mass[:, -1], 1)
    at = np.arange(size)
    found = np.empty((len(gains), 4, size), np.float32)
    found[:, 1] = np.clip(at - starts[:, None], -200, 200)
    found[:, 2] = np.clip(ends[:, None] - 1 - at, -200, 200)
    found[:, 0] = (found[:, 1] >= 0) & (found[:, 2] >= 0)
    found[:, 3] = share[:, None]
    return found.reshape(-1, size)


def _blocks(apart: Array, words: Array, prose: Array, chance: Array) -> Array:
    """Figures of the block of a line (lines with no blank one between), and of the blocks beside it."""
    import numpy as np

    size = len(words)
    block = np.cumsum(apart)
    block -= block[0]
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    lines = np.diff(starts, append=size)
    sums = np.add.reduceat(np.stack([words, prose, chance * words]), starts, axis=1)
    some = np.maximum(sums[0], 1)
    figures = np.full((len(_BLOCK), len(starts) + 2), -1, np.float32)
    figures[:, 1:-1] = [lines, sums[0] / lines, sums[1] / some, sums[2] / some]
    beside = [figures[:, block + 1 + shift] for shift in (-1, 0, 1)]
    return np.concatenate([*beside, (np.arange(size) - starts[block])[None]], dtype=np.float32)
