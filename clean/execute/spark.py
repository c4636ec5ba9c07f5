"""The run on Spark: documents are read, cleaned and compared by the executors.

    inputs ─ mapInArrow(read) ─► records ─ mapInArrow(cleaned) ─► rows, sorted ─ mapInArrow ─► parts

`process` makes the parts that a run on one machine makes, byte for byte, and the run goes on from them as it
would there. `clean` must be installed on every executor, and the folders must be ones that all of them see.
For a table that Spark itself reads and writes, see `clean.execute.frame`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from io import BytesIO
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeAlias

from clean import codec
from clean.codec import Row
from clean.dedup.find import Settings, Verdict
from clean.dedup.gather import Plan, documents
from clean.dedup.sketch import Text
from clean.errors import UsageError
from clean.execute.batch import cleaned, in_blocks, outcome_from, outcome_line
from clean.execute.facts import Asked
from clean.execute.plan import Input, Shard
from clean.execute.work import Task, part_path, read_input, read_spool, write_blocks, write_spool
from clean.model import Document, Stage
from clean.pipeline import Pipeline
from clean.read.limits import Reading
from clean.read.records import record_document, records
from clean.read.source import Problem, Source
from clean.stages.duplicates import texts_of
from clean.write.files import Folder

Build: TypeAlias = Callable[[], tuple[Stage, ...]]
"""Makes the stages; runs on the executors, so it must survive pickling."""

Place: TypeAlias = tuple[str, int, Input]
"""The key of a shard, a place in it, and the input that stands there."""

TASK_BYTES = 16_000_000
"""Input a task: some seconds of work. There are at least as many tasks as Spark has processors."""

PARTITIONS = "spark.sql.shuffle.partitions"
"""Spark's own 200 are for a cluster: each is a task, and there are many joins."""

BATCH = 256
BATCH_BYTES = 16_000_000
"""Rows that are handed to Spark at one time, and their size."""

INPUTS = (
    "shard string, at int, name string, path binary, format string, packing string, sha256 string, size long"
)
RECORDS = f"{INPUTS}, place long, item binary"
ROWS = "shard string, at int, place long, row binary"
PARTS = "shard string, removed long"
TEXTS = "id string, text string, unit string, date string, damage long, within string"


