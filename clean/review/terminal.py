"""What a terminal needs: colours that can be off, widths of characters, hostile characters made visible."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

STYLES = {
    "old": "31",
    "new": "32",
    "old-strong": "1;37;41",
    "new-strong": "1;30;42",
    "rule": "36",
    "dim": "2",
    "head": "1",
    "warn": "33",
}
"""Names of styles and their SGR codes: the sixteen colours that every theme defines."""

_JOINERS = "\u200c\u200d\u00ad"
"""Rightful in Persian, in emoji and in long German words: shown only where an edit changed them."""

_WIDE_SPACES = {"\u00a0": "⍽", "\u202f": "⍽", "\u2007": "⍽", "\u3000": "⍽"}


class Span(NamedTuple):
    """A piece of output in one style; "" is plain."""

    text: str
    style: str = ""


def wants_colour(stream: IO[str], choice: str = "auto") -> bool:
    """Whether to colour what goes to a stream: never for NO_COLOR, a dumb terminal or a file."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def painted(spans: Iterable[Span], *, colour: bool) -> str:
    """Spans as one string."""
    if not colour:
        return "".join(span.text for span in spans)
    return "".join(
        f"\x1b[{STYLES[span.style]}m{span.text}\x1b[0m" if span.style and span.text else span.text
        for span in spans
    )


def visible(text: str, *, changed: bool = False) -> str:
    r"""A text that cannot act on the terminal: control and bidi characters become pictures of themselves.

        >>> visible("\x1b[31mred")
        '␛[31mred'
        >>> visible("a\u202eb")
        'a⟨U+202E⟩b'

    Args:
        text: any text of a document.
        changed: the text is what an edit took or wrote, so invisible differences are shown too.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char, changed=changed) for char in text)


def _shown(char: str, *, changed: bool) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    if char == "\t":
        return "⇥   " if changed else "    "
    if char in _WIDE_SPACES:
        return _WIDE_SPACES[char] if changed else " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(char) == "Zs":
        return " "
    if char in _JOINERS and not changed:
        return char
    return f"⟨U+{code:04X}⟩"


def width(text: str) -> int:
    """How many columns a text takes: CJK two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1


def wrapped(spans: Iterable[Span], columns: int | None) -> Iterator[list[Span]]:
    """Spans as lines of at most so many columns, broken at spaces where there are any; at least one line."""
    spans = list(spans)
    if columns is None:
        yield spans
        return
    line: list[Span] = []
    used = 0
    for span in spans:
        for word in _words(span.text):
            size = width(word)
            if used and used + size > columns and used + width(word.rstrip()) > columns:
                yield line
                line, used = [], 0
            start = 0
            while size > columns:
                end = _fitting(word, columns, start)
                yield [Span(word[start:end], span.style)]
                size -= width(word[start:end])
                start = end
            word = word[start:]
            if line and line[-1].style == span.style:
                word = line.pop().text + word
            line.append(Span(word, span.style))
            used += size
    yield line


def _words(text: str) -> Iterator[str]:
    """Words with the spaces behind them."""
    start = 0
    for at in range(1, len(text)):
        if text[at - 1] == " " and text[at] != " ":
            yield text[start:at]
            start = at
    if start < len(text):
        yield text[start:]


def _fitting(text: str, columns: int, start: int = 0) -> int:
    """The end of what fits from `start`: at least one character, else a wide one would never fit."""
    used = 0
    for at in range(start, len(text)):
        used += _columns(text[at])
        if used > columns and at > start:
            return at
    return len(text)


def clipped(text: str, columns: int) -> str:
    """A text of at most so many columns, with an ellipsis where it was cut."""
    if width(text) <= columns:
        return text
    return text[: _fitting(text, max(1, columns - 1))] + "…"


def padded(text: str, columns: int) -> str:
    """A text filled up with spaces."""
    return text + " " * max(0, columns - width(text))


def terminal_columns(stream: IO[str] | None = None) -> int | None:
    """The width of the terminal; None when the output is no terminal and lines are not to be wrapped."""
    stream = stream or sys.stdout
    if not stream.isatty():
        return None
    try:
        return max(40, os.get_terminal_size(stream.fileno()).columns)
    except OSError:
        return 100
