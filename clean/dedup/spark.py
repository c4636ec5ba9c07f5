"""Find duplicates with Spark, where one machine is not enough: the SQL of DuckDB, the kernels of all engines.

    texts ─ mapInArrow(sketch) ─► sketches ─ pairs.sql ─► candidates ─ mapInArrow(verify) ─► verified pairs
                                                          └─ driver: components, clusters, rows

What is per text or per candidate is done by the executors; verified pairs, and the sketches of texts that
have one, come to the driver: about 500 bytes a duplicate. `clean` must be installed on every executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from clean.dedup import cluster, contain, verify
from clean.dedup.corpus import SHORT
from clean.dedup.duck import names_of, pairs_sql, sets_of
from clean.dedup.find import DEFAULT, Settings, Verdict, rows_of
from clean.dedup.sketch import BATCH, Text, Unit, has_kernel, sketch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Rows: TypeAlias = Callable[[Iterable[dict[str, Any]]], Iterable[Text]]
"""Makes texts of input rows; runs on the executors, so it must survive pickling."""

SKETCHED = (
    "id string, date string, damage long, size long, content string, words int, shingles binary, "
    "keys array<long>, passages array<long>"
)
VERIFIED = "lesser string, greater string, near boolean, share double, inner string"


def plain(unit: Unit, rows: Iterable[dict[str, Any]]) -> Iterator[Text]:
    """Texts of rows with the columns id and text, and perhaps published."""
    for row in rows:
        yield Text(str(row["id"]), row["text"] or "", unit, row.get("published"))


def find(texts: Any, unit: Unit, settings: Settings = DEFAULT, rows: Rows | None = None) -> list[Verdict]:
    """The verdicts on the texts of a data frame; those of `clean.dedup.find` on the same texts.

    Args:
        texts: a data frame with the columns id and text.
        unit: of the texts.
        settings: see there.
        rows: makes texts of its rows; `plain` if not given.
    """
    import numpy as np

    session = texts.sparkSession
    sketched = texts.mapInArrow(partial(_sketched, rows or partial(plain, unit)), SKETCHED)
    sketched = sketched.where("words > 0").cache()
    contents = sketched.dropDuplicates(["content"]).select("content", "words", "shingles", "keys", "passages")
    contents = contents.cache()
    count = contents.count()
    if not count:
        return []
    table = np.zeros(1 << verify.BUCKET_BITS, np.int64)
    counted = contents.select("shingles").mapInArrow(_counted, "bucket int, texts long")
    for row in counted.groupBy("bucket").sum("texts").toLocalIterator():
        table[row[0]] = row[1]
    weights = verify.weights(table, count), verify.pair_weight(count)
    contents.where(f"words >= {SHORT}").selectExpr(
        "content", "posexplode(keys) AS (band, key)"
    ).createOrReplaceTempView("members")
    contents.selectExpr("content", "explode(passages) AS key").createOrReplaceTempView("passages")
    candidates = session.sql(pairs_sql())
    left = contents.selectExpr("content AS lesser", "words AS a", "shingles AS x")
    right = contents.selectExpr("content AS greater", "words AS b", "shingles AS y")
    shared = session.sparkContext.broadcast(weights)
    verified = (
        candidates.join(left, "lesser")
        .join(right, "greater")
        .select("lesser", "greater", "met", "a", "b", "x", "y")
        .mapInArrow(partial(_verified, shared, settings.threshold(unit)), VERIFIED)
        .collect()
    )
    copied = [
        row[0] for row in sketched.groupBy("content").count().where("count > 1").select("content").collect()
    ]
    near = [(row["lesser"], row["greater"]) for row in verified if row["near"]]
    quoted = [row for row in verified if row["inner"] is not None]
    involved = {*copied, *(end for pair in near for end in pair)}
    involved |= {end for row in quoted for end in (row["lesser"], row["greater"])}
    wanted = session.createDataFrame([(name,) for name in sorted(involved)] or [("",)], "content string")
    chosen = sketched.join(wanted, "content")
    found = chosen.select("id", "date", "damage", "size", "content").collect()
    blobs = dict(contents.join(wanted, "content").select("content", "shingles").collect())
    for frame in (contents, sketched):
        frame.unpersist()
    return list(_settled(found, blobs, near, quoted, weights, unit, settings))


def _settled(
    found: list[Any],
    blobs: dict[str, bytes],
    near: list[tuple[str, str]],
    quoted: list[Any],
    weights: tuple[npt.NDArray[np.int32], int],
    unit: Unit,
    settings: Settings,
) -> Iterator[Verdict]:
    """Clusters and rows, on the driver."""
    import numpy as np

    ordered = sorted(blobs)
    place = {content: number for number, content in enumerate(ordered)}
    rows = [(*row[:4], place[row["content"]], int(row["content"], 16)) for row in found]
    names = names_of(rows, np.arange(len(ordered)), settings)
    pairs = np.array(sorted((place[a], place[b]) for a, b in near), np.int64).reshape(-1, 2)
    members = cluster.split(
        sets_of([bytes(blobs[content]) for content in ordered], weights),
        pairs[:, 0],
        pairs[:, 1],
        names.rank,
        settings.threshold(unit),
        fast=has_kernel(),
    )
    inside = []
    for row in quoted:
        inner, outer = row["inner"], row["greater"] if row["inner"] == row["lesser"] else row["lesser"]
        inside.append((place[inner], place[outer], row["share"]))
    inside.sort()
    columns = list(zip(*inside, strict=True)) or [(), (), ()]
    contained = contain.Contained(
        np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], np.float64)
    )
    return rows_of(names, members, contained, unit)


def _sketched(make: Rows, batches: Iterable[Any]) -> Iterator[Any]:
    """On an executor: the sketches of Arrow batches of rows."""
    import numpy as np
    import pyarrow as pa

    waiting: list[Text] = []

    def rows(texts: list[Text]) -> Any:
        part = sketch(texts, fast=has_kernel())
        keys = part.keys.view(np.int64)
        ends = list(zip(part.offsets[:-1], part.offsets[1:], strict=True))
        passages = part.passages.view(np.int64)
        passage_ends = zip(part.passage_offsets[:-1], part.passage_offsets[1:], strict=True)
        columns = {
            "id": pa.array(part.ids, pa.string()),
            "date": pa.array(part.dates, pa.string()),
            "damage": pa.array(part.damages, pa.int64()),
            "size": pa.array(part.sizes, pa.int64()),
            "content": pa.array([f"{int(a):016x}{int(b):016x}" for a, b in part.contents], pa.string()),
            "words": pa.array(part.words, pa.int32()),
            "shingles": pa.array([part.hashes[a:b].astype("<u4").tobytes() for a, b in ends], pa.binary()),
            "keys": pa.array(list(keys.T), pa.list_(pa.int64())),
            "passages": pa.array([passages[a:b] for a, b in passage_ends], pa.list_(pa.int64())),
        }
        return pa.RecordBatch.from_pydict(columns)

    for batch in batches:
        waiting += make(batch.to_pylist())
        while len(waiting) >= BATCH:
            yield rows(waiting[:BATCH])
            del waiting[:BATCH]
    if waiting:
        yield rows(waiting)


def _counted(batches: Iterable[Any]) -> Iterator[Any]:
    """On an executor: the frequencies of the shingles of one partition."""
    import numpy as np
    import pyarrow as pa

    table = np.zeros(1 << verify.BUCKET_BITS, np.int64)
    for batch in batches:
        blobs = b"".join(value.as_py() for value in batch.column(0))
        table += verify.frequencies(np.frombuffer(blobs, "<u4"))
    filled = np.flatnonzero(table)
    columns = {"bucket": pa.array(filled.astype(np.int32)), "texts": pa.array(table[filled])}
    yield pa.RecordBatch.from_pydict(columns)


def _verified(shared: Any, threshold: float, batches: Iterable[Any]) -> Iterator[Any]:
    """On an executor: candidates compared."""
    import numpy as np
    import pyarrow as pa

    for batch in batches:
        if not batch.num_rows:
            continue
        lesser, greater, met, a, b, x, y = (column.to_pylist() for column in batch.columns)
        sets = sets_of([*x, *y], shared.value)
        here = np.arange(len(lesser))
        there = here + len(lesser)
        weight = verify.common(sets, here, there, fast=has_kernel())
        words = np.array([*a, *b], np.int32)
        alike = verify.near(sets, here, there, weight, threshold) > 0
        alike &= np.minimum(words[here], words[there]) >= SHORT
        meet = np.array(met, bool)
        quotes = contain.contained(here[meet], there[meet], weight[meet], sets, words)
        inner: list[str | None] = [None] * len(lesser)
        share: list[float | None] = [None] * len(lesser)
        contents = [*lesser, *greater]
        for one, other, part in zip(*(column.tolist() for column in quotes), strict=True):
            inner[min(one, other)], share[min(one, other)] = contents[one], part
        columns = {
            "lesser": pa.array(lesser, pa.string()),
            "greater": pa.array(greater, pa.string()),
            "near": pa.array(alike.tolist(), pa.bool_()),
            "share": pa.array(share, pa.float64()),
            "inner": pa.array(inner, pa.string()),
        }
        found = pa.RecordBatch.from_pydict(columns)
        yield found.filter(pa.array((alike | np.array([value is not None for value in inner])).tolist()))
