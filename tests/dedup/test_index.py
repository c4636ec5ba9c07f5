"""`clean index` and `clean duplicates --against`: what is remembered, forgotten, refused; and crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from stories import edited, story

from clean.cli.main import cli
from clean.dedup import index, store
from clean.dedup.find import Text
from clean.dedup.sketch import sketch
from clean.errors import CleanError, InputError


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)], input=stdin, standalone_mode=False)


def jsonl(path: Path, texts: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()))
    return path


def rows(done: Result) -> list[dict[str, Any]]:
    assert done.exception is None, done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


OLD = {f"old{n}": story(n) for n in range(12)}
NEW = {
    "again": edited(story(3), 1) + " And a sentence more.",
    "same": story(5),
    "unheard": story(99),
    "quoting": f"{story(50, 9)} {story(7)}",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    done = run("index", "add", tmp_path / "seen.index", jsonl(tmp_path / "old.jsonl", OLD), "--as-is")

    assert "12 texts added" in done.stderr
    return tmp_path / "seen.index"


def test_today_against_the_archive(tmp_path: Path, archive: Path) -> None:
    today = jsonl(tmp_path / "new.jsonl", NEW)
    found = rows(run("duplicates", today, "--as-is", "--against", archive))
    both = rows(run("duplicates", jsonl(tmp_path / "both.jsonl", OLD | NEW), "--as-is"))

    assert {(row["id"], row["kept"]) for row in found if not row["survivor"]} == {
        ("old3", "again"),
        ("same", "old5"),
    }
    assert [(row["id"], row["kept"]) for row in found if not row["cluster"]] == [("old7", "quoting")]
    assert found == both
    assert archive.read_bytes()[8:12] == b"DUCK"


def test_the_same_texts_again_are_no_duplicates_of_themselves(tmp_path: Path, archive: Path) -> None:
    assert rows(run("duplicates", tmp_path / "old.jsonl", "--as-is", "--against", archive)) == []


def test_adding_twice_changes_nothing(tmp_path: Path, archive: Path) -> None:
    before = index.info(archive)
    run("index", "add", archive, tmp_path / "old.jsonl", "--as-is")
    after = index.info(archive)

    assert (after.texts, after.contents) == (before.texts, before.contents) == (12, 12)


def test_a_renewed_text_replaces_the_old_one(tmp_path: Path, archive: Path) -> None:
    done = run("index", "add", archive, jsonl(tmp_path / "x.jsonl", {"old3": story(77)}), "--as-is")
    found = rows(run("duplicates", jsonl(tmp_path / "y.jsonl", NEW), "--as-is", "--against", archive))

    assert "1 of them known before" in done.stderr
    assert {row["id"] for row in found if row["cluster"]} == {"same", "old5"}


def test_what_is_forgotten_is_gone_and_its_frequencies(tmp_path: Path, archive: Path) -> None:
    assert "2 texts forgotten" in run("index", "forget", archive, "old3", "old5", "nobody").stderr
    assert "1 texts forgotten" in run("index", "forget", archive, "-", stdin="old7\n").stderr
    fresh = tmp_path / "fresh.index"
    rest = {name: text for name, text in OLD.items() if name not in {"old3", "old5", "old7"}}
    run("index", "add", fresh, jsonl(tmp_path / "rest.jsonl", rest), "--as-is")

    found = rows(run("duplicates", jsonl(tmp_path / "y.jsonl", NEW), "--as-is", "--against", archive))
    assert found == []
    tables = []
    for path in (archive, fresh):
        connection = store.connect(path)
        tables.append(store.get_frequencies(connection))
        connection.close()
    assert (tables[0] == tables[1]).all()


def test_rebuild(tmp_path: Path, archive: Path) -> None:
    run("index", "rebuild", archive, jsonl(tmp_path / "x.jsonl", {"a": story(1)}), "--as-is")

    assert index.info(archive).texts == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.jsonl", "seen.index", "x.jsonl"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("scheme", "legacy"), ("seed", "2"), ("permutations", "64"), ("shingles", "words-5/1")],
)
def test_another_scheme_is_refused(archive: Path, tmp_path: Path, name: str, value: str) -> None:
    connection = store.connect(archive)
    connection.execute("UPDATE facts SET value = ? WHERE name = ?", [value, name])
    connection.close()
    for done in (
        run("duplicates", tmp_path / "old.jsonl", "--against", archive),
        run("index", "add", archive, tmp_path / "old.jsonl"),
        run("index", "info", archive),
    ):
        assert isinstance(done.exception, InputError)
        assert done.exception.code == "index-mismatch"
        assert name in str(done.exception)
        assert "rebuild" in done.exception.hint


def test_other_files_are_refused(tmp_path: Path, archive: Path) -> None:
    no_index = tmp_path / "text.index"
    no_index.write_text("not a database, and long enough that nobody takes it for one\n" * 100)
    for arguments in (
        ("index", "info", no_index),
        ("index", "info", tmp_path / "missing"),
        ("index", "add", no_index, tmp_path / "old.jsonl"),
        ("duplicates", tmp_path / "old.jsonl", "--against", tmp_path / "missing"),
        ("duplicates", tmp_path / "old.jsonl", "--unit", "entry", "--against", archive),
    ):
        assert isinstance(run(*arguments).exception, CleanError), arguments
    assert no_index.read_text().startswith("not a database")


def test_info(archive: Path) -> None:
    done = run("index", "info", archive)

    assert "12 texts (12 different)" in done.stdout
    assert "affine32" in done.stdout


def test_an_error_while_adding_leaves_the_index_as_it_was(archive: Path) -> None:
    def broken() -> Any:
        yield sketch([Text("x", story(500))])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.add(archive, broken(), "document")

    assert index.info(archive).texts == 12


def test_a_killed_add_leaves_the_index_as_it_was(archive: Path) -> None:
    script = (
        "import sys, time\nfrom clean.dedup import index, store\nfrom clean.dedup.find import Text\n"
        "from clean.dedup.sketch import sketch\nfrom pathlib import Path\n"
        "store.WRITTEN = 1\n"
        "def slowly():\n"
        "    for n in range(1000):\n"
        "        yield sketch([Text(f'n{n}', f'text number {n} of a long addition that is killed midway')])\n"
        "        print(n, flush=True)\n"
        "        time.sleep(0.05 if n > 3 else 0)\n"
        "index.add(Path(sys.argv[1]), slowly(), 'document')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(archive)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 5:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.1)

    assert index.info(archive).texts == 12
    assert index.add(archive, [sketch([Text("y", story(600))])], "document").added == 1
