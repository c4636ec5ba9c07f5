"""A second look at documents, now that all others are known: lines of a site, names, quotations.

What comes of the documents of a part goes into a part of its own, in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from clean.execute.batch import Outcome, Watch, in_blocks, unwatched
from clean.execute.facts import Asked
from clean.execute.part import Entry, read_blocks
from clean.execute.work import Condemned, write_blocks
from clean.model import Stage
from clean.pipeline import run_stage
from clean.read.source import Problem
from clean.write.files import Folder

SUFFIX = ".revised"


class Revision(NamedTuple):
    """Documents of a part to look at again."""

    part: Path
    places: Sequence[int]
    """Where they stand in the part, ascending."""
    renamed: Mapping[int, str]
    """Ids of their own, by place, for those whose id another document has."""
    duplicates: bool
    """Whether they are to be compared with others afterwards."""

    @property
    def target(self) -> Path:
        """The part that they make."""
        return self.part.with_suffix(SUFFIX)


def revise(
    revision: Revision, stage: Stage | None, condemned: Condemned | None = None, watch: Watch = unwatched
) -> None:
    """Let a stage look at documents of a part, and write what they are then.

    Args:
        revision: which.
        stage: looks at them; None where they only get other ids.
        condemned: documents to leave alone, by their number in the revision.
        watch: told the number of each document before the stage reads it.

    Raises:
        OutputError: the disk refuses.
    """
    outcomes = _outcomes(revision, stage, condemned or {}, watch)
    with Folder(revision.part.parent).writing(revision.target.name) as file:
        write_blocks(file, in_blocks(outcomes), Asked(duplicates=revision.duplicates))


def revise_all(revisions: Sequence[Revision], stage: Stage | None) -> None:
    """Make revisions one after the other."""
    for one in revisions:
        revise(one, stage)


def _outcomes(
    revision: Revision, stage: Stage | None, condemned: Condemned, watch: Watch
) -> Iterator[Outcome | Problem]:
    for number, (place, entry) in enumerate(chosen(revision.part, revision.places)):
        watch(number)
        if number in condemned:
            yield condemned[number]._replace(source=entry.source, record=entry.record)
            continue
        document = entry.document()
        if place in revision.renamed:
            document = replace(document, id=revision.renamed[place])
        failed = entry.status == "failed"
        yield Outcome(document if failed or stage is None else run_stage(document, stage), entry.error())


def chosen(part: Path, places: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    """The documents at some places of a part, which are ascending."""
    wanted = iter(places)
    place, first = next(wanted, None), 0
    for block in read_blocks(part):
        if place is not None and place < first + block.size:
            for at, item in enumerate(block.all(), first):
                if at == place and isinstance(item, Entry):
                    yield at, item
                if at == place:
                    place = next(wanted, None)
        first += block.size
