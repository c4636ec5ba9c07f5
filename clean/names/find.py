"""The rules of the names stage: each yields edits and suggestions for one document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from clean.model import Edit, Json, Note
from clean.names import phonetic
from clean.names.attested import Known
from clean.names.cues import CUES, widened
from clean.names.forms import nearest
from clean.names.gazetteer import Name
from clean.names.index import LIKE, Index
from clean.names.judge import Case, Elsewhere, choose, judge
from clean.names.surroundings import Surroundings
from clean.names.words import SECOND, WORD, fold

Knows = Callable[[str], Known]

RARE = 3
"""A wrong spelling stands seldom; one that stands oftener, and oftener than the right one, is meant."""

NEVER = 20
"""However often the right spelling stands, one that stands oftener than this is meant."""

CROWD = 24
"""More words of one sound than this in a document are a word list; comparing them all would be quadratic."""

LIST = 5000
"""More capitalised words than this in a document are a list of names, and one is easily like another."""

_SPEECH = frozenset("said says told added wrote tweeted warned announced claimed".split())


def certain(around: Surroundings, index: Index) -> Iterator[Edit]:
    """Forms that the gazetteer lists as mangled."""
    for word in sorted(around.capitalised & index.damaged.keys()):
        for damaged in index.damaged[word]:
            if any(around.holds(other) for other in damaged.name.not_with):
                continue
            for start, end in around.places(damaged.form):
                if not around.about_spelling(start, end):
                    because: dict[str, Json] = {"name": damaged.name.id, "evidence": ["listed as mangled"]}
                    right = nearest(damaged.form, damaged.name.forms)
                    yield _replace(around, start, end, right, "names/mangled-form", because)


def alike(
    words: Iterable[str], around: Surroundings, index: Index, knows: Knows, elsewhere: Elsewhere
) -> Iterator[Edit | Note]:
    """Words that sound like a word of a gazetteer name, judged by their evidence."""
    for word in words:
        if index.likenesses(word):
            for place, case in judged(word, around, index, knows, elsewhere):
                new = _as_written(case.target.word, word)
                if case.verdict == "repair":
                    yield Edit(place[0], word, new, "names/gazetteer", case.because)
                else:
                    yield suggestion(
                        place, new, "names/gazetteer", missing="; ".join(case.missing), **case.because
                    )


def judged(
    word: str, around: Surroundings, index: Index, knows: Knows, elsewhere: Elsewhere
) -> Iterator[tuple[tuple[int, int], Case]]:
    """The cases of a word that are worth a repair or a suggestion, each with its place."""
    likenesses = index.likenesses(word)
    known = knows(word)
    if known == "word" and index.partners(word).isdisjoint(around.capitalised):
        return
    places = around.places(word)
    rightly = max(len(around.places(right)) for right in {item.target.word for item in likenesses})
    if len(places) > min(max(RARE, rightly), NEVER):
        return
    for place in places:
        cases = [judge(likeness, place, around, known, elsewhere) for likeness in likenesses]
        case = choose(cases, word, around)
        if case is not None:
            yield place, case


def acronyms(around: Surroundings, index: Index) -> Iterator[Edit | Note]:
    """Acronyms that lost a letter: with cue, topic, the full form, and no sign of a real one so called."""
    for word in sorted(around.capitalised & index.near_acronyms.keys()):
        for right in index.near_acronyms[word]:
            for name in index.acronyms[right]:
                if not _no_homonym(word, name, index, around):
                    continue
                whole = next((form for form in name.forms if around.holds(form)), "")
                places = around.places(word)
                if not whole or len(places) > RARE:
                    continue
                for start, end in places:
                    cue = around.cue((*name.cues, *CUES[name.type]), start, end)
                    topics = around.beside_topics(name.topic, start, end)
                    if cue and topics:
                        because: dict[str, Json] = {
                            "name": name.id,
                            "evidence": ["cue", "right form", "topic"],
                            "cue": cue,
                            "right": whole,
                            "where": "this document",
                            "topic": topics[0],
                        }
                        yield Edit(start, word, right, "names/acronym", because)


def _no_homonym(word: str, name: Name, index: Index, around: Surroundings) -> bool:
    if any(around.holds(other) for other in name.not_with):
        return False
    for homonym in index.acronyms.get(word, ()):
        forms = [
            form for form in homonym.forms if form != word and not any(form in own for own in name.forms)
        ]
        if any(around.holds(sign) for sign in (*forms, *homonym.topic)):
            return False
    # Spelt out once in the text, "the Caribbean News Agency (CNA)" is somebody else.
    return not around.holds(f"({word})")


def broken(words: Iterable[str], around: Surroundings, index: Index, knows: Knows) -> Iterator[Edit | Note]:
    """Names of one word written as two, and of two words written as one."""
    for word in words:
        folded = fold(word)
        if folded in index.split:
            yield from _split(word, index.split[folded], around, index, knows)
        target = index.joined.get(folded)
        if target is not None and not knows(word):
            for start, end in around.places(word):
                families = _families(target.name, start, end, around, target.form)
                # "© 2023 HindustanTimes": without a type word beside it, it may be a brand or a handle
                if "cue" in families:
                    yield _replace(
                        around, start, end, target.form, "names/joined-name", _said(target.name, families)
                    )


def _split(
    word: str, rests: Iterable[tuple[str, Name, str]], around: Surroundings, index: Index, knows: Knows
) -> Iterator[Edit]:
    wanted = {rest: (name, form) for rest, name, form in reversed(list(rests))}
    for start, end in around.places(word):
        second = SECOND.match(around.text, end)
        if second is None or fold(second.group(1)) not in wanted:
            continue
        rest = second.group(1)
        name, form = wanted[fold(rest)]
        if f"{fold(word)} {fold(rest)}" in index.right_forms:
            continue
        families = _families(name, start, second.end(), around, form)
        both_known = bool(knows(word)) and bool(knows(rest))
        enough = len(families) >= 2 if both_known else bool(families)
        if enough and (rest[0].isupper() or not knows(rest)):
            yield _replace(around, start, second.end(), form, "names/split-name", _said(name, families))


def _families(name: Name, start: int, end: int, around: Surroundings, form: str) -> dict[str, str]:
    said = {
        "cue": around.cue((*name.cues, *CUES[name.type]), start, end),
        "right form": form if around.holds(form) else "",
        "topic": next(iter(around.topics(widened(name.topic), start, end)), ""),
    }
    return {family: value for family, value in said.items() if value}


def _said(name: Name, families: dict[str, str]) -> dict[str, Json]:
    because: dict[str, Json] = {"name": name.id, "similarity": 1.0, "evidence": list(families)}
    keys = {"cue": "cue", "right form": "right", "topic": "topic"}
    return because | {keys[family]: value for family, value in families.items()}


def surnames(
    groups: Iterable[list[str]], around: Surroundings, index: Index, knows: Knows
) -> Iterator[Edit | Note]:
    """Unknown surnames that sound like the surname of a person who is named in full in the same document.

    Args:
        groups: from `sound_alike`.
        around: the document.
        index: of the gazetteer, which decides where it has something to say.
        knows: how a word is attested.
    """
    for group in groups:
        yield from _odd_surnames(group, around, index, knows)


def sound_alike(shared: Iterable[Collection[str]]) -> list[list[str]]:
    """The words, in groups of two and more that are variants by sound.

    Args:
        shared: words of one sound each.
    """
    groups = (sorted(words) for words in shared if 1 < len(words) <= CROWD)
    return sorted(
        group for group in groups if any(is_spelt_otherwise(*pair, 0.9) for pair in combinations(group, 2))
    )


def _odd_surnames(
    group: list[str], around: Surroundings, index: Index, knows: Knows
) -> Iterator[Edit | Note]:
    for word in group:
        if index.likenesses(word) or fold(word) in index.right_words or word.isupper():
            continue
        likes = [
            (round(phonetic.similarity(word, other), 3), other)
            for other in group
            if other != word and not other.isupper() and is_variant(word, other, 0.9)
        ]
        if not likes or knows(word) or len({fold(other) for _, other in likes}) > 1:
            continue
        similarity, other = max(likes)
        if knows(other) != "word" or len(around.places(word)) > min(2, len(around.places(other))):
            continue
        given = {before[-1] for before, _ in _company(other, around) if before and before[-1][0].isupper()}
        for (start, end), (before, behind) in zip(around.places(word), _company(word, around), strict=True):
            if around.about_spelling(start, end) or around.cut_off(end) or not around.in_prose(start, end):
                continue
            partner = before[-1] if before and before[-1] in given else ""
            title = around.cue(CUES["person"], start, end)
            speech = next((verb for verb in (*before[-1:], *behind[:1]) if verb in _SPEECH), "")
            because: dict[str, Json] = {
                "similarity": similarity,
                "key": phonetic.key(other),
                "evidence": ["right form", *(["partner"] if partner else ["cue"] if title or speech else [])],
                "right": other,
                "where": "this document",
            }
            alone = not (before and before[-1][0].isupper() and before[-1].lower() not in CUES["person"])
            if partner:
                yield Edit(start, word, other, "names/consensus", {**because, "partner": partner})
            elif given and alone and (title or speech) and len(word) > 5 and similarity >= 0.94:
                yield Edit(start, word, other, "names/consensus", {**because, "cue": title or speech})
            elif given:
                yield suggestion(
                    (start, end), other, "names/consensus", missing="a partner or a cue", **because
                )


def _company(word: str, around: Surroundings) -> list[tuple[list[str], list[str]]]:
    return [around.neighbours(*place) for place in around.places(word)]


def is_variant(word: str, other: str, floor: float) -> bool:
    """Whether two spellings sound alike and neither ending nor sex sets them apart."""
    return phonetic.key(word) == phonetic.key(other) and is_spelt_otherwise(word, other, floor)


@lru_cache(maxsize=1 << 16)
def is_spelt_otherwise(word: str, other: str, floor: float) -> bool:
    """The same of two words that are known to have one sound key."""
    return (
        any(phonetic.within_reach(phonetic.shape(word), ((other, phonetic.shape(other)),), floor))
        and not phonetic.derived(word, other)
        and not phonetic.sex_marked(word, other)
        and phonetic.similarity(word, other) >= floor
    )


def full_name(words: tuple[str, ...], right: tuple[str, ...], knows: Knows) -> float:
    """How alike two full names are; 0.0 unless word sounds like word and one that differs is unknown."""
    if len(words) != len(right) or words == right:
        return 0.0
    different = [(one, other) for one, other in zip(words, right, strict=True) if fold(one) != fold(other)]
    if not different or not any(not knows(one) for one, _ in different):
        return 0.0
    if not all(is_variant(one, other, LIKE) and len(one) >= 4 for one, other in different):
        return 0.0
    scores = [phonetic.similarity(one, other) for one, other in zip(words, right, strict=True)]
    return round(sum(scores) / len(scores), 3)


def one_form(around: Surroundings, names: Iterable[Name]) -> Iterator[Edit]:
    """Every accepted spelling made the preferred one; only on request."""
    for name in names:
        letters = "".join(WORD.findall(name.name)).lower()
        for alias in name.aliases:
            words = WORD.findall(alias)
            if (
                words[0] not in around.capitalised
                or not around.holds(alias)
                or _other_name(alias, name.name, letters)
            ):
                continue
            for start, end in around.places(alias):
                yield _replace(around, start, end, name.name, "names/one-form", {"name": name.id})


def _other_name(alias: str, preferred: str, letters: str) -> bool:
    """Whether an alias is another name (KCNA, Nikkei, Kumsusan State Guesthouse) and not another spelling."""
    if fold(preferred) in fold(alias) or fold(alias) in fold(preferred):
        return fold(alias) != fold(preferred)
    return phonetic.similarity("".join(WORD.findall(alias)), letters) < 0.6


def two_forms(around: Surroundings, index: Index) -> Iterator[Note]:
    """Two accepted spellings of one person in a document: shown, never changed."""
    spelt: dict[str, set[str]] = defaultdict(set)
    persons: dict[str, Name] = {}
    for word in around.capitalised & index.surnames.keys():
        for name in index.surnames[word]:
            spelt[name.id].add(word)
            persons[name.id] = name
    for identifier, words in sorted(spelt.items()):
        if len({fold(word) for word in words}) < 2:
            continue
        ranked = sorted(words, key=lambda word: (-len(around.places(word)), word))
        common = ranked[0]
        if not any(around.holds(form) for form in persons[identifier].forms):
            continue
        for word in ranked[1:]:
            if phonetic.key(word) == phonetic.key(common) and fold(word) != fold(common):
                why = f"one person, spelt {word} and {common} in this document"
                for place in around.places(word):
                    value: dict[str, Json] = {"new": common, "why": why, "name": identifier}
                    yield Note(*place, "suggestion", value, "names/two-forms")


def suggestion(place: tuple[int, int], new: str, rule: str, *, missing: str, **evidence: Json) -> Note:
    """A repair that is not made, and what would have made it certain."""
    value: dict[str, Json] = {"new": new, "why": f"likely {new}; missing: {missing}", **evidence}
    return Note(*place, "suggestion", value, rule)


def _replace(
    around: Surroundings, start: int, end: int, new: str, rule: str, because: dict[str, Json]
) -> Edit:
    return Edit(start, around.text[start:end], new, rule, because)


def _as_written(right: str, damaged: str) -> str:
    return right.upper() if damaged.isupper() and len(damaged) > 3 else right
