"""What a person should look at first: how risky an edit, a suggestion, a flag or a drop is, and why.

Risk is a small sum of reasons, not a probability: deleted quotations, numbers, names and sentences weigh
more than deleted labels, and what a rule was unsure of weighs most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clean.model import Document, Edit, Note
from clean.review.record import kind

REASONS = {
    "held back": 20,
    "low confidence": 4,
    "suggestion": 3,
    "flag": 2,
    "document dropped": 3,
    "quotation": 3,
    "large": 3,
    "sentence": 2,
    "rewritten name": 2,
    "number": 1,
    "names": 1,
    "kept in meta": -3,
    "copy kept": -3,
}
"""What speaks for or against a look, and how much."""

SURE = {"probability": 0.95, "similarity": 0.85, "confidence": 0.95, "score": 0.95}
"""Evidence below these is low confidence."""

IN_META = frozenset({"byline", "credit", "caption", "time", "title"})
"""Classes whose text is recognised first and kept in the meta."""

LARGE = 600
"""Characters of a large deletion; 15 % of the document is large too, from 200 on."""

_QUOTATION = re.compile(r"[“«„「『\"][^“”«»„「」『』\"\n]{12,}")
_SENTENCE_END = re.compile(r"[.!?…。！？][”\"’»」』)]?[ \t]*$", re.MULTILINE)
_WORD = re.compile(r"\w")
_NUMBER = re.compile(r"\b\d[\d.,]*\b")
_NAMES = re.compile(r"(?<=[a-z,] )[A-ZÀ-Þ][a-zß-ÿ]+(?: [A-ZÀ-Þ][a-zß-ÿ]+)+")


class Item(NamedTuple):
    """One thing to judge."""

    risk: int
    what: str
    """"edit", "suggestion", "flag", "drop" or "document"."""
    patch: int
    """Number in the trail; -1 for the document as a whole."""
    number: int
    """Number of the edit or note in its patch; -1 for a drop."""
    reasons: tuple[str, ...]
    excerpt: str
    """The beginning of what is to be judged."""
    new: str = ""
    """What stands there instead, or would."""
    why: str = ""


def items(document: Document, texts: Sequence[str], *, held_back: str = "") -> Iterator[Item]:
    """What there is to judge in a document; edits without any risk are left out.

    Args:
        document: with its trail.
        texts: before each patch; see `edits.versions`.
        held_back: why a guard held the document back, or "".
    """
    if held_back:
        yield Item(REASONS["held back"], "document", -1, -1, ("held back",), held_back)
    for at, patch in enumerate(document.trail):
        for number, edit in enumerate(patch.edits):
            reasons = tuple(edit_reasons(patch.stage, edit, len(texts[0])))
            risk = sum(map(REASONS.__getitem__, reasons))
            if risk > 0:
                yield Item(risk, "edit", at, number, reasons, excerpt(edit.old), excerpt(edit.new))
        for number, note in enumerate(patch.notes):
            if note.key in ("flag", "suggestion"):
                said = excerpt(texts[at][note.start : note.end])
                yield Item(REASONS[note.key], note.key, at, number, (note.key,), said, *_proposed(note))
        if patch.drop is not None:
            because = patch.drop.because
            reasons = ("document dropped", *(["low confidence"] if _unsure(because) else []))
            risk = sum(map(REASONS.__getitem__, reasons))
            why = f"{patch.drop.rule}: {because.get('kept', '')} stays"
            yield Item(risk, "drop", at, -1, reasons, excerpt(document.text), "", why)


def edit_reasons(stage: str, edit: Edit, raw_length: int) -> Iterator[str]:
    """Why an edit deserves a look."""
    if _unsure(edit.because):
        yield "low confidence"
    if edit.new:
        if stage == "names":
            yield "rewritten name"
        if len(edit.old) - len(edit.new) < 40:
            return
    old = edit.old
    if len(old) >= LARGE or (len(old) >= 200 and len(old) > 0.15 * raw_length):
        yield "large"
    if len(old) > 40 and _has_sentence(old):
        yield "sentence"
    if len(old) > 12 and _QUOTATION.search(old):
        yield "quotation"
    if _NUMBER.search(old):
        yield "number"
    if len(old) > 12 and _NAMES.search(old):
        yield "names"
    if kind(stage, edit) in IN_META:
        yield "kept in meta"
    if "kept" in edit.because:
        yield "copy kept"


def _has_sentence(text: str) -> bool:
    """Whether a line ends like a sentence, a letter or digit standing more than 40 characters before.

    Asked from the end: a pattern that begins with the letter reads the rest of the line from each letter.
    """
    for end in _SENTENCE_END.finditer(text):
        line = text.rfind("\n", 0, end.start()) + 1
        if _WORD.search(text, line, max(line, end.start() - 40)):
            return True
    return False


def _unsure(because: object) -> bool:
    if not isinstance(because, dict) or SURE.keys().isdisjoint(because):
        return False
    for key, sure in SURE.items():
        value = because.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and value < sure:
            return True
    return False


def excerpt(text: str, limit: int = 160) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text[: 2 * limit].split())
    return f"{line[: limit - 1]}…" if len(line) > limit or len(text) > 2 * limit else line


def _proposed(note: Note) -> tuple[str, str]:
    """The better form, if the note has one, and why."""
    value = note.value if isinstance(note.value, dict) else {"why": note.value}
    return excerpt(str(value.get("new") or "")), excerpt(str(value.get("why") or ""))