def session(master: str | None = None) -> Any:
    """The Spark session, started if there is none.

    Args:
        master: as in "local[2]" or "yarn"; None for what `spark-submit` says.

    Raises:
        UsageError: pyspark or Java is missing.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        hint = "Install it with: pip install 'unscrape[spark]'"
        raise UsageError("extra-missing", "the engine spark needs pyspark", hint=hint) from error
    builder = SparkSession.builder.appName("clean").config("spark.ui.showConsoleProgress", "false")
    # Spark's own 10,000 pages at one time may be gigabytes.
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "512")
    if master is not None:
        builder = builder.master(master)
        if master.startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            builder = builder.config("spark.ui.enabled", "false")
    try:
        found = builder.getOrCreate()
    except PySparkException as error:
        hint = "It needs Java 17: see `java -version`."
        raise UsageError("no-spark", f"Spark does not start ({error})", hint=hint) from error
    context = found.sparkContext
    context.setLogLevel("ERROR")
    if str(context.master).startswith("local") and not context.getConf().contains(PARTITIONS):
        found.conf.set(PARTITIONS, "4")
    return found


def process(
    master: str | None,
    shards: Sequence[Shard],
    folder: Path,
    task: Task,
    build: Build,
    done: Callable[[str, int], None],
) -> None:
    """Make the parts of shards. Nothing of a former run is used again.

    Args:
        master: see `session`.
        shards: what to do.
        folder: of the parts; every executor must see it, and the inputs.
        task: how to read, and the bound of the guard.
        build: makes the stages of the task.
        done: told of each shard that is done.
    """
    if not shards:
        return
    inputs = [(shard.key, at, one) for shard in shards for at, one in enumerate(shard.inputs)]
    items = _items(session(master), inputs, task.reading)
    rows = items.mapInArrow(partial(_cleaned, build, task.reading, task.max_removed), ROWS)
    whole = rows.repartition(_tasks(items.sparkSession, inputs), "shard")
    ordered = whole.sortWithinPartitions("shard", "at", "place")
    empty = {shard.key for shard in shards}
    for row in ordered.mapInArrow(partial(_written, folder, task.asked), PARTS).toLocalIterator():
        empty.discard(row["shard"])
        done(row["shard"], row["removed"])
    for key in sorted(empty):
        done(key, _put_part(folder, key, (), task.asked))


def compared(
    master: str | None, sources: Iterable[Source], plan: Plan, settings: Settings, problems: list[Problem]
) -> tuple[list[Verdict], int]:
    """The verdicts on the texts of files, and how many texts they are.

    Args:
        master: see `session`.
        sources: files that every executor sees.
        plan: what is done to each document before its texts are compared.
        settings: of the comparison.
        problems: what cannot be read is added here; the rest goes on.
    """
    from clean.dedup import spark

    inputs = [("", 0, Input(source, "", Path(source.path).stat().st_size)) for source in sources]
    items = _items(session(master), inputs, plan.reading)
    found = items.mapInArrow(partial(_prepared, plan), f"{TEXTS}, problem string").cache()
    refused = found.where("problem IS NOT NULL").select("problem").collect()
    problems += [Problem(**codec.decode(row[0])) for row in refused]
    texts = found.where("problem IS NULL").drop("problem")
    return spark.find(texts, plan.unit, settings, _texts), texts.count()


def _prepared(plan: Plan, batches: Iterable[Any]) -> Iterator[Any]:
    """On an executor: the texts of records and files, and what could not be read of them."""
    stages = plan.build()

    def rows() -> Iterator[Row]:
        for row in rows_of(batches):
            source = _input(row).source
            item, _ = next(read_spool(BytesIO(row["item"])), (None, None))
            some = [item] if isinstance(item, Problem) else documents([(source, item)], plan, stages)
            for document in some:
                if isinstance(document, Problem):
                    yield {"problem": codec.encode(document._asdict()).decode()}
                elif document.dropped is None:
                    yield from (text._asdict() for text in plan.texts_of(document, plan.unit))

    return batches_of(rows(), f"{TEXTS}, problem string")


def _tasks(spark: Any, inputs: Sequence[Place]) -> int:
    size = sum(one.size for _, _, one in inputs)
    return int(max(spark.sparkContext.defaultParallelism, size // TASK_BYTES))


def _items(spark: Any, inputs: Sequence[Place], reading: Reading) -> Any:
    """A frame of all records and files, spread over the executors."""
    rows = [
        (key, at, one.source.name, os.fsencode(one.source.path), *one.source[2:], one.sha256, one.size)
        for key, at, one in inputs
    ]
    tasks = _tasks(spark, inputs)
    given = spark.createDataFrame(rows, INPUTS).repartition(min(len(rows), tasks) or 1)
    return given.mapInArrow(partial(_read, reading), RECORDS).repartition(tasks)


def _input(row: Row) -> Input:
    source = Source(row["name"], os.fsdecode(row["path"]), row["format"], row["packing"])
    return Input(source, row["sha256"], row["size"])


def _read(reading: Reading, batches: Iterable[Any]) -> Iterator[Any]:
    """On an executor: the records of containers; a file that is a document is read where it is cleaned."""

    def rows() -> Iterator[Row]:
        for row in rows_of(batches):
            source = _input(row).source
            items = records(source, reading) if source.container else [None]
            for place, item in enumerate(items):
                data = BytesIO()
                if item is not None:
                    write_spool(data, item)
                yield {**row, "place": place, "item": data.getvalue()}

    return batches_of(rows(), RECORDS)


def _document(row: Row, reading: Reading) -> Document | Problem:
    one = _input(row)
    if not one.source.container:
        return read_input(one, reading)
    ((item, _),) = read_spool(BytesIO(row["item"]))
    return item if isinstance(item, Problem) else record_document(one.source, item, reading)


def _cleaned(
    build: Build, reading: Reading, max_removed: float | None, batches: Iterable[Any]
) -> Iterator[Any]:
    """On an executor: records and files through the stages of one document."""
    pipeline = Pipeline(build())

    def rows() -> Iterator[Row]:
        for batch in batches:
            given = batch.to_pylist()
            documents = (_document(row, reading) for row in given)
            outcomes = chain.from_iterable(cleaned(documents, pipeline, max_removed))
            for row, outcome in zip(given, outcomes, strict=True):
                yield {**{key: row[key] for key in ("shard", "at", "place")}, "row": outcome_line(outcome)}

    return batches_of(rows(), ROWS)


def _written(folder: Path, asked: Asked, batches: Iterable[Any]) -> Iterator[Any]:
    """On an executor: whole shards to their part files."""

    def parts() -> Iterator[Row]:
        for key, rows in groupby(rows_of(batches), itemgetter("shard")):
            yield {"shard": key, "removed": _put_part(folder, key, rows, asked)}

    return batches_of(parts(), PARTS)


def _put_part(folder: Path, key: str, rows: Iterable[Row], asked: Asked) -> int:
    outcomes = (outcome_from(row["row"]) for row in rows)
    with Folder(folder).writing(part_path(folder, key).name) as file:
        return write_blocks(file, in_blocks(outcomes), asked)


def find_in(
    master: str | None, folder: Path, documents: Iterable[Document], settings: Settings
) -> list[Verdict]:
    """As `clean.stages.duplicates.find_in`, on Spark.

    Args:
        master: see `session`.
        folder: takes the texts, for the executors to read.
        documents: of the run.
        settings: of the comparison.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from clean.dedup import spark

    path = folder / "texts.parquet"
    rows = (text._asdict() for document in documents for text in texts_of(document))
    with pq.ParquetWriter(path, pa.schema(_fields(TEXTS))) as file:
        for batch in batches_of(rows, TEXTS):
            file.write_batch(batch)
    running = session(master)
    texts = running.read.parquet(str(path.absolute()))
    found = spark.find(texts.where("unit = 'document'"), "document", settings, _texts)
    dropped = [(row.id,) for row in found if not row.survivor]
    standing = texts.where("unit = 'entry'").join(
        running.createDataFrame(dropped, "within string"), "within", "left_anti"
    )
    return found + spark.find(standing, "entry", settings, _texts)


def _texts(rows: Iterable[Row]) -> Iterator[Text]:
    for row in rows:
        yield Text(**row)


def rows_of(batches: Iterable[Any]) -> Iterator[Row]:
    """The rows of Arrow batches."""
    for batch in batches:
        yield from batch.to_pylist()


def batches_of(rows: Iterable[Row], columns: str) -> Iterator[Any]:
    """Rows as Arrow batches; few at a time where they are large."""
    import pyarrow as pa

    schema = pa.schema(_fields(columns))
    some: list[Row] = []
    size = 0
    for row in rows:
        some.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, (bytes, str)))
        if len(some) == BATCH or size > BATCH_BYTES:
            yield pa.RecordBatch.from_pylist(some, schema)
            some, size = [], 0
    if some:
        yield pa.RecordBatch.from_pylist(some, schema)


def _fields(columns: str) -> list[tuple[str, Any]]:
    """The Arrow types of columns as Spark names them."""
    import pyarrow as pa

    kinds = {"string": pa.string(), "binary": pa.binary(), "int": pa.int32(), "long": pa.int64()}
    return [(name, kinds[kind]) for name, kind in (column.split() for column in columns.split(", "))]
