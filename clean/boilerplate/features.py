"""What a learned scorer sees of each line: its own form, its neighbours, and where on the page it stands.

The names and their order are part of the weights file: change them and train again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clean.boilerplate.view import Form, View, is_dashed, is_item, word_count

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[Any]]

CLASSES = (
    "share",
    "comment",
    "related",
    "nav",
    "promo",
    "ad",
    "media",
    "time",
    "legal",
    "byline",
    "credit",
    "caption",
)
"""Classes of rules, in the order of their features."""

_FUNCTION = frozenset(
    """
    a about after all also an and are as at be because been before but by can could did do for from
    had has have he her him his how i if in into is it its like more most my no not of on one or
    other our out over she so some than that the their them then there these they this to up was we
    were what when where which who will with would you your said says
    """.split()
)
"""English function words: running text is full of them, menus have few."""

_WORD = re.compile(r"[\w'’]+")
_DATE = re.compile(
    r"(?i)\b(?:\d{4}|\d{1,2}[/.:]\d{1,2}|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|ago|mins?|hours?|am|pm)\b"
)
_CUE = re.compile(
    r"(?i)\b(?:subscri\w+|newsletters?|sign|login|cookies?|privacy|copyright|reserved|advertis\w+|share|"
    r"comments?|follow|email|click|download|terms|©|read more|related|photo|image|getty|video|watch|menu|"
    r"search|account|author|published|updated|posted|tags?|topics?)\b|©"
)
_QUOTE = re.compile(r"[“”\"«»]")
_SPEECH = re.compile(r"\b(?:said|says|told|according|added|wrote)\b")
_LINK = re.compile(r"https?://|www\.|@\w|\.com\b")
_YEAR = re.compile(r"©|\(c\)|(?i:copyright)")

OWN = (
    "chars", "words", "mean_word", "ends_sentence", "ends_question", "ends_colon", "upper_start",
    "lower_start", "digit_start", "dashed", "item", "title_case", "upper_case", "digits", "marks",
    "commas", "stops", "function", "pronoun_start", "quote", "speech", "date", "cue", "link",
    "copyright", "by", "form", "copies", "in_title", "apart", "apart_below", "doomed",
)  # fmt: skip
WINDOWS = (1, 2, 4, 8, 16)
PLACE = (
    "place", "lines", "from_first_long", "to_last_long", "mass_before", "mass_after", "above_long",
    "below_long", "in_best_run", "from_best_start", "to_best_end", "best_share", "block_lines",
    "block_words", "block_place", "from_title", "doomed_before", "doomed_after", "prose_share",
)  # fmt: skip


def names() -> list[str]:
    """The names of the features, in order."""
    around = [
        f"{what}_{side}{size}"
        for size in WINDOWS
        for side in "<>"
        for what in ("words", "sentences", "doomed", "items")
    ]
    nearest = [f"{name}{shift:+d}" for shift in (-2, -1, 1, 2) for name in OWN]
    return [*OWN, *(f"rule_{kind}" for kind in CLASSES), *nearest, *around, *PLACE]


def matrix(view: View, kinds: Mapping[int, str], title: int | None) -> Matrix:
    """One row a line of the page.

    Args:
        view: the page.
        kinds: class of the rule that would take a line, by position.
        title: position of the title, if known.
    """
    import numpy as np

    size = len(view.text)
    own = np.array(_own(view, kinds, title), dtype=np.float64).reshape(size, len(OWN))
    rules = np.zeros((size, len(CLASSES)))
    for position, kind in kinds.items():
        if kind in CLASSES:
            rules[position, CLASSES.index(kind)] = 1.0
    padded = np.vstack([np.full((2, own.shape[1]), -1.0), own, np.full((2, own.shape[1]), -1.0)])
    nearest = [padded[2 + shift : 2 + shift + size] for shift in (-2, -1, 1, 2)]
    column = {name: own[:, at] for at, name in enumerate(OWN)}
    sentences = column["words"] * column["ends_sentence"]
    around = []
    for width in WINDOWS:
        sums = [
            _sums(values, width) for values in (column["words"], sentences, column["doomed"], column["item"])
        ]
        around += [before for before, _ in sums] + [after for _, after in sums]
    place = _place(view, column["words"], sentences, column["doomed"], title)
    return np.column_stack([own, rules, *nearest, *around, place])


def _own(view: View, kinds: Mapping[int, str], title: int | None) -> list[list[float]]:
    copies = Counter(view.text)
    wanted = set(_WORD.findall(view.text[title].casefold())) if title is not None else set()
    rows = []
    last = len(view.text) - 1
    for position, line in enumerate(view.text):
        words = _WORD.findall(line[:2000])
        count = max(len(words), 1)
        lowered = [word.casefold() for word in words]
        bare = line.rstrip("\"'”’»)]")
        end = bare[-1:]
        sample = line[:2000]
        length = max(len(sample), 1)
        rows.append(
            [
                min(len(line), 2000) ** 0.5,
                float(min(word_count(line), 300)),
                sum(map(len, words)) / count,
                float(end in ".!?…"),
                float(end == "?"),
                float(end == ":"),
                float(line[0].isupper()),
                float(line[0].islower()),
                float(line[0].isdigit()),
                float(is_dashed(line)),
                float(is_item(line)),
                sum(word[0].isupper() for word in words) / count,
                sum(word.isupper() for word in words) / count,
                sum(c.isdigit() for c in sample) / length,
                sum(not (c.isalnum() or c.isspace()) for c in sample) / length,
                sample.count(",") / count,
                float(sample.count(". ")),
                sum(word in _FUNCTION for word in lowered) / count,
                float(lowered[0] in _FUNCTION) if lowered else 0.0,
                float(_QUOTE.search(sample) is not None),
                float(_SPEECH.search(sample) is not None),
                float(len(_DATE.findall(sample[:200]))),
                float(len(_CUE.findall(sample[:400]))),
                float(_LINK.search(sample) is not None),
                float(_YEAR.search(sample) is not None),
                float(line[:3].casefold() == "by " or line[:2] == "By"),
                float(view.form[position]),
                float(min(copies[line], 9)),
                sum(word in wanted for word in lowered) / count if wanted else 0.0,
                float(view.apart[position]),
                float(position == last or view.apart[position + 1]),
                float(position in kinds),
            ]
        )
    return rows


def _sums(values: Matrix, width: int) -> tuple[Matrix, Matrix]:
    """For each line the sum over so many lines before it, and after it."""
    import numpy as np

    total = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    before = total[at] - total[np.maximum(at - width, 0)]
    after = total[np.minimum(at + 1 + width, len(values))] - total[at + 1]
    return before, after


def _place(view: View, words: Matrix, sentences: Matrix, doomed: Matrix, title: int | None) -> Matrix:
    import numpy as np

    size = len(words)
    at = np.arange(size)
    long = np.flatnonzero((sentences >= 20) & (doomed == 0))
    first, last = (int(long[0]), int(long[-1])) if len(long) else (size, -1)
    mass = np.cumsum(sentences)
    total = max(float(mass[-1]), 1.0) if size else 1.0
    start, end = best_run(sentences, doomed)
    _, block_size, block_words, block_place = _blocks(view.apart, words)
    gone = np.cumsum(doomed)
    prose = float(np.mean([form == Form.PROSE for form in view.form])) if size else 0.0
    return np.column_stack(
        [
            at / max(size - 1, 1),
            np.full(size, np.log1p(size)),
            np.clip(at - first, -200, 200),
            np.clip(last - at, -200, 200),
            (mass - sentences) / total,
            (total - mass) / total,
            _since(sentences >= 15),
            _since((sentences >= 15)[::-1])[::-1],
            (at >= start) & (at < end),
            np.clip(at - start, -200, 200),
            np.clip(end - 1 - at, -200, 200),
            np.full(size, float(sentences[start:end].sum()) / total),
            block_size,
            block_words,
            block_place,
            np.clip(at - title, -50, 200) if title is not None else np.full(size, -99.0),
            gone - doomed,
            gone[-1] - gone if size else gone,
            np.full(size, prose),
        ]
    )


def best_run(sentences: Matrix, doomed: Matrix) -> tuple[int, int]:
    """[start, end) of the run of lines that gains most: words in sentences count, every other line costs.

    The idea of body text extraction: maximise text inside and furniture outside of one run.
    """
    best = (0.0, 0, 0)
    score, start = 0.0, 0
    for position in range(len(sentences)):
        score += min(float(sentences[position]), 60.0) - 6.0 - 12.0 * float(doomed[position])
        if score <= 0.0:
            score, start = 0.0, position + 1
        elif score > best[0]:
            best = (score, start, position + 1)
    return best[1], best[2]


def _since(marks: Matrix) -> Matrix:
    """How many lines since the last mark, at most 50."""
    import numpy as np

    at = np.arange(len(marks))
    seen = np.maximum.accumulate(np.where(marks, at, -50))
    return np.minimum(at - seen, 50)


def _blocks(apart: Sequence[bool], words: Matrix) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """For each line its block (lines without a blank one between): number, lines, mean words, place in it."""
    import numpy as np

    number = np.cumsum(np.array(apart, dtype=np.int64)) if len(apart) else np.zeros(0, dtype=np.int64)
    number = number - (number[0] if len(number) else 0)
    sizes = np.bincount(number) if len(number) else np.zeros(0)
    sums = np.bincount(number, weights=words) if len(number) else np.zeros(0)
    firsts = np.searchsorted(number, number)
    at = np.arange(len(number))
    return number, sizes[number], sums[number] / np.maximum(sizes[number], 1), at - firsts


def second(base: Matrix, probability: Matrix) -> Matrix:
    """The features of the second look: those of the first, and what the first look made of the neighbours."""
    import numpy as np

    logit = np.log((probability + 1e-4) / (1 - probability + 1e-4))
    size = len(probability)
    columns = [logit]
    padded = np.concatenate([np.full(4, 4.0), logit, np.full(4, 4.0)])
    columns += [padded[4 + shift : 4 + shift + size] for shift in (-4, -3, -2, -1, 1, 2, 3, 4)]
    for width in (4, 8, 16, 32):
        before, after = _sums(probability, width)
        columns += [before / width, after / width]
    words = base[:, OWN.index("words")]
    kept = words * (1 - probability)
    total = max(float(kept.sum()), 1.0)
    running = np.cumsum(kept)
    columns += [(running - kept) / total, (total - running) / total]
    columns += [_since(probability < 0.2), _since((probability < 0.2)[::-1])[::-1]]
    columns += [np.full(size, float(probability.mean()) if size else 0.0)]
    gain = np.where(probability < 0.5, words, 0.0)
    start, end = best_run(gain, (probability > 0.9).astype(np.float64))
    at = np.arange(size)
    columns += [np.clip(at - start, -100, 100), np.clip(end - 1 - at, -100, 100)]
    return np.column_stack([base, *columns])
