"""The patterns by which a text is asked where rules may match: each finds too much, never too little."""

from __future__ import annotations

import re2

from clean.rules.compile import line_options, relax, to_unicode, with_edges
from clean.rules.model import LINE_ACTIONS, Rule

SIDES = ("previous", "next")
"""The fields of a rule about its neighbours."""

_ORDINARY = (
    b"",
    b"Banks fall for a third day",
    b"The council voted on Tuesday to close the bridge.",
    b"Anna Holm",
)
"""The edge of a text, a headline, a sentence and a name: what stands beside most lines."""

_MARGIN = r"[\t\v\f\r\x1c-\x1f \x{80}-\x{10ffff}]*"
"""What `str.strip` takes from a line, and more."""


def telling_side(rule: Rule) -> str:
    """The neighbour that is searched in place of the rule: one that no ordinary line is.

    Behind "Written by" stands a name, and names stand on every page. "Written by" does not.
    """
    for field in SIDES:
        if getattr(rule, field):
            pattern = re2.compile(side(rule, field), line_options())
            if not any(map(pattern.search, _ORDINARY)):
                return field
    return ""


def cue(rule: Rule) -> str:
    """The cue of a rule."""
    return f"(?m){relax(to_unicode(rule.cue, f'{rule.origin}: {rule.id}.cue'))}"


def own(rule: Rule) -> str:
    """The pattern of a rule as it is searched in the whole text."""
    pattern = to_unicode(rule.match, f"{rule.origin}: {rule.id}.match")
    if rule.do not in LINE_ACTIONS:
        return f"(?m){relax(with_edges(pattern, '^', '$'))}"
    return f"(?m)^{_MARGIN}(?:{relax(with_edges(pattern, '', ''))}){_MARGIN}$"


def side(rule: Rule, field: str) -> str:
    """The same for the line before or behind."""
    pattern = to_unicode(getattr(rule, field), f"{rule.origin}: {rule.id}.{field}")
    return f"(?m){relax(with_edges(pattern, f'^{_MARGIN}', f'{_MARGIN}$'))}"
