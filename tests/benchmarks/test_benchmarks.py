"""The benchmarks run on a few invented texts, and count what they say they count."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

pytest.importorskip("benchmarks.clock", reason="the source distribution has no benchmarks")

from benchmarks import clock, growth, html, material, peers, pipeline, profile  # noqa: E402

MODULES = sorted(
    path.stem for path in (ROOT / "benchmarks").glob("*.py") if "def main" in path.read_text("utf-8")
)


@pytest.fixture(autouse=True)
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLEAN_DATA", str(tmp_path / "absent"))
    monkeypatch.setattr(material, "DATA", tmp_path / "absent")


@pytest.mark.parametrize("module", MODULES)
def test_each_is_run_as_its_first_lines_say(module: str) -> None:
    name = "benchmarks" if module == "__main__" else f"benchmarks.{module}"

    said = clock.said([sys.executable, "-m", name, "--help"])

    assert said.startswith("usage:")
    assert f"usage: python -m {name} " in (ROOT / "benchmarks" / f"{module}.py").read_text("utf-8")


def test_commands_take_turns_and_one_that_fails_is_named() -> None:
    fails = [sys.executable, "-c", "print('no such thing'); raise SystemExit(3)"]
    spent = clock.best({"works": [sys.executable, "-c", "print(1)"], "fails": fails}, 2)

    assert [spent["works"].output, spent["works"].status] == ["1\n", 0]
    assert 0 < spent["works"].cpu < 5
    assert spent["works"].peak > 5
    with pytest.raises(SystemExit, match="fails failed with 3:\nno such thing"):
        clock.sound(spent)


def test_texts_are_written_as_they_are_counted(tmp_path: Path) -> None:
    size = material.written("news", tmp_path / "all", "--texts", "7", "--files", "3")

    files = [path.read_bytes() for path in (tmp_path / "all").iterdir()]
    found = [json.loads(line) for file in files for line in file.splitlines()]
    assert (len(found), len(files)) == (size.texts, 3) == (7, 3)
    assert sum(material.size_of(row["text"]) for row in found) == round(size.megabytes * 1e6)
    assert len({row["id"] for row in found}) == 7
    assert len({row["text"] for row in found}) == 7


def test_a_part_ends_where_it_has_the_megabytes(tmp_path: Path) -> None:
    size = material.written("scraped", tmp_path / "all", "--megabytes", "0.05", "--step", "2")

    longest = max(map(material.size_of, material.texts("scraped", 60)))
    assert 0.05 <= size.megabytes < 0.05 + longest / 1e6


def test_every_stage_is_timed() -> None:
    rows = pipeline.stages(material.texts("news", 4), 1)

    names = [row.name for row in rows]
    assert names[:1] == ["unicode"]
    assert {"boilerplate", "entries", "translation", "names", "duplicates"} <= set(names)
    assert names[-1].startswith("all")
    assert all(row.first > 0 and row.later > 0 and row.peak > 10 for row in rows)


def test_runs_are_compared_with_the_floor_and_with_two_workers() -> None:
    said = pipeline.runs("news", 1, "--texts", "8")

    assert "8 documents" in said
    rows = {line.split("|")[1].strip(): line for line in said.splitlines() if line.startswith("| ")}
    assert set(rows) == {"process", "clean run, 1 worker", "clean run, 2 workers", "floor"}
    assert re.search(r"two workers are \d+\.\d\d times as fast", said)


def test_what_is_not_installed_is_left_out_and_named(tmp_path: Path) -> None:
    spent = {}
    for number, name in enumerate([peers.STAGES, peers.RUN, *peers.PEERS]):
        missing = name == "text-dedup"
        for which, seconds in (("one", 1.0), ("all", 2.0 + number)):
            said = "text_dedup: No module named 'text_dedup'" if missing else ""
            status = peers.MISSING if missing else 0
            spent[f"{name} {which}"] = clock.Spent(seconds, seconds, 20.0, said, status)

    table = peers._table(spent, 6.0)

    assert "text-dedup is left out (text_dedup: No module named 'text_dedup')." in table
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:] if "|" in line
    ]
    assert [row[0] for row in rows] == [
        peers.STAGES,
        peers.RUN,
        *(n for n in peers.PEERS if n != "text-dedup"),
    ]
    assert rows[0][2:] == ["6.00", "1.0 ×", "0.5 ×", "20"]
    assert rows[2][2:] == ["2.00", "3.0 ×", "1.5 ×", "20"]


def test_our_side_of_the_table_cleans_what_it_is_given(tmp_path: Path) -> None:
    material.as_json_lines(material.texts("scraped", 2), tmp_path / "texts.jsonl")
    assert peers.clean(tmp_path / "texts.jsonl") > 0


def test_pages_are_timed_as_calls_and_as_commands(tmp_path: Path) -> None:
    pages = list(html.invented(2))
    spent = html.calls(pages, 1)
    assert set(spent) == set(html.PROGRAMS)
    assert all(spent.values())

    html.write(pages, tmp_path)
    rows = html.commands_report(tmp_path, 1).splitlines()[4:]

    assert [row.split("|")[1].strip() for row in rows] == [
        "clean run --only extract",
        "trafilatura",
        "trafilatura --fast",
        "clean run",
    ]
    written = [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "theirs-all").iterdir())]
    assert len(written) == 2
    assert all(len(text) > 2_000 for text in written)


@pytest.mark.parametrize(("power", "times"), [(1.0, (1, 4, 16)), (2.0, (1, 2, 4)), (0.0, (1, 4, 16))])
def test_the_exponent_is_that_of_the_law(power: float, times: tuple[int, ...]) -> None:
    sizes = {n: 0.7 * n for n in times}
    assert growth.exponent(sizes, {n: 3 * size**power for n, size in sizes.items()}) == pytest.approx(power)


def test_shares_of_a_profile_count_a_module_once_a_stack() -> None:
    stacks = [
        "main (clean/__main__.py:6);run (/x/clean/pipeline.py:4);run (clean/pipeline.py:9);dumps (j.py:1) 6",
        "main (clean/__main__.py:6);run (/x/clean/pipeline.py:4) 3",
        "process 7;_run (runpy.py:88) 1",
    ]

    modules = profile.shares(stacks, functions=False)
    functions = profile.shares(stacks, functions=True)

    assert modules.samples == 10
    assert modules.whole == {"clean/__main__.py": 9, "clean/pipeline.py": 9}
    assert modules.own == {"clean/pipeline.py": 9, "before and beside `clean`": 1}
    assert functions.whole["clean/pipeline.py run"] == 9
