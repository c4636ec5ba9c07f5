"""The gazetteer, ordered for look-up by what stands in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from clean.names import phonetic
from clean.names.attested import Known
from clean.names.cues import GENERIC
from clean.names.gazetteer import Name
from clean.names.phonetic import Shape
from clean.names.words import fold, followers

LIKE = 0.84
"""Similarity from which a spelling may be a mangled form of a gazetteer name."""

VERY_LIKE = 0.92
"""Similarity asked of a word that some list knows."""

VERY_NEAR = 0.9
"""The least that is asked of a known word: of a newspaper's with all its other words."""

TURNABLE = 6
"""Letters of a word in which two may have changed about."""

SHORTEST = 4
"""Letters of a word that likeness may repair. Of three letters only a doubling is believed (Tas, Tass)."""

LONGEST = 30
"""Letters of the longest word that is looked at (one of a million letters took a minute)."""

TURNED = 0.91
"""Similarity of a word with two neighbouring letters changed about (Xinhau): too little for a known word."""

NOBODY: frozenset[str] = frozenset()

Sounding: TypeAlias = tuple[tuple[str, Shape], ...]
"""Words that share a sound, each with its shape."""

_MEMORY = 1 << 17


class Target(NamedTuple):
    """One word of one right form of a name: what a mangled token may have been."""

    name: Name
    form: str
    words: tuple[str, ...]
    at: int
    """Which of the words."""
    alone: bool
    """Whether the word stands for the name without the others: Ushakov does, Yuri does not."""

    @property
    def word(self) -> str:
        """The right spelling of the word."""
        return self.words[self.at]


class Likeness(NamedTuple):
    """A target and how like it a token is."""

    target: Target
    similarity: float


class Damaged(NamedTuple):
    """A form that is certainly wrong, and whose it is."""

    form: str
    name: Name


class Concern(NamedTuple):
    """Why a capitalised word may matter, and what else a document must hold for it to do so.

    Most documents have "But", with which a name of another language begins, and "They", which sounds like
    one: only what stands with them says whether any rule should look.
    """

    alone: bool
    """It matters whatever stands with it."""
    with_word: frozenset[str]
    """It may matter with one of these capitalised words: they belong to names that may sound like it."""
    before: frozenset[str]
    """It matters before one of these words, which are folded: they are the rest of a name written as one."""
    in_form: tuple[str, ...]
    """It matters in one of these mangled forms, which are as written."""


NOTHING = Concern(alone=False, with_word=NOBODY, before=NOBODY, in_form=())


