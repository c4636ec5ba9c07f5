"""How likely a block belongs to the article: boosted trees over `features`, evaluated with numpy.

The weights are a data file that `quality/train_blocks.py` writes; no training library is needed here. A
tree asks at most six questions, all are answered at once, and the answers, as a number, are looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from clean.extract.features import Columns
from clean.extract.tokens import Weights, path_scores, text_scores

WEIGHTS = "weights.json"
QUESTIONS = 6
"""The most that a tree may ask: it has seven leaves."""
UNKNOWN = -1.0
"""Stands for a figure that a page does not have, as when no extractor was asked."""


class Forest(NamedTuple):
    """Trees as arrays. Trees share questions: each is asked once."""

    names: tuple[str, ...]
    """Of the columns."""
    feature: Any
    """Of every question, the number of its column."""
    threshold: Any
    asked: Any
    """Which questions a tree asks: `QUESTIONS` rows of one for each tree. The answers to them, the first as
    the highest bit, lead to its value."""
    value: Any
    """For each tree a value for each way to answer."""


class Model(NamedTuple):
    """All weights of the package."""

    alone: Forest
    """Judges without an extractor's opinion."""
    asked: Forest
    """Judges with one."""
    path: Weights
    text: Weights


def learnt(
    columns: Columns, paths: Sequence[str], texts: Sequence[str], path: Weights, text: Weights
) -> Columns:
    """The columns, and what single words of paths and texts say."""
    import numpy as np

    return columns | {
        "path words": np.array(path_scores(paths, path)),
        "text words": np.array(text_scores(texts, text)),
    }


def table(columns: Columns, names: Sequence[str]) -> Any:
    """The columns of these names as rows of one table, `UNKNOWN` for those that the page does not have."""
    import numpy as np

    size = len(columns["words"])
    unknown = np.full(size, UNKNOWN)
    return np.array([columns.get(name, unknown) for name in names], np.float32)


def margins(columns: Columns, forest: Forest) -> Any:
    """For each block, the logarithm of the odds that it is part of the article."""
    import numpy as np

    figures = table(columns, forest.names)
    answers = (figures.take(forest.feature, axis=0) <= forest.threshold).view(np.uint8)
    code = answers.take(forest.asked[0], axis=0)
    for question in forest.asked[1:]:
        code += code
        code += answers.take(question, axis=0)
    trees, ways = forest.value.shape
    return forest.value.take(code + np.arange(0, trees * ways, ways)[:, None]).sum(axis=0)


def probabilities(margin: Any) -> Any:
    """The probabilities that logarithms of odds stand for."""
    import numpy as np

    return 1.0 / (1.0 + np.exp(-margin))


def best_threshold(chances: Any, words: Sequence[int]) -> float:
    """The probability from which blocks are kept for the highest F1 that is to be expected.

    It is half of that F1: where all is clear, what is likelier than not is kept, and where little is
    certain, what is less likely too (Lipton, Elkan and Naryanaswamy 2014, "Optimal thresholding of
    classifiers to maximize F1 measure").

    Args:
        chances: of each block.
        words: of each block.
    """
    import numpy as np

    sizes = np.array(words)
    order = np.argsort(-chances, kind="stable")
    right, kept = np.cumsum((chances * sizes)[order]), np.cumsum(sizes[order])
    return float((right / np.maximum(1e-9, kept + right[-1])).max())


@cache
def load() -> Model:
    """The weights of the package. Read once; they decide nothing between documents."""
    return parse((files("clean.extract") / WEIGHTS).read_bytes())


def parse(data: bytes) -> Model:
    """Weights as `quality/train_blocks.py` writes them."""
    found = orjson.loads(data)
    return Model(forest(**found["alone"]), forest(**found["asked"]), found["path"], found["text"])


def forest(names: Sequence[str], trees: Sequence[dict[str, list[Any]]]) -> Forest:
    """Trees as arrays.

    Args:
        names: of the columns that the trees ask about.
        trees: each with its questions as columns "feature", "threshold", "left", "right", where what is not
            negative is another question and -1 - n is the n-th of its "values".
    """
    import numpy as np

    asked: dict[tuple[int, float], int] = {}
    rows, value = [], []
    for tree in trees:
        padding = [0] * (QUESTIONS - len(tree["feature"]))
        questions = zip([*tree["feature"], *padding], [*tree["threshold"], *padding], strict=True)
        rows.append([asked.setdefault(question, len(asked)) for question in questions])
        value.append([_leaf(tree, code) for code in range(1 << QUESTIONS)])
    feature, threshold = zip(*asked, strict=True)
    return Forest(
        tuple(names),
        np.array(feature, np.intp),
        np.array(threshold, np.float32)[:, None],
        np.array(rows, np.intp).T.copy(),
        np.array(value, np.float64),
    )


def _leaf(tree: dict[str, list[Any]], code: int) -> float:
    node = 0 if tree["feature"] else -1
    while node >= 0:
        node = tree["left" if code & (1 << (QUESTIONS - 1 - node)) else "right"][node]
    return float(tree["values"][-1 - node])
