r"""A gate: one search of a whole text says which of many detectors could find anything in it.

Nearly every text is clean, so nearly every detector finds nothing, and each would read the text again to find
that out. A gate holds one *cue* a detector, a pattern that every place it could act on must match, and reads
the text once for all of them: RE2's automaton costs the same for sixty patterns as for one, as long as they
begin with something rare. A cue may match too much, never too little; `tests/translation` holds each against
its detector.

>>> gate = Gate(["(?:^| )of of ", "[a-z][A-Z]"], "example")
>>> gate.open("One of of them."), gate.open("One of them.")
([0], [])
"""

from __future__ import annotations

from collections.abc import Sequence

import re2

from clean.errors import PackError
from clean.rules.compile import Pattern, options, relax, to_unicode


class Gate:
    """Patterns that are searched together. Built once, asked about every text."""

    __slots__ = ("_set",)

    def __init__(self, patterns: Sequence[str], where: str) -> None:
        r"""Compile the patterns.

        Args:
            patterns: in RE2's syntax; `\s \w \d` mean what they mean in Unicode, `\b` knows ASCII only.
            where: for the message.

        Raises:
            PackError: RE2 refuses one.
        """
        self._set = _compiled(patterns, where)

    def open(self, text: str | bytes) -> list[int]:
        """The numbers of the patterns that may match somewhere in the text (or its UTF-8), in order."""
        return sorted(self._set.Match(text) or ()) if self._set else []


def _compiled(patterns: Sequence[str], where: str) -> Pattern:
    if not patterns:
        return None
    chosen: Pattern = re2.Set.SearchSet(options())
    for number, pattern in enumerate(patterns):
        try:
            chosen.Add(relax(to_unicode(pattern, where)))
        except re2.error as error:
            raise PackError(
                "pattern-refused", f"RE2 refuses the pattern {pattern!r}", where=f"{where}, {number}"
            ) from error
    chosen.Compile()
    return chosen
