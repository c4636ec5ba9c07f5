"""How other processes start: as copies only where nothing can be lost by that."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASK = "from clean.execute.child import start_method; print(start_method())"
THREAD = "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start(); "


def answer(script: str, method: str = "") -> str:
    found = subprocess.run(
        [sys.executable, "-c", script], env={"CLEAN_START_METHOD": method}, capture_output=True, text=True
    )
    return found.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells the threads of a process")
def test_only_a_process_of_one_thread_is_copied() -> None:
    assert answer(ASK) == "fork"
    assert answer(THREAD + ASK) == "spawn"


def test_the_environment_decides() -> None:
    assert answer(ASK, "forkserver") == "forkserver"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells the threads of a process")
def test_the_command_can_be_copied_after_numpy() -> None:
    command = "from clean.cli.main import main\ntry: main(['--version'])\nexcept SystemExit: pass\n"
    assert answer(f"{command}import numpy; {ASK}").endswith("fork")
