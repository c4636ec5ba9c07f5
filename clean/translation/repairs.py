"""Repairs that need more than a pattern: a lexicon, the rest of the sentence, or the rest of the document.

Every function takes a text and yields edits with their evidence. What a text must hold before a function is
worth asking stands beside it in `EVERY`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clean.model import Edit
from clean.translation.detector import Detector
from clean.translation.english import (
    ABBREVIATIONS,
    DAYS,
    GLUED_STARTERS,
    MONTHS,
    STARTERS,
    is_title_case,
    line_at,
    sentence_start,
)
from clean.translation.lexicon import is_word

GLUED = "translation/glued-sentence"
GLUED_CLAUSE = "translation/glued-clause"
GLUED_STOP = "translation/glued-full-stop"
GLUED_QUOTE = "translation/glued-quotation-mark"
ORPHAN = "translation/repeated-orphan"
SAID_TWICE = "translation/said-twice"
MEASURE = "translation/measure-seam"
ORDINAL = "translation/seam-ordinal"
DOUBLED = "translation/doubled-word"
DOUBLED_PAIR = "translation/doubled-pair"
DOUBLED_VERB = "translation/doubled-verb"
TWO_DOTS = "translation/two-dots"
TELEGRAM = "translation/telegram-channel"
RULES = {
    GLUED: "Two sentences without full stop and space between them, where a link ended.",
    GLUED_CLAUSE: "The source after “According to” and the subject in one word, where a link ended.",
    GLUED_STOP: "No space after a full stop between two words.",
    GLUED_QUOTE: "No space before an opening quotation mark or after a closing one.",
    ORPHAN: "A sentence that is only the last word of the sentence before it.",
    SAID_TWICE: "“… said. He said in March.”: the verb twice across a false full stop.",
    MEASURE: "A number, its unit and a capitalised common noun, where a link began: the “of” is lost.",
    ORDINAL: "“ceremony First visit”, where a link began, on a page that writes of “the first visit”.",
    DOUBLED: "A function word twice in a row.",
    DOUBLED_PAIR: "A preposition with its article twice in a row.",
    DOUBLED_VERB: "A pronoun, a verb or a preposition twice in a row, in a clause that cannot need it twice.",
    TWO_DOTS: "Two full stops at the end of a sentence, in a text that has no other dots in a row.",
    TELEGRAM: "“said in a telegram”, on a page that speaks of the messaging app Telegram.",
}

# The look-behind stands behind the capital, so that the search runs from capital to capital.
_CAMEL = re.compile(r"[A-Z](?<=[a-z].)(?=[a-z])")
_TOKEN_BEFORE = re.compile(r"[A-Za-z]+$")
_TOKEN_BEHIND = re.compile(r"([A-Z][a-z]+)(['’]s)?(?= |$)")
_ACCORDING = re.compile(r"According to [^.,;:]{2,80}$")
_REPORTED = re.compile(r" (?:said|told|announced|stated|confirmed|wrote|reported|denied|added|says|warned)\b")


def glued_words(text: str) -> Iterator[Edit]:
    """`war in UkraineThis is`: a full stop and a space; `According to the TimesBeijing's …`: a comma."""
    for match in _CAMEL.finditer(text):
        at = match.start()
        behind = _TOKEN_BEHIND.match(text, at)
        if behind is None:
            continue
        before = _TOKEN_BEFORE.search(text, max(0, at - 30), at)
        if before is None or (before.start() > 0 and text[before.start() - 1] not in " (“‘\n"):
            continue
        first, second = before[0], behind[1]
        if not first[1:].islower() or len(first) < 4 or text.count(first + second) > 1:
            continue
        if second in GLUED_STARTERS and not behind[2]:
            if re.match(r" [a-z]", text[behind.end() : behind.end() + 2]) and _stands_apart(
                first, before, text
            ):
                yield Edit(at, "", ". ", GLUED, {"words": [first, second], "second": "starts sentences"})
        elif behind[2] and is_word(first) and is_word(second):
            start = sentence_start(text, at)
            end = line_at(text, at)[1]
            if _ACCORDING.match(text, start, at) and _REPORTED.search(text, behind.end(), end):
                yield Edit(at, "", ", ", GLUED_CLAUSE, {"words": [first, second], "opens": "According to"})


def _stands_apart(word: str, match: re.Match[str], text: str) -> bool:
    """The first half is a word that a sentence ends with here: known, and in the midst of a line."""
    start, end = line_at(text, match.start())
    return is_word(word) and match.start() - start > 20 and not is_title_case(text[start:end])


_STOP = re.compile(r"\.(?=[A-Z][a-z’']|[A-Z] [a-z])")
_BEFORE_STOP = re.compile(r"(?:^|[\s(“‘—–])([a-z]+(?:[-’'][a-z]+)*)$")
_NAME_BEFORE_STOP = re.compile(rf"[a-z,] (?:{DAYS}|{MONTHS})$")
_BEHIND_STOP = re.compile(r"([A-Z][a-z]*)(?:['’][a-z]{1,2})? [A-Za-z“‘]")


def glued_stops(text: str) -> Iterator[Edit]:
    """`were added to the stash.The box`: a space."""
    for match in _STOP.finditer(text):
        at = match.end()
        behind = _BEHIND_STOP.match(text, at)
        if behind is None or behind[1] not in STARTERS:
            continue
        if date := _NAME_BEFORE_STOP.search(text, max(0, at - 30), at - 1):
            yield Edit(at, "", " ", GLUED_STOP, {"words": [date[0][2:], behind[1]]})
            continue
        before = _BEFORE_STOP.search(text, max(0, at - 30), at - 1)
        if before is None:
            continue
        word = before[1]
        if len(word) > 1 and word not in ABBREVIATIONS and is_word(word) and "@" not in text[at : at + 30]:
            yield Edit(at, "", " ", GLUED_STOP, {"words": [word, behind[1]]})


# The look-behind stands behind the literal, so that the search can jump from mark to mark.
_OPENING = re.compile(r"“(?<=[a-z][.,:]“)(?=[A-Za-z])")
_CLOSING = re.compile(r"”(?<=[a-z][.,!?]”)(?=[A-Za-z]{2})")


def glued_quotes(text: str) -> Iterator[Edit]:
    """`the minister said:“We` and `the talks,”he said`: a space, where the marks of the line are pairs."""
    if "“" not in text:
        return
    for match in _OPENING.finditer(text):
        if _balanced(text, match.start()):
            yield Edit(match.start(), "", " ", GLUED_QUOTE)
    for match in _CLOSING.finditer(text):
        if _balanced(text, match.start()):
            yield Edit(match.end(), "", " ", GLUED_QUOTE)


def _balanced(text: str, at: int) -> bool:
    """The marks of the line come in pairs, and the one at `at` stands where its kind belongs."""
    start, end = line_at(text, at)
    line = text[start:end]
    if '"' in line or line.count("“") != line.count("”"):
        return False
    depth_before = text.count("“", start, at) - text.count("”", start, at)
    return depth_before == (0 if text[at] == "“" else 1)


_ORPHAN = re.compile(r"\. ([A-Z][a-z]{2,})\.(?= [A-Z“]|\n|$)")
_DETERMINED = re.compile(
    r"\b(?:the|a|an|its|his|her|their|our|these|those|two|three|both|of|in|to|with|for|between)\b"
)


def repeated_orphans(text: str) -> Iterator[Edit]:
    """`large pictures of the two leaders. Leaders.`: the orphan goes.

    "It is unreal. Unreal." is emphasis; a plural that a determiner or a preposition led in is not.
    """
    for match in _ORPHAN.finditer(text):
        word = match[1].lower()
        if not text.endswith(word, 0, match.start()) or not word.endswith("s") or not is_word(word):
            continue
        sentence = text[sentence_start(text, match.start()) : match.start()]
        words = sentence.split()
        quoted = sentence.count("“") != sentence.count("”") or '"' in sentence
        if len(words) >= 8 and words[-1] == word and not quoted and _DETERMINED.search(" ".join(words[-3:])):
            yield Edit(match.start() + 1, match[0][1:], "", ORPHAN, {"repeats": word})


_TIME = (
    rf"(?:in (?:early |late |mid-)?(?:{MONTHS})|on (?:{DAYS})|in \d{{4}}|last (?:week|month|year)|(?:{DAYS})"
    rf"|earlier this (?:week|month|year))"
)
_SAID_TWICE = re.compile(rf"(?<= said)\. (?:He|She|They|It) said(?= {_TIME}\.(?: [A-Z“]|\n|$))")


def said_twice(text: str) -> Iterator[Edit]:
    """`a US official also said. He said in March.`: one verb."""
    if " said. " in text:
        for match in _SAID_TWICE.finditer(text):
            yield Edit(match.start(), match[0], "", SAID_TWICE, {"left": "nothing but a time"})


_UNITS = ("tons", "tonnes", "kilograms", "kilos", "pounds", "litres", "liters", "barrels", "gallons")
_MEASURED = re.compile(r"( )([A-Z][a-z]{3,})(?= [a-z]|[.,;])")
_NUMBER = re.compile(r"\d (?:metric |short |long )?$")


def measure_seams(text: str) -> Iterator[Edit]:
    """`260,000 metric tons Munitions or`: `of munitions`, if the page writes the noun in lower case too."""
    for unit in _UNITS:
        at = text.find(unit + " ")
        while at >= 0:
            match = _MEASURED.match(text, at + len(unit))
            if match and _NUMBER.search(text, max(0, at - 10), at):
                noun = match[2].lower()
                start, end = line_at(text, at)
                if not is_title_case(text[start:end]) and re.search(rf"(?<![\w-]){noun}(?!\w)", text):
                    old = text[match.start(1) : match.start(2) + 1]
                    yield Edit(match.start(1), old, f" of {noun[0]}", MEASURE, {"elsewhere": noun})
            at = text.find(unit + " ", at + 1)


_ORDINAL = re.compile(r" (?<=[a-z]{4} )(First|Second|Third|Last|Latest|Next)(?= ([a-z]{4,})\b)")
_LEADS_TO = re.compile(r"\b(?:the|our|your|his|her|its|their|my|a|an|and|or|on|in|at|of|to|from|with)$")


def seam_ordinals(text: str) -> Iterator[Edit]:
    """`began his ceremony First visit to`: lower case, if the page has “the first visit” in mid sentence."""
    for match in _ORDINAL.finditer(text):
        start, end = line_at(text, match.start())
        pair = f"{match[1].lower()} {match[2]}"
        elsewhere = re.search(rf"[a-z,] (?:the|his|her|its|their) {pair}\b", text)
        line = text[start:end]
        if elsewhere is None or len(line) < 80 or is_title_case(line) or '"' in line:
            continue
        if _LEADS_TO.search(text, start, match.start()) is None and line.count("“") == line.count("”"):
            evidence = {"elsewhere": elsewhere[0][2:]}
            yield Edit(match.start(1), match[1], match[1].lower(), ORDINAL, evidence)


_TWICE = ("the", "of", "a", "an", "to", "and", "their", "its", "among", "between", "during")
_STRANDED = frozenset(
    # "the person I spoke to to ask", "what he is up to to this day"
    "spoke speak spoken talk talked listen listened up used have had has want wanted go going gone "
    "refer referred reply replied according respond responded object objected look looked".split()
)
_PAIRS = tuple(
    f"{preposition} the" for preposition in ("in", "of", "to", "for", "on", "at", "from", "by", "with")
)


def doubled_words(text: str) -> Iterator[Edit]:
    """`one of of the`, `while the the full`, `in the in the`: once.

    Never `that that`, `had had`, `in in`, which are English, nor a capital that may begin a name (the The
    Times).
    """
    for word in _TWICE:
        twice = f"{word} {word} "
        at = text.find(twice)
        while at >= 0:
            if _may_go(word, text, at):
                yield Edit(at + len(word), " " + word, "", DOUBLED, {"word": word})
            at = text.find(twice, at + len(word) + 1)
    for pair in _PAIRS:
        twice = f" {pair} {pair} "
        at = text.find(twice)
        while at >= 0:
            yield Edit(at, " " + pair, "", DOUBLED_PAIR, {"words": pair})
            at = text.find(twice, at + len(twice) - 1)
    for word in ("The", "A", "An"):
        twice = f"{word} {word.lower()} "
        at = text.find(twice)
        while at >= 0:
            if at == 0 or text[at - 1] == "\n" or text[at - 2 : at] == ". ":
                yield Edit(at + len(word), " " + word.lower(), "", DOUBLED, {"word": word})
            at = text.find(twice, at + len(twice) - 1)


_VERBS = "was were is are has have would could should been be he she they we".split()
_PREPOSITIONS = "in on at for from by with as".split()
_TWICE_IN_CLAUSE = re.compile(rf"\b({'|'.join((*_VERBS, *_PREPOSITIONS))}) \1(?= [a-z0-9A-Z])")
# "what he was was a liar", "the house that he lived in in May", "the truth is is that": two clauses meet.
_TWO_CLAUSES = re.compile(
    r"(?i)\b(?:what(?:ever)?|wh(?:o|om|ose|ich|ere|en|y)|how|that|all|if|as|than|thing|point|problem|question|fact|truth"
    r"|reason|issue|answer|way|words?|verb)\b"
)
_BEFORE_PREPOSITION = re.compile(r"(?:^|[.,;:(] ?|\b(?:and|or|but|out|only|early|late|again|then) )$")
_SUBJECT = re.compile(r"(?:^|[,;] |\b(?:and|but|or) )(?:[A-Z“]?[\w’'.-]+ ){1,4}$")


def doubled_verbs(text: str) -> Iterator[Edit]:
    """`He was was arrested`, `broke out at at a mill`: once, where neither can belong to a clause of its own.

    The subject alone stands before the verb, or a conjunction before the preposition, and nothing in the
    sentence up to there opens a second clause.
    """
    for match in _TWICE_IN_CLAUSE.finditer(text):
        word, at = match[1], match.start()
        before = text[sentence_start(text, at) : at]
        if _TWO_CLAUSES.search(before) or before.count("“") != before.count("”") or '"' in before:
            continue
        may_follow = _BEFORE_PREPOSITION if word in _PREPOSITIONS else _SUBJECT
        pronoun = word in ("he", "she", "they", "we")
        if (not before or before.endswith((", ", "and ", "but "))) if pronoun else may_follow.search(before):
            yield Edit(at + len(word), f" {word}", "", DOUBLED_VERB, {"word": word})


_DOTS = re.compile(r"\.{2,}|…")


def two_dots(text: str) -> Iterator[Edit]:
    """`the mill closed.. Its owner left`: one full stop, unless the text has dots in a row elsewhere."""
    found = [match for _, match in zip(range(2), _DOTS.finditer(text), strict=False)]
    if len(found) != 1 or found[0][0] != "..":
        return
    at = found[0].start()
    start, end = line_at(text, at)
    word = re.search(r"[a-z]{3,}$", text[start:at])
    if (
        word
        and at - sentence_start(text, at) >= 40
        and is_word(word[0])
        and re.match(r"(?: [A-Z][a-z]| ?$)", text[at + 2 : end][:3])
    ):
        yield Edit(at, "..", ".", TWO_DOTS)


def _may_go(word: str, text: str, at: int) -> bool:
    if at > 0 and text[at - 1] not in " \n(“‘":
        return False
    behind = text[at + 2 * len(word) + 2 : at + 2 * len(word) + 3]
    if not (behind.isalnum() or behind in "“‘$£€"):
        return False
    words_before = text[max(0, at - 20) : at].split()
    last = words_before[-1] if words_before else ""
    if last == word:  # three in a row: a stammer, or something that we do not know
        return False
    return word != "to" or last.lower() not in _STRANDED


_IN_A_TELEGRAM = re.compile(
    r"(?<= )(?:said|wrote|posted|reported|announced|added|stated|warned|confirmed|claimed)"
    r" (in an? telegram)(?= that |[.,])"
)
_APP = re.compile(
    r"Telegram (?:messaging |messenger )?(?:app|channel|account|post)|[Oo]n Telegram|messenger Telegram"
)
_LETTER = re.compile(r"(?i)condol|congratul|greeting|sympath|ambassador|embassy|telegram to |sent ")


def telegrams(text: str) -> Iterator[Edit]:
    """`the governor said in a telegram that`: `on Telegram`, if the page speaks of the app and no letter."""
    if "in a telegram" not in text or _APP.search(text) is None:
        return
    for match in _IN_A_TELEGRAM.finditer(text):
        start, end = line_at(text, match.start())
        if not _LETTER.search(text[start:end]):
            app = _APP.search(text)
            evidence = {"elsewhere": app[0] if app else ""}
            yield Edit(match.start(1), match[1], "on Telegram", TELEGRAM, evidence)


_WORD_START = r"(?:^|[ \n(“‘])"
_STARTS = "|".join(sorted(GLUED_STARTERS))
_ONCE = "|".join(f"{once} {once}" for once in (*_TWICE, *_PAIRS))

EVERY = (
    Detector(
        glued_words,
        rf"{_WORD_START}[A-Za-z][a-z]{{3,}}(?:(?:{_STARTS}) [a-z]|[A-Z][a-z]+['’]s(?:[ \n]|$))",
    ),
    Detector(glued_stops, r"[a-z]\.[A-Z]"),
    Detector(glued_quotes, r"[a-z](?:[.,:]“[A-Za-z]|[.,!?]”[A-Za-z][A-Za-z])"),
    Detector(repeated_orphans, r"s\. [A-Z][a-z]+s\."),
    Detector(said_twice, r" said\. (?:He|She|They|It) said ", "words"),
    Detector(measure_seams, rf" (?:{'|'.join(_UNITS)}) [A-Z][a-z]{{3}}", "words"),
    Detector(seam_ordinals, r"[a-z]{4} (?:First|Second|Third|Last|Latest|Next) [a-z]{4}", "words"),
    Detector(doubled_words, rf"{_WORD_START}(?:{_ONCE}|The the|A a|An an) ", "words"),
    Detector(
        doubled_verbs,
        rf"{_WORD_START}(?:{'|'.join(f'{word} {word}' for word in (*_VERBS, *_PREPOSITIONS))}) [A-Za-z0-9]",
        "words",
    ),
    Detector(two_dots, r"[a-z]{3}\.\.(?: [A-Z]|\n|$)"),
    Detector(telegrams, r"in a telegram", "words"),
)
"""The repairs of this module with their cues, in the order in which they win over one another."""
