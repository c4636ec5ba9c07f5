"""Quotation marks whose form or place contradicts the other marks of their line.

In a line whose marks come in pairs each mark opens or closes, and the spaces beside it must agree. Where one
alone does not, or few of many, it is known what it ought to be: `Monday."The mill` lacks a space, `“a gift"`
has a straight mark for a curly one, `said: ”We` a mark turned round. Where more do not, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from clean.model import Edit
from clean.translation.detector import Detector
from clean.translation.english import line_at

GLUED = "translation/glued-straight-quote"
SPACED = "translation/space-inside-straight-quotes"
MIXED = "translation/mixed-quotes"
TURNED = "translation/turned-quote"
RULES = {
    GLUED: "No space outside a straight quotation mark; the other marks of the line say on which side it is.",
    SPACED: "A space between a straight quotation mark and what it encloses.",
    MIXED: "A quotation opened with one form of mark and closed with another.",
    TURNED: "A curly mark that points the wrong way.",
}

_MARK = re.compile("[\"“”]|''")
_OTHERS = re.compile("[„«»`″]|'''|\"\"")
_CURLY = {True: "“", False: "”"}
_PAIRS = (("“", "”"), ('"', '"'), ("''", "''"))

# What a line must hold for one of its marks to be wrong: a mark between punctuation and a letter or between
# two spaces, before a letter though it closes, behind one though it opens; or marks of two forms.
_CUE = (
    r'[.,:;!?]"[A-Za-z]|\s"\s|(?:^|[\s(])”[A-Za-z]|[A-Za-z.,!?]“(?:[\s.,]|$)'
    r"""|"[^"\n“”]*[“”]|[“”][^"\n“”]*"|"[^"\n]{0,300}''|''[^"\n]{0,300}\""""
)
# The same, so written that the search runs from mark to mark.
_MAY_CONTRADICT = re.compile(
    r"""["“”'](?:(?<=[.,:;!?]")(?=[A-Za-z])|(?<=\s")(?=\s)|(?<=[\s(]”)(?=[A-Za-z])|(?<=^”)(?=[A-Za-z])"""
    r"""|(?<=[A-Za-z.,!?]“)(?=[\s.,]|$)|(?<=")[^"\n“”]*[“”]|(?<=[“”])[^"\n“”]*"|(?<=")[^"\n]{0,300}''"""
    r"""|(?<=')'[^"\n]{0,300}\")"""
)

LONGEST = 4000
"""Characters of the longest line that is judged."""


class Mark(NamedTuple):
    """A mark of a line, and what its place in the row of marks asks of it."""

    start: int
    end: int
    form: str
    opens: bool
    """By its number in the line: the first opens, the second closes."""
    before: str
    behind: str
    """The characters beside it, empty at the ends of the line."""

    @property
    def stands_right(self) -> bool:
        """Whether the spaces beside it are those of a mark that opens, or closes, as it does."""
        outer, inner = (self.before, self.behind) if self.opens else (self.behind, self.before)
        outside = "([—–-‘/" if self.opens else ".,;:!?)]—–-’'…/"
        return (not outer or outer.isspace() or outer in outside) and bool(inner) and not inner.isspace()


def marks(line: str) -> list[Mark]:
    """The double quotation marks of a line, each second one closing."""
    return [
        Mark(
            match.start(),
            match.end(),
            match[0],
            number % 2 == 0,
            line[match.start() - 1 : match.start()],
            line[match.end() : match.end() + 1],
        )
        for number, match in enumerate(_MARK.finditer(line))
    ]


def contradictions(text: str) -> Iterator[Edit]:
    """Edits for the one mark, or the one pair, of a line that the other marks contradict."""
    position = 0
    while found := _MAY_CONTRADICT.search(text, position):
        start, end = line_at(text, found.start())
        line = text[start:end]
        row = marks(line) if len(line) <= LONGEST and not _OTHERS.search(line) else []
        if len(row) % 2 == 0:
            wrong = [mark for mark in row if not mark.stands_right]
            found_here = _spaces(row, wrong, line) if wrong else _forms(row, line, text)
            yield from (edit._replace(start=start + edit.start) for edit in found_here)
        position = end + 1


def _forms(row: list[Mark], line: str, text: str) -> Iterator[Edit]:
    """The one pair of two forms, or of a form turned round, where the spaces beside every mark are right."""
    pairs = list(zip(row[::2], row[1::2], strict=True))
    odd = [pair for pair in pairs if (pair[0].form, pair[1].form) not in _PAIRS]
    if len(odd) != 1:
        return
    opening, closing = odd[0]
    if opening.form == closing.form:
        # A writer who closes with “ or opens with ” does so everywhere, as in Swedish.
        mark = opening if opening.form == "”" else closing
        if _CURLY[mark.opens] in text:
            yield Edit(mark.start, mark.form, _CURLY[mark.opens], TURNED, {"marks": len(row)})
        return
    rank = ("''", '"', _CURLY[True], _CURLY[False]).index
    mark, other = sorted((opening, closing), key=lambda mark: rank(mark.form))
    if other.form in ('"', _CURLY[other.opens]):
        new = '"' if other.form == '"' else _CURLY[mark.opens]
        start, old = mark.start, mark.form
        if (
            new == "”"
            and mark.before == "'"
            and line.count("‘", other.end, start) > line.count("’", other.end, start)
        ):
            start, old, new = start - 1, f"'{old}", "’”"
        yield Edit(start, old, new, MIXED, {"other": other.form})


def _spaces(row: list[Mark], wrong: list[Mark], line: str) -> Iterator[Edit]:
    """A space put where it lacks or taken where it is too many, at few straight marks or at one pair."""
    one_pair = len(wrong) == 2 and wrong[0].opens and row[row.index(wrong[0]) + 1] == wrong[1]
    few = len(wrong) == 1 or len(wrong) * 4 <= len(row)
    if any(mark.form != '"' for mark in wrong) or not (few or one_pair):
        return
    edits = []
    for mark in wrong:
        outer, inner = (mark.before, mark.behind) if mark.opens else (mark.behind, mark.before)
        punctuation, letter = (outer, inner) if mark.opens else (inner, outer)
        if punctuation in tuple(".,:;!?") and letter.isalpha():
            edits.append(Edit(mark.start if mark.opens else mark.end, "", " ", GLUED, {"opens": mark.opens}))
        elif inner == " " and (not outer or outer.isspace() or outer in ".,;:!?"):
            at = mark.end if mark.opens else mark.start - 1
            inside = line[at + 1 : at + 2] if mark.opens else line[at - 1 : at]
            if inside.isalnum() or (not mark.opens and inside in tuple(".,!?")):
                edits.append(Edit(at, " ", "", SPACED, {"opens": mark.opens}))
    if len(edits) == len(wrong):
        yield from edits


EVERY = (Detector(contradictions, _CUE),)
"""What this module finds, with its cue."""
