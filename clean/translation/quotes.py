"""Quotation marks: a closing mark too many, quotations inside quotations, spaces inside the marks.

Only lines whose curly marks can be trusted are judged. A straight mark, or a curly one that points the
wrong way (”The talks, talks“), may stand for either, and then no count says anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from clean.model import Edit, Finding, Note
from clean.translation.detector import Detector

TWICE = "translation/closing-quote-twice"
SURPLUS = "translation/surplus-closing-quote"
NESTED = "translation/nested-quotation"
INNER_SPACE = "translation/space-inside-quotes"
RULES = {
    TWICE: "A closing mark right behind another, where more quotations close than were opened.",
    SURPLUS: "A closing mark without an opening one: a clause moved out of its quotation, or into it.",
    NESTED: "A quotation opened inside another with the same marks: where either ends is lost.",
    INNER_SPACE: "A space between a quotation mark and what it encloses.",
}

_MARK = re.compile("[“”]")
# Each alternative stands behind its mark, so that the search runs from mark to mark.
_UNTRUSTED = re.compile(
    r"""["„″”“'`](?:(?<=["„″])|(?<=[.,!?]”)(?=\w)|(?<=')(?=')|(?<=`)(?=`)"""
    r"|(?<=”)(?<![^\s(—–]”)(?=\w)|(?<=\w“)|(?<=[.,!?…]“)(?!\w)|(?<=“)(?=$|[.,;:!?)]))"
)

MOST = 3
"""More closing marks too many in one line, and they do not close quotations."""
FAR = 240
"""Characters that a flag reaches back from a closing mark."""


class Marks(NamedTuple):
    """The marks of a line, walked from left to right."""

    surplus: tuple[tuple[int, int], ...]
    """(column of the mark before, column of the closing mark that nothing opened)."""
    nested: tuple[tuple[int, int], ...]
    """[start, end) of quotations that hold another one with the same marks."""
    pairs: tuple[tuple[int, int], ...]
    """Columns of the two marks of each outer quotation."""
    open: bool
    """A quotation is still open at the end."""


def walk(line: str, *, carried: bool) -> Marks:
    """What the marks of a line say.

    Args:
        line: a line without straight quotation marks.
        carried: a quotation of an earlier line may still be open, so one closing mark is not too many.
    """
    surplus, nested, pairs, opened = [], [], [], []
    deepest, last_opening = 0, 0
    if carried and line.lstrip().startswith("“"):
        carried = False
    for match in _MARK.finditer(line):
        at = match.start()
        if match[0] == "“":
            opened.append(at)
            last_opening = at
            deepest = max(deepest, len(opened))
        elif opened:
            start = opened.pop()
            if not opened:
                pairs.append((start, at))
                if deepest > 1:
                    nested.append((start, at + 1))
                deepest = 0
        elif carried:
            carried = False
        elif line[at - 1 : at].isdigit():
            continue  # 85” is a length
        else:
            surplus.append((last_opening, at))
    return Marks(tuple(surplus), tuple(nested), tuple(pairs), bool(opened) or carried)


# A straight mark at the end of a line opens nothing; if the line's marks are odd, it closes nothing.
_STRAIGHT_TWICE = re.compile(r"\" \"(?<=[.,!?]\" \")(?=\n|$)")


def quote_findings(text: str) -> Iterator[Finding]:
    """Edits and flags for the quotation marks of an English text."""
    if '" "' in text:
        for match in _STRAIGHT_TWICE.finditer(text):
            count = text.count('"', text.rfind("\n", 0, match.start()) + 1, match.end())
            if count % 2:
                yield Edit(match.start() + 1, ' "', "", TWICE, {"marks": count})
    if "”" not in text:
        return
    carried, offset = False, 0
    for line in text.split("\n"):
        if "“" in line or "”" in line or '"' in line:
            if _UNTRUSTED.search(line):
                carried = True
            else:
                marks = walk(line, carried=carried)
                yield from _judge(line, marks, offset)
                carried = marks.open
        offset += len(line) + 1


def _judge(line: str, marks: Marks, offset: int) -> Iterator[Finding]:
    strange = len(marks.surplus) > MOST or "‘" in line
    for before, at in marks.surplus:
        behind = line[:at].rstrip(" ")
        if behind.endswith("”") and at - len(behind) <= 2 and not line[at + 1 : at + 2].isalnum():
            evidence = {"opened": line.count("“"), "closed": line.count("”")}
            yield Edit(offset + len(behind), line[len(behind) : at + 1], "", TWICE, evidence)
        elif not strange:
            why = "closes a quotation that was never opened"
            yield Note(offset + max(before, at - FAR), offset + at + 1, "flag", {"why": why}, SURPLUS)
    if marks.surplus or marks.open:
        return
    for start, end in marks.nested:
        why = "a quotation inside a quotation with the same marks"
        yield Note(offset + start, offset + end, "flag", {"why": why}, NESTED)
    if not marks.nested and ("“ " in line or " ”" in line):
        for start, end in marks.pairs:
            yield from _inner_spaces(line, start, end, offset)


def _inner_spaces(line: str, start: int, end: int, offset: int) -> Iterator[Edit]:
    inside = line[start + 1 : end]
    left, right = len(inside) - len(inside.lstrip(" ")), len(inside) - len(inside.rstrip(" "))
    if not inside.strip(" "):
        return
    if left and inside[left].isalnum():
        yield Edit(offset + start + 1, " " * left, "", INNER_SPACE)
    if right and (inside[-right - 1].isalnum() or inside[-right - 1] in ".,!?…"):
        yield Edit(offset + end - right, " " * right, "", INNER_SPACE)


EVERY = (
    Detector(
        quote_findings,
        # A line whose marks alternate, an opening one first, has nothing too many and nothing nested.
        r"(?:^|\n)[^“”\n]*”|”[^“”\n]*”|“[^“”\n]*“|“ | ”|[.,!?]\" \"",
    ),
)
"""What this module finds, with its cue."""
