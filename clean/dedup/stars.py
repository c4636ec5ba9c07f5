"""Connected components of pairs that are a Spark frame: large stars and small stars in turn.

Each round hangs every text on the least of its neighbours: first those greater than it (large star), then
those less (small star). What is connected stays connected, and after some log² rounds every component is a
star around its least text (Kiveris et al., Connected Components in MapReduce and Beyond, 2014). A round
moves the pairs twice through a shuffle, and no machine ever holds more than a part of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clean.dedup import cluster

FEW = 1 << 18
"""Pairs up to which the driver joins them by itself: some 60 MB, and a second instead of a dozen jobs."""

LABELS = "content string, label string"


def labels(pairs: Any, few: int = FEW) -> Any:
    """A row for each text of the pairs: content, label. The label is the least text of its component.

    Args:
        pairs: a cached frame with the columns lesser and greater.
        few: pairs up to which the driver does it.
    """
    if pairs.count() > few:
        return _spread(pairs)
    rows = pairs.collect()
    names = np.array(sorted({end for row in rows for end in row}), object)
    ends = np.searchsorted(names, np.array([tuple(row) for row in rows], object).reshape(-1, 2))
    least = names[cluster.components(len(names), ends[:, 0], ends[:, 1])]
    return pairs.sparkSession.createDataFrame(list(zip(names.tolist(), least.tolist(), strict=True)), LABELS)


def _spread(pairs: Any) -> Any:
    edges = pairs.selectExpr("greater AS content", "lesser AS label")
    before = None
    while True:
        edges = _kept(_small(_large(edges)))
        now = edges.selectExpr("count(*)", "sum(cast(xxhash64(content, label) AS decimal(20)))").first()
        if now == before:
            break
        before = now
    heads = edges.selectExpr("label AS content", "label").distinct()
    return edges.unionByName(heads)


def _large(edges: Any) -> Any:
    """Each greater neighbour of a text goes to the least text that this one knows."""
    both = edges.unionByName(edges.selectExpr("label AS content", "content AS label"))
    heads = both.groupBy("content").agg({"label": "min"}).toDF("content", "head")
    found = both.join(heads, "content").where("label > content")
    return found.selectExpr("label AS content", "least(content, head) AS label").distinct()


def _small(edges: Any) -> Any:
    """Each lesser neighbour of a text, and the text itself, go to the least of them. All edges point down."""
    heads = edges.groupBy("content").agg({"label": "min"}).toDF("content", "head")
    others = edges.join(heads, "content").where("label > head").selectExpr("label AS content", "head")
    return others.unionByName(heads).toDF("content", "label").distinct()


def _kept(edges: Any) -> Any:
    """Written down, so that no round computes those before it again."""
    reliable = edges.sparkSession.sparkContext.getCheckpointDir() is not None
    return edges.checkpoint() if reliable else edges.localCheckpoint()
