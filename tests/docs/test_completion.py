"""Completion: every shell gets a script, and the program answers it with commands, options and choices."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from clean.cli.completion import SHELLS
from clean.cli.main import COMMANDS, cli


@pytest.mark.parametrize("shell", SHELLS)
def test_script_asks_the_program(shell: str) -> None:
    result = CliRunner().invoke(cli, ["completion", shell])

    assert result.exit_code == 0, result.output
    assert f"{shell}_complete" in result.output
    assert "_CLEAN_COMPLETE" in result.output


def test_unknown_shell_is_refused() -> None:
    assert CliRunner().invoke(cli, ["completion", "tcsh"]).exit_code == 2


def answers(shell: str, words: str, at: str) -> list[str]:
    """What the program prints when a completion script asks it."""
    code = "from clean.cli.main import main; main()"
    if shell == "powershell":
        code = "import clean.cli.completion; " + code
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "_CLEAN_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": at},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "at", "expected"),
    [
        ("clean re", "1", {"restore", "report"}),
        ("clean completion ", "2", set(SHELLS)),
        ("clean run --for", "2", {"--format"}),
        ("clean run --format ", "3", {"text", "jsonl", "parquet"}),
        ("clean rules t", "2", {"test"}),
    ],
)
def test_bash(words: str, at: str, expected: set[str]) -> None:
    found = {line.partition(",")[2] for line in answers("bash", words, at)}

    assert expected <= found


def test_fish_gives_the_help_too() -> None:
    done = answers("fish", "clean ", "")

    assert any("restore" in line for line in done)


def test_powershell() -> None:
    found = {line.partition("\t")[0] for line in answers("powershell", "clean re", "re")}

    assert {"restore", "report"} <= found


def test_bash_itself_completes(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash")
    script = CliRunner().invoke(cli, ["completion", "bash"]).output
    program = tmp_path / "clean"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m clean "$@"\n')
    program.chmod(0o755)
    # The script registers its function with `complete`; calling it is what the Tab key does.
    asked = (
        f'{script}\nCOMP_WORDS=(clean expl) COMP_CWORD=1\n_clean_completion clean\necho "${{COMPREPLY[@]}}"'
    )
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "-c", asked], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )

    assert done.stdout.split()[-1:] == ["explain"], done.stderr


def test_every_command_is_completed() -> None:
    found = {line.partition(",")[2] for line in answers("bash", "clean ", "1")}

    assert len(found) > 15
    assert found <= set(COMMANDS)


def test_names_completes_its_commands() -> None:
    found = {line.partition(",")[2] for line in answers("bash", "clean names ", "2")}

    assert {"list", "add", "check", "why-not"} <= found
