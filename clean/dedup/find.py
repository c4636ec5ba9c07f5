"""Find duplicates among texts, in memory.

    >>> story = "The ministry said on Monday that grain exports through the port would resume soon."
    >>> rows = find([Text("b.txt", story), Text("a.txt", story.upper()), Text("c.txt", "Rates rose.")])
    >>> [(row.id, row.survivor, row.kept, row.relation) for row in rows]
    [('a.txt', True, 'a.txt', 'exact'), ('b.txt', False, 'a.txt', 'exact')]

Texts may be given in any order and sketched by any number of workers: the verdicts are the same.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from clean.dedup.corpus import SHORT, Corpus, Keep, Names
from clean.dedup.sketch import BATCH, COMPILED, Sketches, Text, Unit, has_kernel, sketch

if TYPE_CHECKING:
    from clean.dedup.cluster import Members
    from clean.dedup.contain import Contained

Relation: TypeAlias = Literal["exact", "near", "contained"]

LISTED = 8
"""Copies of a text that are named when it contains another or is contained."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose."""

    keep: Keep = "longest"
    document: float = 0.2
    """Weighted similarity from which two documents are near-duplicates. Two versions in which a quarter of
    all words differ have about as much."""
    entry: float = 0.32
    """The same for two entries, which are short: chance weighs more."""

    def threshold(self, unit: Unit) -> float:
        """The threshold of a unit."""
        return self.document if unit == "document" else self.entry


DEFAULT = Settings()


class Verdict(NamedTuple):
    """One member of a cluster, or one text that another contains: a row of `duplicates.jsonl`."""

    cluster: str | None
    """The least content hash of the cluster; None for contained text, which belongs to none."""
    id: str
    unit: Unit
    survivor: bool
    kept: str
    """The text that stays instead of this one, or that contains it. A survivor's own id."""
    similarity: float
    """With the kept text; for contained text, how much of it the other one has. 0 to 1."""
    relation: Relation


def find(texts: Iterable[Text], settings: Settings = DEFAULT) -> list[Verdict]:
    """Verdicts on texts that have a duplicate or stand in another text; documents first, then entries.

    Entries of a document that does not survive are left out: what they say is gone with it, and must not
    be the reason to delete it elsewhere.
    """
    return settle(collect(texts), settings)


def collect(texts: Iterable[Text]) -> dict[Unit, Corpus]:
    """The sketches of texts, by unit. The texts themselves are let go."""
    return gathered(_sketched(texts))


def gathered(sketches: Iterable[tuple[Unit, Sketches]]) -> dict[Unit, Corpus]:
    """Sketches, made in any order and by any number of workers, by unit."""
    corpora: dict[Unit, Corpus] = {"document": Corpus(), "entry": Corpus()}
    for unit, batch in sketches:
        corpora[unit].add(batch)
    return corpora


def _sketched(texts: Iterable[Text]) -> Iterator[tuple[Unit, Sketches]]:
    waiting: dict[Unit, list[Text]] = {"document": [], "entry": []}
    for done, text in enumerate(texts):
        batch = waiting[text.unit]
        batch.append(text)
        if len(batch) == BATCH:
            yield text.unit, sketch(batch, fast=done >= COMPILED and has_kernel())
            batch.clear()
    for unit, batch in waiting.items():
        if batch:
            yield unit, sketch(batch)


def settle(corpora: dict[Unit, Corpus], settings: Settings) -> list[Verdict]:
    """The verdicts on collected sketches, documents first."""
    documents = solve(corpora["document"], "document", settings)
    dropped = {row.id for row in documents if not row.survivor}
    return documents + solve(corpora["entry"], "entry", settings, dropped)


def solve(corpus: Corpus, unit: Unit, settings: Settings, without: Container[str] = ()) -> list[Verdict]:
    """The verdicts on the texts of one unit; the corpus is empty afterwards."""
    if not len(corpus):
        return []
    import numpy as np

    from clean.dedup import cluster, contain, pairs, verify

    fast = len(corpus) >= COMPILED and has_kernel()
    threshold = settings.threshold(unit)
    columns = corpus.columns(settings.keep, without)
    meetings = contain.meetings(columns.passages, columns.passage_owners)
    near_left, near_right = pairs.unpacked(pairs.candidates(band[columns.chosen] for band in columns.bands))
    near = pairs.packed(columns.banded[near_left], columns.banded[near_right])
    every = pairs.distinct(np.concatenate((near, meetings)))
    met = np.isin(every, meetings, assume_unique=True)
    left, right = pairs.unpacked(every)
    shared = verify.common(columns.sets, left, right, fast=fast)
    found = verify.near(columns.sets, left, right, shared, threshold)
    alike = (found > 0) & (np.minimum(columns.words[left], columns.words[right]) >= SHORT)
    members = cluster.split(columns.sets, left[alike], right[alike], columns.names.rank, threshold, fast=fast)
    quoted = contain.contained(left[met], right[met], shared[met], columns.sets, columns.words)
    names = columns.names
    # The rows of a million texts take as much memory as their shingles, which are no longer needed.
    del columns
    return list(rows_of(names, members, quoted, unit))


def rows_of(names: Names, members: Members, quoted: Contained, unit: Unit) -> Iterator[Verdict]:
    """Rows by cluster, the survivor first, the others in their order; then contained text."""
    anchors: dict[int, dict[int, float]] = {}
    for anchor, member, similarity in zip(*(column.tolist() for column in members), strict=True):
        anchors.setdefault(anchor, {anchor: 1.0})[member] = similarity
    grouped = {member: anchor for anchor, group in anchors.items() for member in group}
    for content in (names.copies > 1).nonzero()[0].tolist():
        if content not in grouped:
            anchors[content] = {content: 1.0}
    texts = _texts(
        names, grouped.keys() | anchors.keys() | set(quoted.inner.tolist()) | set(quoted.outer.tolist())
    )
    for least, anchor in sorted((min(group), anchor) for anchor, group in anchors.items()):
        name, kept = names.name(least), texts[anchor][0]
        for content, similarity in sorted(anchors[anchor].items(), key=lambda item: names.rank[item[0]]):
            relation: Relation = "exact" if content == anchor else "near"
            for place, text in enumerate(texts[content]):
                survivor = content == anchor and place == 0
                yield Verdict(name, text, unit, survivor, kept, round(similarity, 4), relation)
    for inner, outer, share in zip(*(column.tolist() for column in quoted), strict=True):
        if grouped.get(inner, inner) != grouped.get(outer, outer):
            for text in texts[inner][:LISTED]:
                for container in texts[outer][:LISTED]:
                    yield Verdict(None, text, unit, True, container, round(share, 4), "contained")


def _texts(names: Names, contents: set[int]) -> dict[int, list[str]]:
    """The ids of the texts of some contents, in the order of survivors."""
    import numpy as np

    wanted = np.zeros(len(names.copies) + 1, bool)
    wanted[list(contents)] = True
    found: dict[int, list[str]] = {content: [] for content in contents}
    for text in names.order[wanted[names.owner[names.order]]].tolist():
        found[int(names.owner[text])].append(names.ids[text])
    return found
