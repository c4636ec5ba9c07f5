"""What stands around a name in a document: neighbours, type words, topic words, right forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from clean.names.words import CAPITALISED, WORD

NEAR = 500
"""Code points on either side in which a topic word counts."""

BESIDE = 3
"""Words on either side among which a type word counts."""

_SENTENCE_END = re.compile(r"[.!?;:]\s|\n|[.!?]$")
_ADDRESS = re.compile(r"://|www\.|@|^#|[\w-]\.(?:com|org|net|info|ru|ua|kp|kr|cn|ir|il|uk|tv|me|gov|int)\b", re.I)
_ABOUT_SPELLING = re.compile(
    r"\b(?:mis)?spel(?:led|t|ling|lings)\b|\btranslitera|\bromani[sz]|\b(?:so-called|formerly|also known as|sic)\b",
    re.I,
)
_FUNCTION_WORDS = frozenset("the of and to in a is that for on with was as by it at from".split())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A text with what is asked of it again and again."""

    text: str
    capitalised: frozenset[str]
    """Every capitalised word in it."""

    def places(self, word: str) -> list[tuple[int, int]]:
        """[start, end) of each place where the word or phrase stands as whole words, outside addresses."""
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        return [match.span() for match in pattern.finditer(self.text) if not self._in_address(*match.span())]

    def holds(self, phrase: str) -> bool:
        """Whether the phrase stands somewhere as whole words."""
        return stands(phrase, self.text)

    def neighbours(self, start: int, end: int) -> tuple[list[str], list[str]]:
        """The words before, nearest last, and behind, nearest first, within the sentence."""
        before = self.text[max(0, start - 80) : start]
        ends = list(_SENTENCE_END.finditer(before))
        # "Mr. Lavrof", "Lt. Gen. Kirilov": a full stop behind a title ends no sentence.
        ends = [stop for stop in ends if not _TITLE.search(before[: stop.start() + 1])]
        if ends:
            before = before[ends[-1].end() :]
        behind = self.text[end : end + 80]
        stop = _SENTENCE_END.search(behind)
        if stop:
            behind = behind[: stop.start()]
        return WORD.findall(before), WORD.findall(behind)

    def cue(self, cues: Iterable[str], start: int, end: int) -> str:
        """The first of the cues among the words beside, "" for none."""
        before, behind = self.neighbours(start, end)
        sides = [f" {' '.join(words).lower()} " for words in (before[-BESIDE:], behind[:BESIDE])]
        return next((cue for cue in cues if any(f" {cue.lower().replace('-', ' ')} " in side for side in sides)), "")

    def topics(self, words: Iterable[str], start: int, end: int) -> tuple[str, ...]:
        """Which of the words stand near."""
        window = self.text[max(0, start - NEAR) : start] + "\n" + self.text[end : end + NEAR]
        return tuple(word for word in words if stands(word, window))

    def about_spelling(self, start: int, end: int) -> bool:
        """Whether the sentence speaks about how something is spelt; then it means what it writes."""
        return _ABOUT_SPELLING.search(self.text, max(0, start - 80), end + 80) is not None

    def _in_address(self, start: int, end: int) -> bool:
        left = max(self.text.rfind(mark, 0, start) for mark in " \n\t\u00a0") + 1
        right = min((at for mark in " \n\t\u00a0" if (at := self.text.find(mark, end)) >= 0), default=len(self.text))
        return _ADDRESS.search(self.text[left:right]) is not None


_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Sen|Rep|Gov|St|Maj|Adm|Capt|Prof|[A-Z])\.$")


def of(text: str, capitalised: Iterable[str] | None = None) -> Surroundings:
    """The surroundings in a text; `capitalised` saves finding its capitalised words again."""
    return Surroundings(text, frozenset(CAPITALISED.findall(text) if capitalised is None else capitalised))


def stands(phrase: str, text: str) -> bool:
    """Whether the phrase stands in the text as whole words."""
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (at and _joins(text[at - 1])) and not (end < len(text) and _joins(text[end])):
            return True
        at = text.find(phrase, at + 1)
    return False


def _joins(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def english(text: str) -> bool:
    """Whether a text may be English: names are spelt otherwise elsewhere (Kiew, Selenskyj). Short texts may."""
    words = WORD.findall(text[:20_000].lower())
    if len(words) < 40:
        return True
    return sum(word in _FUNCTION_WORDS for word in words) >= 0.12 * len(words)
