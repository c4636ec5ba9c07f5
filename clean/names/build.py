"""Order a gazetteer for look-up: from names to the tables of `clean.names.index`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from clean.names import phonetic, romanise
from clean.names.cues import GENERIC
from clean.names.gazetteer import Name
from clean.names.index import SHORTEST, TURNABLE, Damaged, Index, Target
from clean.names.words import WORD, fold

_EAST_ASIAN = frozenset({"pinyin", "Wade-Giles", "North Korean", "Revised", "McCune-Reischauer"})

_BEGIN_SENTENCES = frozenset("but can for has make new now off say she take yes".split())
"""Parts of names ("For dow") that begin sentences in nearly every text: the rest is looked for in vain."""


def build(names: Iterable[Name]) -> Index:
    """An index over the names."""
    names = tuple(names)
    listed: list[Target] = []
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
            folded = tuple(map(fold, words))
            right_words.update(folded)
            right_forms.add(" ".join(folded))
            if name.type == "person" and len(words) > 1 and len(words[-1]) > SHORTEST:
                surnames[words[-1]][name.id] = name
            if form.isupper() and form.isalpha() and len(form) >= 3:
                acronyms[form].append(name)
                continue
            for target in _targets(name, form, words, folded):
                listed.append(target)
                company[target.word].update(target.words)
            letters = "".join(folded)
            if form == name.name and " " in form and len(letters) >= 8 and not GENERIC.issuperset(folded):
                joined.setdefault(letters, Target(name, form, words, 0, alone=False))
            if len(words) == 1 and len(letters) >= 6 and form[0].isupper():
                for at in range(3, len(letters) - 2):
                    if letters[:at] not in _BEGIN_SENTENCES:
                        split[letters[:at]].append((letters[at:], name, form))
        for wrong in name.mangled:
            damaged[WORD.findall(wrong)[0]].append(Damaged(wrong, name))
    joined = {letters: target for letters, target in joined.items() if letters not in right_words}
    near_acronyms = _near_acronyms(acronyms)
    targets = _by_sound(listed)
    turned = _turned(target for sharing in targets.values() for target in sharing)
    return Index(
        names,
        targets,
        _sounding(targets),
        {word: frozenset(words) for word, words in company.items()},
        frozenset(right_words | romanised),
        {word: tuple(forms) for word, forms in damaged.items()},
        joined,
        {part: tuple(rests) for part, rests in split.items()},
        {form: tuple(named) for form, named in acronyms.items()},
        near_acronyms,
        frozenset(right_forms),
        {word: tuple(found.values()) for word, found in surnames.items()},
        turned,
        frozenset().union(split, joined, turned, near_acronyms, damaged),
    )


def _by_sound(listed: Sequence[Target]) -> dict[str, tuple[Target, ...]]:
    targets: dict[str, list[Target]] = defaultdict(list)
    for target, sound in zip(listed, phonetic.keys([target.word for target in listed]), strict=True):
        targets[sound].append(target)
    return {sound: tuple(sharing) for sound, sharing in targets.items()}


def _sounding(
    targets: Mapping[str, Iterable[Target]],
) -> dict[str, tuple[tuple[str, phonetic.Shape], ...]]:
    sounding = {sound: dict.fromkeys(target.word for target in sharing) for sound, sharing in targets.items()}
    shapes = iter(phonetic.shapes([fold(word) for words in sounding.values() for word in words]))
    return {sound: tuple(zip(words, shapes, strict=False)) for sound, words in sounding.items()}


def _turned(targets: Iterable[Target]) -> dict[str, tuple[str, ...]]:
    """Two neighbouring letters, the first letter aside, changed about."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for word in dict.fromkeys(target.word for target in targets if target.alone):
        folded = fold(word)
        for at in range(1, len(folded) - 1) if len(folded) >= TURNABLE else ():
            if folded[at] != folded[at + 1]:
                found[folded[:at] + folded[at + 1] + folded[at] + folded[at + 2 :]][word] = None
    return {wrong: tuple(words) for wrong, words in found.items()}


def _near_acronyms(acronyms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    near: dict[str, list[str]] = defaultdict(list)
    for form in acronyms:
        lost = {form[:at] + form[at + 1 :] for at in range(len(form))} if len(form) > 3 else set()
        turned = {form[:at] + form[at + 1] + form[at] + form[at + 2 :] for at in range(len(form) - 1)}
        for wrong in (lost | turned) - {form}:
            near[wrong].append(form)
    return {wrong: tuple(sorted(forms)) for wrong, forms in near.items()}


def _targets(name: Name, form: str, words: tuple[str, ...], folded: tuple[str, ...]) -> Iterable[Target]:
    proper = [at for at, word in enumerate(folded) if word not in GENERIC]
    surname = len(words) - 1 if name.romanisation not in _EAST_ASIAN else -1
    for at in proper:
        word = words[at]
        if len(word) >= SHORTEST and word[0].isupper() and not word.isupper():
            alone = at == surname if name.type == "person" else len(proper) == 1
            yield Target(name, form, words, at, alone or len(words) == 1)
