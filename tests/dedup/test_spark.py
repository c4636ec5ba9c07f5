"""Spark finds what the engine in memory finds. Needs Java, and takes most of a minute to start."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from test_duck import corpus, in_memory

from clean.dedup.find import Settings
from clean.dedup.sketch import Unit

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None:
        pytest.skip("no Java")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    started = builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()
    yield started
    started.stop()


@pytest.mark.parametrize(("unit", "keep"), [("document", "longest"), ("entry", "first")])
@pytest.mark.parametrize("parts", [1, 5])
def test_spark_finds_the_same(session: Any, unit: Unit, keep: str, parts: int) -> None:
    from clean.dedup import spark

    texts = [text._replace(damage=0) for text in corpus(400, 1, unit)]
    settings = Settings(keep=keep)  # type: ignore[arg-type]
    rows = [(text.id, text.text, text.date) for text in texts]
    frame = session.createDataFrame(rows, "id string, text string, published string").repartition(parts)
    found = spark.find(frame, unit, settings)

    assert len(found) > 150
    assert found == in_memory(texts, settings)


def test_nothing_to_compare(session: Any) -> None:
    from clean.dedup import spark

    frame = session.createDataFrame([("a", ""), ("b", "...")], "id string, text string")

    assert spark.find(frame, "document") == []
