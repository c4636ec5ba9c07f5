"""Run a target under atheris, or replay seeds and plain mutations of them where atheris is not installed."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

Target = Callable[[bytes], None]

MUTATIONS = 60
"""Of each seed, in a replay."""


def mutations(seed: bytes, count: int, number: int) -> Iterator[bytes]:
    """Cut, flip, repeat and splice: the same for every run."""
    choose = random.Random(number)
    for _ in range(count):
        data = bytearray(seed)
        for _ in range(choose.randint(1, 4)):
            at = choose.randrange(len(data) + 1)
            kind = choose.randrange(4)
            if kind == 0:
                del data[at:]
            elif kind == 1 and at < len(data):
                data[at] ^= 1 << choose.randrange(8)
            elif kind == 2:
                data[at:at] = data[at : at + choose.randint(1, 40)] * choose.randint(1, 5)
            else:
                data[at:at] = bytes(choose.randrange(256) for _ in range(choose.randint(1, 6)))
        yield bytes(data)


def replay(target: Target, folder: Path) -> int:
    """Run a target over the seeds and their mutations; returns how many inputs there were."""
    count = 0
    for number, path in enumerate(sorted(folder.iterdir())):
        seed = path.read_bytes()
        for data in (seed, *mutations(seed, MUTATIONS, number)):
            target(data)
            count += 1
    return count


def main(target: Target) -> None:
    """The command line of a target."""
    if "--replay" in sys.argv:
        print(replay(target, Path(sys.argv[-1])), "inputs")
        return
    import atheris

    atheris.instrument_all()
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
