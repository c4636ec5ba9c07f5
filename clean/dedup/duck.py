"""Find duplicates with DuckDB: more texts than memory holds, or against what was seen before.

The joins are `pairs.sql`; pairs are verified here, on shingle arrays that stream out of a join, and clusters
are formed of whole components at a time. The verdicts are those of `clean.dedup.find`.

Against an index, only what today's texts touch is compared: their buckets, then the buckets of what is
found near to them, until nothing new is found. So the clusters of today's texts are those of a run over
both at once, and the cost follows today's texts, not the archive.
"""

# ruff: noqa: S608  (queries are put together from our own names of tables, never from input)
from __future__ import annotations

import shutil
from collections.abc import Callable, Container, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clean.dedup import cluster, contain, pairs, store, verify
from clean.dedup.corpus import SHORT, Names, survivors
from clean.dedup.find import Settings, Verdict, rows_of
from clean.dedup.packed import only
from clean.dedup.sketch import Sketches, Unit, has_kernel
from clean.dedup.store import get_frequencies

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.cluster import Members
    from clean.dedup.contain import Contained
    from clean.dedup.shingles import Places

FETCHED = 1 << 15
"""Rows taken from a result at one time."""

MEMBERS = 1 << 17
"""Texts of whole components that are clustered at one time."""


def settle(
    read: Callable[[], Iterable[tuple[Unit, Sketches]]], settings: Settings, folder: Path, memory: str
) -> list[Verdict]:
    """As `find.settle`, in databases that are removed afterwards.

    Args:
        read: gives the sketches of all texts, as often as it is called.
        settings: of the comparison.
        folder: takes the databases.
        memory: bound, as in "500MB".
    """

    def verdicts(unit: Unit, without: Container[str | None]) -> list[Verdict]:
        path = folder / f"{unit}.duckdb"
        for old in folder.glob(f"{path.name}*"):  # of a run that was killed
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        some = (sketches for one, sketches in read() if one == unit)
        connection = store.connect(path, memory=memory)
        try:
            store.create(connection, unit)
            stays = (only(one, [document not in without for document in one.within]) for one in some)
            return solve(connection, unit, settings) if store.write(connection, stays) else []
        finally:
            connection.close()
            path.unlink(missing_ok=True)

    documents = verdicts("document", ())
    return documents + verdicts("entry", {row.id for row in documents if not row.survivor})


def pairs_sql() -> str:
    """The query for candidate pairs, its constants filled in."""
    text = files("clean.dedup").joinpath("pairs.sql").read_text(encoding="utf-8")
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return text.format(bucket=pairs.BUCKET, postings=contain.POSTINGS, meetings=contain.MEETINGS)


def solve(connection: Any, unit: Unit, settings: Settings, *, seen: bool = False) -> list[Verdict]:
    """The verdicts on the texts of a store.

    Args:
        connection: from `store.connect`, with the texts in its own tables.
        unit: of the texts.
        settings: see there.
        seen: compare with the index in the schema `seen`, and leave out clusters that are all of its texts.
    """
    import numpy as np

    run = connection.execute
    _views(run, seen)
    table = get_frequencies(connection)
    if seen:
        # Of the contents of the index, those are not counted that are here too, or have a newer text here.
        again = run(
            "SELECT shingles FROM seen.contents "
            "WHERE place NOT IN (SELECT place FROM places WHERE part = 'seen') "
            "OR content IN (SELECT content FROM contents)"
        ).fetchall()
        table += get_frequencies(connection, "seen")
        table -= verify.frequencies(np.frombuffer(b"".join(row[0] for row in again), "<u4"))
    texts = run("SELECT count(*) FROM numbered").fetchall()[0][0]
    weights = verify.weights(table, texts), verify.pair_weight(texts)
    threshold = settings.threshold(unit)
    left, right, quoted = _compare(connection, weights, threshold, seen=seen)
    members = _clusters(connection, left, right, weights, threshold, settings)
    copied = run(
        "SELECT number FROM everything GROUP BY number HAVING count(*) > 1"
        + (" AND bool_or(fresh)" if seen else "")
    ).fetchnumpy()["number"]
    names, members, quoted = _named(connection, members, quoted, np.asarray(copied, np.int64), settings)
    rows = rows_of(names, members, quoted, unit)
    if not seen:
        return list(rows)
    fresh = {row[0] for row in run("SELECT id FROM texts").fetchall()}
    clusters: dict[str | None, list[Verdict]] = {}
    for row in rows:
        clusters.setdefault(row.cluster, []).append(row)
    alone = clusters.pop(None, [])
    kept = [row for group in clusters.values() if any(row.id in fresh for row in group) for row in group]
    return kept + [row for row in alone if row.id in fresh or row.kept in fresh]


