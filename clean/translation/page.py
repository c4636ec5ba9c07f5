"""Was the page translated back? Decided from its repairs and flags, by a rule that one can check by hand.

A page is called translated back when at least `FEWEST` of its findings are of kinds that translation leaves
behind, of at least `KINDS` different rules, and at least one for every `WORDS_FOR_ONE` words. Slips that
scraping or typing leave as well (a space before a comma, a missing space, a doubled word) count for
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from clean.model import Edit, Finding, Json, Note

SIGN = "translation/translated-back"
FEWEST = 4
KINDS = 3
WORDS_FOR_ONE = 500

_SLIPS = """
    space-before-comma space-before-full-stop abbreviation-space-comma abbreviation-full-stop-twice
    comma-twice comma-full-stop full-stop-after-quotation full-stop-after-question
    space-before-possessive split-negation split-abbreviation glued-comma glued-full-stop
    glued-quotation-mark doubled-word doubled-pair space-inside-quotes said-name-said
    lower-case-after-full-stop modal-twice more-comparative prepositions-collide two-articles
"""
SLIPS = frozenset(f"translation/{rule}" for rule in _SLIPS.split())
"""Rules whose findings say nothing about translation."""


def evidence(findings: Iterable[Finding]) -> Counter[str]:
    """How often each telling rule found something."""
    return Counter(
        item.rule
        for item in findings
        if item.rule not in SLIPS
        and (isinstance(item, Edit) or (isinstance(item, Note) and item.key == "flag"))
    )


def is_translated_back(found: Counter[str], text: str) -> bool:
    """Whether the evidence passes the three thresholds."""
    total = found.total()
    return total >= FEWEST and len(found) >= KINDS and total * WORDS_FOR_ONE >= text.count(" ")


def sign(found: Counter[str], length: int) -> Note:
    """The note that goes into the meta, with its evidence; it covers the whole text."""
    kinds: dict[str, Json] = {
        rule.removeprefix("translation/"): count for rule, count in sorted(found.items())
    }
    value: dict[str, Json] = {"why": "translated back", "evidence": kinds}
    return Note(0, length, "translated_back", value, SIGN)
