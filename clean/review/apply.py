"""Carry decisions out on a finished run: put rejected deletions back, make accepted suggestions.

Works on the trails, so neither the raw files nor the rules are needed. What later stages would find in the
text that came back is for the next run, which keeps to the same decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from clean import codec, edits
from clean.model import Document, Drop, Edit, Note, Patch
from clean.review import decisions as decided_things
from clean.review.decisions import Decision, Decisions, around, decided
from clean.review.record import STATE, Row, Run, output_of, table
from clean.review.restore import Conflict, Restored, revised
from clean.write.files import Folder
from clean.write.tables import note_rows


class Applied(NamedTuple):
    """What became of the decisions."""

    changed: tuple[str, ...]
    """Documents whose text or trail is another now."""
    conflicts: tuple[tuple[str, Conflict], ...]
    """Document, and a later edit that could not be kept."""
    waiting: tuple[str, ...]
    """Documents that only the next run can write: they go into a container."""
    idle: int
    """Decisions that changed nothing: already so, or the text is another now."""


def apply(out: Path, decisions: Decisions, originals: Mapping[str, Row] | None = None) -> Applied:
    """Carry decisions out and remember them.

    Args:
        out: the output folder of a run.
        decisions: added to those that the folder remembers.
        originals: rows of the ledger to start from instead of the present ones, by document.

    Raises:
        OutputError: there is no ledger, a text does not fit it, or the disk refuses.
    """
    remembered = decided_things.load(out).merged(decisions)
    decided_things.save(out, remembered)
    run = Run(out)
    changed: dict[str, Document] = {}
    conflicts: list[tuple[str, Conflict]] = []
    waiting: list[str] = []
    rows: dict[str, Row] = {}
    fitting: set[Decision] = set()
    for row in run.rows():
        name = row["id"]
        start = (originals or {}).get(name, row)
        if row["status"] == "failed" or (start is row and not _concerns(row, remembered)):
            continue
        document = run.document(start)
        found = decided_document(document, remembered)
        fitting |= set(_fitting(document, remembered))
        now = found.document
        if now == document and start is row:
            continue
        if "record" in row and now.text != document.text:
            waiting.append(name)
            continue
        changed[name] = now
        rows[name] = new_row(row, now)
        conflicts += ((name, conflict) for conflict in found.conflicts)
    _write(run, changed, rows)
    idle = sum(_acts(decision) and decision not in fitting for decision in decisions.all)
    return Applied(tuple(changed), tuple(conflicts), tuple(waiting), idle)


def _acts(decision: Decision) -> bool:
    return (decision.what, decision.verdict) in {("edit", "reject"), ("suggestion", "accept")}


def _fitting(document: Document, decisions: Decisions) -> Iterator[Decision]:
    """The decisions that name an edit or a suggestion of this document."""
    for patch, text in zip(document.trail, edits.versions(document), strict=False):
        places = [("edit", edit.rule, edit.start, edit.end) for edit in patch.edits]
        places += [(note.key, note.rule, note.start, note.end) for note in patch.notes]
        for what, rule, start, end in places:
            decision = decisions.on(what, document.id, rule, text[start:end], *around(text, start, end))
            if decision is not None:
                yield decision


def decided_document(document: Document, decisions: Decisions) -> Restored:
    """A document whose trail keeps to decisions."""

    def revise(_: int, patch: Patch, text: str) -> tuple[list[Edit], list[Note], Drop | None]:
        listed = (*patch.edits, *patch.notes, *((patch.drop,) if patch.drop else ()))
        findings = decided(document.id, text, listed, decisions)
        return (
            [finding for finding in findings if isinstance(finding, Edit)],
            [finding for finding in findings if isinstance(finding, Note)],
            next((finding for finding in findings if isinstance(finding, Drop)), None),
        )

    return revised(document, revise)


def _concerns(row: Row, decisions: Decisions) -> bool:
    if row["id"] in decisions.documents:
        return True
    return any(
        item["rule"] in decisions.rules_off or decisions.keeps(str((item.get("because") or {}).get("kept")))
        for patch in row["trail"]
        for item in (*patch["edits"], *patch["notes"], *((patch["drop"],) if patch["drop"] else ()))
    )


def new_row(row: Row, document: Document) -> Row:
    """The row of the ledger for a revised document."""
    status = "dropped" if document.dropped is not None else "kept"
    again = codec.ledger_row(document, status)
    if status == "kept":
        again["output"] = output_of(row)
    return again


def _write(run: Run, changed: Mapping[str, Document], rows: Mapping[str, Row]) -> None:
    if not changed:
        return
    folder = Folder(run.out)
    for name, document in changed.items():
        row = rows[name]
        if row["status"] == "kept" and "record" not in row:
            folder.put(run.file_of(row), document.text.encode("utf-8"))
    _rewrite(folder, run.out, "ledger.jsonl", "id", lambda name: [rows[name]] if name in rows else None)
    tables = {name: note_rows(document) for name, document in changed.items()}
    order = [str(row["id"]) for row in run.rows()]
    for number, file in enumerate(("flags.jsonl", "entries.jsonl")):
        if (run.out / STATE / file).exists():
            _regrouped(folder, run.out, file, order, {name: pair[number] for name, pair in tables.items()})
    if (run.out / STATE / "duplicates.jsonl").exists():
        alive = {name for name, row in rows.items() if row["status"] == "kept"}
        _write_rows(folder, "duplicates.jsonl", list(_still_duplicates(run.out, alive)))
    folder.sync()


def _rewrite(
    folder: Folder, out: Path, file: str, key: str, replace: Callable[[str], list[Row] | None]
) -> None:
    """A table with some rows replaced; the others keep their bytes."""
    with (out / STATE / file).open("rb") as lines, folder.writing(f"{STATE}/{file}") as target:
        for line in lines:
            new = replace(str(orjson.loads(line)[key]))
            target.write(line if new is None else codec.encode_all(new))


def _regrouped(
    folder: Folder, out: Path, file: str, order: Iterable[str], new: Mapping[str, list[Any]]
) -> None:
    """A table of rows by document, with all rows of some documents replaced, in the order of the ledger."""
    by_document: dict[str, list[Any]] = {}
    for row in table(out, file):
        by_document.setdefault(str(row["doc"]), []).append(row)
    by_document |= new
    _write_rows(folder, file, [row for name in order for row in by_document.get(name, ())])


def _still_duplicates(out: Path, kept: set[str]) -> Iterator[Row]:
    """Rows of duplicates without documents that were put back, and without clusters of one."""
    rows = [
        row
        for row in table(out, "duplicates.jsonl")
        if row["survivor"]
        or row["relation"] == "contained"
        or row.get("unit") != "document"
        or row["id"] not in kept
    ]
    alive = {(row["cluster"], row.get("unit")) for row in rows if not row["survivor"]}
    return (row for row in rows if (row["cluster"], row.get("unit")) in alive)


def _write_rows(folder: Folder, file: str, rows: Iterable[Row]) -> None:
    with folder.writing(f"{STATE}/{file}") as target:
        target.write(codec.encode_all(rows))
