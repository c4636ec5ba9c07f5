"""`clean run` and `clean check` as they are typed: exit codes, standard error, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clean.cli.main import main

ARTICLE = "Rates rose on Monday, the bank said.\n\n" * 3


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("CLEAN_ONLY", "CLEAN_SKIP"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.txt").write_text(ARTICLE.strip() + "\n")
    (tmp_path / "raw/b.txt").write_text("Banks fell.   \n\n\n\nThe port reopened.")
    return tmp_path


def clean(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    return int(ended.value.code or 0)


def test_a_run_and_its_repetition(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clean("run", "--only", "unicode") == 0
    first = capsys.readouterr()
    assert clean("run", "--only", "unicode") == 0
    second = capsys.readouterr()

    assert (here / "cleaned/b.txt").read_text() == "Banks fell.\n\nThe port reopened.\n"
    assert first.out == second.out == ""
    assert "2 kept, 0 dropped, 0 failed" in first.err
    assert "nothing changed" in second.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "nowhere"], 2, "nowhere"),
        (["run", "raw", "raw"], 2, "same"),
        (["run", "raw", "raw/out"], 2, "inside"),
        (["run", "--bogus"], 2, "--bogus"),
        (["run", "--only", "unicod"], 2, "unicod"),
        (["run", "--max-removed", "lots"], 2, "lots"),
        (["run", "raw/*.html"], 2, "no file fits"),
    ],
)
def test_a_mistake_is_answered_before_anything_is_written(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert clean(*arguments) == code

    assert said in capsys.readouterr().err
    left = [path.name for path in here.rglob("*.txt")]
    assert sorted(left) == ["a.txt", "b.txt"]


def test_a_dry_run_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clean("run", "--dry-run", "--only", "unicode") == 0

    assert "nothing was written" in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["raw"]


def test_check_and_diff_say_1_where_something_would_change(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clean("check", "--only", "unicode") == 1
    assert capsys.readouterr().out.startswith("b.txt: ")
    assert clean("run", "--dry-run", "--diff", "--only", "unicode", "-q") == 1
    assert "Banks fell" in capsys.readouterr().out
    (here / "raw/b.txt").unlink()
    assert clean("check", "--only", "unicode") == 0
    assert [path.name for path in here.iterdir()] == ["raw"]


def test_a_failed_input_is_3_and_a_guard_is_4(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "raw/c.txt").write_bytes(bytes(40))
    assert clean("run", "--only", "unicode") == 3
    assert "c.txt: no text but zero bytes [binary]" in capsys.readouterr().err
    (here / "raw/c.txt").unlink()

    assert clean("run", "raw", "guarded", "--only", "unicode", "--max-removed", "5%") == 4

    assert "1 held back" in capsys.readouterr().err
    assert not (here / "guarded/b.txt").exists()


def test_the_account_as_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "raw/c.txt").write_bytes(bytes(40))

    assert clean("run", "--only", "unicode", "--log-json") == 3

    rows = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [row["event"] for row in rows] == ["problem", "done"]
    assert rows[-1]["exit"] == 3


def test_a_pipe_writes_what_a_run_writes(here: Path) -> None:
    import subprocess
    import sys

    program = f'"{sys.executable}" -m clean'
    pipe = f"{program} unicode --jsonl raw | {program} boilerplate | {program} write piped -q"
    assert subprocess.run(pipe, shell=True, check=False).returncode == 0
    assert clean("run", "raw", "ran", "--only", "unicode,boilerplate,duplicates", "-q") == 0

    for name in ("a.txt", "b.txt", ".clean/ledger.jsonl", ".clean/flags.jsonl", ".clean/duplicates.jsonl"):
        assert (here / "piped" / name).read_bytes() == (here / "ran" / name).read_bytes()


def test_a_pipe_reads_containers_as_a_run_does(here: Path) -> None:
    import gzip
    import subprocess
    import sys

    rows = b"".join(b'{"id": "d%d", "text": "Story %d.  "}\n' % (n, n) for n in range(3))
    (here / "raw/c.jsonl.gz").write_bytes(gzip.compress(rows, mtime=0))
    (here / "raw/d.csv").write_bytes(b"id,text\n7,Seven.\n8,Eight.\n")
    program = f'"{sys.executable}" -m clean'
    pipe = f"{program} unicode --jsonl raw | {program} write piped -q --set skip=duplicates"
    assert subprocess.run(pipe, shell=True, check=False).returncode == 0
    assert clean("run", "raw", "ran", "--only", "unicode", "-q") == 0
    saved = f"{program} unicode --jsonl raw > rows.jsonl && {program} boilerplate rows.jsonl"
    again = subprocess.run(f"{saved} | {program} write saved -q", shell=True, check=False)
    assert again.returncode == 0

    for name in ("a.txt", "c.jsonl", "d.csv.jsonl", ".clean/ledger.jsonl"):
        assert (here / "piped" / name).read_bytes() == (here / "ran" / name).read_bytes(), name
    assert (here / "saved/d.csv.jsonl").exists()


@pytest.mark.parametrize("name", ["../x", "/x", ".clean/ledger.jsonl", "a/../../x", ""])
def test_a_pipe_cannot_write_elsewhere(here: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    line = json.dumps({"id": name, "text": "Rates rose.\n"}).encode() + b"\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))

    assert clean("write", "out", "-q") == 3

    assert sorted(path.name for path in here.rglob("*.txt")) == ["a.txt", "b.txt"]
