"""How likely a block belongs to the article: boosted trees over `features`, evaluated with numpy.

The weights are a data file that `quality/train_blocks.py` writes; no training library is needed here. Each
tree has seven leaves, all trees are walked at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from clean.extract.features import NAMES

WEIGHTS = "weights.json"


class Forest(NamedTuple):
    """Trees as arrays, a row a tree; a node that is its own child is a leaf."""

    feature: Any
    threshold: Any
    left: Any
    right: Any
    value: Any
    depth: int


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
    table = np.asarray(rows, dtype=np.float64)
    blocks = np.arange(len(rows))[:, None]
    trees = np.arange(forest.feature.shape[0])[None, :]
    node = np.zeros((len(rows), forest.feature.shape[0]), dtype=np.intp)
    for _ in range(forest.depth):
        goes_left = table[blocks, forest.feature[trees, node]] <= forest.threshold[trees, node]
        node = np.where(goes_left, forest.left[trees, node], forest.right[trees, node])
    margin = forest.value[trees, node].sum(axis=1)
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

    def column(name: str, kind: Any) -> Any:
        return np.array([tree[name] for tree in trees], dtype=kind)

    return Forest(
        column("feature", np.intp),
        column("threshold", np.float64),
        column("left", np.intp),
        column("right", np.intp),
        column("value", np.float64),
        int(found["depth"]),
    )
