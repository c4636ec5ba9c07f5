"""Flags that need more than a pattern: the form says that a translation went wrong, and not what was meant.

Every function takes an English text and yields notes under the key `flag`, each with a `why` in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from clean.model import Json, Note
from clean.translation.detector import Detector
from clean.translation.english import (
    ABBREVIATIONS,
    CAPITALS,
    NATIONS,
    is_title_case,
    line_at,
    sentence_start,
)
from clean.translation.lexicon import is_rare, is_word

LOWER_CASE = "translation/lower-case-after-full-stop"
VERB = "translation/verb-after-full-stop"
SEAM = "translation/seam-capital"
BREAKS_OFF = "translation/breaks-off"
PARTICLE = "translation/untranslated-particle"
SURNAME = "translation/inconsistent-surname"
TWO_NATIONS = "translation/two-nations"
OWN_CAPITAL = "translation/praises-itself"
NATION_PAIR = "translation/nation-pair"
REPEATED_PHRASE = "translation/repeated-phrase"
RULES = {
    LOWER_CASE: "A sentence that begins in lower case.",
    VERB: "A verb in lower case behind a full stop: what a language that puts it last left behind.",
    SEAM: "A word with a capital in mid sentence, where a link began; to lower-case by rule is often wrong.",
    BREAKS_OFF: "A paragraph that ends in an article, a preposition or a conjunction.",
    PARTICLE: "A foreign particle left in the text as if it were a name.",
    SURNAME: "One person, introduced by full name, speaks under another surname that stands nowhere else.",
    TWO_NATIONS: "A leader called the leader of another's country.",
    OWN_CAPITAL: "A government praised or thanked by its own leader.",
    NATION_PAIR: "Two nations in a row before a noun: the “and” between them is lost.",
    REPEATED_PHRASE: "A phrase twice in a row, the second time in other words.",
}


def _flag(start: int, end: int, why: str, rule: str, **evidence: Json) -> Note:
    return Note(start, end, "flag", {"why": why, **evidence}, rule)


_LOWER = re.compile(r"\.(”?) ([a-z]{2,})\b(?![@/]|\.\w)")
_WORD_BEFORE = re.compile(r"\b[A-Za-z]{3,}$")
_AUXILIARIES = frozenset("is are was were has have had will would can could may might should must".split())
_ATTRIBUTION = frozenset(
    "he she they it said says told asked added wrote and but or according the in".split()
)
_STYLED = frozenset(
    "al el van von de da di du la le bin ibn abu com org net www http https pic vs via re".split()
)


def lower_case_starts(text: str) -> Iterator[Note]:
    """`the war in Ukraine. is driven by`; not behind abbreviations, not on lines written in lower case."""
    for match in _LOWER.finditer(text):
        closing, behind = match.groups()
        word = _WORD_BEFORE.search(text, max(0, match.start() - 30), match.start())
        if word is None or word[0].lower() in ABBREVIATIONS or behind in _STYLED:
            continue
        verb = behind in _AUXILIARIES or behind.endswith("ed")
        if closing and (not verb or behind in _ATTRIBUTION):
            continue  # “Stop it.” he said
        start, end = line_at(text, match.start())
        line = text[start:end]
        if (not line[:1].isupper() and line[:1] not in "“\"'‘(") or len(line) < 60:
            continue
        if not is_word(word[0]) or not is_word(behind) or line.count("  ") > 2:
            continue
        rule = VERB if verb else LOWER_CASE
        yield _flag(word.start(), match.end(), RULES[rule][:-1].lower(), rule)


_SEAM_WORDS = (
    "The|This|These|Those|They|There|Their|In|On|At|For|From|With|By|As|He|She|We|It|However|Meanwhile|First|Last"
    "|A|An|Its|His|Her|And|But"
)
_SEAM = re.compile(r"[A-Z](?<=[a-z]{3} .)[A-Za-z]* (?P<behind>[a-z]{2,})\b")
_SEAM_WORD = re.compile(rf"{_SEAM_WORDS}|[A-Z][a-z]{{3,}}ing")
_BEFORE_SEAM = re.compile(r"(?<![A-Za-z’'-])[a-z]{3,}$")
_SECOND_CAPITAL = frozenset("lady minister amendment class degree world".split())
_NOT_PLURAL = frozenset(
    "this does has was is its always perhaps besides towards across less unless versus".split()
)
_LABELLED = frozenset(  # "point A to point B", "a grade A phone"
    "point grade from log plan class group type option vitamin part level team series category hepatitis "
    "side exhibit section schedule unit block".split()
)
_VERBS_OF_IT = frozenset("is was has will would also can could does did may might".split())


def seam_capitals(text: str) -> Iterator[Note]:
    """`on their behalf The brutal war`, `satellites Violating international`: nothing is lower-cased."""
    for match in _SEAM.finditer(text):
        end = match.start("behind") - 1
        word = text[match.start() : end]
        if not _SEAM_WORD.fullmatch(word):
            continue
        before = _BEFORE_SEAM.search(text, max(0, match.start() - 31), match.start() - 1)
        if before is None or not _is_seam(before[0], word, match["behind"]) or not _in_prose(text, match):
            continue
        why = "a capital in mid sentence, where a link may have begun"
        yield _flag(before.start(), end, why, SEAM)


def _is_seam(before: str, word: str, behind: str) -> bool:
    """Whether the capital of `word` is odd between the other two."""
    if word in ("First", "Last"):
        return behind not in _SECOND_CAPITAL and before not in ("the", "our", "your", "his", "her", "and")
    if word == "A":
        return before not in _LABELLED
    if word == "It":
        return behind in _VERBS_OF_IT
    if word.endswith("ing"):
        stem = word[:-3].lower()
        plural = len(before) > 4 and before.endswith("s") and before not in _NOT_PLURAL
        return plural and is_word(before) and (is_word(stem + "e") or is_word(stem))
    return True


def _in_prose(text: str, match: re.Match[str]) -> bool:
    """Not in a headline, a title in quotation marks or italics, a caption of few words."""
    at = match.start() - 1
    start, end = line_at(text, at)
    line = text[start:end]
    if len(line) < 80 or (not line[:1].isupper() and line[:1] not in '“"'):
        return False
    around = text[max(start, at - 40) : min(end, match.end() + 40)]
    capitals = sum(word[0].isupper() for word in around.split())
    quoted = text.count("“", start, at) != text.count("”", start, at)
    titled = '"' in line or "‘" in around or " '" in around
    lower = capitals * 5 < len(around.split()) * 3
    return lower and not quoted and not titled and not is_title_case(line)


_DANGLING = "of the a an to and with by from that which their its for".split()
_DANGLING_ENDS = tuple(f" {word}" for word in _DANGLING)


def broken_off(text: str) -> Iterator[Note]:
    """`The long-standing policy of` at the end of a paragraph of prose; not in text wrapped by hand."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if len(line) >= 80 and line.endswith(_DANGLING_ENDS):
            yield from _broken(text, start, end)
        start = end + 1


