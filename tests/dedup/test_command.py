"""`clean duplicates`: inputs, options, exit codes, files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from stories import edited, story

from clean.cli.main import cli

SHARE = (
    "\n\nShare on Facebook\nShare on Twitter\nEmail this article\nYour email address will not be published.\n"
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["duplicates", *map(str, arguments)], standalone_mode=False)


def code(done: Result) -> int:
    """The exit code that `main` makes of it."""
    return done.return_value if done.exception is None else getattr(done.exception, "exit_code", 70)


def rows_of(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def texts() -> dict[str, str]:
    return {"a": story(1), "b": edited(story(1), 3) + " More.", "c": story(2), "d": story(1).upper()}


def write_jsonl(path: Path, texts: dict[str, str]) -> Path:
    data = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


EXPECTED = [("b", True, "b", "exact"), ("a", False, "b", "near"), ("d", False, "b", "near")]


def brief(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["id"], row["survivor"], row["kept"], row["relation"]) for row in rows]


@pytest.mark.parametrize("name", ["in.jsonl", "in.jsonl.gz"])
def test_rows_of_json_lines(tmp_path: Path, name: str, texts: dict[str, str]) -> None:
    done = run(write_jsonl(tmp_path / name, texts))

    assert code(done) == 0
    assert brief(rows_of(done.stdout)) == EXPECTED
    assert "4 documents: 2 copies in 1 cluster" in done.stderr
    assert list(rows_of(done.stdout)[0]) == [
        "cluster",
        "id",
        "unit",
        "survivor",
        "kept",
        "similarity",
        "relation",
    ]


def test_a_folder(tmp_path: Path, texts: dict[str, str]) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for name, text in texts.items():
        (raw / name).with_suffix(".txt").write_text(text + "\n", encoding="utf-8")
    out = tmp_path / "out" / "clusters.jsonl"
    done = run(raw, "--clusters", out, "--quiet")

    assert (code(done), done.output) == (0, "")
    assert [row["id"] for row in rows_of(out.read_text())] == ["b.txt", "a.txt", "d.txt"]
    assert [path.name for path in out.parent.iterdir()] == ["clusters.jsonl"]


def test_parquet(tmp_path: Path, texts: dict[str, str]) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"id": list(texts), "text": list(texts.values())}), path)

    assert brief(rows_of(run(path).stdout)) == EXPECTED


def test_workers_and_order_change_nothing(tmp_path: Path) -> None:
    texts = {f"t{n}": edited(story(n % 300), n, 0.03) for n in range(1100)}
    one = write_jsonl(tmp_path / "one.jsonl", texts)
    other = write_jsonl(tmp_path / "other.jsonl", dict(reversed(texts.items())))
    first = run(one, "--as-is", "-j", 1).stdout

    assert len(rows_of(first)) == 1100
    assert run(other, "--as-is", "-j", 2).stdout == first


def test_boilerplate_does_not_count(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", {str(n): story(n, 1) + SHARE for n in range(3)})

    assert run(path).stdout == ""


def test_entries_of_files_and_records(tmp_path: Path) -> None:
    rows = {"x": story(1, 2), "y": edited(story(1, 2), 1, 0.02)}
    done = run(write_jsonl(tmp_path / "in.jsonl", rows), "--unit", "entry")

    assert {(row["id"], row["unit"]) for row in rows_of(done.stdout)} == {("x", "entry"), ("y", "entry")}
    assert "2 entries" in done.stderr


def test_keep_and_threshold(tmp_path: Path, texts: dict[str, str]) -> None:
    path = tmp_path / "in.jsonl"
    dates = {"a": "2024-03-01", "b": "2024-02-01", "c": "2024-01-01", "d": "2024-01-15"}
    path.write_text(
        "".join(
            json.dumps({"id": name, "text": text, "published": dates[name]}) + "\n"
            for name, text in texts.items()
        )
    )

    assert brief(rows_of(run(path, "--keep", "first").stdout))[0][0] == "d"
    assert brief(rows_of(run(path, "--keep", "newest").stdout))[0][0] == "a"
    strict = rows_of(run(path, "--threshold", "0.99").stdout)
    assert {row["id"] for row in strict if row["cluster"]} == {"a", "d"}


def test_documents_that_stay(tmp_path: Path, texts: dict[str, str]) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", texts)
    kept, marked = tmp_path / "kept.jsonl", tmp_path / "marked.jsonl"
    run(path, "--documents", kept, "--clusters", tmp_path / "c")
    run(path, "--documents", marked, "--mark", "--clusters", tmp_path / "c")

    assert [row["id"] for row in rows_of(kept.read_text())] == ["b", "c"]
    trails = {row["id"]: row["trail"] for row in rows_of(marked.read_text())}
    marks = {
        name: trail[-1] for name, trail in trails.items() if trail and trail[-1]["stage"] == "duplicates"
    }
    assert list(marks) == ["a", "d"]
    assert marks["a"]["notes"][0]["value"]["kept"] == "b"


@pytest.mark.parametrize("threshold", ["0", "1.5", "x"])
def test_bad_threshold_is_usage(tmp_path: Path, threshold: str) -> None:
    assert code(run(write_jsonl(tmp_path / "in.jsonl", {}), "--threshold", threshold)) == 2


def test_a_bad_record_is_named_and_the_rest_goes_on(tmp_path: Path, texts: dict[str, str]) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", texts)
    path.write_bytes(b'{"id": 1}\n{"id"\n' + path.read_bytes())
    done = run(path)

    assert code(done) == 3
    assert brief(rows_of(done.stdout)) == EXPECTED
    assert done.stderr.count("in.jsonl") == 2


def test_a_missing_input_is_usage(tmp_path: Path) -> None:
    assert code(run(tmp_path / "nothing")) == 2


def test_nothing_to_compare(tmp_path: Path) -> None:
    done = run(write_jsonl(tmp_path / "in.jsonl", {"a": "", "b": "..."}))

    assert (code(done), done.stdout) == (0, "")
