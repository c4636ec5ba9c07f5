"""The example plug-in: its stage and its pack are found, run, recorded, and can be left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "examples" / "plugin"
PAGE = (
    "The ferry was late.\n\nHigh water at the pier: 14.20\n\n"
    "The log is printed as ISBN 978-3-16-148410-0, the tables as ISBN 978-3-16-148410-1.\n"
)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that looks to Python as if the plug-in were installed in it: code, metadata, entry points."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "unscrape_harbour").symlink_to(PLUGIN / "unscrape_harbour")
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    metadata = site / "unscrape_harbour-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 0.1.0\n")
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return site


def clean(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clean", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(site), os.environ.get("PYTHONPATH", "")))},
        capture_output=True,
        text=True,
        check=False,
    )


def ledger(folder: Path) -> dict[str, object]:
    (line,) = (folder / "cleaned" / ".clean" / "ledger.jsonl").read_text().splitlines()
    return json.loads(line)


def test_stage_and_pack_run_and_are_in_the_ledger(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.jsonl").write_text(
        json.dumps({"id": "a", "text": PAGE, "meta": {"url": "https://harbour-gazette.example/1"}}) + "\n"
    )

    ran = clean(installed, tmp_path, "run", "--format", "jsonl")

    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
    row = ledger(tmp_path)
    rules = [edit["rule"] for patch in row["trail"] for edit in patch["edits"]]
    assert rules == ["boilerplate/harbour-gazette.example:tide-box", "isbn/hyphens"]
    flags = (tmp_path / "cleaned" / ".clean" / "flags.jsonl").read_text()
    assert json.loads(flags)["rule"] == "isbn/wrong-check-digit"
    assert clean(installed, tmp_path, "report").returncode == 0
    assert "isbn/hyphens" in clean(installed, tmp_path, "diff").stdout


def test_the_stage_can_be_left_out(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(PAGE)

    ran = clean(installed, tmp_path, "run", "--skip", "isbn")

    assert ran.returncode == 0, ran.stderr
    assert "978-3-16-148410-0" in (tmp_path / "cleaned" / "a.txt").read_text()


def test_the_pack_proves_itself(installed: Path, tmp_path: Path) -> None:
    shown = clean(installed, tmp_path, "rules", "show", "boilerplate/harbour-gazette.example:tide-box")
    tested = clean(installed, tmp_path, "rules", "test", "--stage", "boilerplate")

    assert "harbour-gazette.example.toml" in shown.stdout
    assert "harbour-gazette" not in tested.stdout  # a rule is named only where it fails


def test_a_broken_pack_plugin_is_one_clear_line(installed: Path, tmp_path: Path) -> None:
    points = installed / "unscrape_harbour-0.1.0.dist-info" / "entry_points.txt"
    points.write_text("[clean.packs]\nharbour = unscrape_harbour.nowhere\n")

    ran = clean(installed, tmp_path, "rules", "list")

    assert ran.returncode == 2
    assert ran.stderr.startswith("clean: entry point 'harbour' of clean.packs: ")
    assert "Traceback" not in ran.stderr
