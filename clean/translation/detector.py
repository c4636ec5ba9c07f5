"""A detector and its cue: what a text must hold somewhere before it is worth asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from clean.model import Finding


class Detector(NamedTuple):
    """A function that finds things in a text, and a pattern without which it can find nothing.

    The cue may be found where the detector finds nothing, never the other way round. It is searched by
    `clean.rules.gate.Gate`, together with all the others, so it should begin with what is rare.
    """

    find: Callable[[str], Iterable[Finding]]
    cue: str
    """In RE2's syntax. Windows of so many characters are left out of it: they only make it match less."""
    by: Literal["signs", "words"] = "signs"
    """Whether the cue is made of certain words, or of signs, capitals and any words. Each kind is searched by
    itself: of all together the automaton would have twice the states, and making them is what costs."""
