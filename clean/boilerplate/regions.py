"""Regions: what hangs below a header, what follows an end mark, what stands before the beginning.

A region never reaches over prose, nor over a line that a rule keeps.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import pairwise

from clean.boilerplate.view import Form, View, is_dashed, is_item, word_count
from clean.rules.model import Rule

ONE = re.compile(
    r"(?i)(?:related|read more|see also|more|read next|up next|read also|also read|watch next|next"
    r"|don['’]t miss)\W*"
)
"""Headers that may stand over a single link; one item is taken in the body of a page."""

_TIMED = re.compile(r"[+•\s]*(?:[01]?\d|2[0-3])[:.h][0-5]\d\b")
"""How a line begins that a time of day opens."""

LABEL_WORDS = 3
"""A shorter line at the end of a list, where the other items are longer, is taken for a subhead."""


def list_below(
    view: View, header: int, guarded: Container[int], doomed: Container[int], marks: Container[int] = ()
) -> range:
    """The positions of the items that hang below a header.

    In the body of a page the list ends where the spacing changes, before prose, and, below a header in
    the singular, after one item; dashes go on as long as they go. At the end of a page all of it goes.

    Args:
        view: the page.
        header: position of the header.
        guarded: positions that a rule keeps.
        doomed: positions that go for a reason of their own; the list may pass over them.
        marks: positions of later headers and end marks whose region reaches the end of the page.
    """
    size = len(view.text)
    first = at = header + 1
    start = next((p for p in range(first, size) if p not in doomed), size)
    # A list of ranks, or the pages of a carousel; elsewhere a number may be that of the article's next part.
    counted = start < size and view.text[start].strip("#.)") == "1"
    while at < size and at not in guarded and at not in marks:
        line = view.text[at]
        if not (at in doomed or is_item(line) or (counted and line.strip("#.)").isdecimal())):
            break
        at += 1
    if at in marks:
        return range(first, at)
    if at == size or _only_fragments(view, at, guarded):
        return range(first, size if at < size and size - at <= 3 else at)
    dashed = first
    while dashed < at and is_dashed(view.text[dashed]):
        dashed += 1
    if dashed > first:
        return range(first, dashed)
    end = min(at, first + 1) if ONE.fullmatch(view.text[header]) else _body_end(view, first, at)
    if first < end == at and _TIMED.match(view.text[end - 1]):
        end -= 1  # "22h45 : Talks begin" above prose heads an entry of a live blog
    return range(first, end)


def _body_end(view: View, first: int, at: int) -> int:
    """Where a list without dashes between paragraphs ends: at a change of spacing, or before a subhead."""
    if at - first < 2:
        return at
    apart = view.apart[first + 1]
    end = first + 1
    while end < at and view.apart[end] == apart:
        end += 1
    lengths = [word_count(view.text[p]) for p in range(first, end)]
    if end - first >= 2 and end == at and lengths[-1] <= LABEL_WORDS < min(lengths[:-1]) - 1:
        end -= 1
    return end


def _only_fragments(view: View, at: int, guarded: Container[int]) -> bool:
    """Whether nothing but fragments follows, to the end of the page."""
    rest = range(at, len(view.text))
    return len(rest) <= 3 and all(view.form_at(p) == Form.FRAGMENT and p not in guarded for p in rest)


def after(view: View, mark: int, guarded: Container[int], doomed: Container[int]) -> Iterator[int]:
    """What follows an end mark, as far as the next prose."""
    for position in range(mark + 1, len(view.text)):
        prose = view.form_at(position) == Form.PROSE and not is_item(view.text[position])
        if position in guarded or (prose and position not in doomed):
            return
        yield position


def before(view: View, mark: int, guarded: Container[int], doomed: Container[int]) -> Iterator[int]:
    """What stands before a mark, back to the last prose."""
    for position in range(mark - 1, -1, -1):
        if position in guarded or (view.form_at(position) == Form.PROSE and position not in doomed):
            return
        yield position


SANDWICH = frozenset({"promo", "comment"})
"""Classes between whose lines a label cannot be article: the title of a newsletter, the name of a field."""


def sandwiched(view: View, doomed: dict[int, Rule], guarded: Container[int]) -> Iterator[tuple[int, Rule]]:
    """One or two short labels between two lines that go as one box, each with the rule of the line above."""
    ordered = sorted(doomed)
    for above, below in pairwise(ordered):
        inside = range(above + 1, below)
        if not 1 <= len(inside) <= 2 or doomed[above].kind != doomed[below].kind:
            continue
        if doomed[above].kind not in SANDWICH:
            continue
        if all(
            view.form_at(p) < Form.SENTENCE and _is_label(view.text[p]) and p not in guarded for p in inside
        ):
            for position in inside:
                yield position, doomed[above]


def _is_label(line: str) -> bool:
    return word_count(line) <= 4 and len(line) <= 40 and not line.endswith(":")


_HEADLINE_VERB = re.compile(
    r"(?i)\b(?:is|are|was|were|be|has|have|had|can|could|will|would|may|might|should|must|does|do|did|says|said|gets?|got|"
    r"makes?|takes?|faces?|warns?|vows?|pledges?|reveals?|shows?|finds?|dies|died|wins?|won|loses?|lost|hits?|kills?|killed|"
    r"charged|arrested|calls?|called|seeks?|plans?|urges?|slams?|claims?|denies|rejects?|backs?|opens?|closes?|rises?|falls?|"
    r"jumps?|drops?|returns?|leaves?|debunked|explained|accused|found|named|caught|shot|sues?|sued|fires?|fired|joins?|"
    r"launch(?:es|ed)?|announces?|announced|confirms?|reports?|tells?|told|asks?|gives?|goes|comes|needs?|wants?|know|need|want|"
    r"moves?|leads?|meets?|visits?|blames?|defends?|hopes?|fears?|tries|turns?|keeps?|puts?|sees?|holds?|ends?|begins?|starts?)\b"
)
"""Finite verbs that headlines are made of; the names of films, songs, dishes and places seldom have one."""


def headline_runs(view: View, taken: Container[int]) -> Iterator[range]:
    """Three or more headlines without blank lines between them, where the paragraphs have blank lines.

    Each begins its words with capitals, half of them have a verb, prose stands on both sides, and nothing
    announces them: a list that the text introduces ends the line before with a colon.
    """
    apart = view.apart
    position = apart.find(_BLOCK, view.first + 1)
    if position < 0 or sum(apart) * 3 < len(apart):
        return
    while 0 <= position < view.last:
        end = position
        while end < view.last and end not in taken and (end == position or not apart[end]):
            if view.form_at(end) == Form.PROSE or not _is_headline(view.text[end]):
                break
            end += 1
        run = range(position, end)
        if (
            3 <= len(run) <= 12
            and view.form_at(position - 1) == Form.PROSE
            and not view.text[position - 1].endswith((":", "："))
            and view.form_at(end) == Form.PROSE
            and 2 * sum(_HEADLINE_VERB.search(view.text[p]) is not None for p in run) >= len(run)
        ):
            yield run
        position = apart.find(_BLOCK, position + 1)


_BLOCK = bytes([True, False, False])
"""A line behind a blank one, with two directly below it: as a run of three headlines begins."""


def _is_headline(line: str) -> bool:
    if not is_item(line) or is_dashed(line) or line[0].isdigit():
        return False
    words = line.split()
    if not 4 <= len(words) <= 16:
        return False
    long = [word for word in words if len(word) > 3]
    return len(long) >= 3 and sum(word.lstrip("\"'“‘(")[:1].isupper() for word in long) >= 0.8 * len(long)
