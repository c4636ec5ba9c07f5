"""Why a spelling was not repaired: which names it is like, which evidence was there, which was missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clean.model import Edit
from clean.names import find, phonetic
from clean.names.attested import attested
from clean.names.index import LIKE, Index
from clean.names.judge import Case, judge
from clean.names.surroundings import Surroundings
from clean.names.words import CAPITALISED, fold

MOST = 3
"""How many names are spoken of at one place."""


class Answer(NamedTuple):
    """One sentence about one word at one place."""

    word: str
    line: int
    """From 1; 0 where it is about the word and no place."""
    text: str


def why_not(phrase: str, around: Surroundings, index: Index, made: Sequence[Edit] = ()) -> Iterator[Answer]:
    """What speaks for and against a repair of each capitalised word of a phrase in a text.

    Args:
        phrase: the spelling asked about.
        around: the text.
        index: the names.
        made: the edits that the stage makes in the text.
    """
    if not around.holds(phrase):
        yield Answer(phrase, 0, "does not stand in the text in this spelling")
        return
    places = around.places(phrase)
    repairs = [edit for edit in made if any(edit.start < end and start < edit.end for start, end in places)]
    for edit in repairs:
        line = around.text.count("\n", 0, edit.start) + 1
        yield Answer(edit.old, line, f"is repaired to {edit.new!r} by {edit.rule}")
    words = CAPITALISED.findall(phrase)
    if not words:
        yield Answer(phrase, 0, "has no capitalised word of two letters or more; only those are looked at")
    for word in words:
        if not any(word in CAPITALISED.findall(edit.old) for edit in repairs):
            yield from _about(word, around, index)


def _about(word: str, around: Surroundings, index: Index) -> Iterator[Answer]:
    if word in index.near_acronyms:
        rights = ", ".join(index.near_acronyms[word])
        needed = (
            f"is a letter away from {rights}. Needed, all of them: its kind and its country beside it, the"
            f" right form in the document, at most {find.RARE} places, no sign of another body of that name"
        )
        yield Answer(word, 0, needed)
    elif fold(word) in index.right_words:
        names = [name.name for name in index.names if _has(name.forms, word)]
        yield Answer(word, 0, f"is right in {', '.join(names[:MOST])}, so it is never changed")
    elif not index.likenesses(word):
        yield Answer(word, 0, _nothing_like(word, index))
    else:
        yield from _cases(word, around, index)


def _has(forms: tuple[str, ...], word: str) -> bool:
    return any(fold(word) in map(fold, CAPITALISED.findall(form)) for form in forms)


def _nothing_like(word: str, index: Index) -> str:
    sounds = index.targets.get(phonetic.key(word), ())
    if not sounds:
        return f"sounds like no name of the gazetteer (key {phonetic.key(word)})"
    near = max(sounds, key=lambda target: phonetic.similarity(word, target.word))
    similarity = phonetic.similarity(word, near.word)
    if similarity >= LIKE:
        return f"is like {near.word!r}, but taken for a form of it: an ending, a woman's surname"
    return f"is most like {near.word!r} ({similarity:.2f}); asked for is {LIKE}"


def _cases(word: str, around: Surroundings, index: Index) -> Iterator[Answer]:
    known = attested().known(word)
    for place in around.places(word):
        line = around.text.count("\n", 0, place[0]) + 1
        said: set[str] = set()
        for likeness in index.likenesses(word):
            identifier = likeness.target.name.id
            if identifier not in said and len(said) < MOST:
                said.add(identifier)
                yield Answer(word, line, _sentence(judge(likeness, place, around, known, _nowhere)))
    count = len(around.places(word))
    if count > find.RARE:
        yield Answer(word, 0, f"stands {count} times: oftener than {find.RARE} times is no slip")


def _nowhere(_form: str, _around: Surroundings) -> str:
    return ""


def _sentence(case: Case) -> str:
    evidence = case.evidence
    there = [
        f"partner {evidence.partner!r}" if evidence.partner else "",
        f"cue {evidence.cue!r}" if evidence.cue else "",
        f"right form {evidence.right!r} in {evidence.where}" if evidence.right else "",
        f"topic {evidence.topics[0]!r}" if evidence.topics else "",
        {"word": "", "place": "known as a place only", "": "unknown spelling"}[evidence.known],
    ]
    have = ", ".join(part for part in there if part) or "nothing"
    lack = "; ".join(case.missing) or "nothing, but another name is as likely"
    like = f"like {case.target.word!r} of {case.target.form!r} ({case.similarity:.2f})"
    return f"{like}; there: {have}; missing: {lack}"
