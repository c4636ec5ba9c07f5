"""A table that Spark reads and writes: its pages cleaned, each story once. No page passes the driver.

    pages = cleaned(session.read.parquet("pages.parquet")).cache()
    once(pages).where("status = 'kept'").write.parquet("cleaned.parquet")

What is done to a page is what `clean run` does, but for the stage `corpus`, which needs tables of the whole
folder on one machine. `clean` must be installed on every executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

import orjson

from clean import codec
from clean.codec import Row
from clean.dedup.find import DEFAULT, Settings, Verdict
from clean.dedup.sketch import Text, Unit
from clean.execute import batch
from clean.execute.batch import Error
from clean.execute.spark import batches_of, rows_of
from clean.model import Document
from clean.pipeline import Pipeline, run_stage
from clean.read.limits import Reading
from clean.read.records import Record, record_document
from clean.read.source import Problem, Source
from clean.stages.duplicates import Duplicates, entry_spans, table_of, texts_of_unit

CLEANED = "id string, text string, meta string, trail string, error string"
JUDGED = f"{CLEANED}, status string"

TABLE = Source("table", "", "jsonl")

PLACES = ("first", "second", "third", "fourth")
"""Columns that order verdicts; see `clean.dedup.spark.verdicts`."""


def cleaned(
    pages: Any,
    make: Callable[[], Pipeline] = Pipeline.from_config,
    reading: Reading | None = None,
    max_removed: float | None = None,
) -> Any:
    """A frame of cleaned pages: id, text, and as JSON meta, trail and error.

    Args:
        pages: a frame with the columns id, each once, and text; url, site, title, byline, published and
            language are taken into the meta.
        make: makes the pipeline, on the executors.
        reading: names of the columns, and bounds of one page.
        max_removed: bound of the guard; a page that would lose more has an error and its raw text.
    """
    return pages.mapInArrow(partial(_cleaned, make, reading or Reading(), max_removed), CLEANED)


def once(pages: Any, settings: Settings = DEFAULT, *, mark: bool = False) -> Any:
    """The same pages and entries of pages after the stage `duplicates`, with their status.

    Args:
        pages: of `cleaned`. Cached or written before: they are read several times.
        settings: of the comparison.
        mark: note duplicates instead of dropping and deleting them.

    Returns:
        the columns of `cleaned`, and status: kept, dropped or failed, as in the ledger of a run.
    """
    from clean.dedup.spark import verdicts

    sound = pages.where("error IS NULL")
    whole = verdicts(sound, "document", settings, partial(_texts, "document"))
    standing = sound.join(whole.where("NOT survivor").select("id").distinct(), "id", "left_anti")
    entries = verdicts(standing, "entry", settings, partial(_texts, "entry"))
    found = whole.unionByName(entries).where("relation = 'contained' OR NOT survivor")
    order = ", ".join(("unit AS kind", "cluster IS NULL AS alone", *PLACES, *Verdict._fields))
    listed = found.selectExpr(
        "if(unit = 'document', id, regexp_replace(id, '#[^#]*$', '')) AS of", f"struct({order}) AS verdict"
    )
    gathered = listed.groupBy("of").agg({"verdict": "collect_list"}).toDF("of", "verdicts")
    judged = pages.join(gathered.selectExpr("of AS id", "sort_array(verdicts) AS verdicts"), "id", "left")
    return judged.mapInArrow(partial(_judged, mark), JUDGED)


def _cleaned(
    make: Callable[[], Pipeline], reading: Reading, max_removed: float | None, batches: Iterable[Any]
) -> Iterator[Any]:
    pipeline = make()

    def rows() -> Iterator[Row]:
        for some in batches:
            given = some.to_pylist()
            read = (_read(row, reading) for row in given)
            outcomes = chain.from_iterable(batch.cleaned(read, pipeline, max_removed))
            for row, outcome in zip(given, outcomes, strict=True):
                if isinstance(outcome, Problem):
                    name, text = row.get(reading.id_field), row.get(reading.text_field)
                    error = {key: getattr(outcome, key) for key in ("code", "message", "hint", "stage")}
                    yield _row(Document(str(name), text if isinstance(text, str) else ""), error)
                else:
                    yield _row(outcome.document, outcome.error)

    return batches_of(rows(), CLEANED)


def _read(row: Row, reading: Reading) -> Document | Problem:
    found = record_document(TABLE, Record(0, orjson.dumps(row, default=str), "json"), reading)
    return found if isinstance(found, Problem) else replace(found, origin=None)


def _row(document: Document, error: Error | None) -> Row:
    row = codec.document_row(document)
    as_json = {key: orjson.dumps(row[key]).decode() for key in ("meta", "trail")}
    return {**row, **as_json, "error": None if error is None else orjson.dumps(error).decode()}


def _document(row: Row) -> Document:
    as_json = {key: orjson.loads(row[key]) for key in ("meta", "trail")}
    return codec.document_from({"id": row["id"], "text": row["text"], **as_json})


def _texts(unit: Unit, rows: Iterable[Row]) -> Iterator[Text]:
    for document in map(_document, rows):
        if document.dropped is None and (unit == "document" or entry_spans(document)):
            yield from texts_of_unit(document, unit)


def _judged(mark: bool, batches: Iterable[Any]) -> Iterator[Any]:
    def rows() -> Iterator[Row]:
        for row in rows_of(batches):
            document = _document(row)
            listed = [Verdict(**{key: one[key] for key in Verdict._fields}) for one in row["verdicts"] or ()]
            if listed:
                document = run_stage(document, Duplicates(table_of(listed), mark))
            status = "failed" if row["error"] else "kept" if document.dropped is None else "dropped"
            yield {**_row(document, None), "error": row["error"], "status": status}

    return batches_of(rows(), JUDGED)
