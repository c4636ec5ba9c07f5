"""Flags too weak for any page but one that was translated back: there, a person reads on with suspicion.

"A man was arrested." is good prose. On a page that has lost its verbs elsewhere, a short passive sentence is
most often the tail of the sentence before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clean.model import Note

PASSIVE = "translation/verb-final-leftover"
VERBLESS = "translation/sentence-without-verb"
RELATIVE = "translation/relative-clause-alone"
RULES = {
    PASSIVE: "A short passive sentence: the verb of the sentence before it, left behind.",
    VERBLESS: "A short sentence without a verb.",
    RELATIVE: "A sentence that is only a name and a relative clause.",
}

_PASSIVE = re.compile(r"(?<=[a-z]\. )An? [^.,;:“”]{3,70} (?:was|were) [a-z]+ed\.(?= |\n|$)")
_VERBLESS = re.compile(r"(?<=[a-z]\. )An? ([^.,;:“”!?]{5,60})\.(?= |\n|$)")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|shall|should|must|\w+ed|\w+s"
    r"|said|told|made|took|came|went|gave|got|found|left|fell|rose|ran|won|lost|met|sent|held|kept|led|saw|began|broke"
    r"|spoke|stood|wrote|hit|put|set|cut|let|shot|spent|built|brought|bought|thought|felt|became|grew|knew|drew|flew)\b"
)
_RELATIVE = re.compile(r"(?<=[a-z]\. )[A-Z][a-z]+(?: [A-Z][a-z]+)*, who [^.,;:“”]{10,160}\.(?= |\n|$)")


def leftovers(text: str) -> Iterator[Note]:
    """Flags for an English page that was translated back. Each covers the end of the sentence before, too."""
    for pattern, rule in ((_PASSIVE, PASSIVE), (_RELATIVE, RELATIVE)):
        for match in pattern.finditer(text):
            yield _note(text, match, rule)
    for match in _VERBLESS.finditer(text):
        if not _VERB.search(match[1]):
            yield _note(text, match, VERBLESS)


def _note(text: str, match: re.Match[str], rule: str) -> Note:
    start = text.rfind(" ", 0, match.start() - 2) + 1
    return Note(start, match.end(), "flag", {"why": RULES[rule][:-1].lower()}, rule)
