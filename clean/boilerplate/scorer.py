"""The learned line scorer: weights of words, then boosted trees over `features`, applied with numpy alone.

The words of a line and of the two beside it say how much it looks like furniture; the trees see that for the
whole page, and what lines look like, and give the probability. Trees are symmetric, so that all lines meet
all questions at once. Sums are of whole numbers: the same page gets the same figures on every machine.

It speaks for a line on its own only where the page looks scraped raw (`looks_raw`): on text that is mostly
article every public line filter loses more article than it finds furniture.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from functools import cache
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clean.boilerplate import features
from clean.boilerplate.words import Page, read, where
from clean.lines import Lines

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

WEIGHTS = Path(__file__).parent / "weights.json.gz"
FORMAT = "line-trees/2"

DELETE = 0.6
MILD = 0.2
"""A line goes at the probability of `DELETE`, on a page that looks scraped raw; and only if it is so much
worse than the best line of the page: an article of two odd lines must not go as a whole."""

SURE = 0.8
ARTICLE = 0.2
"""Furniture above the article or below it is what is `SURE`; the article reaches from the first line of no
more than `ARTICLE` to the last. Where there is none, the best line stands for it."""

RAW_LINES = 12
RAW_OPEN_LINES = 6
"""On a raw page furniture stands above the article and below it: so many lines in all, so many that no rule
takes: the share lines of a live blog alone would make it look raw."""

SHORT = 50
SHORT_LINES = 20
"""A page with fewer lines of so few characters is not scored; one raw page in a hundred has fewer."""

LONG = 160
LONG_LINES = 2
EDGE_LINES = 8
"""What stands above and below an article is mostly short lines that end no sentence: so many must come before
the third long sentence from either end, or no array is made. Two may stand among the furniture: a word about
cookies, the teaser of another story. Of 733 pages that look raw none has fewer than ten."""

MOST_LINES = 20_000
"""Nor a page with more of them: the work is linear, but such files are no pages."""

_ENDS = tuple(".!?…。！？।؟۔")
_CLOSING = " \t\"'”’»)]›」"
_EIGHTHS = 8
_MOST_SURPRISE = 16 * _EIGHTHS
_AT_ONCE = 500
"""Lines that meet the trees at once: questions and leaves take 6,000 bytes a line."""


class Words:
    """A weight for each term of a line, of the line before and of the line behind."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        import numpy as np

        table = np.frombuffer(base64.b64decode(data["table"]), np.int8)
        self._tables = table.reshape(3, features.TERMS)
        self._scales = [scale * _EIGHTHS for scale in data["scales"]]
        self._base = data["base"] * _EIGHTHS
        surprises = range(-_MOST_SURPRISE, _MOST_SURPRISE + 1)
        self._chance = np.array([round(features.SURE / (1 + exp(-s / _EIGHTHS))) for s in surprises])

    def surprise_and_chance(self, page: Page) -> tuple[Array, Array]:
        """What the words say of each line: log-odds of furniture in eighths, and the chance in 255ths."""
        import numpy as np

        classes, line = features.terms(page)
        size = len(page.numbers)
        root = np.sqrt(np.maximum(np.bincount(line, minlength=size), 1))
        own, before, behind = (
            np.bincount(line, table.take(classes), size) / root * scale
            for table, scale in zip(self._tables, self._scales, strict=True)
        )
        own[1:] += before[:-1]
        own[:-1] += behind[1:]
        within = np.minimum(np.maximum(own + self._base, -_MOST_SURPRISE), _MOST_SURPRISE)
        surprise = np.rint(within).astype(np.int64)
        return surprise, self._chance.take(surprise + _MOST_SURPRISE)