def _broken(text: str, start: int, end: int) -> Iterator[Note]:
    line = text[start:end]
    if ". " not in line or is_title_case(line):
        return
    rest = text[end : end + 200].lstrip()
    if rest and not (rest[0].isupper() or rest[0] in "“\"‘'"):
        return
    near = [other.rstrip() for other in text[max(0, start - 600) : end + 600].split("\n") if len(other) > 40]
    unfinished = sum(other[-1:] not in tuple(".!?:”\"’')…") for other in near)
    if unfinished * 3 <= len(near) or len(near) < 3:
        yield _flag(max(start, sentence_start(text, end)), end, "breaks off in mid sentence", BREAKS_OFF)


# Relative particles and postpositions as they come out when they are taken for names: Urdu and Hindi
# -wala, -wali; Arabic alladhi, allati; Russian kotory, kotoraya.
_PARTICLES = "Wally|Walli|Wali|Wala|Waala|Wale|Alladhi|Alladi|Allati|Kotory|Kotoryi|Kotoraya|Kotorye"
_AUXILIARY = "could|can|may|might|will|would|is|are|was|were|has|have"
_PARTICLE = re.compile(rf"(?:^|[a-z]”?([.,;]) )(?P<word>{_PARTICLES}) (?:{_AUXILIARY})\b", re.MULTILINE)


