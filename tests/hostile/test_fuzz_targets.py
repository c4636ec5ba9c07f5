"""The laws of the fuzz targets hold for their seeds and for mutations of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from fuzz import containers, decode, pipeline  # noqa: E402
from fuzz.harness import Target, replay  # noqa: E402


@pytest.mark.parametrize(
    ("target", "name", "least"),
    [
        (decode.target, "decode", 500),
        (containers.target, "containers", 700),
        pytest.param(pipeline.target, "pipeline", 200, marks=pytest.mark.slow),
    ],
)
def test_the_laws_hold_for_seeds_and_mutations(target: Target, name: str, least: int) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("zstandard")

    assert replay(target, ROOT / "fuzz/corpus" / name) >= least
