"""`cleaned/` is what the program makes of `raw/`, and what it makes is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clean import edits
from clean.cli.main import cli
from clean.codec import ledger_document

ROOT = Path(__file__).parent.parent
RAW, CLEANED = ROOT / "raw", ROOT / "cleaned"
TABLES = ("ledger", "entries", "duplicates", "flags", "errors")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "cleaned"
    cli.main(
        ["run", str(RAW), str(out), "-q", "--config", str(ROOT / "pyproject.toml")], standalone_mode=False
    )
    return out


def test_the_texts_are_current(made: Path) -> None:
    names = sorted(path.name for path in made.glob("*.txt"))

    assert len(names) == 5
    assert names == sorted(path.name for path in CLEANED.glob("*.txt"))
    for name in names:
        assert (CLEANED / name).read_bytes() == (made / name).read_bytes(), f"{name}: run `make clean`"


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_are_current(made: Path, table: str) -> None:
    committed = (CLEANED / ".clean" / f"{table}.jsonl").read_bytes()

    assert committed == (made / ".clean" / f"{table}.jsonl").read_bytes(), "run `make clean`"


def test_the_ledger_gives_the_raw_text_back() -> None:
    rows = [
        json.loads(line) for line in (CLEANED / ".clean" / "ledger.jsonl").read_text("utf-8").splitlines()
    ]

    assert len(rows) == 5
    for row in rows:
        text = (CLEANED / row["source"]).read_text("utf-8") if row["status"] == "kept" else None
        document = ledger_document(row, text)
        assert edits.raw(document) == (RAW / row["source"]).read_bytes().decode("utf-8")


GONE = ["Share it", "Update on", "main event", "Leave a Reply", "Source link", "SignalHub View", "Ranking"]
REPAIRED = {
    "Sunmoon": "Rodong Sinmun",
    "Kumsosun": "Kumsusan",
    "Taidong": "Taedong",
    "Sadovi ": "Sadovy",
    "Tas news": "Tass news",
}


def test_the_furniture_is_gone_and_the_names_are_right() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted(CLEANED.glob("*.txt")))
    lines = text.split("\n")

    assert not [line for line in GONE if line in lines]
    for wrong, right in REPAIRED.items():
        assert wrong not in text
        assert right in text
    assert ". ." not in text
    assert "Kim Gunn" in text, "odd, and right"
    assert lines.count("Putin thanked Kim for his 'unwavering' support for Ukraine") == 1