def particles(text: str) -> Iterator[Note]:
    """`a goal long overdue. Wally could become urgent`: where no such name stands elsewhere on the page."""
    for match in _PARTICLE.finditer(text):
        if len(re.findall(rf"\b{match['word']}\b", text)) == 1:
            start = text.rfind(" ", 0, max(sentence_start(text, match.start() + 1), match.start() - 40)) + 1
            why = "a foreign particle taken for a name; the sentence before it goes on here"
            yield _flag(start, match.end(), why, PARTICLE, word=match["word"])


_ROLE = "a|an|the|who|chief|director|head|professor"
_SPOKE = "said|told|added|wrote|explained|argued"
_INTRODUCED = re.compile(rf"(?:^|\n)([A-Z][a-z]+) ([A-Z][a-z]+), (?:{_ROLE})\b[^\n]*")
_SPEAKS = re.compile(rf"(?:[,.”] |: |^)([A-Z][a-z]+) (?:{_SPOKE})\b")


def surnames(text: str) -> Iterator[Note]:
    """`Qi Heng, a research fellow … Cui said:` where no Cui stands anywhere else."""
    for match in _INTRODUCED.finditer(text):
        for speech in _SPEAKS.finditer(match[0]):
            name = speech[1]
            if name in match.group(1, 2) or not is_rare(name):
                continue
            if len(re.findall(rf"\b{name}\b", text)) > 1 or match[0].count(name) > 1:
                continue
            why = f"introduced as {match[1]} {match[2]}, speaks as {name}"
            names: list[Json] = [match[1], match[2], name]
            yield _flag(match.start(1), match.end(2), why, SURNAME, names=names)
            at = match.start()
            yield _flag(at + speech.start(1), at + speech.end(), why, SURNAME, names=names)


_NATION = "|".join(sorted(map(re.escape, NATIONS), key=len, reverse=True))
_TITLES = ("eader ", "resident ", "remier ", "rime minister ", "rime Minister ", "ictator ")
_LED = re.compile(rf"\b({_NATION}) (?:[LlPpDd])\Z")
_NAME = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z]?[a-z]+){0,2}")


class _Leader(NamedTuple):
    start: int
    end: int
    nation: str
    name: list[str]

    @property
    def is_short(self) -> bool:
        """One name only: the word behind it begins in lower case."""
        return len(self.name) == 1 or not self.name[1][0].isupper()


def _leaders(text: str) -> list[_Leader]:
    found = []
    for title in _TITLES:
        at = text.find(title)
        while at >= 0:
            led = _LED.search(text, max(0, at - 20), at)
            name = _NAME.match(text, at + len(title)) if led else None
            if led and name:
                first = name[0].split()[0]
                found.append(_Leader(led.start(), name.start() + len(first), led[1], name[0].split()))
            at = text.find(title, at + 1)
    return found


def two_nations(text: str) -> Iterator[Note]:
    """`Russian leader Kim`, on a page of Russian President Putin and North Korean leader Kim Jong Un."""
    found = _leaders(text)
    if len({leader.nation for leader in found}) < 2:
        return
    for leader in found:
        first, nation = leader.name[0], leader.nation
        if not leader.is_short:
            continue
        others = sorted({other.nation for other in found if first in other.name and other.nation != nation})
        own = [other.name for other in found if other.nation == nation and first not in other.name]
        same = any(other.nation == nation and first in other.name and not other.is_short for other in found)
        if others and own and not same:
            why = f"{first} is called the {nation} leader here and the {others[0]} leader elsewhere"
            yield _flag(leader.start, leader.end, why, TWO_NATIONS, leader=" ".join(own[0]))


_CAPITAL = "|".join(CAPITALS)
_SUPPORT = re.compile(
    rf" for (?:its|their|his) (?:\w+ )?(?:support|help|backing|aid|assistance)"
    rf"(?: (?:of|for|to) (?:{_CAPITAL})\b)?"
)
_PRAISE = "(?:prais|thank|commend|applaud|hail)(?:ing|ed|s|es)"
_PRAISED = re.compile(rf"\b{_PRAISE} ({_CAPITAL})\Z")
_SPEAKER = re.compile(
    rf"\b({_NATION}) (?:[Ll]eader|[Pp]resident|[Pp]remier|[Pp]rime [Mm]inister|[Ff]oreign [Mm]inister)\b"
)


