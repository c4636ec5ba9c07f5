"""Whether a spelling is a mangled form of a name: the evidence, and what it is enough for.

A change needs evidence of two families that are independent of the likeness, one of them strong:

* *partner* (strong): the other words of the name stand beside it ("Rodong X newspaper")
* *cue* (strong): a word that names its kind stands beside it ("the X River", "President X")
* *right form* (strong): the right spelling stands elsewhere in the document, or in one about the same event
* *topic*: words of the name's world stand near

and a spelling that no list knows. A known word needs more, since it may well be meant: "Tas" is a river and a
surname, and only a document that says "Tass" elsewhere, of Russia, with "news agency" beside it, is believed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from clean.model import Json
from clean.names import phonetic
from clean.names.attested import Known
from clean.names.cues import CUES, GENERIC, widened
from clean.names.index import LIKE, VERY_LIKE, Likeness, Target
from clean.names.surroundings import Surroundings
from clean.names.words import fold

CLOSE = 0.02
"""Candidates whose similarities differ by less than this are as likely as each other."""

LISTED = 4
"""Words on either side among which the right form speaks against a repair: "Karzai, Karzay and Kharzai"."""

_PARTICLES = frozenset("al el as an the de la le les il der die das bin ben ibn von van di of and".split())
_ARTICLES = ("Der", "Die", "Das", "Le", "La", "Les", "El", "Il")
_MEDIA = ("newspaper", "news_agency", "broadcaster")

Elsewhere = Callable[[str, Surroundings], str]
"""Form, surroundings → where the form stands in a document about the same event, "" for nowhere."""


class Evidence(NamedTuple):
    """What speaks for one target at one place; empty text or tuple: nothing."""

    partner: str
    cue: str
    touching: bool
    """Whether a cue stands directly beside."""
    right: str
    """A right form that stands elsewhere."""
    where: str
    """Where it stands, for people."""
    topics: tuple[str, ...]
    known: Known

    @property
    def families(self) -> tuple[str, ...]:
        """Names of the families that speak."""
        said = {"partner": self.partner, "cue": self.cue, "right form": self.right, "topic": self.topics}
        return tuple(family for family, value in said.items() if value)


class Case(NamedTuple):
    """One target at one place, judged."""

    target: Target
    similarity: float
    evidence: Evidence
    verdict: str
    """"repair", "suggest" or ""."""
    missing: tuple[str, ...]
    """What would have had to be there for a repair."""

    @property
    def because(self) -> dict[str, Json]:
        """The evidence as it goes into the edit."""
        evidence = self.evidence
        said: dict[str, Json] = {
            "name": self.target.name.id,
            "similarity": self.similarity,
            "key": phonetic.key(self.target.word),
            "evidence": list(evidence.families),
        }
        if evidence.partner:
            said["partner"] = evidence.partner
        if evidence.cue:
            said["cue"] = evidence.cue
        if evidence.right:
            said |= {"right": evidence.right, "where": evidence.where}
        if evidence.topics:
            said["topic"] = evidence.topics[0]
        return said


def judge(
    likeness: Likeness, place: tuple[int, int], around: Surroundings, known: Known, elsewhere: Elsewhere
) -> Case:
    """One likeness at one place."""
    target = likeness.target
    evidence = gather(target, place, around, known, elsewhere)
    veto = _veto(target, place, around, evidence)
    missing = (veto,) if veto else _all_lacking(target, likeness.similarity, evidence)
    if not missing:
        verdict = "repair"
    elif _worth_saying(target, likeness.similarity, evidence, veto):
        verdict = "suggest"
    else:
        verdict = ""
    return Case(target, likeness.similarity, evidence, verdict, missing)


def gather(
    target: Target, place: tuple[int, int], around: Surroundings, known: Known, elsewhere: Elsewhere
) -> Evidence:
    """The evidence for a target at a place."""
    name = target.name
    right, where = _right_form(target, around, elsewhere)
    cues = (*name.cues, *CUES[name.type])
    return Evidence(
        partner=_partner(target, *around.neighbours(*place)),
        cue=around.cue(cues, *place),
        touching=around.touches(cues, *place),
        right=right,
        where=where,
        topics=around.topics(widened(name.topic), *place),
        known=known,
    )


def _right_form(target: Target, around: Surroundings, elsewhere: Elsewhere) -> tuple[str, str]:
    if target.alone and target.word in around.capitalised and around.holds(target.word):
        return target.word, "this document"
    if len(target.words) > 1 and around.holds(target.form):
        return target.form, "this document"
    where = elsewhere(target.form, around)
    return (target.form, where) if where else ("", "")


def _partner(target: Target, before: list[str], behind: list[str]) -> str:
    """The nearest other words of the form, where they stand beside; "" for none.

    A partner may itself be damaged, if it is as like ("Rudong Sunmoon").
    """
    left, right = target.words[: target.at], target.words[target.at + 1 :]
    found = [
        word for word, other in zip(reversed(left), reversed(before), strict=False) if _partners(word, other)
    ]
    if left and found and not _partners(left[-1], before[-1]):
        found = []
    after = [word for word, other in zip(right, behind, strict=False) if _partners(word, other)]
    if right and after and not _partners(right[0], behind[0]):
        after = []
    words = [*reversed(found), *after]
    if all(word.lower() in _PARTICLES for word in words):
        # "Der Speigel": of a medium the article is all there is.
        article = len(words) == 1 and target.words[:-1] == tuple(words) and words[0] in _ARTICLES
        return words[0] if article and target.name.type in _MEDIA else ""
    return " ".join(words)


def _partners(word: str, other: str) -> bool:
    if fold(word) == fold(other):
        return True
    if min(len(word), len(other)) < 4 or phonetic.key(word) != phonetic.key(other):
        return False
    return other[0].isupper() and phonetic.similarity(word, other) >= LIKE


def _all_lacking(target: Target, similarity: float, evidence: Evidence) -> tuple[str, ...]:
    """What is missing for a repair; nothing, if it can be made."""
    return (
        _lacks_of_known(target, similarity, evidence)
        if evidence.known
        else _lacks(target, similarity, evidence)
    )


def _veto(target: Target, place: tuple[int, int], around: Surroundings, evidence: Evidence) -> str:
    name = target.name
    against = next((word for word in name.not_with if around.holds(word)), "")
    if against:
        return f"the document speaks of {against}, which the entry rules out"
    if around.about_spelling(*place):
        return "the sentence speaks about spelling"
    if around.cut_off(place[1]):
        return "a broken character follows it"
    before, behind = around.neighbours(*place)
    if target.word in (*before[-LISTED:], *behind[:LISTED]):
        return "the right form stands beside it, as where spellings or people are listed"
    if name.type == "person" and not evidence.partner and target.at == len(target.words) - 1:
        given = before[-1] if before else ""
        if given[:1].isupper() and len(given) > 1 and not _is_title(given):
            return f"another given name stands before it: {given}"
    return ""


def _is_title(word: str) -> bool:
    lowered = word.lower()
    return (
        lowered in CUES["person"] or lowered in GENERIC or lowered.endswith(("ian", "ese", "ish", "an", "i"))
    )


def _lacks(target: Target, similarity: float, evidence: Evidence) -> tuple[str, ...]:
    missing = []
    families = evidence.families
    if not target.alone and not evidence.partner:
        missing.append(f"the other words of {target.form!r} beside it")
    if not (evidence.partner or evidence.cue or evidence.right):
        missing.append("a partner, a cue or the right form elsewhere")
    if len(families) < 2:
        missing.append("evidence of a second family" if families else "any evidence")
    if _one_syllable_apart(target) and len(families) < 3:
        missing.append("a third family: pinyin names differ by as little")
    only_cue = evidence.cue and not evidence.partner and not evidence.right
    if only_cue and target.name.type in ("place", "river") and not _near_enough(target, similarity):
        missing.append("a similarity of .90, where only the type word and the topic speak for a place")
    only_right = evidence.right and not evidence.partner and not evidence.cue
    if only_right and similarity < 0.9:
        missing.append("a similarity of .90, where only the right form elsewhere and the topic speak")
    return tuple(missing)


def _near_enough(target: Target, similarity: float) -> bool:
    """Places of one country lie close together in sound: Kaechon and Kaesong, Onchon and Incheon."""
    return similarity >= (0.9 if target.word[0] not in "AEIOUY" else 0.93)


def _one_syllable_apart(target: Target) -> bool:
    return target.name.type == "person" and target.name.romanisation == "pinyin"


def _lacks_of_known(target: Target, similarity: float, evidence: Evidence) -> tuple[str, ...]:
    """A word that exists may be meant: more is asked."""
    missing = []
    kind = target.name.type
    beside = bool(evidence.partner and evidence.cue)
    whole = _all_partners(target, evidence) and kind in (
        "newspaper",
        "news_agency",
        "broadcaster",
        "building",
        "org",
    )
    if similarity < (0.9 if whole and beside else VERY_LIKE):
        missing.append(f"a similarity of {VERY_LIKE}: the word is known")
    if not evidence.topics:
        missing.append("a topic word near: the word is known")
    named = (evidence.touching and target.alone) or _all_partners(target, evidence)
    if evidence.known == "place" and kind != "place" and named:
        return tuple(missing)  # a town of that name is no river: the Taidong River of Pyongyang
    if whole and beside:
        return tuple(missing)  # the Chosen Ilbo newspaper: nothing else is called "… Ilbo" and is a newspaper
    if not evidence.right:
        missing.append("the right form elsewhere: the word is known")
    if kind in ("person", "place", "river") and not evidence.partner:
        missing.append("the other words of the name beside it: the word is known")
    elif not (evidence.partner or (evidence.touching and target.alone)):
        missing.append("a partner or a cue directly beside it: the word is known")
    return tuple(missing)


def _all_partners(target: Target, evidence: Evidence) -> bool:
    """Whether every other proper word of the form stands beside, and there is one."""
    words = [word for at, word in enumerate(target.words) if at != target.at]
    others = [word for word in words if fold(word) not in GENERIC or word in _ARTICLES]
    beside = evidence.partner.split(" ")
    return bool(others) and all(word in beside for word in others)


def _worth_saying(target: Target, similarity: float, evidence: Evidence, veto: str) -> bool:
    """Whether a person should see it as a suggestion."""
    if veto or not (target.alone or evidence.partner):
        return False
    if evidence.known:
        named = target.name.type in ("newspaper", "news_agency") and target.alone
        sure = _all_partners(target, evidence) or named
        return sure and bool(evidence.cue and evidence.topics) and similarity >= VERY_LIKE
    if len(evidence.families) >= 2:
        return True
    return similarity >= 0.9 and bool(evidence.partner or evidence.right)


def choose(cases: list[Case], shape: str, around: Surroundings) -> Case | None:
    """The one case to act on, or None where two different names are as likely.

    Among forms of one name the one that stands in the document wins, then the one written as the damaged word
    is (Tas: Tass before TASS), then the most alike.
    """
    best: Case | None = None
    for verdict in ("repair", "suggest"):
        able = [case for case in cases if case.verdict == verdict]
        if able:
            best = max(
                able, key=lambda case: (len(case.evidence.families), _present(case, around), case.similarity)
            )
            break
    if best is None:
        return None
    rivals = [
        case
        for case in cases
        if fold(case.target.word) != fold(best.target.word)
        and case.target.name.id != best.target.name.id
        and _rivals(case, best)
    ]
    if rivals:
        return None
    same = [
        case for case in cases if case.target.name.id == best.target.name.id and case.verdict == best.verdict
    ]
    return max(same, key=lambda case: _preference(case, shape, around))


def _rivals(case: Case, best: Case) -> bool:
    """As likely by sound and no worse by evidence, or likelier by sound with some evidence (Khomeini)."""
    more = len(case.evidence.families) - len(best.evidence.families)
    if case.similarity > best.similarity + CLOSE and not best.evidence.partner:
        return bool(case.evidence.families)
    return case.similarity > best.similarity - CLOSE and more >= 0


def _preference(
    case: Case, shape: str, around: Surroundings
) -> tuple[bool, bool, bool, bool, bool, float, int]:
    word = case.target.word
    return (
        word.istitle() == shape.istitle(),
        _present(case, around),
        word in around.capitalised,
        word.isascii() == shape.isascii(),
        case.target.form == case.target.name.name,
        case.similarity,
        -case.target.name.forms.index(case.target.form),
    )


def _present(case: Case, around: Surroundings) -> bool:
    return len(case.target.words) > 1 and around.holds(case.target.form)
