"""Any text through every stage: undo gives it back, and each edit names its stage.

The first byte of an input chooses text or page.
"""

from __future__ import annotations

from functools import cache

from clean import edits
from clean.config import Config
from clean.errors import InputError
from clean.model import Origin
from clean.pipeline import Pipeline
from clean.read.document import from_bytes
from clean.stages import build_stages
from fuzz.harness import main


@cache
def pipeline() -> Pipeline:
    """Every stage."""
    return Pipeline(build_stages(Config()))


def target(data: bytes) -> None:
    """Clean."""
    if not data:
        return
    try:
        document = from_bytes("a", data[1:], Origin("a", ""), markup=data[0] % 2 == 1)
    except InputError as error:
        assert error.code == "binary"
        return
    cleaned = pipeline()(document)
    assert edits.raw(cleaned) == document.text
    for patch in cleaned.trail:
        for edit in patch.edits:
            assert edit.rule.startswith(f"{patch.stage}/")


if __name__ == "__main__":
    main(target)
