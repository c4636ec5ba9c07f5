"""A run on Spark writes the bytes of a run on one machine. Needs Java, and takes minutes."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from clean.cli.duplicates import command as duplicates
from clean.cli.run import command

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

DEMO = Path(__file__).parents[2] / "clean" / "packs" / "demo"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files and containers: whole ones, damaged ones, records without a text, an id that is there twice."""
    pytest.importorskip("pyspark", reason="needs the extra spark")
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra archives")
    arrow = pytest.importorskip("pyarrow")
    if shutil.which("java") is None:
        pytest.skip("needs Java")
    folder = tmp_path_factory.mktemp("spark") / "raw"
    shutil.copytree(DEMO, folder / "pages")
    pages: list[dict[str, Any]] = [
        {"id": path.stem, "text": path.read_text("utf-8")} for path in DEMO.glob("*.txt")
    ]
    pages += [{"id": f"n{n}", "text": f"{page['text']}\nNumber {n}.\n"} for n, page in enumerate(pages * 9)]
    lines = [json.dumps(page) for page in [*pages, pages[0]]]
    lines[3:3] = ["{not json", json.dumps({"id": "no-text"}), "", json.dumps({"id": 7, "text": " "})]
    (folder / "pages.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0)[:-20])
    (folder / "none.jsonl").write_bytes(b"")
    (folder / "late\udcff.txt").write_bytes(b"Rates rose \xff on Monday.\n")
    parquet.write_table(arrow.Table.from_pylist(pages[:20]), folder / "pages.parquet")
    return folder


def run(raw: Path, out: Path, *options: str) -> dict[str, bytes]:
    command.main([str(raw), str(out), "--quiet", *options], standalone_mode=False)
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_same_bytes(raw: Path, tmp_path: Path) -> None:
    local = run(raw, tmp_path / "local")
    spark = run(raw, tmp_path / "spark", "--engine", "spark", "--master", "local[2]")
    rows = [json.loads(line) for line in local[".clean/ledger.jsonl"].splitlines()]

    assert {row["status"] for row in rows} == {"kept", "dropped", "failed"}
    assert len(rows) > 50
    assert len(local[".clean/duplicates.jsonl"].splitlines()) > 30
    assert spark.keys() == local.keys()
    assert [name for name in local if local[name] != spark[name]] == []


def test_what_spark_wrote_is_taken_up(raw: Path, tmp_path: Path) -> None:
    shutil.copytree(raw, tmp_path / "raw")
    quick = "--set", "report=false"
    run(tmp_path / "raw", tmp_path / "out", "--engine", "spark", "--master", "local[2]", *quick)
    (tmp_path / "raw" / "more.txt").write_text("Rain is expected on Sunday, the office said.\n", "utf-8")
    again = run(tmp_path / "raw", tmp_path / "out", *quick)
    fresh = run(tmp_path / "raw", tmp_path / "fresh", *quick)

    assert again == fresh


@pytest.mark.parametrize("unit", ["document", "entry"])
def test_the_same_clusters(raw: Path, tmp_path: Path, unit: str, capfd: pytest.CaptureFixture[str]) -> None:
    found, said = [], []
    for options in (["--engine", "memory"], ["--engine", "spark", "--master", "local[2]"]):
        out = tmp_path / "clusters.jsonl"
        given = [str(raw), "--unit", unit, "--clusters", str(out), *options]
        duplicates.main(given, standalone_mode=False)
        found.append(out.read_bytes())
        told = capfd.readouterr().err.splitlines()
        said.append({line for line in told if "pages.jsonl" in line or " copies in " in line})

    assert found[0] == found[1]
    assert found[0].count(b"\n") > 20
    assert said[0] == said[1]
    assert len(said[0]) > 2
