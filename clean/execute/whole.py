"""The documents of a whole run, as its parts hold them: asked for facts first, for their bytes when written.

Most documents are never decoded again. Those that a stage which knows the whole run concerns, and those
whose id was taken, are *revised*: each part that has some gets another beside it, with what they are then.

A document has its number in the run. In memory is one byte of each; while ids are compared, some 40.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clean.execute.facts import Asked, Facts
from clean.execute.part import Block, Entry, Item, ending, read_blocks
from clean.execute.previous import taken
from clean.execute.revise import Revision, revise_all
from clean.model import Stage

if TYPE_CHECKING:
    from clean.boilerplate.marks import Marks
    from clean.dedup.sketch import Sketches, Unit
    from clean.model import Document
    from clean.stages.corpus import Concerned, Flags, Said

Revising = Callable[[Sequence[Revision], Stage | None], None]
"""Makes revisions."""


class Whole:
    """All that a run has cleaned.

    Args:
        parts: their files, in order.
        asked: what was asked of each document.
        revising: makes revisions elsewhere than in this process.
    """

    def __init__(self, parts: Sequence[Path], asked: Asked, revising: Revising = revise_all) -> None:
        import numpy as np

        self._parts = parts
        self._asked = asked
        self._revising = revising
        self._renamed = self._taken_ids()
        self._revised = np.zeros(sum(block.size for _, block in self._blocks()), np.bool_)
        """By number, whether a document stands in the part of a revision."""

    @property
    def redone(self) -> int:
        """How many documents some stage has read: the others were known from a former run."""
        return sum((ending(path) or {}).get("redone", 0) for path in self._parts)

    def lines(self) -> Iterator[tuple[Sequence[int], Marks]]:
        """The numbers of the documents that did not fail, and their lines, some documents at a time."""
        for first, block in self._blocks():
            facts = Facts(block.facts())
            yield [first + place for place in facts.places], facts.lines()

    def names(self) -> Iterator[tuple[int, str, Said]]:
        """The number and the id of each document, and what it says of its names."""
        for first, block in self._blocks():
            facts, items = Facts(block.facts()), block.items()
            for place, said in zip(facts.places, facts.names(), strict=True):
                yield first + place, self._renamed.get(first + place, str(items[place]["id"])), said

    def texts(self, numbers: Flags) -> Iterator[str]:
        """The texts of some documents, before any is revised."""
        for _, entry in self._chosen(numbers):
            yield entry.text()

    def documents(self, numbers: Flags | None = None) -> Iterator[Document]:
        """Some documents, or all that did not fail, before any is revised."""
        for number, entry in self._chosen(numbers):
            if entry.status != "failed":
                document = entry.document()
                yield replace(document, id=self._renamed.get(number, document.id))

    def revise(self, concerned: Concerned | None) -> None:
        """Let a stage look at the documents that it concerns, and give ids that no two share."""
        stage = None if concerned is None else concerned.stage
        if concerned is not None:
            self._revised[: len(concerned.documents)] |= concerned.documents
        self._revised[list(self._renamed)] = True
        self._revising(list(self._revisions()), stage)

    @property
    def folder(self) -> Path:
        """Where the parts are."""
        return self._parts[0].parent

    @property
    def sketched(self) -> int:
        """Bytes of all sketches, before any document is revised."""
        return sum(Facts(block.facts()).sketched for _, block in self._blocks())

    def sketches(self) -> Iterator[tuple[Unit, Sketches]]:
        """By what duplicates are found."""
        for first, block in self._blocks():
            facts = Facts(block.facts())
            yield from facts.sketches([not self._revised[first + place] for place in facts.places])
        for one in self._revisions():
            for block in read_blocks(one.target):
                facts = Facts(block.facts())
                yield from facts.sketches([True] * len(facts.places))

    def items(self) -> Iterator[Item]:
        """Every document and problem of the run, in order."""
        targets = {one.part: one.target for one in self._revisions()}
        number = 0
        for part in self._parts:
            blocks = read_blocks(targets[part]) if part in targets else iter(())
            revised = (item for block in blocks for item in block.all())
            for block in read_blocks(part):
                for item in block.all():
                    yield next(revised) if self._revised[number] else item
                    number += 1

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
                number += block.size

    def _chosen(self, numbers: Flags | None) -> Iterator[tuple[int, Entry]]:
        """The documents with these numbers, or all of them."""
        for first, block in self._blocks():
            if numbers is None or numbers[first : first + block.size].any():
                for number, item in enumerate(block.all(), first):
                    wanted = numbers is None or (number < len(numbers) and numbers[number])
                    if wanted and isinstance(item, Entry):
                        yield number, item

    def _revisions(self) -> Iterator[Revision]:
        """For each part with revised documents, which they are."""
        first = 0
        for path in self._parts:
            last = first + sum(block.size for block in read_blocks(path))
            places = self._revised[first:last].nonzero()[0].tolist()
            if places:
                renamed = {
                    place: self._renamed[first + place] for place in places if first + place in self._renamed
                }
                yield Revision(path, places, renamed, self._asked.duplicates)
            first = last

    def _taken_ids(self) -> Mapping[int, str]:
        """Documents whose id another one had before, by number: they are named by their place too."""
        import numpy as np

        digests, numbers = array("Q"), array("Q")
        for first, block in self._blocks():
            for number, head in enumerate(block.items(), first):
                if "problem" not in head:
                    name = str(head["id"]).encode("utf-8", "backslashreplace")
                    digests.append(int.from_bytes(hashlib.blake2b(name, digest_size=8).digest()))
                    numbers.append(number)
        named = np.frombuffer(digests, np.uint64)
        order = np.argsort(named, kind="stable")
        again = order[1:][named[order[1:]] == named[order[:-1]]]
        later = frozenset(np.frombuffer(numbers, np.uint64)[again].tolist())
        return dict(self._own_ids(later)) if later else {}

    def _own_ids(self, numbers: frozenset[int]) -> Iterator[tuple[int, str]]:
        for first, block in self._blocks():
            for number, head in enumerate(block.items(), first):
                if number in numbers:
                    yield number, head["id"] + taken(head["source"], head["record"] or 0)
