"""The stage `isbn`: right numbers are written without hyphens, wrong ones are flagged.

A stage proposes and cannot write: whatever it yields stands in the ledger, and can be explained and undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clean import Document, Edit, Note

_NUMBER = re.compile(r"\bISBN:? (97[89](?:[- ]?[0-9]){10})\b")


@dataclass(frozen=True, slots=True)
class Isbn:
    """The stage. Its version must change whenever the same document might get other findings."""

    name: str = "isbn"
    version: str = "1"
    after: tuple[str, ...] = ("boilerplate",)

    def __call__(self, document: Document) -> Iterator[Edit | Note]:
        """Edits for right numbers, flags for wrong ones."""
        for match in _NUMBER.finditer(document.text):
            written = match[1]
            digits = written.replace("-", "").replace(" ", "")
            if sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10:
                why = "The check digit is wrong: a digit was lost or changed."
                yield Note(match.start(1), match.end(1), "flag", {"why": why}, "isbn/wrong-check-digit")
            elif written != digits:
                yield Edit(match.start(1), written, digits, "isbn/hyphens")


def stage(_config: object) -> Isbn:
    """The stage of a configuration; this one has nothing to configure."""
    return Isbn()
