"""Every target for a bounded time: with atheris where it is installed, else over seeds and their mutations.

FUZZ_SECONDS (default 30) is the time of each target.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TARGETS = ("decode", "containers", "pipeline")


def main() -> int:
    """Run them; the exit status of the first that breaks its law, or 0."""
    corpus = Path(__file__).parent / "corpus"
    seconds = os.environ.get("FUZZ_SECONDS", "30")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as found:
        for name in TARGETS:
            command = [sys.executable, "-m", f"fuzz.{name}"]
            if importlib.util.find_spec("atheris"):
                command += [f"-max_total_time={seconds}", "-verbosity=0", "-print_final_stats=1", found]
            else:
                command += ["--replay"]
            print(f"fuzz.{name}", flush=True)
            code = subprocess.run([*command, str(corpus / name)], check=False).returncode
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