class Trees:
    """Symmetric trees: each asks every line the same questions, and the answers name its leaf."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        import numpy as np

        feature, border = np.array(data["feature"]), np.array(data["border"], np.float32)
        # Trees share questions: each is asked once.
        asked, which = np.unique(np.stack([feature.ravel(), border.ravel()]), axis=1, return_inverse=True)
        self._feature, self._border = asked[0].astype(np.intp), asked[1, :, None].astype(np.float32)
        # By depth, the last question first: its answer is the highest bit of the leaf's number.
        self._question = which.reshape(feature.shape).T[::-1].copy()
        value = np.array(data["value"], np.int32)
        self._value = value.ravel()
        self._first = np.arange(len(value))[:, None] * value.shape[1]
        self._bias, self._unit = data["bias"], data["unit"]

    def probability(self, rows: Array) -> Array:
        """For each column of features the probability that the line is furniture."""
        import numpy as np

        score = np.empty(rows.shape[1], np.int64)
        for start in range(0, len(score), _AT_ONCE):
            some = rows[:, start : start + _AT_ONCE]
            answers = (some.take(self._feature, axis=0) > self._border).view(np.uint8)
            leaf = answers.take(self._question[0], axis=0)
            for question in self._question[1:]:
                leaf += leaf
                leaf += answers.take(question, axis=0)
            score[start : start + _AT_ONCE] = self._value.take(leaf + self._first).sum(axis=0, dtype=np.int32)
        probability: Array = 1.0 / (1.0 + np.exp(-(score + self._bias) * self._unit))
        return probability


@cache
def load(path: Path = WEIGHTS) -> tuple[Words, Trees]:
    """What a weights file holds.

    Raises:
        ValueError: trained for other features.
    """
    data = json.loads(gzip.decompress(path.read_bytes()))
    if data["format"] != FORMAT or data["features"] != features.names():
        raise ValueError(f"{path.name} was trained for other features; run quality/train_lines.py")
    return Words(data["words"]), Trees(data["trees"])


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Write a weights file; the same data gives the same bytes."""
    path.write_bytes(gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0))


def digest(path: Path = WEIGHTS) -> str:
    """First 8 hex digits over the weights and the limits of this module, for the version of the stage."""
    pages = RAW_LINES, RAW_OPEN_LINES, SHORT, SHORT_LINES, LONG, LONG_LINES, EDGE_LINES, MOST_LINES
    limits = DELETE, MILD, SURE, ARTICLE, *pages
    return hashlib.sha256(repr(limits).encode() + path.read_bytes()).hexdigest()[:8]


def furniture(lines: Lines, taken: Container[int], weights: Path = WEIGHTS) -> dict[int, float]:
    """Lines that are furniture on a page that looks scraped raw, by number, with their probability.

    Args:
        lines: the whole page, nothing deleted.
        taken: numbers of lines that go by other evidence.
        weights: the weights file.
    """
    import numpy as np

    if not may_be_raw(lines):
        return {}
    words, trees = load(weights)
    page = read(lines.text)
    by_others = np.fromiter(map(taken.__contains__, lines.filled), np.bool_, len(lines.filled))
    rows = features.matrix(page, *words.surprise_and_chance(page), by_others)
    chances = np.where(by_others, np.nan, trees.probability(rows))
    if not looks_raw(chances):
        return {}
    found = where(chances >= max(DELETE, np.nanmin(chances) + MILD))
    return dict(zip(page.numbers.take(found).tolist(), chances.take(found).tolist(), strict=True))


def may_be_raw(lines: Lines) -> bool:
    """Whether a page has the lines without which none looks raw; a clean article is told by its ends."""
    lengths = map(len, map(lines.all.__getitem__, lines.filled))
    if not SHORT_LINES <= sum(map(SHORT.__ge__, lengths)) <= MOST_LINES:
        return False
    return _at_edge(lines, lines.filled) + _at_edge(lines, reversed(lines.filled)) >= EDGE_LINES


def _at_edge(lines: Lines, numbers: Iterable[int]) -> int:
    """Short lines that end no sentence, up to the article."""
    found = sentences = 0
    for number in numbers:
        line = lines.all[number].rstrip(_CLOSING)
        if not SHORT < len(line) <= LONG:
            ends = line.endswith(_ENDS)
            found += len(line) <= SHORT and not ends
            sentences += len(line) > LONG and ends
            if sentences > LONG_LINES or found >= EDGE_LINES:
                break
    return found


def looks_raw(chances: Array) -> bool:
    """Whether furniture stands above the article and below it, and enough of it.

    Args:
        chances: of each line that it is furniture; NaN for lines that go by other evidence.
    """
    import numpy as np

    taken = np.isnan(chances)
    if taken.all():
        return False
    best = np.nanmin(chances)
    if best > DELETE:
        return False
    article = where(chances <= max(ARTICLE, best))
    edges = taken | (chances >= SURE)
    edges[article[0] : article[-1]] = False
    above, below = np.count_nonzero(edges[: article[0]]), np.count_nonzero(edges[article[-1] :])
    enough = above + below >= RAW_LINES and np.count_nonzero(edges & ~taken) >= RAW_OPEN_LINES
    return bool(above and below and enough)
