"""From parts to files: duplicates judged over all documents, then texts and tables written in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from clean import codec
from clean.codec import Row
from clean.execute.guards import HELD
from clean.execute.part import Entry
from clean.execute.plan import Input
from clean.execute.whole import Whole
from clean.model import Document, Stage
from clean.read.source import Problem, printable
from clean.write.failpoint import passing
from clean.write.files import STATE, Folder
from clean.write.manifest import Output
from clean.write.shards import Shards
from clean.write.tables import problem_row

if TYPE_CHECKING:
    from clean.dedup.find import Settings, Verdict

Find = Callable[[Iterable[Document], "Settings"], "list[Verdict]"]
"""Like `clean.stages.duplicates.find_in`."""

TABLES = ("ledger", "entries", "duplicates", "flags", "errors")


IN_MEMORY = 250_000_000
"""Bytes of sketches up to which texts are compared in memory: some 90,000 documents of 400 words."""

DATABASE = "400MB"
"""Bound of the database that compares more of them; the process needs some 300 MB besides."""


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
    redone: int = 0
    """Documents that some stage has read: what is known of the others was right."""

    @property
    def exit_code(self) -> int:
        """4 where the guard tripped, 3 where an input failed, or 0."""
        return 4 if self.held else 3 if self.failed else 0


class Judged(NamedTuple):
    """The stage that acts on duplicates, and the ids of the documents on which there is a verdict."""

    stage: Stage
    documents: frozenset[str]


def judge(
    whole: Whole, settings: Settings, mark: bool, find: Find | None = None
) -> tuple[Iterable[Row], Judged]:
    """The rows of `duplicates.jsonl`, and the stage that acts on them.

    Args:
        whole: the run.
        settings: of the comparison.
        mark: note duplicates instead of dropping them.
        find: makes the verdicts, elsewhere; from the sketches if not given.
    """
    from clean.stages.duplicates import Duplicates, table_of

    found = _compared(whole, settings) if find is None else find(whole.cleaned(), settings)
    table = table_of(found)
    return (verdict._asdict() for verdict in found), Judged(Duplicates(table, mark), frozenset(table))


def _compared(whole: Whole, settings: Settings) -> list[Verdict]:
    """The verdicts on all texts, in memory where their sketches are small enough."""
    if whole.sketched <= IN_MEMORY:
        from clean.dedup.find import gathered, settle

        return settle(gathered(whole.sketches()), settings)
    from clean.dedup import duck

    return duck.settle(whole.sketches, settings, whole.folder, DATABASE)


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

    def document(self, entry: Entry) -> None:
        self.status[entry.status] += 1
        if entry.status == "failed":
            return
        self.changed += entry.changed
        for stage, counts in entry.stages.items():
            row = self.stages.setdefault(stage, dict.fromkeys(counts, 0))
            for name, count in counts.items():
                row[name] += count

    def summary(self, order: Sequence[str]) -> Summary:
        ranks = {name: rank for rank, name in enumerate(order)}
        stages = dict(sorted(self.stages.items(), key=lambda item: ranks.get(item[0], len(ranks))))
        kept, dropped, failed = (self.status[name] for name in ("kept", "dropped", "failed"))
        return Summary(kept, dropped, failed, stages, self.problems, self.held, self.changed)


def _count_problem(problem: Problem, counts: _Counts) -> None:
    counts.problems += 1
    counts.status["failed"] += problem.severity == "failed"


def write(
    whole: Whole,
    verdicts: Judged | None,
    duplicates: Iterable[Row],
    problems: Sequence[Problem],
    folder: Folder,
    inputs: Mapping[str, Input],
    names: Mapping[str, str],
    order: Sequence[str],
    shard_format: str,
) -> tuple[dict[str, Output], Summary]:
    """Write every text, every shard and the tables. Returns what was written, and the summary.

    Args:
        whole: the run.
        verdicts: the stage that knows the duplicates, if they were looked for.
        duplicates: rows of `duplicates.jsonl`.
        problems: what was not even opened.
        folder: the output.
        inputs: by name of the source.
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
        for item in whole.items():
            one = inputs[item.source]
            while pending and pending[0].source < item.source:
                _write_problem(pending.pop(0), "", tables, counts)
            if one.source.container:
                shards.open(item.source, names[item.source])
            else:
                shards.close()
            if isinstance(item, Problem):
                if item.severity == "failed" and item.record is None:
                    shards.cancel()
                _write_problem(item, one.sha256, tables, counts)
                continue
            entry = _judged(item, verdicts)
            counts.document(entry)
            ledger = entry.ledger
            if entry.status == "kept":
                name = names[entry.source]
                ledger = codec.with_output(ledger, printable(name))
                if one.source.container:
                    shards.add(entry.body)
                else:
                    outputs[name] = Output(folder.put(name, entry.body), entry.source)
            elif entry.status == "failed":
                trouble = entry.problem()
                counts.held += trouble.code == HELD
                counts.problems += 1
                tables["errors"].write(codec.encode(problem_row(trouble)))
            tables["ledger"].write(ledger)
            tables["flags"].write(entry.flags)
            tables["entries"].write(entry.entries)
        for problem in pending:
            _write_problem(problem, "", tables, counts)
        shards.close()
        tables["duplicates"].write(codec.encode_all(duplicates))
    for name, tally in tables.items():
        outputs[f"{STATE}/{name}.jsonl"] = Output(tally.sha256, "")
    return outputs, counts.summary(order)


def _judged(entry: Entry, verdicts: Judged | None) -> Entry:
    """The entry after the verdicts on its document, if there are any."""
    if verdicts is None or entry.status != "kept" or entry.id not in verdicts.documents:
        return entry
    return entry.judged(verdicts.stage)


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
