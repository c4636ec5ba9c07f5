"""A run in a process of its own, to be killed: RAW OUT JOBS STAGES."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import stages_for_runs

from clean.errors import CleanError
from clean.execute.run import run
from clean.read.limits import Limits, Reading

if __name__ == "__main__":
    raw, out, jobs, stages = sys.argv[1:5]
    seconds = float(sys.argv[5]) if len(sys.argv) > 5 else 30.0
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        summary = run(
            Path(raw),
            Path(out),
            getattr(stages_for_runs, stages),
            jobs=int(jobs),
            reading=Reading(Limits(seconds=seconds)),
        )
    except KeyboardInterrupt:
        sys.exit(130)
    except CleanError as error:
        sys.stderr.write(f"clean: {error}\n")
        sys.exit(error.exit_code)
    sys.exit(summary.exit_code)
