"""The index of what was seen before: a store that stays, changed in whole transactions.

A run that is killed while it adds leaves the index as it was. An index of another scheme is refused with
what to do, never compared.
"""

# ruff: noqa: S608  (queries are put together from our own names of tables, never from input)
from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from clean.dedup import store
from clean.dedup.sketch import Sketches, Unit
from clean.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Info(NamedTuple):
    """What an index holds."""

    unit: Unit
    texts: int
    contents: int
    """Different texts."""
    bytes: int
    facts: dict[str, str]


class Seen(NamedTuple):
    """What an addition did."""

    added: int
    known: int
    """Ids that the index had already; their texts were replaced."""


@contextmanager
def changing(path: Path, unit: Unit) -> Iterator[Any]:
    """A connection within one transaction: all that is done becomes true at the end, or nothing does."""
    new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = store.connect(path)
    try:
        connection.execute("BEGIN")
        if new or not _has_tables(connection):
            store.create(connection, unit)
        store.check(connection, str(path), unit)
        yield connection
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
    except BaseException:
        connection.close()
        if new:
            path.unlink(missing_ok=True)
        raise
    connection.close()


def _has_tables(connection: Any) -> bool:
    found = connection.execute("SELECT count(*) FROM information_schema.tables").fetchall()
    return bool(found[0][0])


def add(path: Path, sketches: Iterable[Sketches], unit: Unit) -> Seen:
    """Add texts; one whose id is known replaces what the index had under it.

    Raises:
        InputError: the index was made with another scheme.
        OutputError: another process is using it.
    """
    with changing(path, unit) as connection:
        added, turn = store.written(connection, sketches)
        run = connection.execute
        run(
            "CREATE OR REPLACE TEMP TABLE renewed AS SELECT DISTINCT id FROM texts WHERE turn = ? "
            "INTERSECT SELECT id FROM texts WHERE turn < ?",
            [turn, turn],
        )
        known = run("SELECT count(*) FROM renewed").fetchall()[0][0]
        run("DELETE FROM texts WHERE turn < ? AND id IN (SELECT id FROM renewed)", [turn])
        run("DROP TABLE renewed")
        _sweep(connection)
        return Seen(added, known)


def forget(path: Path, ids: Iterable[str]) -> int:
    """Take texts out by their ids; how many were there."""
    import numpy as np

    wanted = np.array(sorted(set(ids)), object)
    unit = info(path).unit
    with changing(path, unit) as connection:
        if not len(wanted):
            return 0
        before = connection.execute("SELECT count(*) FROM texts").fetchall()[0][0]
        connection.register("batch", {"id": wanted})
        connection.execute("DELETE FROM texts WHERE id IN (SELECT id FROM batch)")
        connection.unregister("batch")
        _sweep(connection)
        after = connection.execute("SELECT count(*) FROM texts").fetchall()[0][0]
        return int(before - after)


def _sweep(connection: Any) -> None:
    """Remove contents that no text has any more, and their share of the frequencies."""
    import numpy as np

    from clean.dedup import verify

    run = connection.execute
    run(
        "CREATE OR REPLACE TEMP TABLE orphans AS SELECT place FROM contents "
        "WHERE place NOT IN (SELECT place FROM texts)"
    )
    found = run("SELECT shingles FROM contents WHERE place IN (SELECT place FROM orphans)")
    table: npt.NDArray[np.int64] = np.zeros(1 << verify.BUCKET_BITS, np.int64)
    while rows := found.fetchmany(store.WRITTEN):
        table += verify.frequencies(np.frombuffer(b"".join(row[0] for row in rows), "<u4"))
    if table.any():
        store.put_frequencies(connection, store.get_frequencies(connection) - table)
        for name in ("contents", "bands", "passages"):
            run(f"DELETE FROM {name} WHERE place IN (SELECT place FROM orphans)")
    run("DROP TABLE orphans")


def rebuild(path: Path, sketches: Iterable[Sketches], unit: Unit) -> int:
    """Make an index anew from its texts; the old one stays until the new one is complete."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    added = add(fresh, sketches, unit).added
    fresh.replace(path)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    return added


def info(path: Path) -> Info:
    """What an index holds.

    Raises:
        InputError: there is none, or it was made with another scheme.
    """
    if not path.is_file():
        raise InputError(
            "no-index", "no such index", where=str(path), hint="Make one with `clean index add`."
        )
    connection = store.connect(path)
    try:
        unit = store.check(connection, str(path))
        texts = connection.execute("SELECT count(*) FROM texts").fetchall()[0][0]
        contents = connection.execute("SELECT count(*) FROM contents").fetchall()[0][0]
        facts = dict(connection.execute("SELECT name, value FROM facts").fetchall())
        return Info(unit, texts, contents, path.stat().st_size, facts)
    finally:
        connection.close()
