"""Sketches in DuckDB: the tables of a large run, which spill to disk, and of an index, which stays there.

    texts        id, place, date, damage, size, turn   turn: which writing it came with
    contents     place, content, words, shingles      a place a text; then one a different text
    bands        band, key, place
    passages     key, place
    frequencies  bucket, texts
    facts        name, value                          scheme, seed, permutations, shingles …

The database reads no file but its own and loads no extension; text never enters it.
"""

# ruff: noqa: S608  (queries are put together from our own names of tables, never from input)
from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clean.dedup import minhash, shingles, verify
from clean.dedup.corpus import SHORT
from clean.dedup.sketch import Sketches, Unit
from clean.errors import InputError, OutputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from clean.dedup.shingles import Places

FORMAT = "1"
"""Of the tables. It changes when an older program could not read them."""

WRITTEN = 1 << 14
"""Texts written at one time."""

TABLES = {
    "texts": "id VARCHAR, place BIGINT, date VARCHAR, damage BIGINT, size BIGINT, turn BIGINT",
    "contents": "place BIGINT, content UHUGEINT, words INTEGER, shingles BLOB",
    "bands": "band UTINYINT, key UBIGINT, place BIGINT",
    "passages": "key UBIGINT, place BIGINT",
    "frequencies": "bucket INTEGER, texts BIGINT",
    "facts": "name VARCHAR, value VARCHAR",
}


def facts(unit: Unit) -> dict[str, str]:
    """What must be the same for two stores to be compared."""
    return {
        "format": FORMAT,
        "unit": unit,
        "shingles": shingles.SHINGLES,
        "passages": f"words-{shingles.PASSAGE}/{shingles.PASSAGE_SAMPLE}",
        "scheme": minhash.SCHEME,
        "seed": str(minhash.SEED),
        "permutations": str(minhash.PERMUTATIONS),
        "bands": f"{minhash.BANDS}x{minhash.ROWS}",
        "weights": f"{verify.BUCKET_BITS} bits",
    }


def connect(path: Path, *, memory: str = "2GB", threads: int = 1, also: Path | None = None) -> Any:
    """A locked-down connection to a database file, made if it is not there.

    Args:
        path: the file.
        memory: bound as DuckDB writes it, as in "2GB"; what is beyond it goes to disk next to the file.
        threads: how many.
        also: another database to read; its tables are in the schema `seen`.

    Raises:
        InputError: not a database that can be read.
        OutputError: another process has it open for writing, or the disk refuses.
    """
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "memory_limit": memory,
        "threads": str(threads),
        "preserve_insertion_order": "false",
        "temp_directory": str(path.with_name(path.name + ".tmp")),
    }
    try:
        connection = duckdb.connect(str(path), config=settings)
        if also is not None:
            quoted = str(also).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS seen (READ_ONLY)")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.InvalidInputException as error:
        raise InputError("bad-setting", str(error).splitlines()[0], where=str(path)) from error
    except duckdb.IOException as error:
        lines = str(error).splitlines()
        if "lock" in lines[0].lower():
            raise OutputError(
                "locked", "another process is using it", where=str(path), hint="Wait for it to end."
            ) from error
        raise InputError(
            "not-an-index", lines[0], where=str(also or path), hint="Name a file that `clean index` made."
        ) from error
    return connection


def create(connection: Any, unit: Unit) -> None:
    """Make the tables of an empty store."""
    for name, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
    connection.executemany("INSERT INTO facts VALUES (?, ?)", list(facts(unit).items()))


def check(connection: Any, where: str, unit: Unit | None = None, schema: str = "main") -> Unit:
    """The unit of a store, which must have been made with the present scheme.

    Raises:
        InputError: it was made otherwise, with what to do; or it is no store.
    """
    import duckdb

    try:
        found = dict(connection.execute(f"SELECT name, value FROM {schema}.facts").fetchall())
    except duckdb.Error as error:
        raise InputError(
            "not-an-index", "not an index", where=where, hint="Name a file that `clean index` made."
        ) from error
    wanted: Unit = unit or ("entry" if found.get("unit") == "entry" else "document")
    for name, value in facts(wanted).items():
        if found.get(name) != value:
            hint = "Name an index of this unit, or make one with `clean index add`."
            if name != "unit":
                hint = "Make it anew from its texts: `clean index rebuild`."
            raise InputError(
                "index-mismatch",
                f"made with {name} {found.get(name)}, where {value} is needed",
                where=where,
                hint=hint,
            )
    return wanted


