"""From verified pairs to clusters: connected components, split so that every member is like its survivor.

A chain A~B~C of pairs says nothing of A and C; tools that stop at components have deleted 859,090 of
859,092 documents. So each component is split by its anchor: the best text of it, and every member that
verifies against that one, are a cluster; of the rest, what is still connected is a component again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Places
    from clean.dedup.verify import Sets


SMALL = 8
LENIENCE = 0.5
"""Up to 8 connected texts stay together if each has half the threshold in common with the anchor."""


class Members(NamedTuple):
    """Texts and the anchor of each, with their similarity."""

    anchor: Places
    member: Places
    similarity: npt.NDArray[np.float64]


def components(count: int, left: Places, right: Places) -> Places:
    """For each of `count` texts the least text that pairs connect it with."""
    import numpy as np

    labels = np.arange(count)
    while len(left):
        a, b = labels[left], labels[right]
        apart = a != b
        left, right, a, b = left[apart], right[apart], a[apart], b[apart]
        np.minimum.at(labels, np.maximum(a, b), np.minimum(a, b))
        while True:
            further = labels[labels]
            if (further == labels).all():
                break
            labels = further
    return labels


def split(
    sets: Sets, left: Places, right: Places, rank: Places, threshold: float, *, fast: bool = False
) -> Members:
    """The clusters that verified pairs form; anchors are not listed as members of themselves.

    A component of up to 8 texts stays whole if every member has half the threshold in common with its
    anchor: copies edited in different places are each like the original and less so like one another.

    Args:
        sets: the shingles of all texts.
        left: one text of each verified pair.
        right: the other.
        rank: by text, its place in the order of survivors.
        threshold: the similarity that a member must have with its anchor.
        fast: with the compiled kernel.
    """
    import numpy as np

    from clean.dedup import verify
    from clean.dedup.pairs import distinct

    found: list[tuple[Places, Places, npt.NDArray[np.float64]]] = []
    lenient = True
    while len(left):
        # Texts of the pairs that are left, numbered densely: rounds after the first are small.
        texts = distinct(np.concatenate((left, right)))
        near, far = np.searchsorted(texts, left), np.searchsorted(texts, right)
        labels = components(len(texts), near, far)
        order = np.lexsort((rank[texts], labels))
        firsts = np.ones(len(texts), bool)
        firsts[1:] = labels[order[1:]] != labels[order[:-1]]
        sizes = np.diff(np.flatnonzero(np.append(firsts, True)))
        heads, sizes = np.repeat(order[firsts], sizes)[~firsts], np.repeat(sizes, sizes)[~firsts]
        others = order[~firsts]
        shared = verify.common(sets, texts[heads], texts[others], fast=fast)
        likeness = verify.near(sets, texts[heads], texts[others], shared, threshold)
        alike = likeness > 0
        if lenient:
            plain = verify.similarity(sets, texts[heads], texts[others], shared)
            failing = np.zeros(len(texts), bool)
            failing[labels[others[plain < threshold * LENIENCE]]] = True
            whole = (sizes <= SMALL) & ~failing[labels[others]]
            alike, likeness = alike | whole, np.where(whole, plain, likeness)
            lenient = False
        found.append((texts[heads[alike]], texts[others[alike]], likeness[alike]))
        settled = np.zeros(len(texts), bool)
        settled[others[alike]] = True
        settled[order[firsts]] = True
        open_ = ~(settled[near] | settled[far])
        left, right = left[open_], right[open_]
    if not found:
        return Members(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    return Members(*(np.concatenate(column) for column in zip(*found, strict=True)))
