"""Spark finds what the engine in memory finds. Needs Java, and takes minutes."""

from __future__ import annotations

import os
import random
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
    started = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield started
    started.stop()


@pytest.mark.parametrize(
    ("unit", "keep", "parts"), [("document", "longest", 1), ("entry", "newest", 5), ("document", "sound", 2)]
)
def test_spark_finds_the_same(session: Any, unit: Unit, keep: str, parts: int) -> None:
    from clean.dedup import spark

    texts = corpus(400, 1, unit)
    settings = Settings(keep=keep)  # type: ignore[arg-type]
    rows = [(text.id, text.text, text.date, text.damage) for text in texts]
    frame = session.createDataFrame(rows, "id string, text string, published string, damage long")
    found = spark.find(frame.repartition(parts), unit, settings)

    assert len(found) > 150
    assert found == in_memory(texts, settings)


def test_nothing_to_compare(session: Any) -> None:
    from clean.dedup import spark

    frame = session.createDataFrame([("a", ""), ("b", "...")], "id string, text string")

    assert spark.find(frame, "document") == []


def test_components_are_the_same_on_the_driver_and_spread(session: Any) -> None:
    from clean.dedup import stars

    rng = random.Random(5)
    chain = [(f"c{n:02}", f"c{n + 1:02}") for n in range(40)]
    hub = [(f"h{n:02}", "h99") for n in range(30)]
    pairs = [*chain, *hub, *(tuple(sorted(rng.sample(range(100, 200), 2))) for _ in range(60))]
    rows = [(str(a), str(b)) for a, b in pairs]
    frame = session.createDataFrame(rows, "lesser string, greater string").repartition(3).cache()
    found = [sorted(map(tuple, stars.labels(frame, few).collect())) for few in (0, len(rows))]

    assert found[0] == found[1]
    assert dict(found[0])["c40"] == "c00"
    assert dict(found[0])["h99"] == "h00"
    assert len({label for _, label in found[0]}) > 5