@dataclass(frozen=True, slots=True)
class Index:
    """Look-ups from tokens to the names that they may stand for."""

    names: tuple[Name, ...]
    targets: dict[str, tuple[Target, ...]]
    """By sound key."""
    sounding: dict[str, Sounding]
    """Their words, each once, with their shapes, by sound key."""
    company: dict[str, frozenset[str]]
    """Word of a target → the words of all forms in which it stands."""
    right_words: frozenset[str]
    """Folded words of all right forms and of their romanisations: none is ever a mangled form of another."""
    damaged: dict[str, tuple[Damaged, ...]]
    """By first word."""
    joined: dict[str, Target]
    """Forms of two words or more, folded and written as one word: "rodongsinmun"."""
    split: dict[str, tuple[tuple[str, Name, str], ...]]
    """First part of a one-word form → (rest, name, form): "kum" → ("susan", …)."""
    acronyms: dict[str, tuple[Name, ...]]
    """Right forms of three capitals or more."""
    near_acronyms: dict[str, tuple[str, ...]]
    """An acronym that lost a letter or has two changed about → the right ones: "CNA" → ("KCNA",)."""
    right_forms: frozenset[str]
    """All right forms, folded, their words apart by one space."""
    surnames: dict[str, tuple[Name, ...]]
    """Last word of a right form of a person → the persons, for spotting two spellings in one document."""
    turned: dict[str, tuple[str, ...]]
    """A folded word with two letters changed about → the words of `TURNABLE` letters and more that it may be,
    of those that stand for a name alone."""
    telling: frozenset[str]
    """Words at which a rule may find something however they sound: folded first parts, joined and turned
    ones, and as written near acronyms and first words of mangled forms."""
    _memory: dict[str, tuple[Likeness, ...]] = field(default_factory=dict)
    _heard: dict[str, str] = field(default_factory=dict)
    _concerns: dict[str, Concern] = field(default_factory=dict)
    _odd: dict[str, bool] = field(default_factory=dict)
    # Only save work: `likenesses`, the sound of a word and what concerns it depend on the word alone. Every
    # word that was asked about is in `_heard`: with its sound, or with what no other word has if its length
    # lets it be compared with none. Those that may matter are in `_concerns`.

    def partners(self, word: str) -> frozenset[str]:
        """The words of which one must stand in a document for a known word to be judged there at all.

        Most known words that sound like some name ("Year", "Policy") end here.
        """
        return frozenset(
            part
            for target, similarity in self.likenesses(word)
            if similarity >= VERY_NEAR
            for part in target.words
        )

    def asked_about(
        self, words: set[str], known: Callable[[str], Known]
    ) -> tuple[list[list[str]], list[tuple[str, Concern]]]:
        """Which words share a sound with one that no list knows, and what the gazetteer says of which words.

        Both in no order that means anything.

        Args:
            words: the capitalised words of a document; only those long enough are compared by sound.
            known: how a folded word is attested.
        """
        heard, concerns = self._heard, self._concerns
        if len(heard) > _MEMORY:
            for remembered in (heard, concerns, self._odd):
                remembered.clear()
        sounds = list(map(heard.get, words))
        if None in sounds:
            self._learn([word for word in words if word not in heard], known)
            sounds = list(map(heard.get, words))
        shared = _of_one_sound(words, sounds) if len(set(sounds)) < len(sounds) else ()
        return (
            [alike for alike in shared if any(self._is_odd(word, known) for word in alike)],
            [(word, concerns[word]) for word in words if word in concerns],
        )

    def _is_odd(self, word: str, known: Callable[[str], Known]) -> bool:
        """Whether no list knows a word, nor the gazetteer."""
        odd = self._odd.get(word)
        if odd is None:
            folded = fold(word)
            odd = self._odd[word] = folded not in self.right_words and not known(folded)
        return odd

    def _learn(self, words: list[str], known: Callable[[str], Known]) -> None:
        """Remember the sounds of words, and what concerns them.

        Every second word is asked nothing more, since no name has its sound.
        """
        self._heard.update((word, f"{word} alone") for word in words)
        words = [word for word in words if len(word) <= LONGEST]
        asked: list[tuple[str, str, Sounding]] = []
        for word, sound in zip(words, phonetic.keys(words), strict=True):
            if sound and len(word) > SHORTEST:
                self._heard[word] = sound
            folded, names = fold(word), self.sounding.get(sound, ())
            if (
                (names and folded not in self.right_words and not word.isupper())
                or folded in self.telling
                or word in self.telling
            ):
                asked.append((word, folded, names))
        shapes = phonetic.shapes([folded for _, folded, _ in asked])
        for (word, folded, names), shape in zip(asked, shapes, strict=True):
            concern = self._concern(word, folded, names, shape, known(folded))
            if any(concern):
                self._concerns[word] = concern

    def _concern(self, word: str, folded: str, names: Sounding, shape: Shape, how: Known) -> Concern:
        """What makes a capitalised word worth a look; nothing for most words.

        How alike a known word and a name sound is not asked here: that is slow, and of no use without a
        partner.
        """
        telling = folded in self.telling or word in self.telling
        near: list[str] = []
        alone = False
        if how == "word":
            near = self._near(word, folded, names, shape, VERY_NEAR)
        elif telling or any(phonetic.within_reach(shape, names, LIKE)):
            alone = bool(self.likenesses(word))
        if not (near or alone or telling):
            return NOTHING
        return Concern(
            alone or word in self.near_acronyms or (not how and folded in self.joined),
            NOBODY.union(*map(self.company.__getitem__, near)),
            frozenset(rest for rest, _, _ in self.split.get(folded, ())),
            tuple(damaged.form for damaged in self.damaged.get(word, ())),
        )

    def matters(self, word: str, concern: Concern, capitalised: Set[str], text: str) -> bool:
        """Whether any rule of the gazetteer could find something at a word in this document.

        Args:
            word: a capitalised word.
            concern: its own.
            capitalised: the capitalised words of the document.
            text: of the document.
        """
        if concern.alone or (concern.in_form and any(map(text.__contains__, concern.in_form))):
            return True
        if concern.before and any(fold(second) in concern.before for second in followers(word, text)):
            return True
        return not concern.with_word.isdisjoint(capitalised) and not self.partners(word).isdisjoint(
            capitalised
        )

    def spelt_twice(self, words: Set[str]) -> bool:
        """Whether two of the words may be surnames of one person."""
        spelt = [name.id for word in words & self.surnames.keys() for name in self.surnames[word]]
        return len(set(spelt)) < len(spelt)

    def likenesses(self, word: str) -> tuple[Likeness, ...]:
        """The targets a capitalised word may stand for, the most alike first; empty for right words."""
        found = self._memory.get(word)
        if found is None:
            if len(self._memory) > _MEMORY:
                self._memory.clear()
            found = self._memory[word] = self._compare(word)
        return found

    def _near(self, word: str, folded: str, names: Sounding, shape: Shape, floor: float) -> list[str]:
        """The right words, of those with the sound of a word, whose letters are much like its own."""
        if (
            len(folded) < SHORTEST - 1
            or not word[0].isupper()
            or word.isupper()
            or folded in self.right_words
            or folded in GENERIC
        ):
            return []
        found = phonetic.within_reach(shape, names, floor)
        near = [right for right in found if abs(len(right) - len(word)) < SHORTEST]
        return near + [right for right in self.turned.get(folded, ()) if right not in near]

    def _compare(self, word: str) -> tuple[Likeness, ...]:
        sound = phonetic.key(word)
        near = self._near(word, fold(word), self.sounding.get(sound, ()), phonetic.shape(word), LIKE)
        alike = {right: self._alike(word, right) for right in near}
        if max(alike.values(), default=0) < LIKE:
            return ()
        sounds = dict.fromkeys((sound, *map(phonetic.key, alike)))
        candidates = [
            target
            for sound in sounds
            for target in self.targets.get(sound, ())
            if abs(len(target.word) - len(word)) < SHORTEST
        ]
        # "Talibani" is made from Taliban, so it is no slip for the other spelling Taleban either.
        made_from = {
            target.name.id
            for target in candidates
            if phonetic.derived(word, target.word) or phonetic.sex_marked(word, target.word)
        }
        found = [
            Likeness(target, round(alike[target.word], 3))
            for target in candidates
            if alike.get(target.word, 0) >= LIKE and target.name.id not in made_from
        ]
        return tuple(sorted(found, key=lambda item: -item.similarity))

    def _alike(self, word: str, right: str) -> float:
        """How alike a word and a right one are, 0 where too few letters say so."""
        folded, other = fold(word), fold(right)
        if len(folded) < SHORTEST and _undoubled(folded) != _undoubled(other):
            return 0
        return max(phonetic.similarity(word, right, LIKE), TURNED if _is_turned(folded, other) else 0)


def _of_one_sound(words: Iterable[str], sounds: Iterable[str | None]) -> Iterable[list[str]]:
    """The words, two and more in a group that have one sound."""
    first: dict[str | None, str] = {}
    shared: dict[str | None, list[str]] = {}
    for word, sound in zip(words, sounds, strict=True):
        other = first.setdefault(sound, word)
        if other is not word:
            shared.setdefault(sound, [other]).append(word)
    return shared.values()


def _is_turned(one: str, other: str) -> bool:
    """Whether two neighbouring letters, the first letter aside, have changed about."""
    different = [at for at, (x, y) in enumerate(zip(one, other, strict=False)) if x != y]
    if len(one) != len(other) or len(different) != 2 or different[0] == 0:
        return False
    at, behind = different
    return behind == at + 1 and one[at] == other[behind] and one[behind] == other[at]


def _undoubled(folded: str) -> str:
    return re.sub(r"(.)\1", r"\1", folded)
