"""`clean write`: what a pipe may do to a folder, and what it is told where it may not."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from clean.cli.main import main

EDIT = {
    "start": 0,
    "old": "Buy now, buy soon, buy much.\n",
    "new": "",
    "rule": "boilerplate/x",
    "because": {},
}
TRAIL = [{"stage": "boilerplate", "version": "1", "edits": [EDIT], "notes": [], "drop": None}]
HEAVY = {"id": "heavy.txt", "text": "Rates.\n", "trail": TRAIL}
LIGHT = {"id": "light.txt", "text": "Rates rose on Monday.\n"}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def piped(rows: list[Any], *arguments: str) -> int:
        lines = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
        with pytest.raises(SystemExit) as ended:
            main(["write", "out", *arguments])
        return int(ended.value.code or 0)

    return piped


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"out/.clean/{name}.jsonl").read_bytes().splitlines()]


def test_the_guard_holds_back_when_asked(
    write: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write([HEAVY, LIGHT]) == 0
    assert (tmp_path / "out/heavy.txt").exists()

    assert write([HEAVY, LIGHT], "--max-removed", "50%") == 4

    assert "1 held back" in capsys.readouterr().err
    assert not (tmp_path / "out/heavy.txt").exists()
    assert (tmp_path / "out/light.txt").exists()
    row = next(row for row in table(tmp_path, "ledger") if row["status"] == "failed")
    assert (row["error"]["code"], row["text"]) == ("too-much-removed", EDIT["old"] + "Rates.\n")


@pytest.mark.parametrize(
    "bad",
    [
        "{\n",
        {"id": "../x", "text": "x"},
        {"text": 5},
        {"id": "a", "text": "x", "origin": {"source": "a", "record": "one"}},
        {"id": "a", "text": "x", "origin": {"source": "a", "lineariser": 7}},
        {"id": "a", "text": "Rates.", "trail": [{**TRAIL[0], "edits": [{**EDIT, "new": "no"}]}]},
        {**LIGHT, "text": "Another one at the same place."},
    ],
)
def test_a_bad_row_costs_itself_and_is_told(write: Any, tmp_path: Path, bad: Any) -> None:
    assert write([LIGHT, bad, {"id": "b.txt", "text": "Banks fell.\n"}]) == 3

    assert (tmp_path / "out/light.txt").read_text() == LIGHT["text"]
    assert (tmp_path / "out/b.txt").read_text() == "Banks fell.\n"
    (problem,) = table(tmp_path, "errors")
    assert problem["severity"] == "failed"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
