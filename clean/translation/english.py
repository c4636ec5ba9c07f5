"""Small facts about English that repairs and flags lean on."""

from __future__ import annotations

import re

from clean.model import Document

_FUNCTION_WORDS = (" the ", " of ", " and ", " to ")
_ANY_FUNCTION_WORD = re.compile(
    r"(?i)\b(?:the|of|and|to|a|in|is|are|was|were|said|says|for|on|with|that|it|he|she|they|has|have|will|by|from)\b"
)
SHORT = 600
"""Below this many characters one function word is enough; above it they must be as thick as in prose."""

STARTERS = frozenset(
    "The This These Those That There They He She It We You His Her Its Their Our But And However Meanwhile "
    "According Although Though After Before When While If In On At As For From With Since Despite During "
    "Some Many Most Several Both Another Other Others Even Still Yet Also Then Now Today Yesterday Here "
    "What Why How Who Officials Experts Analysts Critics Police Last Earlier Later Additionally "
    "Furthermore Moreover Instead Nevertheless Such One Two Three Not No".split()
)
"""Words that begin sentences."""

GLUED_STARTERS = STARTERS - frozenset(
    # These end brand names and handles as well: LinkedIn, SignOn, PostIt, WhatIf, KickOne, AirOne, MeToo.
    "In On At As It If For No Not One Two Three We You And Other Others Here Now Today Who How Why What "
    "When Then Such Most Many Some Even Still Yet Also Last Later Both Another Our From With That Instead "
    "Police Officials Experts Analysts Critics Before After Since".split()
)
"""Starters that a brand name written in one word does not end with."""

ABBREVIATIONS = frozenset(
    "vs etc inc corp co cos ltd plc bros llc mr mrs ms dr st ste ave blvd rd prof rev hon fr sr jr gen "
    "sen rep gov col lt sgt capt cmdr maj adm brig pvt cpl det insp supt pres sec treas dept dist div "
    "univ assn assoc intl natl govt no nos vol fig figs pp ed eds al ca cf ie eg viz approx est avg min "
    "max hr hrs oz lb lbs ft sq mi km cm mm mph kg tel ext temp misc incl excl op cit ibid ver pct mln "
    "bln dlr dlrs jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri "
    "sat sun ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb "
    "nev okla ore pa penn tenn tex va vt wash wis wyo ph phil".split()
)
"""Words that keep their full stop in mid sentence, in lower case."""

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"

NATIONS = (
    "Russian Ukrainian Chinese Japanese American British French German Italian Spanish Polish Turkish "
    "Iranian Iraqi Israeli Palestinian Syrian Lebanese Egyptian Saudi Indian Pakistani Afghan Belarusian "
    "Hungarian Romanian Bulgarian Serbian Greek Georgian Armenian Vietnamese Taiwanese Philippine "
    "Indonesian Malaysian Thai Australian Canadian Mexican Brazilian Venezuelan Cuban Norwegian Swedish "
    "Finnish Danish Dutch Belgian Austrian Swiss Portuguese Irish Czech Slovak Lithuanian Latvian "
    "Estonian Moldovan Qatari Yemeni Jordanian Nigerian Kenyan Ethiopian Sudanese Libyan"
).split()
NATIONS += ["North Korean", "South Korean", "US", "U.S."]

CAPITALS = {
    "Moscow": "Russian", "Pyongyang": "North Korean", "Seoul": "South Korean", "Beijing": "Chinese",
    "Kyiv": "Ukrainian", "Kiev": "Ukrainian", "Tokyo": "Japanese", "London": "British", "Paris": "French",
    "Berlin": "German", "Rome": "Italian", "Madrid": "Spanish", "Warsaw": "Polish", "Ankara": "Turkish",
    "Tehran": "Iranian", "Baghdad": "Iraqi", "Damascus": "Syrian", "Beirut": "Lebanese", "Cairo": "Egyptian",
    "Riyadh": "Saudi", "New Delhi": "Indian", "Delhi": "Indian", "Islamabad": "Pakistani", "Kabul": "Afghan",
    "Minsk": "Belarusian", "Budapest": "Hungarian", "Hanoi": "Vietnamese", "Taipei": "Taiwanese",
    "Ottawa": "Canadian", "Canberra": "Australian", "Caracas": "Venezuelan", "Havana": "Cuban",
    "Doha": "Qatari",
}  # fmt: skip
"""A capital stands for its government: "praised Moscow"."""


def is_english(document: Document) -> bool:
    """Whether the rules for English apply: by the language in the meta, or by the function words."""
    language = document.meta.get("language")
    if isinstance(language, str) and language:
        return language.lower().split("-")[0] in {"en", "eng", "english"}
    text = document.text
    if len(text) < SHORT:
        return " the " in text or _ANY_FUNCTION_WORD.search(text) is not None
    found, enough = 0, len(text) // 150
    for word in _FUNCTION_WORDS:
        found += text.count(word)
        if found >= enough:
            return True
    return False


def is_title_case(line: str) -> bool:
    """Whether most longer words of the line begin with a capital, as in a headline.

    >>> is_title_case("Bread Machines Bought By Dad In 2024"), is_title_case("Kim met the guests from Rome.")
    (True, False)
    """
    words = [word for word in line.split() if word[0].isalpha() and len(word) > 3]
    return sum(word[0].isupper() for word in words) * 4 >= len(words) * 3


def line_at(text: str, offset: int) -> tuple[int, int]:
    """[start, end) of the line around an offset."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return start, len(text) if end < 0 else end


def sentence_start(text: str, offset: int) -> int:
    """Where the sentence around an offset begins: behind the last `. ` `! ` `? `, or where the line does."""
    start = line_at(text, offset)[0]
    ends = [(text.rfind(mark, start, offset), len(mark)) for mark in (". ", "! ", "? ", ".” ")]
    return max((at + length for at, length in ends if at >= 0), default=start)
