"""What a former run found that would be found again: its patches, read from its ledger.

A document is always read from its source. The first stages that are the same as then need not look at it:
their patches are made true again (`pipeline.patched`), and the others start from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from clean import codec
from clean.codec import Row
from clean.errors import CleanError
from clean.execute.batch import Known
from clean.execute.plan import Held
from clean.model import Document
from clean.read.source import Problem
from clean.write.files import STATE, digest_file
from clean.write.manifest import Manifest

LEDGER = f"{STATE}/ledger.jsonl"

WORKER = "clean"
"""Stage of problems that are the worker's: the document killed or stalled it."""


class Former(NamedTuple):
    """A former run."""

    ledger: str
    stages: tuple[str, ...]
    """Those that would find the same again: the first ones, up to the first that is not the same."""
    same: bool
    """All is the same but the inputs: what failed then would fail again."""


def held_by(out: Path, manifest: Manifest) -> dict[str, Held]:
    """The sources of a finished run, with the places of their rows; none where the ledger was changed."""
    try:
        if digest_file(out / LEDGER) != manifest.outputs[LEDGER].sha256:
            return {}
    except (OSError, KeyError):
        return {}
    found: dict[str, Held] = {}
    at = 0
    with (out / LEDGER).open("rb") as file:
        for line in file:
            source = str(codec.decode(line)["source"])
            start, rows = found.get(source, (at, 0))
            found[source] = Held(start, rows + 1)
            at += len(line)
    return found


def same_stages(before: Sequence[Sequence[str]], now: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names of the first stages that are the same in two runs.

    Args:
        before: name and version of each stage then.
        now: the same of this run.
    """
    names = []
    for then, this in zip(before, now, strict=False):
        if list(then) != list(this):
            break
        names.append(this[0])
    return tuple(names)


@contextmanager
def reading(former: Former | None) -> Iterator[BinaryIO | None]:
    """The ledger of the former run, if there was one."""
    if former is None:
        yield None
        return
    with Path(former.ledger).open("rb") as file:
        yield file


class Rows:
    """The rows of one source, asked for in the order of its records; none where it is new or changed."""

    def __init__(self, ledger: BinaryIO | None, held: Held | None) -> None:
        self._ledger = ledger
        self._left = 0
        self._row: Row | None = None
        if ledger is not None and held is not None:
            self._left = held.rows
            ledger.seek(held.at)

    def of(self, record: int | None) -> Row | None:
        """The row of a record, or of a file that is a document."""
        wanted = -1 if record is None else record
        while self._ledger is not None and self._left and _number(self._row) < wanted:
            self._row = codec.decode(self._ledger.readline())
            self._left -= 1
        return self._row if _number(self._row) == wanted else None


def _number(row: Row | None) -> int:
    return -2 if row is None else int(row.get("record", -1))


def condemned(row: Row | None, former: Former | None) -> Problem | None:
    """The problem of a document that killed or stalled a worker then: it is not tried again."""
    if row is None or former is None or not former.same or row["status"] != "failed" or "text" in row:
        return None
    error = row["error"]
    if error["stage"] != WORKER:
        return None
    return Problem(str(row["source"]), **error, record=row.get("record"))


def known(document: Document, row: Row | None, former: Former | None) -> Document | Known:
    """The document with what its row tells of it."""
    if row is None or former is None or not _is_of(row, document):
        return document
    if row["status"] == "failed":
        return Known(document, {}, frozenset(), row["error"]) if former.same else document
    try:
        trail = [codec.patch_from(patch) for patch in row["trail"][len(document.trail) :]]
    except CleanError:
        return document  # damaged by hand: cleaning it anew is always right
    patches = {patch.stage: patch for patch in trail if patch.stage in former.stages}
    return Known(document, patches, frozenset(former.stages))


def _is_of(row: Row, document: Document) -> bool:
    """Whether the row is of the same bytes, and these could be read then."""
    sha256 = document.origin.sha256 if document.origin else ""
    return row["sha256"] == sha256 and (row["status"] == "kept" or "text" in row)


def taken(source: str, record: int) -> str:
    """What is added to an id that another document has."""
    return f" ({source} #{record})"
