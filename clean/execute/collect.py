"""From rows to files: duplicates judged over all documents, then every text and table written in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from clean import codec
from clean.codec import Row
from clean.execute.plan import Input
from clean.execute.previous import taken
from clean.model import Document, Stage
from clean.pipeline import run_stage
from clean.read.source import Problem, printable
from clean.write.failpoint import passing
from clean.write.files import STATE, Folder
from clean.write.manifest import Output
from clean.write.shards import Shards
from clean.write.tables import note_rows, problem_row, stage_counts

if TYPE_CHECKING:
    from clean.dedup.find import Settings

Rows = Callable[[], Iterator[tuple[Input, Row]]]
"""Gives every row of the run in order, as often as it is called."""

TABLES = ("ledger", "entries", "duplicates", "flags", "errors")


class Summary(NamedTuple):
    """What a run did."""

    kept: int
    dropped: int
    failed: int
    stages: Mapping[str, Mapping[str, int]]
    """By stage: documents, edits, removed (characters), flags."""
    problems: int
    """Rows of errors.jsonl."""
    held: int
    """Documents that the guard held back."""
    changed: int
    """Documents that were dropped, or whose text is not the raw text."""
    idle: bool = False
    """Nothing had changed since the last run."""

    @property
    def exit_code(self) -> int:
        """4 where the guard tripped, 3 where an input failed, or 0."""
        return 4 if self.held else 3 if self.failed else 0


def judge(rows: Rows, settings: Settings, mark: bool) -> tuple[list[Row], Stage]:
    """The rows of `duplicates.jsonl`, and the stage that acts on them.

    Args:
        rows: of the whole run.
        settings: of the comparison.
        mark: note duplicates instead of dropping them.
    """
    from clean.stages.duplicates import Duplicates, find_in, table_of

    verdicts = find_in(documents_of(rows), settings)
    return [verdict._asdict() for verdict in verdicts], Duplicates(table_of(verdicts), mark)


def documents_of(rows: Rows) -> Iterator[Document]:
    """The documents of the run that did not fail."""
    return (
        codec.document_from(row) for _, row in unique(rows()) if "problem" not in row and "error" not in row
    )


def closed(rows: Rows, stage: Stage) -> Rows:
    """The rows as a stage that knows the whole run leaves them."""

    def again() -> Iterator[tuple[Input, Row]]:
        for one, row in rows():
            if "problem" in row or "error" in row:
                yield one, row
                continue
            before = codec.document_from(row)
            after = run_stage(before, stage)
            yield one, row if after is before else codec.document_row(after)

    return again


def unique(rows: Iterable[tuple[Input, Row]]) -> Iterator[tuple[Input, Row]]:
    """The rows with ids that no two share: a record whose id was seen before is named by its place too."""
    seen: set[bytes] = set()
    for one, row in rows:
        if "problem" not in row:
            digest = hashlib.blake2b(
                str(row["id"]).encode("utf-8", "backslashreplace"), digest_size=8
            ).digest()
            if digest in seen:
                origin = row["origin"]
                row["id"] += taken(origin["source"], origin.get("record", 0))
            seen.add(digest)
        yield one, row


class _Tally:
    """A file that knows the digest of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class _Counts:
    """What the summary will say."""

    def __init__(self) -> None:
        self.status = {"kept": 0, "dropped": 0, "failed": 0}
        self.stages: dict[str, dict[str, int]] = {}
        self.problems = self.held = self.changed = 0

    def document(self, document: Document, status: str) -> None:
        self.status[status] += 1
        if status == "failed":
            return
        stage_counts(document, self.stages)
        self.changed += status == "dropped" or any(patch.edits for patch in document.trail)

    def summary(self, order: Sequence[str]) -> Summary:
        ranks = {name: rank for rank, name in enumerate(order)}
        stages = dict(sorted(self.stages.items(), key=lambda item: ranks.get(item[0], len(ranks))))
        kept, dropped, failed = (self.status[name] for name in ("kept", "dropped", "failed"))
        return Summary(kept, dropped, failed, stages, self.problems, self.held, self.changed)


