"""Clean a table of pages with Spark, each story once.

    spark-submit clean_table.py pages.parquet cleaned.parquet

The input has the columns `id` and `text`, and perhaps `published`. The output has these and `trail`: every
edit as JSON, as in the ledger of a run. `clean` must be installed on every executor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from clean import clean_text
from clean.codec import patch_row
from clean.dedup import spark as duplicates

COLUMNS = "id string, text string, published string, trail string"


def cleaned(batches: Iterable[Any]) -> Iterator[Any]:
    """Arrow batches of pages to Arrow batches of cleaned pages."""
    import pyarrow

    for batch in batches:
        rows = []
        for row in batch.to_pylist():
            document = clean_text(row["text"] or "", name=row["id"]).document
            trail = json.dumps([patch_row(patch) for patch in document.trail], ensure_ascii=False)
            rows.append((document.id, document.text, row.get("published"), trail))
        columns = [pyarrow.array(column, pyarrow.string()) for column in zip(*rows, strict=True)]
        yield pyarrow.RecordBatch.from_arrays(columns, names=["id", "text", "published", "trail"])


def each_story_once(pages: DataFrame) -> DataFrame:
    """The cleaned pages without those of which another copy is kept."""
    texts = pages.mapInArrow(cleaned, COLUMNS).cache()
    verdicts = duplicates.find(texts, "document")
    copies = [(verdict.id,) for verdict in verdicts if not verdict.survivor]
    dropped = pages.sparkSession.createDataFrame(copies, "id string")
    return texts.join(dropped, "id", "left_anti")


if __name__ == "__main__":
    source, target = sys.argv[1:]
    session = SparkSession.builder.appName("clean").getOrCreate()
    each_story_once(session.read.parquet(source)).write.parquet(target)
