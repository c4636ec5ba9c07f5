"""The documents of a whole run, as its parts hold them: asked for facts first, for their bytes when written.

Most documents are never decoded again. Those that a stage which knows the whole run has changed, and those
whose id was taken, are *revised*: they stand in one more part, in the order of the run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clean.execute.batch import Outcome, in_blocks
from clean.execute.facts import Asked, sketches_in, told_in
from clean.execute.part import Block, Entry, Item, ending, read_blocks
from clean.execute.previous import taken
from clean.execute.work import write_blocks
from clean.pipeline import run_stage
from clean.write.files import Folder

if TYPE_CHECKING:
    from clean.codec import Row
    from clean.dedup.sketch import Sketches, Unit
    from clean.model import Document
    from clean.stages.corpus import Concerned, Told

REVISED = "revised.part"


class Whole:
    """All that a run has cleaned.

    Args:
        parts: their files, in order.
        folder: where the revised documents are put.
        asked: what was asked of each document.
    """

    def __init__(self, parts: Sequence[Path], folder: Path, asked: Asked) -> None:
        self._parts = parts
        self._folder = folder
        self._asked = asked
        self._revised: set[int] = set()
        self._renamed = dict(_renamed(block.items for _, block in self._blocks()))

    @property
    def redone(self) -> int:
        """How many documents some stage has read: the others were known from a former run."""
        return sum((ending(path) or {}).get("redone", 0) for path in self._parts)

    def told(self) -> Iterator[tuple[str, Told]]:
        """The id of each document, and what it tells the others."""
        for first, block in self._blocks():
            yield from zip(self._sound(first, block).values(), told_in(block.facts()), strict=True)

    def documents(self, only: Container[str] | None = None) -> Iterator[Document]:
        """The documents with these ids, or all of them, before any is revised."""
        for first, block in self._blocks():
            sound = self._sound(first, block)
            wanted = {number for number, name in sound.items() if only is None or name in only}
            for number, entry in _chosen(first, block, wanted):
                yield replace(entry.document(), id=sound[number])

    def revise(self, concerned: Concerned | None) -> None:
        """Let a stage look at the documents that it may change, and give ids that no two share."""
        if concerned is not None or self._renamed:
            with Folder(self._folder).writing(REVISED) as file:
                write_blocks(file, in_blocks(self._changed(concerned)), self._asked)

    def sketches(self) -> Iterator[tuple[Unit, Sketches]]:
        """By what duplicates are found."""
        for first, block in self._blocks():
            sound = self._sound(first, block)
            gone = {place for place, number in enumerate(sound) if number in self._revised}
            yield from sketches_in(block.facts(), gone)
        for block in self._revised_blocks():
            yield from sketches_in(block.facts(), ())

    def items(self) -> Iterator[Item]:
        """Every document and problem of the run, in order."""
        revised = (item for block in self._revised_blocks() for item in block.all())
        for first, block in self._blocks():
            for number, item in enumerate(block.all(), first):
                yield next(revised) if number in self._revised else item

    def cleaned(self) -> Iterator[Document]:
        """The documents that did not fail, as they were revised."""
        return (
            item.document() for item in self.items() if isinstance(item, Entry) and item.status != "failed"
        )

    def _blocks(self) -> Iterator[tuple[int, Block]]:
        """The blocks, each with the number of its first document."""
        number = 0
        for path in self._parts:
            for block in read_blocks(path):
                yield number, block
                number += len(block.items)

    def _revised_blocks(self) -> Iterator[Block]:
        return read_blocks(self._folder / REVISED) if self._revised else iter(())

    def _sound(self, first: int, block: Block) -> dict[int, str]:
        """The ids of the documents that did not fail, by their number in the run."""
        return {
            number: self._renamed.get(number, str(head["id"]))
            for number, head in enumerate(block.items, first)
            if "problem" not in head and head["status"] != "failed"
        }

    def _changed(self, concerned: Concerned | None) -> Iterator[Outcome]:
        asked = frozenset[str]() if concerned is None else concerned.documents
        for first, block in self._blocks():
            sound = self._sound(first, block)
            wanted = {number for number, name in sound.items() if name in asked}
            wanted |= self._renamed.keys() & range(first, first + len(block.items))
            for number, entry in _chosen(first, block, wanted):
                before = entry.document()
                if number in self._renamed:
                    before = replace(before, id=self._renamed[number])
                after = run_stage(before, concerned.stage) if concerned and before.id in asked else before
                if after is not before or number in self._renamed:
                    self._revised.add(number)
                    yield Outcome(after, entry.error())


def _chosen(first: int, block: Block, numbers: Container[int]) -> Iterator[tuple[int, Entry]]:
    """The documents with these numbers."""
    for number, item in enumerate(block.all() if numbers else (), first):
        if number in numbers and isinstance(item, Entry):
            yield number, item


def _renamed(blocks: Iterable[Sequence[Row]]) -> Iterator[tuple[int, str]]:
    """Documents whose id another one had before, by number: they are named by their place too."""
    seen: set[bytes] = set()
    for number, head in enumerate(head for heads in blocks for head in heads):
        if "problem" not in head:
            digest = hashlib.blake2b(
                str(head["id"]).encode("utf-8", "backslashreplace"), digest_size=8
            ).digest()
            if digest in seen:
                yield number, head["id"] + taken(head["source"], head["record"] or 0)
            seen.add(digest)
