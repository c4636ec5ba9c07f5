"""What the review page shows of a run, gathered document by document; parts of a run can be gathered apart.

The documents go into scripts of some hundred kilobytes, each named after the number of its first document.
Where a script ends depends on what is in it and on round numbers alone, and what is kept of all documents
does not depend on their order: so a run gathered by several processes gives the same page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import orjson

from clean.model import Document, Patch
from clean.review.record import Row, Run, kind, ledger_path, rows
from clean.review.risk import Item, excerpt, items

SHARD_BYTES = 400_000
"""Bytes of a script of documents, about."""

ROUND = 1_000
"""A script ends before each number of a document that is a multiple of this."""

QUEUE_LIMIT = 3_000
SAMPLES = 8
BINS = 20

Json: TypeAlias = Any

Store = Callable[[int, list[Json]], object]
"""Given the number of a script and its documents."""


class Stretch(NamedTuple):
    """Some rows of a ledger."""

    start: int
    """Offset of the first one."""
    before: int
    """How many rows stand before it."""
    length: int | None
    """How many they are; None for all that follow."""


WHOLE = Stretch(0, 0, None)
"""All rows of a ledger."""

SHORT = 3
"""Thousands of rows from which another process pays."""


def stretches(out: Path, most: int) -> list[Stretch]:
    """The rows of a ledger in stretches, about equal, that begin at round numbers; none is short.

    Args:
        out: the output folder.
        most: no more than so many.

    Raises:
        OutputError: there is no ledger.
    """
    rows(out)
    offsets = [0]
    with ledger_path(out).open("rb") as ledger:
        while size := sum(map(len, islice(ledger, ROUND))):
            offsets.append(offsets[-1] + size)
    step = max(SHORT, -(-len(offsets) // most))
    starts = offsets[:-1:step] or offsets
    return [Stretch(start, at * step * ROUND, step * ROUND) for at, start in enumerate(starts)]


class Content:
    """What the lists and charts of the page show."""

    def __init__(self) -> None:
        self.documents = 0
        self.listed = bytearray()
        """A row for each document, encoded: a fourth of the memory."""
        self.rules: dict[str, dict[str, Json]] = {}
        self.queue: list[tuple[int, int, Item]] = []
        self.queued = 0
        self.removed: dict[str, dict[str, int]] = {}
        self.histogram = [0] * BINS
        self.versions: dict[str, str] = {}
        self.named = bytearray()
        """Ids and digests of the documents: by their digest a page knows its run again."""

    def read(self, out: Path, stretch: Stretch, store: Store) -> None:
        """Gather the documents of a stretch of the ledger.

        Raises:
            OutputError: a text is missing or is no longer what the ledger describes.
        """
        run = Run(out)
        shard: list[Json] = []
        size = number = 0
        for place, row in enumerate(rows(out, **stretch._asdict()), stretch.before):
            if shard and (size > SHARD_BYTES or place % ROUND == 0):
                store(number, shard)
                shard, size = [], 0
            if row["status"] == "failed" and "text" not in row:
                self._list([row["id"], "failed", 0, 0, 0, 0, 0, -1, 0, 0, ""])
                continue
            number = number if shard else place
            whole = self._document(run, row, place, number, len(shard))
            shard.append(whole)
            size += 300 + 2 * len(whole["raw"])
        if shard:
            store(number, shard)

    def add(self, later: Content) -> None:
        """Add what was gathered of documents behind these."""
        self.listed += (b"," if self.documents and later.documents else b"") + later.listed
        self.documents += later.documents
        for rule, entry in later.rules.items():
            mine = self.rules.setdefault(rule, _empty(rule, entry["stage"], entry["class"]))
            for count in ("edits", "removed", "written", "notes", "drops", "docs"):
                mine[count] += entry[count]
            for label, sample in entry["samples"].items():
                _keep(mine["samples"], label, sample)
        self._queue(later.queue)
        self.queued += later.queued
        for stage, classes in later.removed.items():
            known = self.removed.setdefault(stage, {})
            for name, removed in classes.items():
                known[name] = known.get(name, 0) + removed
        self.histogram = [ours + theirs for ours, theirs in zip(self.histogram, later.histogram, strict=True)]
        self.versions |= later.versions
        self.named += later.named

    def sorted_queue(self) -> list[tuple[int, int, Item]]:
        """What is most worth a look: less its risk, the number of the document, the item."""
        return nsmallest(QUEUE_LIMIT, self.queue, key=_riskiest)

    def sorted_rules(self, reasons: Mapping[str, str]) -> list[dict[str, Json]]:
        """The rules, those that changed most first, each with its samples."""
        rules = sorted(
            self.rules.values(), key=lambda e: (-e["removed"] - e["written"], -e["edits"], e["rule"])
        )
        return [
            {
                **{key: value for key, value in entry.items() if key not in ("last", "reach")},
                "samples": [[*at, *label] for label, (_, at) in _in_order(entry["samples"])],
                **({"why": why} if (why := reasons.get(entry["rule"])) else {}),
            }
            for entry in rules
        ]

    def _list(self, row: list[Json]) -> None:
        self.listed += (b"," if self.documents else b"") + orjson.dumps(row)
        self.documents += 1

    def _queue(self, found: Iterable[tuple[int, int, Item]]) -> None:
        self.queue += found
        if len(self.queue) > 8 * QUEUE_LIMIT:
            self.queue = self.sorted_queue()

    def _document(self, run: Run, row: Row, place: int, shard: int, at: int) -> Json:
        document, texts = run.versions(row)
        raw = texts[0]
        counts = self._count(document, place)
        error = row.get("error") or {}
        found = list(items(document, texts, held_back=str(error.get("message", ""))))
        self.queued += len(found)
        self._queue((-item.risk, place, item) for item in found)
        notes = sum(item.what in ("flag", "suggestion") for item in found)
        most = max((item.risk for item in found), default=0)
        title = row["meta"].get("title") if row.get("meta") else None
        shown = title if isinstance(title, str) else ""
        self._list([document.id, row["status"], len(raw), *counts, notes, shard, at, most, shown])
        share = max(0, len(raw) - len(document.text)) / len(raw) if raw else 0.0
        self.histogram[BINS - 1 if row["status"] == "dropped" else min(BINS - 1, int(share * BINS))] += 1
        self.named += document.id.encode("utf-8", "surrogatepass") + str(row.get("sha256", "")).encode()
        return page_document(document, raw, str(row["source"]), str(row["status"]))

    def _count(self, document: Document, place: int) -> tuple[int, int, int]:
        """Characters removed, characters written, edits; adds to the tables."""
        removed = written = number = 0
        for at, patch in enumerate(document.trail):
            self.versions[patch.stage] = patch.version
            by_class = self.removed.setdefault(patch.stage, {})
            for index, edit in enumerate(patch.edits):
                found = kind(patch.stage, edit)
                number += 1
                removed += len(edit.old)
                written += len(edit.new)
                by_class[found] = by_class.get(found, 0) + len(edit.old)
                entry = self._rule(edit.rule, patch.stage, found, place)
                entry["edits"] += 1
                entry["removed"] += len(edit.old)
                entry["written"] += len(edit.new)
                _sample(entry, document.id, [place, at, index], edit.old, edit.new)
            for index, note in enumerate(patch.notes):
                entry = self._rule(note.rule, patch.stage, note.key, place)
                entry["notes"] += 1
                said = note.value.get("why") if isinstance(note.value, dict) else note.value
                _sample(entry, document.id, [place, at, -1 - index], str(said or note.key), "")
            if patch.drop is not None:
                entry = self._rule(patch.drop.rule, patch.stage, patch.stage, place)
                entry["drops"] += 1
                by_class["document"] = by_class.get("document", 0) + len(document.text)
                _sample(entry, document.id, [place, at, -1], document.text, "")
        return removed, written, number

    def _rule(self, rule: str, stage: str, found: str, place: int) -> dict[str, Json]:
        entry = self.rules.get(rule)
        if entry is None:
            entry = self.rules[rule] = _empty(rule, stage, found)
        if entry["last"] != place:
            entry["last"] = place
            entry["docs"] += 1
        return entry


def _empty(rule: str, stage: str, found: str) -> dict[str, Json]:
    return {
        "rule": rule, "stage": stage, "class": found, "edits": 0, "removed": 0, "written": 0,
        "notes": 0, "drops": 0, "docs": 0, "last": -1, "samples": {}, "reach": "g",
    }  # fmt: skip


Label: TypeAlias = tuple[str, str]
"""What a sample shows: the old text and the new one."""

Drawn: TypeAlias = tuple[str, list[int]]
"""The digest of the place of a sample, and the place."""


def _sample(entry: dict[str, Json], name: str, at: list[int], old: str, new: str) -> None:
    """Keep a few samples, drawn by a digest of their place: spread over the run, the same each time."""
    drawn = hashlib.md5(f"{name} {at[1]} {at[2]}".encode("utf-8", "surrogatepass"), usedforsecurity=False)
    key, samples = drawn.hexdigest()[:12], entry["samples"]
    if key < entry["reach"]:
        _keep(samples, (excerpt(old, 240), excerpt(new, 240)), (key, at))
        if len(samples) == SAMPLES:
            entry["reach"] = max(known for known, _ in samples.values())


def _keep(samples: dict[Label, Drawn], label: Label, drawn: Drawn) -> None:
    """Add a sample, and leave those of the smallest digests; the same label over and over tells nothing."""
    if label not in samples or drawn < samples[label]:
        samples[label] = drawn
    if len(samples) > SAMPLES:
        del samples[_in_order(samples)[-1][0]]


def _in_order(samples: dict[Label, Drawn]) -> list[tuple[Label, Drawn]]:
    return sorted(samples.items(), key=lambda one: one[1])


def page_document(document: Document, raw: str, source: str, status: str) -> Json:
    """A document as the page takes it: the raw text and the trail; the page makes the other texts of them."""
    return {
        "id": document.id,
        "source": source,
        "status": status,
        "meta": dict(document.meta),
        "raw": raw,
        "trail": [_compact(patch) for patch in document.trail],
    }


def _compact(patch: Patch) -> Json:
    """A patch without the old texts: the page has the text they stand in."""
    return {
        "stage": patch.stage,
        "edits": [[edit.start, len(edit.old), edit.new, edit.rule, edit.because] for edit in patch.edits],
        "notes": [[note.start, note.end, note.key, note.value, note.rule] for note in patch.notes],
        "drop": patch.drop and [patch.drop.rule, patch.drop.because],
    }


def _riskiest(entry: tuple[int, int, Item]) -> tuple[int, int, int, int]:
    risk, place, item = entry
    return risk, place, item.patch, item.number
