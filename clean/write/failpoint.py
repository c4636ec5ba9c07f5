"""Die at a named step, for the tests that prove that every step may be the last.

`CLEAN_FAILPOINT=after_replace:7` kills the process when it passes that step for the seventh time.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_WANTED, _, _COUNT = os.environ.get("CLEAN_FAILPOINT", "").partition(":")
_passed: Counter[str] = Counter()

STEPS = (
    "after_part",
    "before_plan",
    "after_plan",
    "after_temporary",
    "after_replace",
    "after_remove",
    "before_tables",
    "before_manifest",
    "after_manifest",
    "before_tidy",
)
"""Every step of a run that can be named, in the order in which a run passes them first."""


def passing(step: str) -> None:
    """Die here if this is the pass that was asked for."""
    if step != _WANTED:
        return
    _passed[step] += 1
    if _passed[step] == int(_COUNT or 1):
        os.kill(os.getpid(), signal.SIGKILL)
