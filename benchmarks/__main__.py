"""Every benchmark of `make bench`, and the tables into docs/performance.md.

usage: python -m benchmarks [--rounds 3] [--no-write]
"""

from __future__ import annotations

import argparse
import os
import platform
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks import growth, html, material, peers, pipeline, startup

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-write", action="store_true", help="print the tables only")
    options = parser.parse_args()
    rounds = options.rounds
    sections: dict[str, Callable[[], str]] = {
        "Stages and runs": lambda: pipeline.report(rounds),
        "Beside others": lambda: "\n\n".join(
            peers.report(max(rounds - 1, 1), kind, 5.0, None) for kind in pipeline.STAGED
        ),
        "Pages of HTML": lambda: html.report(max(rounds - 1, 1), 100),
        "Growth": lambda: growth.report(400, max(rounds - 1, 1)),
        "Start-up": lambda: startup.report(3 * rounds),
    }
    parts = [_machine()]
    for title, measure in sections.items():
        parts.append(f"## {title}\n\n{measure()}")
        print(parts[-1], end="\n\n", flush=True)
    if not options.no_write:
        measured = "\n\n".join(parts)
        page = PAGE.read_text(encoding="utf-8")
        new = re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{measured}\n{END}", page, flags=re.DOTALL)
        PAGE.write_text(new, encoding="utf-8")


def _machine() -> str:
    with_data = (
        "texts and pages of CLEAN_DATA" if material.is_real() else "invented texts; CLEAN_DATA is absent"
    )
    python = f"{platform.python_implementation()} {platform.python_version()}"
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"{python}, {platform.machine()}, {os.cpu_count()} processors{load}"
    return f"{machine}; {with_data}. CPU seconds unless said."


if __name__ == "__main__":
    main()
