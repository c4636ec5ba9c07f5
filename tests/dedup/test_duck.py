"""DuckDB: the verdicts of the engine in memory, in little memory, and against an index."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from stories import edited, story

from clean.dedup import duck, store
from clean.dedup.find import Settings, Text, Verdict, collect, solve
from clean.dedup.sketch import Unit, sketch


def corpus(count: int, seed: int, unit: Unit = "document") -> list[Text]:
    """Families of edited copies, equal texts, short texts, quotations and a template."""
    rng = random.Random(seed)
    texts = []
    for n in range(count):
        base = story(rng.randrange(count // 3), 3 + n % 5)
        kind = rng.random()
        if kind < 0.5:
            text = edited(base, n, rng.choice([0.02, 0.1, 0.2]))
        elif kind < 0.6:
            text = f"{story(9000 + n, 5)} {base} {story(8000 + n, 5)}"
        elif kind < 0.7:
            text = "Photo: the harbour"
        elif kind < 0.8:
            text = story(7, 4).replace(".", f" {n}.", 2)
        else:
            text = base
        date = f"2024-01-{rng.randint(1, 28):02}" if rng.random() < 0.5 else None
        texts.append(Text(f"{seed}/{n}", text, unit, date, rng.randrange(3)))
    return [*texts, Text(f"{seed}/empty", " ... ", unit)]


def in_memory(texts: list[Text], settings: Settings) -> list[Verdict]:
    return solve(collect(texts)[texts[0].unit], texts[0].unit, settings)


def filled(path: Path, texts: list[Text], memory: str = "1GB", also: Path | None = None) -> object:
    connection = store.connect(path, memory=memory, also=also)
    store.create(connection, texts[0].unit)
    store.write(connection, (sketch(texts[at : at + 97]) for at in range(0, len(texts), 97)))
    return connection


@pytest.mark.parametrize("unit", ["document", "entry"])
@pytest.mark.parametrize("keep", ["longest", "newest", "first", "sound"])
def test_duckdb_finds_the_same(tmp_path: Path, unit: Unit, keep: str) -> None:
    texts = corpus(400, 1, unit)
    settings = Settings(keep=keep)  # type: ignore[arg-type]
    rows = duck.solve(filled(tmp_path / "run", texts), unit, settings)

    assert len(rows) > 150
    assert {row.relation for row in rows} == {"exact", "near", "contained"}
    assert rows == in_memory(texts, settings)


@pytest.mark.parametrize("seeds", [(1, 2), (2, 1), (3, 3)])
def test_against_an_index_is_a_run_over_both(tmp_path: Path, seeds: tuple[int, int]) -> None:
    old, new = corpus(300, seeds[0]), corpus(60, seeds[1] + 10)
    settings = Settings()
    index = tmp_path / "seen.index"
    filled(index, old).close()  # type: ignore[attr-defined]
    rows = duck.solve(filled(tmp_path / "run", new, also=index), "document", settings, seen=True)
    fresh = {text.id for text in new}
    both = in_memory(old + new, settings)
    touched = {row.cluster for row in both if row.cluster and row.id in fresh}

    assert len(touched) > 10
    assert rows == [
        row for row in both if row.cluster in touched or (not row.cluster and {row.id, row.kept} & fresh)
    ]


def test_a_second_batch_is_as_good_as_one(tmp_path: Path) -> None:
    texts = corpus(200, 5)
    connection = filled(tmp_path / "run", texts[:80])
    store.write(connection, [sketch(texts[80:150]), sketch(texts[150:])])

    assert duck.solve(connection, "document", Settings()) == in_memory(texts, Settings())


def test_nothing_to_compare(tmp_path: Path) -> None:
    assert duck.solve(filled(tmp_path / "run", [Text("a", "")]), "document", Settings()) == []
