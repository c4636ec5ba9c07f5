from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fixture import write_run


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The output folder of a small run."""
    folder = tmp_path / "cleaned"
    write_run(folder)
    return folder