def _views(run: Any, seen: bool) -> None:
    """Number the contents in the order of their hashes, and look at both stores as one."""
    parts = {"main": "main.texts", **({"seen": "still"} if seen else {})}
    if seen:
        # A text that is given anew under its id is the same text, not another.
        run(
            "CREATE OR REPLACE TEMP TABLE still AS "
            "SELECT * FROM seen.texts WHERE id NOT IN (SELECT id FROM main.texts)"
        )
    both = " UNION SELECT content FROM seen.contents WHERE place IN (SELECT place FROM still)" if seen else ""
    run(
        "CREATE OR REPLACE TEMP TABLE numbered AS "
        "SELECT content, row_number() OVER (ORDER BY content) - 1 AS number "
        f"FROM (SELECT content FROM contents{both})"
    )
    places = " UNION ALL ".join(
        f"SELECT '{part}' AS part, c.place, n.number, c.words FROM {part}.contents c "
        f"JOIN numbered n ON c.content = n.content WHERE c.place IN (SELECT place FROM {texts})"
        for part, texts in parts.items()
    )
    run(f"CREATE OR REPLACE TEMP TABLE places AS {places}")
    # A content that both stores have is taken from this one.
    run(
        "CREATE OR REPLACE TEMP TABLE taken AS SELECT part, place, number, words FROM places "
        "WHERE part = 'main' OR number NOT IN (SELECT number FROM places WHERE part = 'main')"
    )
    for view, columns in (("members", "band, key"), ("passages", "key"), ("sets", "shingles")):
        table = {"members": "bands", "passages": "passages", "sets": "contents"}[view]
        union = " UNION ALL ".join(
            f"SELECT {columns}, t.number AS content FROM {part}.{table} x JOIN taken t ON x.place = t.place "
            f"AND t.part = '{part}'"
            for part in parts
        )
        run(f"CREATE OR REPLACE TEMP VIEW all_{view} AS {union}")
    everything = " UNION ALL ".join(
        f"SELECT t.id, t.date, t.damage, t.size, p.number, {part == 'main'} AS fresh FROM {texts} t "
        f"JOIN places p ON t.place = p.place AND p.part = '{part}'"
        for part, texts in parts.items()
    )
    run(f"CREATE OR REPLACE TEMP VIEW everything AS {everything}")


