"""Say so when much was removed, or something that looks like reporting.

A guard reads a finished document and adds flags; when the user set a bound, it holds the document back.
What `extract` took from a page does not count: navigation is most of many pages.
"""

from __future__ import annotations

import re
from dataclasses import replace

from clean.errors import GuardError
from clean.model import Document, Note, Patch

STAGE = "guard"
VERSION = "1"
RULES = frozenset({"mostly-removed", "empty-output", "quotation-removed", "numbers-removed"})

HELD = "too-much-removed"
"""Code of a document that is held back."""

USUAL = 0.6
"""A document that loses more than this share is flagged."""

QUOTATIONS = 2
"""Quotations of some length in one deletion before it is flagged; one stands in many a teaser."""

NUMBERS = 12
"""Numbers in one deletion before it is flagged."""

_QUOTATION = re.compile(r"[“\"„«][^”\"“»\n]{30,400}[”\"“»]")
_NUMBER = re.compile(r"[0-9][0-9.,]*")
_LIST = frozenset({"extract", "entries", "duplicates", "unicode"})
"""Stages whose deletions are not looked into: they remove copies, layout, or what is no article."""


def removed_share(document: Document) -> float:
    """Characters removed after `extract` as a share of the characters there were."""
    lost = [
        len(edit.old) - len(edit.new)
        for patch in document.trail
        if patch.stage != "extract"
        for edit in patch.edits
    ]
    removed = sum(change for change in lost if change > 0)
    before = len(document.text) + sum(lost)
    return removed / before if before > 0 else 0.0


def guarded(document: Document, max_removed: float | None = None) -> Document:
    """The document with flags for what a person should look at.

    Args:
        document: after every stage.
        max_removed: share of characters; a document that loses more, or in one deletion more quotations or
            numbers than is usual, is held back. None flags only.

    Raises:
        GuardError: the document is held back.
    """
    if document.dropped is not None:
        return document
    share = removed_share(document)
    if max_removed is not None and share > max_removed:
        raise _held(
            f"{share:.0%} of the text would be removed; the bound is {max_removed:.0%}",
            "See `clean explain`, or raise --max-removed.",
        )
    found = []
    if not document.text.strip():
        if any(patch.edits for patch in document.trail):
            found.append(_flag("empty-output", "nothing of the text is left"))
    elif share > (USUAL if max_removed is None else max_removed):
        found.append(_flag("mostly-removed", f"{share:.0%} of the text was removed"))
    reporting = _reporting(document)
    if max_removed is not None and reporting:
        raise _held(reporting[0][1], "See `clean explain`; without --max-removed it is only flagged.")
    found += [_flag(rule, why) for rule, why in reporting]
    if not found:
        return document
    return replace(document, trail=(*document.trail, Patch(STAGE, VERSION, (), tuple(found))))


def _flag(rule: str, why: str) -> Note:
    return Note(0, 0, "flag", {"why": why}, f"{STAGE}/{rule}")


def _held(what: str, hint: str) -> GuardError:
    return GuardError(HELD, what, hint=f"Its raw text is in the ledger. {hint}")


def _reporting(document: Document) -> list[tuple[str, str]]:
    """Rule and reason for each deletion that may have taken some of the reporting."""
    found = []
    for patch in document.trail:
        if patch.stage in _LIST:
            continue
        for edit in patch.edits:
            if len(edit.old) - len(edit.new) < 60:
                continue
            if len(_QUOTATION.findall(edit.old)) >= QUOTATIONS:
                found.append(("quotation-removed", f"{edit.rule} removed quotations: {edit.old[:80]}"))
            if len(_NUMBER.findall(edit.old)) >= NUMBERS:
                found.append(("numbers-removed", f"{edit.rule} removed many numbers: {edit.old[:80]}"))
    return found
