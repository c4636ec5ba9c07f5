"""One run at a time on an output folder, and a run that SIGTERM ends as Ctrl-C does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clean.errors import OutputError
from clean.write.files import STATE, disk_error

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM raise `KeyboardInterrupt`, so that workers are ended and temporary files removed."""

    def stop(number: int, _frame: object) -> None:
        raise KeyboardInterrupt(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the output folder, made if it is not there. The lock dies with the process that holds it.

    Raises:
        OutputError: another run holds it, or the folder cannot be made.
    """
    path = out / STATE / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise disk_error(error, path) from error
    with file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise OutputError(
                    "locked",
                    "another run is writing here",
                    where=str(out),
                    hint="Wait until it has ended, or name another output.",
                ) from error
        yield
