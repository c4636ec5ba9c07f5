"""The learned line scorer: gradient-boosted trees read from a data file, applied with numpy alone.

It looks at a page twice; the second look also sees what the first made of the lines around. Its word counts
for a line on its own only where the page looks scraped raw (`looks_raw`): on text that is mostly article
every public line filter loses more article than it finds furniture.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clean.boilerplate import features
from clean.boilerplate.head import letters
from clean.boilerplate.view import View

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

WEIGHTS = Path(__file__).parent / "weights.json.gz"
FORMAT = "line-trees/1"

SURE = 0.8
"""A line goes at this probability of being furniture, on a page that looks scraped raw. On sites that it had
not seen .5 gave F1 .898 and lost 4.7 % of the article, .8 gave .889 and lost 1.6 %."""

RAW_LINES = 25
"""A page of fewer lines is never taken for a raw one."""

RAW_MENU = 8
"""So many different lines of menus, feet and boxes stand on a raw page. Of whole pages one in ten has fewer;
of 764 articles cut out by hand, 80 scraped ones and five with their furniture none has more than four."""

MENU = frozenset({"nav", "legal", "promo"})
"""Classes of such lines. A live blog repeats its buttons without being a raw page: others do not count."""

RAW_SHARE = 0.35
"""And so large a share of the lines that no rule takes is furniture in the eyes of the scorer."""

MOST_LINES = 20_000
"""Larger pages are not scored: the work is linear, but such files are no pages."""


class Trees:
    """One look: all trees as arrays, so that a page is scored in as many steps as a tree is deep."""

    def __init__(self, look: Mapping[str, Any]) -> None:
        import numpy as np

        trees = look["trees"]
        width = max(len(tree["feature"]) for tree in trees)

        def table(name: str, kind: type) -> Any:
            return np.array([tree[name] + [0] * (width - len(tree[name])) for tree in trees], dtype=kind)

        self._base = float(look["base"])
        self._feature = table("feature", np.int64)
        self._threshold = table("threshold", np.float64)
        self._left = table("left", np.int64)
        self._right = table("right", np.int64)
        self._value = table("value", np.float64)

    def probability(self, rows: Array) -> Array:
        """For each row the probability that the line is furniture."""
        import numpy as np

        score = np.full(len(rows), self._base)
        at_row = np.arange(len(rows))
        for feature, threshold, left, right, value in zip(
            self._feature, self._threshold, self._left, self._right, self._value, strict=True
        ):
            node = np.zeros(len(rows), dtype=np.int64)
            while True:
                below = rows[at_row, feature[node]] <= threshold[node]
                after = np.where(below, left[node], right[node])
                if np.array_equal(after, node):
                    break
                node = after
            score += value[node]
        probability: Array = 1.0 / (1.0 + np.exp(-score))
        return probability


@cache
def load(path: Path = WEIGHTS) -> tuple[Trees, Trees] | None:
    """The two looks; None where there is no weights file."""
    if not path.exists():
        return None
    data = json.loads(gzip.decompress(path.read_bytes()))
    if data["format"] != FORMAT or data["features"] != features.names():
        raise ValueError(f"{path.name} was trained for other features; run quality/train_lines.py")
    first, second = data["looks"]
    return Trees(first), Trees(second)


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Write a weights file; the same data gives the same bytes."""
    path.write_bytes(gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0))


def digest(path: Path = WEIGHTS) -> str:
    """First 8 hex digits over the weights, for the version of the stage."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.exists() else ""


def furniture(view: View, kinds: Mapping[int, str], title: int | None) -> Array | None:
    """For each line of the page the probability that it is furniture; None for pages that are not scored.

    Args:
        view: the whole page, nothing deleted.
        kinds: class of the rule that takes a line, by position.
        title: position of the title, if known.
    """
    if not RAW_LINES <= len(view.text) <= MOST_LINES or menu_lines(view, kinds) < RAW_MENU:
        return None
    looks = load()
    if looks is None:
        return None
    base = features.matrix(view, kinds, title)
    return looks[1].probability(features.second(base, looks[0].probability(base)))


def menu_lines(view: View, kinds: Mapping[int, str]) -> int:
    """How many different lines of menus, feet and boxes the rules know on the page."""
    return len({letters(view.text[position]) for position, kind in kinds.items() if kind in MENU})


def looks_raw(probability: Array) -> bool:
    """Whether a page that has a menu also is mostly furniture in the eyes of the scorer."""
    return bool(len(probability)) and float((probability >= SURE).mean()) >= RAW_SHARE
