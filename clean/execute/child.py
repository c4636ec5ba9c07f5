"""How other processes of ours start, and that they end with the one that started them."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any

START_METHOD = "CLEAN_START_METHOD"
"""Variable of the environment that names how they start: fork, spawn or forkserver."""

PR_SET_PDEATHSIG = 1


def processes(jobs: int = 0) -> int:
    """So many as were asked for, or one a core."""
    return jobs or os.cpu_count() or 1


def start_method() -> str:
    """How the next one starts, unless the environment says so: as a copy of this process, or from nothing.

    A copy has the modules, packs and stages of this process. It has one thread, whatever locks the others
    held: so only of a process without others, which Linux alone tells, and whose libraries bear it.
    """
    try:
        alone = sum(1 for _ in Path("/proc/self/task").iterdir()) == 1
    except OSError:
        alone = False
    return os.environ.get(START_METHOD) or ("fork" if alone else "spawn")


def starting(method: str) -> tuple[Any, int]:
    """The context of `multiprocessing`, and the number that `attach` wants of the parent."""
    return multiprocessing.get_context(method), 0 if method == "forkserver" else os.getpid()


def attach(parent: int) -> None:
    """Let this process die when its parent does, however that dies, and leave Ctrl-C to it.

    Args:
        parent: its process number, or 0 where another process stands between.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:  # it died before the call
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it reaches the whole group, and the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a copy has what the parent set
