"""Clusters, containment and the largest cluster on labelled sets, against their floors.

usage: python quality/duplicates.py [DATA] [--as-is] [--json]

DATA is a folder with `duplicates/documents.jsonl.gz` and `duplicates/entries.jsonl.gz` [CLEAN_DATA or
../shared/data]: rows of id, text, cluster, contains, level. Pairs within a cluster are scored: precision,
recall, F1, recall by level; and of the pairs of a text and what it contains, how many were found. A text
that only contains another belongs to no cluster, so its pair with its own quotation is not scored.
Exit 1 if a floor is not reached, 0 if all are or the data is absent.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

FLOORS = {"documents": {"f1": 0.90, "containment": 0.95}, "entries": {"f1": 0.95, "containment": 0.95}}
LARGEST = 12
"""No cluster may be larger, unless the truth has one as large."""

Pair = tuple[str, str]


class Score(NamedTuple):
    """How well the clusters of one set agree with the truth."""

    precision: float
    recall: float
    f1: float
    containment: float
    largest: int
    largest_true: int
    levels: dict[str, float]
    """Recall by level, as in L3: 6 to 12 % of words changed."""

    def failures(self, floors: dict[str, float]) -> list[str]:
        """What is below its floor."""
        below = [name for name, floor in floors.items() if getattr(self, name) < floor]
        return below + ["largest"] * (self.largest > max(LARGEST, self.largest_true))


def main(arguments: list[str]) -> int:
    flags = {argument for argument in arguments if argument.startswith("--")}
    places = [argument for argument in arguments if argument not in flags]
    default = os.environ.get("CLEAN_DATA") or str(Path(__file__).parent.parent.parent / "shared" / "data")
    folder = Path(places[0] if places else default) / "duplicates"
    failed = False
    results: dict[str, Any] = {}
    for name, floors in FLOORS.items():
        path = folder / f"{name}.jsonl.gz"
        if not path.is_file():
            print(f"skipped: no {path.name} in {folder}", file=sys.stderr)
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            truth = [json.loads(line) for line in lines]
        found = score(truth, verdicts(path, "entry" if name == "entries" else "document", "--as-is" in flags))
        failures = found.failures(floors)
        failed = failed or bool(failures)
        results[name] = {**found._asdict(), "below": failures}
    if "--json" in flags:
        print(json.dumps(results))
    else:
        for name, values in results.items():
            print(f"{name:10}", "  ".join(f"{key} {value}" for key, value in values.items()))
    return 1 if failed else 0


def verdicts(path: Path, unit: str, as_is: bool) -> list[dict[str, Any]]:
    """The rows that `clean duplicates` writes."""
    import tempfile

    from clean.cli.duplicates import command

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clusters.jsonl"
        arguments = [str(path), "--unit", unit, "--clusters", str(out), "--quiet", *["--as-is"] * as_is]
        command.main(arguments, standalone_mode=False)
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def score(truth: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Score:
    """Compare verdicts with the labelled rows."""
    levels = {row["id"]: row["level"] for row in truth}
    contains = {frozenset((row["id"], row["contains"])) for row in truth if row["contains"] in levels}
    wanted = _pairs((row["cluster"], row["id"]) for row in truth if row["cluster"])
    clustered = [(row["cluster"], row["id"]) for row in rows if row["relation"] != "contained"]
    together = _pairs(clustered)
    found = {pair for pair in together if frozenset(pair) not in contains}
    hits = wanted & found
    precision = len(hits) / len(found) if found else 1.0
    recall = len(hits) / len(wanted) if wanted else 1.0
    inside = {frozenset((row["id"], row["kept"])) for row in rows if row["relation"] == "contained"}
    inside |= {frozenset(pair) for pair in together}
    by_level: dict[str, list[bool]] = defaultdict(list)
    for pair in wanted:
        changed = [levels[name] for name in pair if levels[name] != "orig"]
        by_level[max(changed, default="orig")].append(pair in found)
    return Score(
        round(precision, 4),
        round(recall, 4),
        round(2 * precision * recall / (precision + recall), 4) if hits else 0.0,
        round(len(contains & inside) / len(contains), 4) if contains else 1.0,
        _largest(clustered),
        _largest((row["cluster"], row["id"]) for row in truth if row["cluster"]),
        {level: round(sum(hit) / len(hit), 3) for level, hit in sorted(by_level.items())},
    )


def _groups(members: Iterable[Pair]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for cluster, name in members:
        groups[cluster].add(name)
    return groups


def _pairs(members: Iterable[Pair]) -> set[Pair]:
    return {pair for group in _groups(members).values() for pair in combinations(sorted(group), 2)}


def _largest(members: Iterable[Pair]) -> int:
    return max(map(len, _groups(members).values()), default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
