"""One version everywhere, hooks that work, workflows that name targets that exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import clean
from clean.cli.main import cli

ROOT = Path(__file__).parents[2]
HOOKS = re.findall(
    r"^- id: (\S+)\n  name: .+\n  description: .+\n  entry: (.+)$",
    (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    logged = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert cited is not None
    assert logged is not None
    assert {project["version"], cited[1], logged[1]} == {clean.__version__}


def test_workflows_call_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    called = set()
    for path in [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), ROOT / ".ci" / "run"]:
        called |= set(re.findall(r"\bmake ([a-z-]+)", path.read_text(encoding="utf-8")))

    assert {"test", "docs", "test-slow"} <= called
    assert called - targets == set()


@pytest.mark.parametrize(("name", "entry"), HOOKS)
def test_a_hook_calls_a_command_that_exists(name: str, entry: str) -> None:
    words = shlex.split(entry)

    assert words[0] == "clean"
    assert CliRunner().invoke(cli, [*words[1:], "--help"]).exit_code == 0
    assert name in (ROOT / "docs" / "how-to" / "pipelines.md").read_text(encoding="utf-8")


def test_three_hooks() -> None:
    assert len(HOOKS) == 3


@pytest.mark.parametrize(
    ("text", "code"), [("Rates rose on Monday.\n", 0), ("Rates rose on Monday.\n\nShare it\n", 1)]
)
def test_the_check_hook_fails_on_a_dirty_folder_alone(tmp_path: Path, text: str, code: int) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "clean", "check", "corpus"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stderr
    assert done.stdout == ("a.txt: 1 edits\n" if code else "")
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]
