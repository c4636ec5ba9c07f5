"""The head of a page: its title, copies of the title, what is glued to it, and what stands before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from operator import eq
from typing import NamedTuple

from clean.boilerplate.view import Form, View, word_count

HEAD_LINES = 60
"""So many lines are looked at for the title; behind a menu as long as that nobody knows which line it is."""

TITLE_LETTERS = 20
"""A shorter line is not taken for the title that another line repeats."""

_LETTERS = re.compile(r"\w+")
SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
"""What of ASCII is neither letter nor digit."""
_BREADCRUMB = re.compile(
    r"(?i)^(?:(?:you are here|you're here|current(?: (?:position|location|page))?|location|position|home)"
    r"\s?[:：]\s?)?"
    r"(?:home(?: ?page)?|index|front page|main)\s?[>»›/→]\s?"
)
_SUFFIX = re.compile(r"\s?(?:[-–—|·»:]|::)\s?[^\s].*$")
_SEAM = re.compile(r"[a-z]([A-Z][a-z]|[‘“'\"][A-Z])")
_NAME = re.compile(
    r"[A-ZÀ-ÖØ-ÞА-ЯІЇЄҐ][\w'’.-]*"
    r"(?: (?:de|van|von|der|al|bin|la|le|da|dos|del|di|ter|ten|el|[A-ZÀ-ÖØ-ÞА-ЯІЇЄҐ][\w'’.-]*)){1,3}"
)


class Found(NamedTuple):
    """Something in the head: whole lines go when `start` is None, else columns of the stripped line."""

    position: int
    rule: str
    kind: str
    repeat: bool
    """Gone whatever classes are kept: the same words stand elsewhere on the page."""
    evidence: str
    start: int | None = None
    end: int | None = None


def letters(line: str) -> str:
    """Letters and digits alone, case folded: two lines with the same letters say the same.

    >>> letters("Rates rise — again!")
    'ratesriseagain'
    """
    # Signs of ASCII, nearly all there are, cost nothing as bytes.
    found = line.casefold().encode("utf-8", "surrogatepass").translate(None, SIGNS)
    if found.isascii():
        return found.decode()
    return "".join(_LETTERS.findall(found.decode("utf-8", "surrogatepass")))


_beginning = lru_cache(maxsize=1 << 10)(letters)
"""For the first letters of lines, which are looked at for each line above them."""


def title_of(view: View) -> int | None:
    """The position of the title: a title-like line before the first prose that is a title beyond doubt.

    It is beyond doubt when it is the first line, or follows a line that begins or ends with it, or stands
    twice; nothing else.
    """
    head = range(min(view.first, HEAD_LINES))
    if view.first == len(view.text):
        return None
    if (other := _title_inside(view, 0)) is not None:
        return other
    if not head:
        return None
    if _is_title(view, 0) and not _BREADCRUMB.match(view.text[0]):
        return 0
    for position in head:
        if _is_title(view, position) and word_count(view.text[position]) >= 4:
            return position
        if position >= 3:
            break
    return None


def says(title: str, line: str) -> bool:
    """Whether a line says what the page declares as its title: half of the words of the shorter one.

    >>> says("Rates rise again - The Daily", "Rates Rise Again")
    True
    >>> says("Rates rise again - The Daily", "Builders fear for their orders")
    False
    """
    one, other = (set(map(letters, text.split())) - {""} for text in (title, line))
    return 2 * len(one & other) >= min(len(one), len(other)) > 0


def _is_title(view: View, position: int) -> bool:
    line = view.text[position]
    form = view.form_at(position)
    if form == Form.TITLE:
        return True
    return form >= Form.SENTENCE and line.rstrip("\"'”’»)").endswith(("?", "!")) and word_count(line) <= 25


def _title_inside(view: View, position: int) -> int | None:
    """The line of the head that stands whole within this one: "Home > Rates rise -Site", "Rates rise"."""
    others = range(position + 1, min(view.first + 1, len(view.text), position + HEAD_LINES))
    whole = letters(view.text[position]) if others else ""
    if len(whole) <= TITLE_LETTERS:
        return None  # no room for a title and more
    for other in others:
        line = view.text[other]
        if _beginning(line[:TITLE_LETTERS]) not in whole:
            continue  # so most lines cost a look at their beginning alone
        part = letters(line)
        if (
            len(part) >= TITLE_LETTERS
            and part != whole
            and part in whole
            and len(whole) <= 2 * len(part) + 40
        ):
            return other
    return None


def furniture(view: View, title: int | None) -> Iterator[Found]:
    """Copies of the title, lines glued to it and fragments before it."""
    if not view.text:
        return
    yield from _glued(view)
    yield from _repeats(view, title)
    if title and title <= 3:
        for position in range(title):
            line = view.text[position]
            if view.form_at(position) == Form.FRAGMENT and word_count(line) <= 2 and line[0].islower():
                yield Found(position, "fragment-before-title", "nav", False, view.text[title])


def _glued(view: View) -> Iterator[Found]:
    for position in range(min(view.first + 1, 3, len(view.text))):
        line = view.text[position]
        crumb = _BREADCRUMB.match(line)
        inside = _title_inside(view, position)
        if inside is not None and (crumb or _is_titled(line, view.text[inside])):
            yield Found(position, "glued-title", "nav", True, view.text[inside])
        elif crumb and word_count(line) >= 6 and (seam := _SEAM.search(line, crumb.end())):
            yield Found(position, "glued-breadcrumb", "nav", False, line[: seam.start(1)], 0, seam.start(1))
            site = re.search(r" -[A-Z]\w+(?: [A-Z]\w+)?$", line)
            if site:
                yield Found(position, "glued-breadcrumb", "nav", False, site[0], site.start(), len(line))


def _is_titled(line: str, title: str) -> bool:
    """Whether a line is the title and a site's name: "Rates rise | The Daily"."""
    return line.startswith(title) and _SUFFIX.match(line, len(title)) is not None


def _repeats(view: View, title: int | None) -> Iterator[Found]:
    """The title again: anywhere before the first prose, or right behind the last."""
    if title is None:
        return
    text, said = view.text, view.text[title]
    wanted = letters(said)
    if word_count(said) < 3 and len(wanted) < TITLE_LETTERS:
        return
    least, most = len(said) - 8, len(said) + 8
    for position in chain(
        range(title + 1, view.first), range(max(title, view.last, view.first - 1) + 1, len(view.text))
    ):
        line = text[position]
        same = least <= len(line) <= most and letters(line) == wanted
        if same or (position < view.first and _is_titled(line, said)):
            yield Found(position, "repeated-title", "title", True, said)


def doubled_bylines(view: View) -> Iterator[int]:
    """Positions of the second of two equal names in a row, before prose: a byline beside its picture."""
    if not any(map(eq, view.text, view.text[1:])):
        return
    for position in range(1, len(view.text) - 1):
        line = view.text[position]
        if (
            line == view.text[position - 1]
            and len(line) <= 60
            and view.form_at(position) <= Form.TITLE
            and view.form_at(position + 1) == Form.PROSE
            and (position < 2 or view.text[position - 2] != line)
            and _NAME.fullmatch(line)
        ):
            yield position