def _count_problem(problem: Problem, counts: _Counts) -> None:
    counts.problems += 1
    counts.status["failed"] += problem.severity == "failed"


def _finish(row: Row, verdicts: Stage | None) -> tuple[Document, str, Problem | None]:
    """The document of a row after the last stage, its status, and what went wrong."""
    document = codec.document_from(row)
    if "error" in row:
        origin = document.origin
        problem = Problem(
            origin.source if origin else document.id, **row["error"], record=origin.record if origin else None
        )
        return document, "failed", problem
    if verdicts is not None:
        document = run_stage(document, verdicts)
    return document, "kept" if document.dropped is None else "dropped", None


def write(
    rows: Rows,
    verdicts: Stage | None,
    duplicates: Iterable[Row],
    problems: Sequence[Problem],
    folder: Folder,
    names: Mapping[str, str],
    order: Sequence[str],
    shard_format: str,
) -> tuple[dict[str, Output], Summary]:
    """Write every text, every shard and the tables. Returns what was written, and the summary.

    Args:
        rows: of the whole run, in order.
        verdicts: the stage that knows the duplicates, if they were looked for.
        duplicates: rows of `duplicates.jsonl`.
        problems: what was not even opened.
        folder: the output.
        names: path of the output by source.
        order: of the stages in the summary.
        shard_format: "jsonl" or "parquet".
    """
    counts = _Counts()
    outputs: dict[str, Output] = {}
    with ExitStack() as stack:
        passing("before_tables")
        tables = {
            name: _Tally(stack.enter_context(folder.writing(f"{STATE}/{name}.jsonl"))) for name in TABLES
        }
        shards = Shards(folder, shard_format, outputs)
        pending = sorted(problems)
        for one, row in unique(rows()):
            while pending and pending[0].source < one.source.name:
                _write_problem(pending.pop(0), "", tables, counts)
            if one.source.container:
                shards.open(one.source.name, names[one.source.name])
            else:
                shards.close()
            if "problem" in row:
                problem = Problem(**row["problem"])
                if problem.severity == "failed" and problem.record is None:
                    shards.cancel()
                _write_problem(problem, one.sha256, tables, counts)
                continue
            document, status, trouble = _finish(row, verdicts)
            counts.document(document, status)
            ledger = codec.ledger_row(document, status, error=row.get("error"))
            if status == "kept":
                name = names[one.source.name]
                ledger["output"] = printable(name)
                if one.source.container:
                    shards.add(document)
                else:
                    digest = folder.put(name, document.text.encode("utf-8"))
                    outputs[name] = Output(digest, one.source.name)
            if trouble is not None:
                counts.held += trouble.code == "too-much-removed"
                counts.problems += 1
                tables["errors"].write(codec.encode(problem_row(trouble)))
            tables["ledger"].write(codec.encode(ledger))
            if status != "failed":
                flags, entries = note_rows(document)
                tables["flags"].write(codec.encode_all(flags))
                tables["entries"].write(codec.encode_all(entries))
        for problem in pending:
            _write_problem(problem, "", tables, counts)
        shards.close()
        tables["duplicates"].write(codec.encode_all(duplicates))
    for name, tally in tables.items():
        outputs[f"{STATE}/{name}.jsonl"] = Output(tally.sha256, "")
    return outputs, counts.summary(order)


def _write_problem(problem: Problem, sha256: str, tables: Mapping[str, _Tally], counts: _Counts) -> None:
    _count_problem(problem, counts)
    tables["errors"].write(codec.encode(problem_row(problem)))
    if problem.severity == "failed":
        number = {} if problem.record is None else {"record": problem.record}
        error = {
            "code": problem.code,
            "message": problem.message,
            "hint": problem.hint,
            "stage": problem.stage,
        }
        name = problem.source if problem.record is None else f"{problem.source} #{problem.record}"
        row: dict[str, Any] = {
            "id": name,
            "source": problem.source,
            "sha256": sha256,
            **number,
            "status": "failed",
        }
        tables["ledger"].write(codec.encode({**row, "meta": {}, "trail": [], "error": error}))
