"""The run: take stock, clean what changed, find duplicates, write, and sign with the manifest.

    take stock ─► shards ─► parts ─┬─► duplicates ─► verdicts ─┐
                  (workers)        └──────────────────────────►┴─► texts, tables ─► manifest

Everything before the manifest may be cut short at any moment; the next run takes up the finished parts and
writes the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from clean import __version__, codec
from clean.codec import Row
from clean.execute import guards
from clean.execute.batch import cleaned, unwound
from clean.execute.collect import Judged, Summary, judge, write
from clean.execute.facts import Asked
from clean.execute.lock import locked, terminable
from clean.execute.plan import Held, Input, Shard, cut, places, take_stock, unchanged
from clean.execute.previous import LEDGER, Former, held_by, same_stages
from clean.execute.revise import revise_all
from clean.execute.whole import Revising, Whole
from clean.execute.work import Task, part_done, part_files, write_blocks, write_part
from clean.model import Document, Stage
from clean.pipeline import Pipeline
from clean.read import text as read_text
from clean.read.limits import Reading
from clean.read.source import Problem, Source, classify, rooted
from clean.stages import STAGES
from clean.write import manifest as manifests
from clean.write.failpoint import passing
from clean.write.files import STATE, Folder, output_names
from clean.write.manifest import Manifest

if TYPE_CHECKING:
    from clean.dedup.find import Settings
    from clean.stages.corpus import Concerned

Build = Callable[[], tuple[Stage, ...]]
"""Makes the stages: called once here and once in each worker, so it must survive pickling."""

Judge = Callable[[Whole, "Settings", bool], tuple[Iterable[Row], Judged]]
"""Like `collect.judge`."""

Elsewhere = Callable[[Sequence[Shard], Path, Task, Build, Callable[[str, int], None]], None]
"""Makes parts on other machines: of shards, in a folder, as the task says; told of each part."""

Progress = Callable[[int, int, int, int], None]
"""Told of documents done, documents in all, bytes read, characters removed."""

READING = ("program", "code", "libraries", "read", "reading")
"""What must be the same, of the fingerprint, for anything of a former run to be used again."""

LIBRARIES = ("charset-normalizer", "ftfy", "google-re2", "lxml", "trafilatura")
"""Another version of these may read or clean the same bytes otherwise."""

Closing = Callable[[Whole], "Concerned | None"]
"""From the documents of a run to the stage that knows them all; None where they have nothing to tell."""

IN_PROCESS = 500_000
"""Bytes of input up to which no worker is started."""


def run(
    raw: Path,
    out: Path,
    build: Build,
    *,
    duplicates: Settings | None = None,
    mark: bool = False,
    judging: Judge = judge,
    decided: str = "",
    closing: Closing | None = None,
    recipe: str = "",
    jobs: int = 0,
    elsewhere: Elsewhere | None = None,
    reading: Reading | None = None,
    shard_format: str = "jsonl",
    max_removed: float | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
) -> Summary:
    """Clean a folder into another. Only what changed since the last run is processed.

    Args:
        raw: a folder, one file, or a pattern as in `raw/2024-*/*.html`.
        out: made if it is not there. Of what stands in it, only files that a former run wrote are replaced or
            removed.
        build: makes the stages of one document.
        duplicates: how the cleaned documents are compared; None for no comparison.
        mark: note duplicates instead of dropping them.
        judging: finds the duplicates; another one where a person has decided about some.
        decided: digest of those decisions.
        closing: makes the stage that runs last before duplicates.
        recipe: digest of all that `build` and `closing` depend on: spares building where nothing is to do.
        jobs: worker processes; 0 for the number of cores, and none for a small input.
        elsewhere: makes the parts instead of workers here.
        reading: bounds of one document, and the fields of records.
        shard_format: "jsonl" or "parquet", for what came in containers.
        max_removed: share of a text; a document that would lose more is held back.
        progress: called now and then.
        fresh: use nothing of a former run again.

    Raises:
        UsageError: folders that cannot be used so.
        OutputError: the disk refuses, or another run is at work here.
    """
    raw, pattern = rooted(raw)
    places(raw, out)
    reading = reading or Reading()
    # Without a former run there is something to do: a bad stage or pack is refused before any output.
    stages = () if recipe and manifests.load(out) is not None else build()
    compared = None if duplicates is None else [repr(duplicates), mark, decided]
    made = recipe or [[stage.name, stage.version] for stage in stages]
    fingerprint = _fingerprint(made, reading, max_removed, shard_format, compared)
    with locked(out), terminable():
        inputs, problems = take_stock(raw, pattern, reading.limits.bytes)
        before = manifests.load(out)
        unread = [list(problem) for problem in problems]
        if before is not None and not fresh and _idle(out, before, fingerprint, inputs, unread):
            shutil.rmtree(out / STATE / "work", ignore_errors=True)  # of a run killed just before its end
            return Summary(**{**before.counts["summary"], "idle": True})
        pipeline = Pipeline(stages or build())
        kinds = [["words", words_digest()], *([stage.name, stage.version] for stage in pipeline.stages)]
        former = None if before is None or fresh else _former(out, before, fingerprint, kinds)
        asked = Asked(corpus=closing is not None, duplicates=duplicates is not None)
        task = Task(pipeline, reading, max_removed, asked, former)
        if before is not None and former is not None:
            inputs = list(_held(inputs, before, held_by(out, before)))
        shards = list(cut(inputs, orjson.dumps([fingerprint, [*asked]]).decode()))
        work = out / STATE / "work"
        with ExitStack() as workers:
            revising = process(shards, work, task, build, jobs, progress, elsewhere, workers)
            parts = [path for shard in shards for path in part_files(work, shard.key)]
            whole = Whole(parts, asked, revising)
            whole.revise(None if closing is None else closing(whole))
        names = output_names(
            [one.source for one in inputs], str(raw if raw.is_dir() else raw.parent), f".{shard_format}"
        )
        edition = Edition(out, before, fingerprint, kinds, inputs, problems, names)
        return _publish(edition, whole, duplicates, mark=mark, judging=judging)


def _former(
    out: Path, before: Manifest, fingerprint: Mapping[str, Any], kinds: Sequence[Sequence[str]]
) -> Former | None:
    """What of a former run is still right; None if another program made it, or read the inputs otherwise."""
    if any(before.fingerprint.get(name) != fingerprint[name] for name in READING):
        return None
    stages = same_stages(before.counts.get("stages", ()), kinds)
    return Former(str(out / LEDGER), stages, before.fingerprint == fingerprint)


def _held(inputs: Iterable[Input], before: Manifest, rows: Mapping[str, Held]) -> Iterator[Input]:
    """The inputs, those that are unchanged with the place of their rows in the former ledger."""
    for one in inputs:
        same = before.inputs.get(one.source.name) == one.sha256
        yield one._replace(held=rows.get(one.source.name) if same else None)


class Edition(NamedTuple):
    """What a run is about to write, besides the rows."""

    out: Path
    before: Manifest | None
    fingerprint: Mapping[str, Any]
    stages: Sequence[Sequence[str]]
    """Name and version of each stage of one document; first of all, of the lists of words."""
    inputs: Sequence[Input]
    problems: Sequence[Problem]
    names: Mapping[str, str]


def write_rows(
    rows: Iterable[Row | Problem],
    out: Path,
    *,
    duplicates: Settings | None = None,
    mark: bool = False,
    closing: Closing | None = None,
    max_removed: float | None = None,
) -> Summary:
    """Write documents that other commands cleaned: the end of a pipe.

    Args:
        rows: of `codec.document_row`, each with an origin whose source is a relative path; and what is none.
        out: as in `run`.
        duplicates: as in `run`.
        mark: as in `run`.
        closing: as in `run`.
        max_removed: as in `run`.

    Raises:
        OutputError: the disk refuses, or another run is at work here.
    """
    with locked(out), terminable():
        work = out / STATE / "work"
        work.mkdir(parents=True, exist_ok=True)
        inputs: dict[str, Input] = {}
        places: dict[tuple[str, int], int] = {}
        problems: list[Problem] = []
        with (work / "pipe.jsonl").open("wb") as file:
            for row in rows:
                if isinstance(row, Problem):
                    problems.append(row)
                    continue
                line = codec.encode(row)
                source, record = str(row["origin"]["source"]), int(row["origin"].get("record", -1))
                if (source, record) in places:
                    hint = "Give each document an id, or an origin, of its own."
                    problems.append(Problem(source, "same-place", "another row is written there", hint))
                    continue
                kind = classify(source) or ("text", "")
                inputs[source] = Input(Source(source, source, *kind), str(row["origin"]["sha256"]), len(line))
                places[source, record] = file.tell()
                file.write(line)
        asked = Asked(corpus=closing is not None, duplicates=duplicates is not None)

        def sorted_documents() -> Iterator[Document]:
            with (work / "pipe.jsonl").open("rb") as file:
                for _, at in sorted(places.items()):
                    file.seek(at)
                    yield codec.document_from(codec.decode(file.readline()))

        with Folder(work).writing("pipe.part") as part:
            blocks = cleaned(sorted_documents(), Pipeline(()), max_removed)
            write_blocks(part, (map(unwound, block) for block in blocks), asked)
        listed = sorted(inputs.values())
        names = output_names([one.source for one in listed], ".", ".jsonl")
        edition = Edition(out, manifests.load(out), {"pipe": __version__}, [], listed, problems, names)
        whole = Whole([work / "pipe.part"], asked)
        whole.revise(None if closing is None else closing(whole))
        return _publish(edition, whole, duplicates, mark=mark)


def _publish(
    edition: Edition,
    whole: Whole,
    duplicates: Settings | None,
    *,
    mark: bool,
    judging: Judge = judge,
) -> Summary:
    """Judge, write, remove what is stale, and sign."""
    out, before, _, kinds, inputs, problems, names = edition
    table: Iterable[Row] = ()
    verdicts = None
    if duplicates is not None:
        table, verdicts = judging(whole, duplicates, mark)
    order = (read_text.STAGE, *STAGES, *(name for name, _ in kinds), "corpus", "duplicates", guards.STAGE)
    folder = Folder(out)
    ours = {*(before.outputs if before else ()), *manifests.planned(out)}
    folder.sweep([*ours, *names.values(), f"{STATE}/any"])
    passing("before_plan")
    # A file that stands there already, and is not ours, is replaced where it must be, but never removed.
    manifests.plan(folder, sorted({*ours, *(name for name in names.values() if not (out / name).exists())}))
    passing("after_plan")
    shard_format = str(edition.fingerprint.get("format", "jsonl"))
    sources = {one.source.name: one for one in inputs}
    outputs, summary = write(whole, verdicts, table, problems, folder, sources, names, order, shard_format)
    for name in sorted(ours - outputs.keys()):
        folder.remove(name)
    folder.sync()
    passing("before_manifest")
    digests = {one.source.name: one.sha256 for one in inputs}
    unread = [list(problem) for problem in problems]
    counts = {"summary": summary._asdict(), "unread": unread, "stages": kinds}
    manifests.save(folder, Manifest(edition.fingerprint, digests, outputs, counts))
    folder.sync()
    passing("after_manifest")
    (out / manifests.PLAN).unlink(missing_ok=True)
    passing("before_tidy")
    redone = whole.redone
    shutil.rmtree(out / STATE / "work", ignore_errors=True)
    return summary._replace(redone=redone)


def code_digest() -> str:
    """Digest of this package's code and weights: in a checkout the version does not tell all."""
    return _digest(".py", ".json", ".gz")


