"""What `make audit` says of a report of pip-audit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOUND = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"], "aliases": []}]}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND], 0, "1 of 1 packages audited, 0 vulnerabilities known"),
        ([SOUND, BAD], 1, "b 2: PYSEC-1, fixed in 3"),
        ([UNKNOWN, UNKNOWN], 0, "this package index has no data"),
        (None, 1, "no report"),
    ],
)
def test_what_was_audited_is_said(tmp_path: Path, packages: Any, code: int, said: str) -> None:
    if packages is not None:
        (tmp_path / "audit.json").write_text(json.dumps({"dependencies": packages, "fixes": []}))

    done = subprocess.run(
        [sys.executable, ROOT / "quality/audited.py", tmp_path / "audit.json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == code
    assert said in done.stdout


def test_every_locked_package_has_its_hashes() -> None:
    for path in ROOT.glob("requirements*.lock"):
        pins = [
            line for line in path.read_text().splitlines() if "==" in line and not line.startswith((" ", "#"))
        ]

        assert pins, path
        assert all(pin.rstrip().endswith("\\") for pin in pins), path  # the hashes stand on the next lines
