"""Same inputs, same bytes: whatever the hash seed, locale, time zone, order of files, or workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import corpus
import pytest

DRIVE = [sys.executable, str(Path(__file__).parent / "drive.py")]
SAMPLES = Path(__file__).parent.parent.parent / "raw"

WORLDS: dict[str, tuple[dict[str, str], int]] = {
    "plain": ({"PYTHONHASHSEED": "0"}, 1),
    "another hash seed": ({"PYTHONHASHSEED": "12345"}, 1),
    "C locale, Tokyo": ({"LC_ALL": "C", "LANG": "C", "TZ": "Asia/Tokyo"}, 1),
    "no UTF-8 mode": ({"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1", "TZ": "America/St_Johns"}, 1),
    "two spawned": ({"CLEAN_START_METHOD": "spawn"}, 2),
    "three forked": ({"CLEAN_START_METHOD": "fork"}, 3),
    "two from a server": ({"CLEAN_START_METHOD": "forkserver"}, 2),
}


def make(raw: Path, *, backwards: bool) -> None:
    corpus.make(raw, files=12)
    for path in sorted(SAMPLES.glob("*.txt"), reverse=backwards):
        shutil.copy(path, raw / path.name)
    if backwards:  # the order in which a folder lists its files is that in which they were made, or none
        for path in sorted(raw.rglob("*.txt"), reverse=True):
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(data)


@pytest.mark.parametrize("stages", ["build", pytest.param("build_real", marks=pytest.mark.slow)])
def test_nothing_but_the_input_shows(tmp_path: Path, stages: str) -> None:
    trees = {}
    for number, (name, (variables, jobs)) in enumerate(WORLDS.items()):
        raw, out = tmp_path / f"raw{number}", tmp_path / f"out{number}"
        make(raw, backwards=number % 2 == 1)
        command = [*DRIVE, str(raw), str(out), str(jobs), stages]
        assert subprocess.run(command, env={**os.environ, **variables}, check=False).returncode == 3
        trees[name] = corpus.tree(out)

    assert len(trees) == len(WORLDS)
    for name, tree in trees.items():
        assert tree == trees["plain"], name
        assert len(tree) > 20
