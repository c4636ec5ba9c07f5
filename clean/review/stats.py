"""A run in numbers: by rule, class, stage, site and file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from clean.review.record import Row
from clean.review.terminal import visible

AXES = ("rule", "class", "stage", "site", "file")

Table: TypeAlias = dict[str, "Tally"]
"""Name to tally, the largest first, then by name."""


class Tally(NamedTuple):
    """What stands behind one name."""

    documents: int = 0
    edits: int = 0
    removed: int = 0
    """Characters that edits took."""
    written: int = 0
    """Characters that edits put there."""
    notes: int = 0
    """Flags and suggestions among them."""
    drops: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))


class Stats(NamedTuple):
    """The numbers of a run."""

    documents: int
    kept: int
    dropped: int
    failed: int
    total: Tally
    tables: dict[str, Table]
    """One for each of `AXES`."""


def stats(rows: Iterable[Row]) -> Stats:
    """Count a ledger. Every edit counts once in each table."""
    status = {"kept": 0, "dropped": 0, "failed": 0}
    tables: dict[str, Table] = {axis: {} for axis in AXES}
    total = Tally()
    for row in rows:
        status[row["status"]] += 1
        here: dict[tuple[str, str], Tally] = {}
        everything = Tally()
        site = site_of(row)
        for names, tally in _tallies(row["trail"]):
            for axis, name in (*names.items(), ("site", site), ("file", row["source"])):
                here[axis, name] = here.get((axis, name), Tally()).plus(tally)
            everything = everything.plus(tally)
        total = total.plus(everything._replace(documents=bool(everything.edits or everything.drops)))
        for (axis, name), tally in here.items():
            table = tables[axis]
            table[name] = table.get(name, Tally()).plus(tally._replace(documents=1))
    ordered = {axis: dict(sorted(table.items(), key=_largest_first)) for axis, table in tables.items()}
    return Stats(sum(status.values()), status["kept"], status["dropped"], status["failed"], total, ordered)


def _tallies(trail: Iterable[Mapping[str, Any]]) -> Iterator[tuple[dict[str, str], Tally]]:
    for patch in trail:
        stage = patch["stage"]
        for edit in patch["edits"]:
            found = (edit.get("because") or {}).get("class")
            names = {
                "rule": edit["rule"],
                "class": found if isinstance(found, str) else stage,
                "stage": stage,
            }
            yield names, Tally(edits=1, removed=len(edit["old"]), written=len(edit["new"]))
        for note in patch["notes"]:
            yield {"rule": note["rule"], "stage": stage}, Tally(notes=1)
        if patch["drop"]:
            yield {"rule": patch["drop"]["rule"], "class": stage, "stage": stage}, Tally(drops=1)


def site_of(row: Row) -> str:
    """The host a document is from, by its meta; "-" where nothing says so."""
    meta = row.get("meta") or {}
    site = meta.get("site")
    if isinstance(site, str) and site:
        return site
    url = meta.get("url")
    if isinstance(url, str) and url:
        try:
            return (urlsplit(url).hostname or "-").removeprefix("www.")
        except ValueError:
            return "-"
    return "-"


def _largest_first(item: tuple[str, Tally]) -> tuple[int, int, str]:
    name, tally = item
    return -tally.removed - tally.written, -tally.edits - tally.drops - tally.notes, name


def to_json(found: Stats) -> dict[str, Any]:
    """The numbers as JSON values."""
    return {
        "documents": {
            "all": found.documents,
            "kept": found.kept,
            "dropped": found.dropped,
            "failed": found.failed,
        },
        "total": found.total._asdict(),
        **{
            axis: {name: tally._asdict() for name, tally in table.items()}
            for axis, table in found.tables.items()
        },
    }


def as_text(found: Stats, axes: Iterable[str] = AXES, limit: int = 20) -> Iterator[str]:
    """The numbers as tables, at most `limit` rows each (0 for all)."""
    total = found.total
    yield (
        f"{found.documents:,} documents: {found.kept:,} kept, {found.dropped:,} dropped, "
        f"{found.failed:,} failed; {total.edits:,} edits took {total.removed:,} characters "
        f"and wrote {total.written:,}"
    )
    for axis in axes:
        table = found.tables[axis]
        if axis == "site" and set(table) <= {"-"}:
            continue
        listed = list(table.items())
        shown = [(visible(name), tally) for name, tally in (listed[:limit] if limit else listed)]
        if not shown:
            continue
        wide = max(len(axis), *(len(name) for name, _ in shown))
        yield ""
        heads = f"{'docs':>8} {'edits':>8} {'removed':>10} {'written':>9} {'notes':>7} {'drops':>6}"
        yield f"{axis:<{wide}} {heads}"
        for name, tally in shown:
            yield (
                f"{name:<{wide}} {tally.documents:>8,} {tally.edits:>8,} {tally.removed:>10,} "
                f"{tally.written:>9,} {tally.notes:>7,} {tally.drops:>6,}"
            )
        if len(listed) > len(shown):
            yield f"… {len(listed) - len(shown):,} more (--limit 0 shows all)"
