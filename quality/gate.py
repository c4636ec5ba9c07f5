"""The quality gate of line removal: figures on development data may not fall below their pinned floors.

usage: gate.py [DATA] [--pages N] [--pin] [--lower --reason TEXT]

The pages are those that the scorer was trained on: floors guard against change, they are no estimate (see
docs/evaluation.md for figures on unseen sites).

Exits 1 when a figure is worse than its floor by more than the noise of that figure. `--pin` writes better
figures as new floors; a floor is made easier only with `--lower` and a reason, which is kept beside it. Where
there is no data it says so and exits 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from lines import cleaner, data_folder, documents, figures  # noqa: E402
from pages_as_text import changed_share, score_full  # noqa: E402

from clean.boilerplate.evaluate import evaluate  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402

FLOORS = Path(__file__).parent / "floors.json"

# Noise: half a line of the smaller sets; figures where less is better end in "loss" or "changed".
NOISE = {
    "seeds.drop_recall": 0.0,
    "seeds.keep_loss": 0.0,
    "lines.drop_recall": 0.006,
    "lines.keep_loss": 0.0002,
    "lines.drop_precision": 0.006,
    "full.f1": 0.004,
    "full.loss": 0.003,
    "gold.changed": 0.0003,
}


def better_is_less(name: str) -> bool:
    """Whether a figure is a loss."""
    return name.endswith(("loss", "changed"))


def measure(data: Path, pages: int) -> Iterator[tuple[str, float]]:
    """Every figure of the gate."""
    rules = load_rules("boilerplate")
    clean = cleaner(Boilerplate(rules))
    for name in ("seeds", "lines"):
        for figure, value in figures(evaluate(documents(data, name), clean)).items():
            if f"{name}.{figure}" in NOISE:
                yield f"{name}.{figure}", value
    f1, loss = score_full(data, Boilerplate(rules, keep=frozenset({"separator"})), pages)
    yield "full.f1", f1
    yield "full.loss", loss
    yield "gold.changed", changed_share(data, Boilerplate(rules), pages)


def main() -> int:
    """Measure, compare, pin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?")
    parser.add_argument("--pages", type=int, default=60, help="floors are for 60 pages of each kind")
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--lower", action="store_true")
    parser.add_argument("--reason", default="")
    options = parser.parse_args()
    if options.lower and not options.reason:
        parser.error("--lower needs --reason")
    data = data_folder(options.data)
    if data is None:
        return 0
    floors: dict[str, dict[str, Any]] = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    failed = False
    for name, value in measure(data, options.pages):
        floor = floors.get(name, {}).get("floor")
        sign = -1 if better_is_less(name) else 1
        worse = floor is not None and sign * (value - floor) < -NOISE[name] - 1e-9
        print(
            f"{name:22} {value:.4f}  floor {floor if floor is not None else '-'} {'WORSE' if worse else ''}"
        )
        improves = floor is None or sign * (value - floor) > 0
        if options.pin and improves:
            floors[name] = {"floor": value}
        elif worse and options.lower:
            floors[name] = {"floor": value, "lowered": options.reason}
        else:
            failed |= worse
    if options.pin or options.lower:
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