class Writer:
    """Puts sketches into a store; `finish` collapses exact copies and counts frequencies."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        first = connection.execute("SELECT coalesce(max(place), -1) + 1 FROM contents").fetchall()[0][0]
        later = connection.execute("SELECT coalesce(max(place), -1) + 1 FROM texts").fetchall()[0][0]
        self.first: int = max(first, later)
        self._next = self.first
        last = connection.execute("SELECT coalesce(max(turn), 0) FROM texts").fetchall()[0][0]
        self.turn: int = last + 1
        self._waiting: list[Sketches] = []
        self._count = 0

    def add(self, sketches: Sketches) -> None:
        """Take a batch."""
        self._waiting.append(sketches)
        self._count += len(sketches.ids)
        if self._count >= WRITTEN:
            self._flush()

    def __len__(self) -> int:
        return int(self._next - self.first + self._count)

    def _flush(self) -> None:
        import numpy as np

        parts, self._waiting, self._count = self._waiting, [], 0
        for part in parts:
            places = np.arange(self._next, self._next + len(part.ids))
            self._next += len(part.ids)
            filled = part.words > 0
            self._insert(
                "texts",
                f"id, place, date, damage, size, {self.turn}",
                id=np.array(part.ids, object)[filled],
                place=places[filled],
                date=np.array(part.dates, object)[filled],
                damage=np.array(part.damages, np.int64)[filled],
                size=part.sizes[filled],
            )
            blobs = [
                part.hashes[start:end].astype("<u4").tobytes()
                for start, end in zip(part.offsets[:-1], part.offsets[1:], strict=True)
            ]
            self._insert(
                "contents",
                "place, upper::UHUGEINT * 18446744073709551616::UHUGEINT + lower::UHUGEINT, words, shingles",
                place=places[filled],
                upper=part.contents[filled, 0],
                lower=part.contents[filled, 1],
                words=part.words[filled],
                shingles=np.array(blobs, object)[filled],
            )
            long = part.words >= SHORT
            keys = part.keys[:, long]
            self._insert(
                "bands",
                "band, key, place",
                band=np.repeat(np.arange(len(keys), dtype=np.uint8), keys.shape[1]),
                key=keys.ravel(),
                place=np.tile(places[long], len(keys)),
            )
            owners = np.repeat(places, np.diff(part.passage_offsets))
            self._insert("passages", "key, place", key=part.passages, place=owners)

    def _insert(self, table: str, columns: str, **values: npt.NDArray[Any]) -> None:
        if len(next(iter(values.values()))):
            self._connection.register("batch", values)
            self._connection.execute(f"INSERT INTO {table} SELECT {columns} FROM batch")
            self._connection.unregister("batch")

    def finish(self) -> None:
        """Leave one place for each different text, the least, and add up the frequencies."""
        self._flush()
        run = self._connection.execute
        run(
            "CREATE OR REPLACE TEMP TABLE moved AS SELECT c.place, f.least FROM contents c JOIN "
            "(SELECT content, min(place) AS least FROM contents GROUP BY content HAVING count(*) > 1) f "
            "ON c.content = f.content WHERE c.place > f.least"
        )
        run("UPDATE texts SET place = m.least FROM moved m WHERE texts.place = m.place")
        for table in ("contents", "bands", "passages"):
            run(f"DELETE FROM {table} WHERE place IN (SELECT place FROM moved)")
        run("DROP TABLE moved")
        self.count(self.first)

    def count(self, first: int) -> None:
        """Add the frequencies of the contents from a place on."""
        import numpy as np

        found = self._connection.execute("SELECT shingles FROM contents WHERE place >= ?", [first])
        table = np.zeros(1 << verify.BUCKET_BITS, np.int64)
        while rows := found.fetchmany(WRITTEN):
            table += verify.frequencies(np.frombuffer(b"".join(row[0] for row in rows), "<u4"))
        put_frequencies(self._connection, get_frequencies(self._connection) + table)


def get_frequencies(connection: Any, schema: str = "main") -> Places:
    """The table of frequencies of a store."""
    import numpy as np

    found = connection.execute(f"SELECT bucket, texts FROM {schema}.frequencies").fetchnumpy()
    table = np.zeros(1 << verify.BUCKET_BITS, np.int64)
    table[np.asarray(found["bucket"])] = np.asarray(found["texts"])
    return table


def put_frequencies(connection: Any, table: Places) -> None:
    """Replace the table of frequencies."""
    import numpy as np

    filled = np.flatnonzero(table)
    connection.execute("DELETE FROM frequencies")
    if len(filled):
        connection.register("batch", {"bucket": filled.astype(np.int32), "texts": table[filled]})
        connection.execute("INSERT INTO frequencies SELECT bucket, texts FROM batch")
        connection.unregister("batch")


def write(connection: Any, sketches: Iterable[Sketches]) -> int:
    """Put all sketches into a store; how many texts they are."""
    return written(connection, sketches)[0]


def written(connection: Any, sketches: Iterable[Sketches]) -> tuple[int, int]:
    """As `write`; also the turn that the texts were written in."""
    writer = Writer(connection)
    for part in sketches:
        writer.add(part)
    writer.finish()
    return len(writer), writer.turn
