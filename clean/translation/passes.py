"""Repairs that make room for repairs: the seam in `statement In May, .` shows when the comma is gone.

All rules of a stage see one text, so damage under damage would need the stage twice. `to_the_end` looks again
at what it repaired, until nothing is left, and hands back one script on the text it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clean.edits import Script, apply, compose, settle
from clean.model import Edit

MOST_PASSES = 6
"""Random dirt needed three."""


def to_the_end(text: str, edits: Iterable[Edit], find: Callable[[str], Iterable[Edit]]) -> Script:
    """One script on `text`: these edits, and those that `find` proposes on what comes of them."""
    script = settle(edits)
    for _ in range(MOST_PASSES):
        repaired = apply(text, script)
        further = settle(find(repaired))
        if not further:
            break
        script = compose(text, script, further)
    return script
