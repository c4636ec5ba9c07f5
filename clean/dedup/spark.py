"""Find duplicates with Spark, where one machine is not enough: the SQL of DuckDB, the kernels of all engines.

    texts ─ mapInArrow(sketch) ─► sketches ─ pairs.sql ─► candidates ─ mapInArrow(verify) ─► verified pairs
          ─ stars ─► components ─ mapInArrow(split) ─► clusters ─ join ─► verdicts

Everything is done by the executors; the driver adds up the table of frequencies, and joins components where
the pairs are few (`clean.dedup.stars`). `clean` must be installed on every executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

from clean.dedup import cluster, contain, stars, verify
from clean.dedup.corpus import SHORT, Keep
from clean.dedup.duck import names_of, pairs_sql, sets_of
from clean.dedup.find import DEFAULT, LISTED, Settings, Verdict
from clean.dedup.sketch import BATCH, TRANSLATED_BACK, Text, Unit, has_kernel, sketch

Rows: TypeAlias = Callable[[Iterable[dict[str, Any]]], Iterable[Text]]
"""Makes texts of input rows; runs on the executors, so it must survive pickling."""

SKETCHED = (
    "id string, date string, damage long, size long, content string, words int, shingles binary, "
    "keys array<long>, passages array<long>"
)
VERIFIED = "lesser string, greater string, near boolean, share double, inner string"
CLUSTERED = "content string, cluster string, anchor string, similarity double, turn int"

ORDER: dict[Keep, str] = {
    "longest": f"damage >= {TRANSLATED_BACK}, date NULLS LAST, id",
    "first": "date NULLS LAST, id",
    "newest": "date DESC NULLS LAST, id",
    "sound": "damage, date NULLS LAST, id",
}
"""The order of survivors (`clean.dedup.corpus.survivors`) among texts that have the same words."""


def plain(unit: Unit, rows: Iterable[dict[str, Any]]) -> Iterator[Text]:
    """Texts of rows with the columns id and text, and perhaps published and damage."""
    for row in rows:
        yield Text(str(row["id"]), row["text"] or "", unit, row.get("published"), row.get("damage") or 0)


def find(texts: Any, unit: Unit, settings: Settings = DEFAULT, rows: Rows | None = None) -> list[Verdict]:
    """The verdicts on the texts of a data frame, on the driver: those of `clean.dedup.find`, in its order.

    Args:
        texts: a data frame with the columns id and text.
        unit: of the texts.
        settings: see there.
        rows: makes texts of its rows; `plain` if not given.
    """
    found = verdicts(texts, unit, settings, rows)
    ordered = found.orderBy(found.cluster.isNull(), "first", "second", "third", "fourth")
    return [Verdict(*row) for row in ordered.select(*Verdict._fields).collect()]


def verdicts(texts: Any, unit: Unit, settings: Settings = DEFAULT, rows: Rows | None = None) -> Any:
    """As `find`, as a frame of the columns of `Verdict` and four more that order it."""
    import numpy as np

    session = texts.sparkSession
    sketched = texts.mapInArrow(partial(_sketched, rows or partial(plain, unit)), SKETCHED)
    sketched = sketched.where("words > 0").cache()
    contents = sketched.dropDuplicates(["content"]).select("content", "words", "shingles", "keys", "passages")
    contents = contents.cache()
    count = contents.count()
    table = np.zeros(1 << verify.BUCKET_BITS, np.int64)
    counted = contents.select("shingles").mapInArrow(_counted, "bucket int, texts long")
    for row in counted.groupBy("bucket").sum("texts").toLocalIterator():
        table[row[0]] = row[1]
    weights = session.sparkContext.broadcast((verify.weights(table, count), verify.pair_weight(count)))
    verified = _compared(contents, weights, settings.threshold(unit)).cache()
    pairs = verified.where("near").select("lesser", "greater").cache()
    labels = stars.labels(pairs).cache()
    quoted = verified.where("inner IS NOT NULL").selectExpr(
        "inner", "if(inner = lesser, greater, lesser) AS outer", "share"
    )
    copied = sketched.groupBy("content").count().where("count > 1").select("content")
    involved = labels.select("content").union(copied)
    involved = involved.union(quoted.select("inner")).union(quoted.select("outer")).distinct()
    ranked = sketched.join(involved, "content", "left_semi").selectExpr(
        *("id", "date", "damage", "size", "content"),
        f"row_number() OVER (PARTITION BY content ORDER BY {ORDER[settings.keep]}) AS place",
    )
    ranked = ranked.cache()
    components = _components(pairs, labels, ranked, contents)
    split = partial(_split, weights, settings, unit)
    clustered = components.mapInArrow(split, CLUSTERED).cache()
    alone = copied.join(clustered, "content", "left_anti").selectExpr(
        "content", "content AS cluster", "content AS anchor", "1D AS similarity", "0 AS turn"
    )
    clusters = _members(clustered.unionByName(alone), ranked, unit)
    found = clusters.unionByName(_contained(quoted, clustered, ranked, unit)).localCheckpoint()
    for frame in (clustered, ranked, labels, pairs, verified, contents, sketched):
        frame.unpersist()
    return found


def _compared(contents: Any, weights: Any, threshold: float) -> Any:
    """The candidates that are near or contain one another."""
    contents.where(f"words >= {SHORT}").selectExpr(
        "content", "posexplode(keys) AS (band, key)"
    ).createOrReplaceTempView("members")
    contents.selectExpr("content", "explode(passages) AS key").createOrReplaceTempView("passages")
    left = contents.selectExpr("content AS lesser", "words AS a", "shingles AS x")
    right = contents.selectExpr("content AS greater", "words AS b", "shingles AS y")
    return (
        contents.sparkSession.sql(pairs_sql())
        .join(left, "lesser")
        .join(right, "greater")
        .select("lesser", "greater", "met", "a", "b", "x", "y")
        .mapInArrow(partial(_verified, weights, threshold), VERIFIED)
    )


def _components(pairs: Any, labels: Any, ranked: Any, contents: Any) -> Any:
    """A row for each component: its pairs, and its contents with the best text and the shingles of each."""
    from pyspark.sql.functions import expr

    ends = pairs.join(labels, pairs.lesser == labels.content)
    ends = ends.groupBy("label").agg(expr("collect_list(struct(lesser, greater)) AS pairs"))
    best = ranked.where("place = 1").join(labels, "content")
    best = best.join(contents.select("content", "shingles"), "content")
    member = "collect_list(struct(content, id, date, damage, size, shingles)) AS members"
    return ends.join(best.groupBy("label").agg(expr(member)), "label").select("pairs", "members")


def _members(clustered: Any, ranked: Any, unit: Unit) -> Any:
    """The verdicts on texts that are in a cluster."""
    kept = ranked.where("place = 1").selectExpr("content AS anchor", "id AS kept")
    return (
        clustered.join(ranked, "content")
        .join(kept, "anchor")
        .selectExpr(
            *("cluster", "id", f"'{unit}' AS unit", "content = anchor AND place = 1 AS survivor", "kept"),
            *("similarity", "if(content = anchor, 'exact', 'near') AS relation"),
            *("cluster AS first", "'' AS second", "turn AS third", "place AS fourth"),
        )
    )


def _contained(quoted: Any, clustered: Any, ranked: Any, unit: Unit) -> Any:
    """The verdicts on texts that stand in a text of another cluster."""
    anchors = clustered.select("content", "anchor")
    few = ranked.where(f"place <= {LISTED}")
    inner = few.selectExpr("content AS inner", "id", "place AS third")
    outer = few.selectExpr("content AS outer", "id AS kept", "place AS fourth")
    return (
        quoted.join(anchors.toDF("inner", "a"), "inner", "left")
        .join(anchors.toDF("outer", "b"), "outer", "left")
        .where("coalesce(a, inner) != coalesce(b, outer)")
        .join(inner, "inner")
        .join(outer, "outer")
        .selectExpr(
            *("cast(NULL AS string) AS cluster", "id", f"'{unit}' AS unit", "true AS survivor", "kept"),
            *("share AS similarity", "'contained' AS relation"),
            *("inner AS first", "outer AS second", "third", "fourth"),
        )
    )


def _split(shared: Any, settings: Settings, unit: Unit, batches: Iterable[Any]) -> Iterator[Any]:
    """On an executor: whole components split into clusters."""
    import numpy as np
    import pyarrow as pa

    for batch in batches:
        if not batch.num_rows:
            continue
        pairs = [pair for listed in batch.column(0).to_pylist() for pair in listed]
        members = [member for listed in batch.column(1).to_pylist() for member in listed]
        members.sort(key=lambda member: member["content"])
        contents = [member["content"] for member in members]
        numbers = np.arange(len(contents))
        place = dict(zip(contents, numbers.tolist(), strict=True))
        rows = [
            (*(member[name] for name in ("id", "date", "damage", "size")), at, int(member["content"], 16))
            for at, member in enumerate(members)
        ]
        rank = names_of(rows, numbers, settings).rank
        ends = np.array(sorted((place[pair["lesser"]], place[pair["greater"]]) for pair in pairs), np.int64)
        found = cluster.split(
            sets_of([member["shingles"] for member in members], shared.value),
            ends[:, 0],
            ends[:, 1],
            rank,
            settings.threshold(unit),
            fast=has_kernel(),
        )
        groups: dict[int, dict[int, float]] = {}
        for anchor, member, similarity in zip(*(column.tolist() for column in found), strict=True):
            groups.setdefault(anchor, {anchor: 1.0})[member] = round(similarity, 4)
        listed = [
            (contents[member], contents[min(group)], contents[anchor], group[member], turn)
            for anchor, group in groups.items()
            for turn, member in enumerate(sorted(group, key=rank.__getitem__))
        ]
        columns = list(zip(*listed, strict=True)) or [()] * 5
        kinds = (pa.string(), pa.string(), pa.string(), pa.float64(), pa.int32())
        arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, names=["content", "cluster", "anchor", "similarity", "turn"])


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
            inner[min(one, other)], share[min(one, other)] = contents[one], round(part, 4)
        columns = {
            "lesser": pa.array(lesser, pa.string()),
            "greater": pa.array(greater, pa.string()),
            "near": pa.array(alike.tolist(), pa.bool_()),
            "share": pa.array(share, pa.float64()),
            "inner": pa.array(inner, pa.string()),
        }
        found = pa.RecordBatch.from_pydict(columns)
        yield found.filter(pa.array((alike | np.array([value is not None for value in inner])).tolist()))