def _compare(
    connection: Any, weights: Weights, threshold: float, *, seen: bool
) -> tuple[Places, Places, Contained]:
    """All verified pairs, and what contains what."""
    import numpy as np

    run = connection.execute
    if not seen:
        run(_candidates("all_members", "all_passages"))
        return _verified(connection, weights, threshold)
    run("CREATE OR REPLACE TEMP TABLE visited AS SELECT number FROM places WHERE part = 'main'")
    run("CREATE OR REPLACE TEMP TABLE frontier AS SELECT number FROM visited")
    found: list[tuple[Places, Places, Contained]] = []
    while run("SELECT count(*) FROM frontier").fetchall()[0][0]:
        for view, key in (("members", "band, key"), ("passages", "key")):
            run(
                f"CREATE OR REPLACE TEMP TABLE near_{view} AS "
                f"SELECT {key}, content FROM all_{view} WHERE ({key}) IN "
                f"(SELECT ({key}) FROM all_{view} WHERE content IN (SELECT number FROM frontier))"
            )
        run(_candidates("near_members", "near_passages"))
        run(
            "DELETE FROM candidates WHERE lesser NOT IN (SELECT number FROM frontier) "
            "AND greater NOT IN (SELECT number FROM frontier)"
        )
        found.append(_verified(connection, weights, threshold))
        ends = np.unique(np.concatenate(found[-1][:2]))
        connection.register("batch", {"number": ends})
        run(
            "CREATE OR REPLACE TEMP TABLE frontier AS SELECT number FROM batch "
            "WHERE number NOT IN (SELECT number FROM visited)"
        )
        connection.unregister("batch")
        run("INSERT INTO visited SELECT number FROM frontier")
    left, right = (np.concatenate([part[side] for part in found]) for side in (0, 1))
    both = pairs.distinct(pairs.packed(left, right))
    # What today's texts have to do with passages was all found in the first round.
    return *pairs.unpacked(both), found[0][2]


def _candidates(members: str, passages: str) -> str:
    query = (
        pairs_sql().replace("FROM members", f"FROM {members}").replace("FROM passages", f"FROM {passages}")
    )
    return f"CREATE OR REPLACE TEMP TABLE candidates AS {query}"


Weights = tuple["npt.NDArray[np.int32]", int]


def _verified(connection: Any, weights: Weights, threshold: float) -> tuple[Places, Places, Contained]:
    """Compare the candidates, as their shingles stream out of a join."""
    import numpy as np

    result = connection.execute(
        "SELECT c.lesser, c.greater, c.met, a.words, b.words, x.shingles, y.shingles FROM candidates c "
        "JOIN all_sets x ON c.lesser = x.content JOIN all_sets y ON c.greater = y.content "
        "JOIN taken a ON c.lesser = a.number JOIN taken b ON c.greater = b.number"
    )
    fast = has_kernel()
    near: list[tuple[Places, Places]] = []
    quoted: list[Contained] = []
    while rows := result.fetchmany(FETCHED):
        lesser, greater, met, a, b, x, y = zip(*rows, strict=True)
        sets = sets_of([*x, *y], weights)
        here = np.arange(len(rows))
        there = here + len(rows)
        shared = verify.common(sets, here, there, fast=fast)
        words = np.array([*a, *b], np.int32)
        long = np.minimum(words[here], words[there]) >= SHORT
        alike = (verify.near(sets, here, there, shared, threshold) > 0) & long
        first, second = np.array(lesser, np.int64), np.array(greater, np.int64)
        near.append((first[alike], second[alike]))
        meet = np.array(met, bool)
        one = contain.contained(here[meet], there[meet], shared[meet], sets, words)
        numbers = np.concatenate((first, second))
        quoted.append(contain.Contained(numbers[one.inner], numbers[one.outer], one.share))
    left, right = (
        np.concatenate([pair[side] for pair in near] or [np.zeros(0, np.int64)]) for side in (0, 1)
    )
    whole = [np.concatenate(column) for column in zip(*quoted, strict=True)] if quoted else []
    if not whole:
        return left, right, contain.Contained(left[:0], left[:0], np.zeros(0))
    order = np.lexsort((whole[1], whole[0]))
    return left, right, contain.Contained(*(column[order] for column in whole))


def sets_of(blobs: list[bytes], weights: Weights) -> verify.Sets:
    """Shingle sets from their stored bytes."""
    import numpy as np

    sizes = np.fromiter(map(len, blobs), np.int64, len(blobs)) // 4
    ends = np.cumsum(sizes)
    hashes = np.frombuffer(b"".join(blobs), "<u4")
    return verify.weighed_by(hashes, ends - sizes, ends, *weights)