def words_digest() -> str:
    """Digest of the lists of words, which no version of a stage tells of; a recipe does."""
    return _digest(".txt")


def _digest(*suffixes: str) -> str:
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in suffixes):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def process(
    shards: Sequence[Shard],
    work: Path,
    task: Task,
    build: Build,
    jobs: int,
    progress: Progress | None,
    elsewhere: Elsewhere | None,
    workers: ExitStack,
) -> Revising:
    """Make every part that is not there yet: here, in workers, which end with the stack, or elsewhere.

    Returns:
        What makes revisions: the same workers, who have seen the like, or this process.
    """
    work.mkdir(parents=True, exist_ok=True)
    Folder(work).sweep(["any"])
    pending = [shard for shard in shards if not part_done(work, shard.key)]
    total = sum(len(shard.inputs) for shard in shards)
    sizes = {shard.key: (len(shard.inputs), sum(one.size for one in shard.inputs)) for shard in pending}
    state = [total - sum(documents for documents, _ in sizes.values()), 0, 0]

    def done(key: str, removed: int) -> None:
        documents, size = sizes.get(key, (0, 0))
        state[:] = state[0] + documents, state[1] + size, state[2] + removed
        if progress is not None:
            progress(state[0], total, state[1], state[2])

    if elsewhere is not None:
        elsewhere(pending, work, task, build, done)
        return revise_all
    if jobs <= 1 and sum(size for _, size in sizes.values()) <= IN_PROCESS:
        for shard in pending:
            done(shard.key, write_part(work, shard, task))
        return revise_all
    from clean.execute.child import processes
    from clean.execute.local import Supervisor

    crew = workers.enter_context(Supervisor(processes(jobs), build, task, work))
    crew.work(pending, done)
    return crew.revise


def _fingerprint(
    made: str | list[list[str]],
    reading: Reading,
    max_removed: float | None,
    shard_format: str,
    compared: list[Any] | None,
) -> Mapping[str, Any]:
    return {
        "program": __version__,
        "code": code_digest(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "read": read_text.VERSION,
        "stages": made,
        "guard": guards.VERSION,
        "duplicates": compared,
        "format": shard_format,
        "reading": [list(reading.limits), *reading[1:]],
        "max_removed": max_removed,
    }


def _idle(
    out: Path,
    before: Manifest,
    fingerprint: Mapping[str, Any],
    inputs: Sequence[Input],
    unread: list[list[Any]],
) -> bool:
    """Whether the last run would do the same again, and its files are all there."""
    return (
        before.fingerprint == fingerprint
        and before.counts.get("unread") == unread
        and unchanged(inputs, before.inputs)
        and not manifests.planned(out)
        and manifests.intact(out, before)
    )
