"""Lines that may be the name of who wrote an entry, or its heading."""

from __future__ import annotations

import re

LONGEST_NAME = 80
"""Characters; a longer line is text."""

_NAME = re.compile(r"[^\W\d_][\w'’.\-]*")
_PARTICLES = frozenset(
    {"al", "and", "bin", "da", "de", "del", "der", "di", "dos", "du", "el", "la", "le", "van", "von", "y"}
)
_SENTENCE_ENDS = tuple(".!?…。！？।;:,")


def is_capitalised(part: str) -> bool:
    """Whether every word of some begins with a capital, as in names of people and places."""
    words = part.replace(",", " ").split()
    names = [word for word in words if word.casefold() not in _PARTICLES]
    return bool(names) and len(words) <= 5 and all(_NAME.fullmatch(w) and w[0].isupper() for w in names)


def is_name(line: str) -> bool:
    """Whether a line is nothing but a person's name, perhaps after "By" ("By Ann Lee and Bo Chu")."""
    if len(line) > LONGEST_NAME:
        return False
    words = line.replace(",", " and ").split()
    signed = bool(words) and words[0].casefold() in {"by", "von", "par", "por"}
    words = words[signed:]
    names = [word for word in words if word.casefold() not in _PARTICLES]
    # without "By", four capitals in a row are a headline as often as a name
    return (
        2 <= len(names) <= (6 if signed else 3)
        and len(words) <= 9
        and all(_NAME.fullmatch(w) and w[0].isupper() for w in names)
    )


def is_heading(line: str) -> bool:
    """Whether a line is short and ends like a title, not like a sentence."""
    stripped = line.strip()
    return len(stripped.split()) <= 20 and len(stripped) <= 160 and not stripped.endswith(_SENTENCE_ENDS)
