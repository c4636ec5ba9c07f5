"""What a person decided holds in every later run, in workers too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clean.cli.main import cli


def clean(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    clean("demo", ".", "--no-run")
    clean("run", "-q")
    return tmp_path


def decide(**decision: Any) -> None:
    Path("decisions.json").write_text(json.dumps({"version": 1, "decisions": [decision]}))
    clean("apply", "decisions.json")


def test_a_rejected_edit_stays_rejected(demo: Path) -> None:
    text = demo / "cleaned" / "rodong-visit.txt"
    assert "Sunmoon" not in text.read_text()
    decide(verdict="reject", what="edit", doc="rodong-visit.txt", rule="names/gazetteer", old="Sunmoon")
    applied = text.read_text()

    clean("run", "-q")
    again = text.read_text()
    clean("run", "-q", "--fresh", "--jobs", "2")

    assert "Rodong Sunmoon" in applied
    assert again == applied
    assert text.read_text() == applied
    assert "nothing changed" in clean("run")


def test_a_rejected_drop_stays_rejected(demo: Path) -> None:
    copy = demo / "cleaned" / "wire-copy-b.txt"
    assert not copy.exists()
    decide(verdict="reject", what="drop", doc="wire-copy-b.txt", rule="duplicates/exact-duplicate")
    assert copy.exists()

    clean("run", "-q", "--fresh")

    assert copy.exists()
    assert (demo / "cleaned" / "wire-copy-a.txt").exists()
    assert (demo / "cleaned" / ".clean" / "duplicates.jsonl").read_text() == ""


def test_a_rule_switched_off_in_review_is_off(demo: Path) -> None:
    decide(verdict="reject", what="rule", rule="boilerplate/comment-form")

    clean("run", "-q")

    assert "Leave a Comment" in (demo / "cleaned" / "rodong-visit.txt").read_text()


def test_another_output_folder_knows_nothing_of_it(demo: Path) -> None:
    decide(verdict="reject", what="edit", doc="rodong-visit.txt", rule="names/gazetteer", old="Sunmoon")

    clean("run", "raw", "other", "-q")

    assert "Sunmoon" not in (demo / "other" / "rodong-visit.txt").read_text()


def check(folder: str) -> str:
    return CliRunner().invoke(cli, ["check", folder], standalone_mode=False).output


def test_check_keeps_to_decisions_about_raw_and_about_cleaned(demo: Path) -> None:
    before = check("raw")
    assert check("cleaned") == ""
    decide(verdict="reject", what="edit", doc="rodong-visit.txt", rule="names/gazetteer", old="Sunmoon")

    assert check("cleaned") == ""
    kept_to = check("raw")
    assert kept_to != before
    assert set(kept_to.splitlines()) - set(before.splitlines()) == {"rodong-visit.txt: 8 edits"}
    (demo / "cleaned/.clean/decisions.json").unlink()
    assert check("cleaned") == "rodong-visit.txt: 1 edits\n"
    assert check("raw") == before
