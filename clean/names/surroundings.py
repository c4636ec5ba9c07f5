"""What stands around a name in a document: neighbours, type words, topic words, right forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from clean.names.words import CAPITALISED, WORD

NEAR = 500
"""Code points on either side in which a topic word counts."""

BESIDE = 3
"""Words on either side among which a type word counts."""

_SENTENCE_END = re.compile(r"[.!?;:]\s|\n|[.!?]$")
_ADDRESS = re.compile(
    r"://|www\.|@|^#|[\w-]\.(?:com|org|net|info|ru|ua|kp|kr|cn|ir|il|uk|tv|me|gov|int)\b", re.IGNORECASE
)
_ABOUT_SPELLING = re.compile(
    r"\b(?:mis)?spel(?:led|t|ling|lings)\b|\btranslitera|\bromani[sz]"
    r"|\b(?:so-called|formerly|also known as|sic)\b",
    re.IGNORECASE,
)
_FUNCTION_WORDS = frozenset("the of and to in a is that for on with was as by it at from".split())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A text with what is asked of it again and again."""

    text: str
    capitalised: frozenset[str]
    """Every capitalised word in it."""
    _beside: dict[tuple[int, int], tuple[list[str], list[str]]] = field(default_factory=dict, repr=False)

    def places(self, phrase: str) -> list[tuple[int, int]]:
        """[start, end) of each place where the phrase stands as whole words."""
        return list(_places(phrase, self.text))

    def holds(self, phrase: str) -> bool:
        """Whether the phrase stands somewhere as whole words."""
        return stands(phrase, self.text)

    def neighbours(self, start: int, end: int) -> tuple[list[str], list[str]]:
        """The words before, nearest last, and behind, nearest first, within the sentence."""
        found = self._beside.get((start, end))
        if found is None:
            found = self._beside[start, end] = self._neighbours(start, end)
        return found

    def _neighbours(self, start: int, end: int) -> tuple[list[str], list[str]]:
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

    def cue(self, cues: tuple[str, ...], start: int, end: int) -> str:
        """The first of the cues among the words beside, "" for none."""
        sides = "\n".join(f" {' '.join(words).lower()} " for words in self._sides(start, end, BESIDE))
        return next((cue for cue, plain in zip(cues, _plain(cues), strict=True) if plain in sides), "")

    def touches(self, cues: tuple[str, ...], start: int, end: int) -> bool:
        """Whether one of the cues stands directly before or behind."""
        before, behind = (" ".join(words).lower() for words in self._sides(start, end, BESIDE))
        plain = _plain(cues)
        return f" {before} ".endswith(plain) or f" {behind} ".startswith(plain)

    def topics(self, words: Iterable[str], start: int, end: int) -> tuple[str, ...]:
        """Which of the words stand near."""
        window = self.text[max(0, start - NEAR) : start] + "\n" + self.text[end : end + NEAR]
        return tuple(word for word in words if stands(word, window))

    def beside_topics(self, words: Iterable[str], start: int, end: int) -> tuple[str, ...]:
        """Which of the words stand in the same sentence, not farther than a few words."""
        window = " ".join(" ".join(side) for side in self._sides(start, end, BESIDE + 3))
        return tuple(word for word in words if stands(word, window))

    def in_prose(self, start: int, end: int) -> bool:
        """Whether a third of the words around are lower case: no menu, table or headline in capitals."""
        left = max(self.text.rfind("\n", max(0, start - 120), start) + 1, start - 120)
        right = self.text.find("\n", end, end + 120)
        words = WORD.findall(self.text[left : right if right >= 0 else end + 120])
        lower = sum(1 for word in words if word[0].islower())
        return lower * 3 >= len(words)

    def cut_off(self, end: int) -> bool:
        """Whether a sign that is neither letter, space nor punctuation follows, as in mojibake."""
        return (
            end < len(self.text)
            and unicodedata.category(self.text[end])[0] in "SC"
            and self.text[end] != "\n"
        )

    def _sides(self, start: int, end: int, words: int) -> tuple[list[str], list[str]]:
        before, behind = self.neighbours(start, end)
        return before[-words:], behind[:words]

    def about_spelling(self, start: int, end: int) -> bool:
        """Whether the sentence speaks about how something is spelt; then it means what it writes."""
        return _ABOUT_SPELLING.search(self.text, max(0, start - 80), end + 80) is not None

    def in_address(self, start: int, end: int) -> bool:
        """Whether it is part of a web or mail address, a handle or a tag."""
        left = self.text[max(0, start - 100) : start].split()
        right = self.text[end : end + 100].split()
        chunk = self.text[start:end]
        if left and start and not self.text[start - 1].isspace():
            chunk = left[-1] + chunk
        if right and not self.text[end].isspace():
            chunk += right[0]
        return _ADDRESS.search(chunk) is not None


@lru_cache(maxsize=1 << 12)
def _plain(cues: tuple[str, ...]) -> tuple[str, ...]:
    """The cues as they stand between words, in small letters, with spaces for hyphens."""
    return tuple(f" {cue.lower().replace('-', ' ')} " for cue in cues)


_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Sen|Rep|Gov|St|Maj|Adm|Capt|Prof|[A-Z])\.$")


def of(text: str, capitalised: Iterable[str] | None = None) -> Surroundings:
    """The surroundings in a text; `capitalised` saves finding its capitalised words again."""
    return Surroundings(text, frozenset(CAPITALISED.findall(text) if capitalised is None else capitalised))


def stands(phrase: str, text: str) -> bool:
    """Whether the phrase stands in the text as whole words."""
    return next(_places(phrase, text), None) is not None


def _places(phrase: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (at and _joins(text[at - 1])) and not (end < len(text) and _joins(text[end])):
            yield at, end
        at = text.find(phrase, at + 1)


def _joins(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def english(text: str) -> bool:
    """Whether a text may be English (short ones may). Elsewhere names are spelt otherwise: Kiew."""
    words = WORD.findall(text[:20_000].lower())
    if len(words) < 40:
        return True
    return sum(word in _FUNCTION_WORDS for word in words) >= 0.12 * len(words)
