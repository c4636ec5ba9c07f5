"""How likely a block belongs to the article: boosted trees over `features`, evaluated with numpy.

The weights are a data file that `quality/train_blocks.py` writes; no training library is needed here. A
tree asks at most six questions, all are answered at once, and the answers, as one byte, are looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from clean.extract.features import NAMES

WEIGHTS = "weights.json"
QUESTIONS = 6
"""The most that a tree may ask, one bit each of a byte: it has seven leaves."""


class Forest(NamedTuple):
    """Trees as arrays. The answers to the questions of a tree, as bits of one byte, lead to its value."""

    feature: Any
    """Of every question, tree by tree, `QUESTIONS` a tree."""
    threshold: Any
    value: Any
    """For each tree, 256 values."""


def probabilities(rows: Sequence[Sequence[float]], forest: Forest | None = None) -> list[float]:
    """For each block, the probability that it is part of the article.

    Args:
        rows: of `features`.
        forest: other weights than the package's, for measuring.
    """
    import numpy as np

    if not rows:
        return []
    forest = forest or load()
    table = np.asarray(rows, dtype=np.float64).T.copy()
    trees = len(forest.value)
    answers = table.take(forest.feature, axis=0) <= forest.threshold[:, None]
    codes = np.packbits(answers.reshape(trees, QUESTIONS, len(rows)), axis=1)[:, 0]
    margin = np.take_along_axis(forest.value, codes.astype(np.intp), axis=1).sum(axis=0)
    found: list[float] = (1.0 / (1.0 + np.exp(-margin))).tolist()
    return found


@cache
def load() -> Forest:
    """The weights of the package. Read once; they decide nothing between documents."""
    return parse((files("clean.extract") / WEIGHTS).read_bytes())


def parse(data: bytes) -> Forest:
    """Weights as `quality/train_blocks.py` writes them.

    Raises:
        ValueError: trained on other features than `NAMES`.
    """
    import numpy as np

    found = orjson.loads(data)
    if tuple(found["features"]) != NAMES:
        raise ValueError("the weights were trained on other features: run quality/train_blocks.py")
    trees = found["trees"]
    feature, threshold, value = [], [], []
    for tree in trees:
        asked = [node for node in range(len(tree["left"])) if tree["left"][node] != node]
        bits = {node: 128 >> number for number, node in enumerate(asked)}
        padding = [0] * (QUESTIONS - len(asked))
        feature += [*(tree["feature"][node] for node in asked), *padding]
        threshold += [*(tree["threshold"][node] for node in asked), *padding]
        value.append([tree["value"][_leaf(tree, bits, code)] for code in range(256)])
    return Forest(np.array(feature, np.intp), np.array(threshold, np.float64), np.array(value, np.float64))


def _leaf(tree: dict[str, list[int]], bits: dict[int, int], code: int) -> int:
    node = 0
    while node in bits:
        node = tree["left" if code & bits[node] else "right"][node]
    return node