def own_praise(text: str) -> Iterator[Note]:
    """`praising Moscow for its support of Pyongyang … The Russian President said:` in one paragraph."""
    for match in _SUPPORT.finditer(text):
        praised = _PRAISED.search(text, max(0, match.start() - 40), match.start())
        if praised is None:
            continue
        start, end = line_at(text, match.start())
        speakers = {speaker[1] for speaker in _SPEAKER.finditer(text, start, end)}
        if speakers == {CAPITALS[praised[1]]}:
            why = f"the {CAPITALS[praised[1]]} leader praises {praised[1]}: the direction may have turned"
            yield _flag(praised.start(), match.end(), why, OWN_CAPITAL)


# "Bosnian Serb", "Russian American" and the like name one people.
_PAIRABLE = "|".join(
    sorted(
        (
            re.escape(nation)
            for nation in NATIONS
            if nation not in {"American", "Canadian", "Australian", "US", "U.S."}
        ),
        key=len,
        reverse=True,
    )
)
_SHARED = (
    "flags?|forces|troops|officials|leaders|soldiers|presidents|ministers|ties|relations|governments|borders?"
    "|talks"
)
_OF_TWO = re.compile(rf" (?:{_SHARED})\b")
_TWO = re.compile(rf"\b(?:{_PAIRABLE}) (?:{_PAIRABLE})\Z")
_AGAIN = re.compile(r" the (?P<again>[A-Z][a-z]{3,}) [a-z]+")
_PREPOSITION = "with|for|to|from|of|against|between"
_ONCE = re.compile(rf"\b({_PREPOSITION}) (?P<name>[A-Z][a-z]{{3,}}) \1\Z")


def odd_pairs(text: str) -> Iterator[Note]:
    """`Russian North Korean flags`, `with Russia with the Russian leadership`."""
    for match in _OF_TWO.finditer(text):
        pair = _TWO.search(text, max(0, match.start() - 40), match.start())
        if pair:
            yield _flag(pair.start(), match.end(), "two nations in a row before a noun", NATION_PAIR)
    for match in _AGAIN.finditer(text):
        once = _ONCE.search(text, max(0, match.start() - 50), match.start())
        if once and match["again"].startswith(once["name"]):
            yield _flag(once.start(), match.end(), "one phrase twice in a row, in two forms", REPEATED_PHRASE)


EVERY = (
    Detector(lower_case_starts, r"[A-Za-z]{3}\.”? [a-z][a-z]"),
    Detector(
        seam_capitals,
        rf"[a-z]{{3}} (?:{_SEAM_WORDS}) [a-z][a-z]|[a-z]{{4}}s [A-Z][a-z]{{3,}}ing [a-z][a-z]",
    ),
    Detector(broken_off, rf" (?:{'|'.join(_DANGLING)})(?:\n|$)", "words"),
    Detector(particles, rf"(?:^|[\n;., ])(?:{_PARTICLES}) (?:{_AUXILIARY})", "words"),
    Detector(
        surnames,
        rf"(?:^|\n)[A-Z][a-z]+ [A-Z][a-z]+, (?:{_ROLE})[^\n]*[,.”:] [A-Z][a-z]+ (?:{_SPOKE})",
    ),
    Detector(
        two_nations,
        rf"(?:{_NATION}) [LlPpDd](?:{'|'.join(title.rstrip() for title in _TITLES)}) [A-Z][a-z]",
        "words",
    ),
    Detector(own_praise, rf"{_PRAISE} (?:{_CAPITAL}) for (?:its|their|his) ", "words"),
    Detector(
        odd_pairs,
        rf"(?:{_PAIRABLE}) (?:{_PAIRABLE}) (?:{_SHARED})"
        rf"|(?:{_PREPOSITION}) [A-Z][a-z]{{3,}} (?:{_PREPOSITION}) the [A-Z][a-z]{{3}}",
        "words",
    ),
)
"""The flags of this module with their cues."""
