r"""What a rule is: a value with a reason, a pattern or phrases, one action of a closed set, and its proof.

| `do` | what happens where the rule matches |
|---|---|
| `delete-line` | the line goes |
| `delete-span` | the matched part of the line goes (the group `span`, if the pattern has one) |
| `replace` | the matched part becomes `new`, in which `\1` stands for a group |
| `cut-after` | the line and all that follows it go, as far as the next prose |
| `cut-before` | the line and all that stands before it go, back to the last prose |
| `delete-list` | the line is the header of a list: it goes with the items that hang below it |
| `keep` | no other rule may touch the line |
| `note` | nothing goes; the match is noted under the key `note` |

The pattern of a line action (`delete-line`, `cut-after`, `cut-before`, `delete-list`, `keep`) must match the
whole line without its outer white space; that of the others is searched in the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, TypeAlias, get_args

Action: TypeAlias = Literal[
    "delete-line", "delete-span", "replace", "cut-after", "cut-before", "delete-list", "keep", "note"
]
ACTIONS: tuple[str, ...] = get_args(Action)
LINE_ACTIONS = frozenset({"delete-line", "cut-after", "cut-before", "delete-list", "keep"})

Where: TypeAlias = Literal["anywhere", "head", "body", "tail", "edge"]
PLACES: tuple[str, ...] = get_args(Where)

Class: TypeAlias = Literal[
    "share", "comment", "related", "nav", "promo", "ad", "media", "time", "legal",
    "byline", "credit", "caption", "separator", "title", "repair",
]  # fmt: skip
CLASSES: tuple[str, ...] = get_args(Class)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack."""

    id: str
    """Names what is found, never the cure: "newsletter-prompt"."""
    stage: str
    kind: Class
    """The field `class` of the pack."""
    do: Action
    why: str
    match: str = ""
    """RE2 pattern; `\\s \\w \\d` mean what they mean in Unicode."""
    phrases: tuple[str, ...] = ()
    """Whole lines, compared without case, outer punctuation and doubled spaces."""
    where: Where = "anywhere"
    previous: str = ""
    """RE2 pattern searched in the filled line before; "^$" stands for the edge of the text."""
    next: str = ""
    """The same for the filled line behind."""
    new: str = ""
    note: str = ""
    """Key of a note that keeps the match (the group `value`, if there is one), as in "byline"."""
    cue: str = ""
    """RE2 pattern, read without its counts, that must match somewhere in the text before the rule is tried.
    For patterns that could begin anywhere: a dozen, searched in every text, make a stage ten times slower.
    Words in it begin with `\\b`: without it the automaton of 26 cues takes .14 s to make, with it .05."""
    max_words: int = 0
    """A line of more words is left alone; 0 for any length."""
    times: int = 1
    """The same line must stand so often on the page: for words that are furniture only when repeated."""
    changes: tuple[tuple[str, str], ...] = ()
    """Examples: (before, exactly this after)."""
    leaves: tuple[str, ...] = ()
    """Near misses that this rule leaves alone."""
    problems: str = ""
    """Known problems, for the reader of `clean rules show`."""
    shadowed_by: tuple[str, ...] = ()
    """Rules of the pack that take this rule's examples before it does."""
    language: str = "*"
    site: str = ""
    origin: str = ""
    """Pack file and line, for messages."""

    @property
    def name(self) -> str:
        """`stage/id`, or `stage/site:id` for a site rule: what stands in an edit."""
        return f"{self.stage}/{self.site}:{self.id}" if self.site else f"{self.stage}/{self.id}"


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one file."""

    path: PurePath
    stage: str
    language: str
    """ISO 639-1 code, or "*" for every language."""
    site: str
    """Host that the rules are for, or ""."""
    why: str
    rules: tuple[Rule, ...]
