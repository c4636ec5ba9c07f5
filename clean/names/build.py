"""Order a gazetteer for look-up: from names to the tables of `clean.names.index`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

import re2

from clean.names import phonetic, romanise
from clean.names.cues import GENERIC
from clean.names.gazetteer import Name
from clean.names.index import SHORTEST, TURNABLE, Damaged, Index, Target
from clean.names.words import WORD, fold
from clean.rules.compile import Pattern, options

_EAST_ASIAN = frozenset({"pinyin", "Wade-Giles", "North Korean", "Revised", "McCune-Reischauer"})

_BEGIN_SENTENCES = frozenset("but can for has make new now off say she take yes".split())
"""Parts of names ("For dow") that begin sentences in nearly every text: the rest is looked for in vain."""

SLIGHTLY = 0.2
"""How much more alike another right form may be before it is taken for the preferred one."""


def build(names: Iterable[Name]) -> Index:
    """An index over the names."""
    names = tuple(names)
    targets: dict[str, list[Target]] = defaultdict(list)
    company: dict[str, set[str]] = defaultdict(set)
    damaged: dict[str, list[Damaged]] = defaultdict(list)
    split: dict[str, list[tuple[str, Name, str]]] = defaultdict(list)
    acronyms: dict[str, list[Name]] = defaultdict(list)
    joined: dict[str, Target] = {}
    right_words: set[str] = set()
    right_forms: set[str] = set()
    romanised: set[str] = set()
    surnames: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in names:
        romanised |= romanise.spellings(name.native)
        for form in name.forms:
            words = tuple(WORD.findall(form))
            right_words.update(fold(word) for word in words)
            right_forms.add(" ".join(map(fold, words)))
            if name.type == "person" and len(words) > 1 and len(words[-1]) > SHORTEST:
                surnames[words[-1]][name.id] = name
            if form.isupper() and form.isalpha() and len(form) >= 3:
                acronyms[form].append(name)
                continue
            for target in _targets(name, form, words):
                targets[phonetic.key(target.word)].append(target)
                company[target.word].update(target.words)
            letters = "".join(map(fold, words))
            if form == name.name and " " in form and len(letters) >= 8 and not _generic(words):
                joined.setdefault(letters, Target(name, form, words, 0, alone=False))
            if len(words) == 1 and len(letters) >= 6 and form[0].isupper():
                for at in range(3, len(letters) - 2):
                    if letters[:at] not in _BEGIN_SENTENCES:
                        split[letters[:at]].append((letters[at:], name, form))
        for wrong in name.mangled:
            damaged[WORD.findall(wrong)[0]].append(Damaged(wrong, nearest(wrong, name.forms), name))
    sounding = {sound: dict.fromkeys(target.word for target in listed) for sound, listed in targets.items()}
    return Index(
        names,
        {key: tuple(listed) for key, listed in targets.items()},
        {sound: _with_shapes(list(right)) for sound, right in sounding.items()},
        {word: frozenset(words) for word, words in company.items()},
        frozenset(right_words | romanised),
        {word: tuple(listed) for word, listed in damaged.items()},
        {letters: target for letters, target in joined.items() if letters not in right_words},
        {part: tuple(listed) for part, listed in split.items()},
        _parted(split),
        {form: tuple(listed) for form, listed in acronyms.items()},
        _near_acronyms(acronyms),
        frozenset(right_forms),
        {word: tuple(found.values()) for word, found in surnames.items()},
        _same_letters(target for listed in targets.values() for target in listed),
    )


def _with_shapes(words: Sequence[str]) -> tuple[tuple[str, phonetic.Shape], ...]:
    return tuple(zip(words, phonetic.shapes([fold(word) for word in words]), strict=True))


def _same_letters(targets: Iterable[Target]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for target in targets:
        folded = fold(target.word)
        if target.alone and len(folded) >= TURNABLE:
            found["".join(sorted(folded))][target.word] = None
    return {letters: tuple(words) for letters, words in found.items()}


def _parted(split: Mapping[str, Iterable[tuple[str, Name, str]]]) -> Pattern:
    phrases = {f"{part}[ -]{rest}" for part, rests in split.items() for rest, _, _ in rests}
    return re2.compile(f"(?i){'|'.join(sorted(phrases)) or '$^a'}", options())


def _near_acronyms(acronyms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    near: dict[str, list[str]] = defaultdict(list)
    for form in acronyms:
        lost = {form[:at] + form[at + 1 :] for at in range(len(form))} if len(form) > 3 else set()
        turned = {form[:at] + form[at + 1] + form[at] + form[at + 2 :] for at in range(len(form) - 1)}
        for wrong in (lost | turned) - {form}:
            near[wrong].append(form)
    return {wrong: tuple(sorted(forms)) for wrong, forms in near.items()}


def _generic(words: tuple[str, ...]) -> bool:
    return all(fold(word) in GENERIC for word in words)


def _targets(name: Name, form: str, words: tuple[str, ...]) -> Iterable[Target]:
    proper = [at for at, word in enumerate(words) if fold(word) not in GENERIC]
    surname = len(words) - 1 if name.romanisation not in _EAST_ASIAN else -1
    for at in proper:
        word = words[at]
        if len(word) >= SHORTEST and word[0].isupper() and not word.isupper():
            alone = at == surname if name.type == "person" else len(proper) == 1
            yield Target(name, form, words, at, alone or len(words) == 1)


def nearest(wrong: str, forms: Sequence[str]) -> str:
    """The form that keeps most words of the wrong one and has letters most like its own.

    Of a longer form as many words. The preferred form, which is the first, however it parts its words, is
    taken before one that is little more alike.

    >>> nearest("Zellinski", ["Volodymyr Zelensky", "Zelenskyy"])
    'Zelensky'
    >>> nearest("Kim Chen-un", ["Kim Jong Un", "Kim Jong-un"])
    'Kim Jong-un'
    """
    own = [fold(word) for word in WORD.findall(wrong)]
    parts: dict[str, tuple[int, float]] = {}
    for form in forms:
        words = list(WORD.finditer(form))
        for first, last in zip(words, words[len(own) - 1 :], strict=False):
            part = form[first.start() : last.end()]
            kept = sum(word in own for word in _letters(part))
            parts[part] = kept, SequenceMatcher(None, wrong, part, autojunk=False).ratio()
    if not parts:
        return max(forms, key=lambda form: SequenceMatcher(None, wrong, form, autojunk=False).ratio())
    best = max(parts, key=parts.__getitem__)
    kept, alike = parts[best]
    preferred = "".join(_letters(forms[0]))
    near = [part for part, (as_many, ratio) in parts.items() if as_many == kept and ratio >= alike - SLIGHTLY]
    return max(
        (part for part in near if "".join(_letters(part)) in preferred), key=parts.__getitem__, default=best
    )


def _letters(form: str) -> list[str]:
    return [fold(word) for word in WORD.findall(form)]
