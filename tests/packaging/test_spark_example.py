"""The example of the Spark page does on a table what a run does on files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def test_a_table_is_cleaned_and_each_story_stays_once(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="needs the extra spark")
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra archives")
    arrow = pytest.importorskip("pyarrow")
    if shutil.which("java") is None:
        pytest.skip("needs Java")
    demo = ROOT / "clean" / "packs" / "demo"
    pages = [
        {"id": path.name, "text": path.read_text(encoding="utf-8")} for path in sorted(demo.glob("*.txt"))
    ]
    parquet.write_table(arrow.Table.from_pylist(pages), tmp_path / "pages.parquet")
    (tmp_path / "raw").mkdir()
    for page in pages:
        (tmp_path / "raw" / page["id"]).write_text(page["text"], encoding="utf-8")
    subprocess.run([sys.executable, "-m", "clean", "run", "-q"], cwd=tmp_path, check=True)

    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "spark" / "clean_table.py", "pages.parquet", "cleaned.parquet"],
        cwd=tmp_path,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    rows = parquet.read_table(tmp_path / "cleaned.parquet").to_pylist()
    lines = (tmp_path / "cleaned" / ".clean" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    ledger = {row["id"]: row for row in map(json.loads, lines)}
    kept = [row for row in rows if row["status"] == "kept"]
    assert {row["id"]: row["status"] for row in rows} == {name: row["status"] for name, row in ledger.items()}
    assert all(json.loads(row["trail"]) == ledger[row["id"]]["trail"] for row in rows)
    assert all(row["text"] == (tmp_path / "cleaned" / row["id"]).read_text(encoding="utf-8") for row in kept)
    assert len(kept) == len(pages) - 1 > 2