def _clusters(
    connection: Any, left: Places, right: Places, weights: Weights, threshold: float, settings: Settings
) -> Members:
    """Components of verified pairs, some whole ones at a time, split by their anchors."""
    import numpy as np

    texts, ends = np.unique(np.concatenate((left, right)), return_inverse=True)
    near, far = ends[: len(left)], ends[len(left) :]
    labels = cluster.components(len(texts), near, far)
    order = np.argsort(labels[near], kind="stable")
    near, far = near[order], far[order]
    parts: list[Members] = []
    for first, last in _whole(labels[near]):
        members = np.unique(np.concatenate((near[first:last], far[first:last])))
        numbers = texts[members]
        blobs = dict(
            _wanted(
                connection,
                "SELECT s.content, s.shingles FROM all_sets s JOIN batch b ON s.content = b.number",
                numbers,
            )
        )
        sets = sets_of([blobs[number] for number in numbers.tolist()], weights)
        rank = _names(connection, numbers, settings).rank
        one = cluster.split(
            sets,
            np.searchsorted(members, near[first:last]),
            np.searchsorted(members, far[first:last]),
            rank,
            threshold,
            fast=has_kernel(),
        )
        parts.append(cluster.Members(numbers[one.anchor], numbers[one.member], one.similarity))
    if not parts:
        return cluster.Members(left[:0], left[:0], np.zeros(0))
    return cluster.Members(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _whole(labels: Places) -> Iterator[tuple[int, int]]:
    """Ranges of sorted labels, about `MEMBERS` long, that split no label."""
    import numpy as np

    first = 0
    while first < len(labels):
        last = int(np.searchsorted(labels, labels[min(first + MEMBERS, len(labels)) - 1], "right"))
        yield first, last
        first = last


def _wanted(connection: Any, query: str, numbers: Places) -> list[tuple[Any, ...]]:
    """The rows of a query that joins `batch`, a table of numbers."""
    connection.register("batch", {"number": numbers})
    found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    connection.unregister("batch")
    return found


def _names(connection: Any, numbers: Places, settings: Settings) -> Names:
    """The texts of some contents, renumbered in their order."""
    rows = _wanted(
        connection,
        "SELECT e.id, e.date, e.damage, e.size, e.number, n.content FROM everything e "
        "JOIN batch b ON e.number = b.number JOIN numbered n ON n.number = b.number",
        numbers,
    )
    return names_of(rows, numbers, settings)


def names_of(rows: list[tuple[Any, ...]], numbers: Places, settings: Settings) -> Names:
    """The names of texts.

    Args:
        rows: id, date, damage, size, number of the content, content hash as an integer.
        numbers: all contents that the rows may have, ascending in the order of their hashes.
        settings: for the order of survivors.
    """
    import numpy as np

    ids, dates, damages, sizes, owners, contents = map(list, zip(*rows, strict=True)) if rows else [[]] * 6
    owner = np.searchsorted(numbers, np.array(owners, np.int64))
    mask = (1 << 64) - 1
    halves = np.array([(value >> 64, value & mask) for value in contents], np.uint64).reshape(-1, 2)
    copies = np.bincount(owner, minlength=len(numbers))
    order = survivors(settings.keep, ids, dates, damages, np.array(sizes, np.int64), halves, owner, copies)
    rank = np.full(len(numbers), len(ids))
    np.minimum.at(rank, owner[order], np.arange(len(ids)))
    by_content = np.zeros((len(numbers), 2), np.uint64)
    by_content[owner] = halves
    return Names(ids, owner, order, rank, copies, by_content)


def _named(
    connection: Any, members: Members, quoted: Contained, copied: Places, settings: Settings
) -> tuple[Names, Members, Contained]:
    """The texts that the rows are about, and the findings in their numbers."""
    import numpy as np

    numbers = np.unique(
        np.concatenate((members.anchor, members.member, quoted.inner, quoted.outer, copied))
    ).astype(np.int64)
    names = _names(connection, numbers, settings)

    def place(values: Places) -> Places:
        return np.searchsorted(numbers, values)

    return (
        names,
        cluster.Members(place(members.anchor), place(members.member), members.similarity),
        contain.Contained(place(quoted.inner), place(quoted.outer), quoted.share),
    )
