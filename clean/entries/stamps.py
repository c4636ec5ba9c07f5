"""Time stamps: lines that are a time, and lines that open, sign or head an entry with one.

    10:45 GMT · 5 min ago · 12 Jun 2024 09.12 BST          is_stamp
    Kyiv :: Ann Lee :: 2350GMT                             is_stamp: a place and a name stand with it
    22h05 : Les pourparlers reprennent                     opening_stamp
    +++ 15:34 Talks begin +++                              opening_stamp; without the time, opens_entry
    Update vom 29. Mai, 21.40 Uhr: Die Gespräche …         opening_stamp
    Talks begin published at 16:05 BST 11 May              headed_stamp

All work on the first characters of a line, by tokens and sets, so they are linear and cost little.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from clean.entries.names import is_capitalised

LONGEST_MARK = 80
"""Characters; a longer line is text, and a stamp ends before it."""

TIME = re.compile(
    r"(?:[01]?\d|2[0-4])[:.h][0-5]\d(?::[0-5]\d)?(?:am|pm|h|z)?|\d{1,2}(?:am|pm|h)"
    r"|\d{1,2}[時时]\d{2}分|\d{1,2}시\d{2}분|\d{1,3}(?:分[钟鐘]?|小[时時]|時間|天|日)前|(?:[01]\d|2[0-3])[0-5]\d(?:gmt|utc|z|hrs)"
)
_MAY_TELL = re.compile(r"\d[:.hapguz時时시分小天日]", re.IGNORECASE)
"""Some digit and what follows it in every time; most lines that begin with a number have none."""
_NUMBER = re.compile(
    r"\d{1,4}(?:st|nd|rd|th|[dhm]|min|[년월일분]|시간)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|(?:\d{4}年)?\d{1,2}月\d{1,2}日"
)
_MILITARY = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
"""With a zone behind it, as in "2350 GMT"; alone it is a year as often."""

ZONES = frozenset(
    """
    aedt aest bst cdt cest cet cst edt eest eet est et gmt hkt ist jst kst mdt msk mst mt pdt pst pt utc
    wib мск
    """.split()
)
_HOURS = frozenset({"h", "hs", "hrs", "hours", "uhr", "ore", "ч", "год"})
"""Behind a time of day: "21.40 Uhr", "22:54 hs"."""
_HALF_DAY = frozenset({"am", "pm", "a", "p", "오전", "오후", "上午", "下午", "午前", "午後"})
_AGO = frozenset("ago il hace vor fa há atrás geleden temu önce назад тому 전 منذ पहले".split())
UPDATE_WORDS = frozenset(
    """
    actualisé actualización actualizado aggiornamento aggiornato aktualisiert atualizado atualização edited
    maj modified posted published update updated обновлено обновление оновлено
    """.split()
)
_WEEKDAYS = frozenset(
    """
    mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
    montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi
    dimanche lunes martes miércoles jueves viernes sábado domingo
    """.split()
)
OPENINGS = frozenset(
    form(word[:3]) for word in UPDATE_WORDS | _WEEKDAYS for form in (str.lower, str.capitalize, str.upper)
)
"""How the words begin with which a line of text may be opened by a stamp."""
STAMP_WORDS = ZONES | _HOURS | _HALF_DAY | _AGO | _WEEKDAYS | UPDATE_WORDS | frozenset(
    """
    stunde stunden minuten tag tagen hora horas minuto minutos día días dia dias ora minuti giorni hier
    aujourd'hui aujourd’hui jour jours uur minuut dagen godz minut godzin dni dakika saat gün
    час часа часов минут минуты минуту день дня дней годин години годину хвилин хвилини хвилину днів дні
    دقيقة دقائق ساعة ساعات يوم أيام मिनट घंटे घंटा दिन
    am an and at by from hour hr just last local m min mins minute minutes now on post sec seconds time today
    yesterday heute gestern heure heures y hace et jetzt vom um den le à las ct kyiv moscow london paris
    jerusalem british central daylight eastern european greenwich mean mountain pacific standard summer
    jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august
    september october november december
    januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août
    septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre
    octubre noviembre diciembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря г сегодня вчера
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня сьогодні
    de a
    """.split()
)  # fmt: skip

_BULLETS = "+•►▶→*· "
_CLOSING = ":–—|-"
"""Between a stamp and what it opens."""
_GAP = re.compile(r"^[:–—|\-\s]+")
_LEAD = 6
"""Words that may stand before the time of an opening stamp: "Update vom Freitag, den 29. Mai,"."""
_QUOTES = "\"'“”„‘’‚«»‹›"
_BESIDE = re.compile(r"::|[|•·\t]|\s\s")
"""Between a stamp and a name or place on its line."""
_HEADED = "published at "


class Stamp(NamedTuple):
    """What a line says that is a stamp."""

    time: str
    beside: tuple[str, ...] = ()
    """Names and places on the same line."""


class Headed(NamedTuple):
    """A heading with a stamp on its line."""

    heading: str
    time: str


def is_stamp(line: str) -> bool:
    """Whether a line is a time of day or an age ("5 min ago"), alone or with date, zone, name and place."""
    return stamp_of(line) is not None


def stamp_of(line: str) -> Stamp | None:
    """The stamp that a line is."""
    stripped = line.strip()
    if len(stripped) > LONGEST_MARK:
        return None
    if _is_time(stripped):
        return Stamp(stripped)
    if not has_parts(stripped):
        return None
    parts = [part.strip() for part in _BESIDE.split(stripped.lstrip(_BULLETS)) if part.strip()]
    times = [part for part in parts if _is_time(part)]
    # "10:45 | Talks Begin" may be a heading: a name that follows a time stands apart from it
    apart = parts[:1] != times or "|" not in stripped
    beside = tuple(part for part in parts if part not in times)
    signed = len(times) == 1 < len(parts) <= 4 and apart and all(map(is_capitalised, beside))
    return Stamp(times[0], beside) if signed else None


def has_parts(line: str) -> bool:
    """Whether a line may be a stamp with a name or place beside it."""
    return _BESIDE.search(line) is not None


def _is_time(line: str) -> bool:
    tokens = [token.strip("(),:|/·•-–—[]") for token in line.casefold().split()]
    if len(tokens) == 1 and len(tokens[0]) < 5 and tokens[0].isascii():
        return False  # "4:53" alone is the length of a video
    timed = False
    for at, token in enumerate(tokens):
        plain = token.replace(".", "")
        before = tokens[at - 1] if at else ""
        if not token or plain in STAMP_WORDS:
            timed = timed or (plain in _AGO and len(tokens) > 1)
            timed = timed or (plain in _HALF_DAY and before[:1].isdigit())
            timed = timed or (plain in ZONES and _MILITARY.fullmatch(before) is not None)
        elif TIME.fullmatch(token) or TIME.fullmatch(plain):
            timed = True
        elif not _NUMBER.fullmatch(token):
            return False
    return timed and any(character.isdigit() for character in line)


def opens_entry(line: str) -> bool:
    """Whether a stamp opens or heads a line of text, or "+++" sets it off as an entry of a ticker."""
    return opening_stamp(line) != "" or line.lstrip().startswith("+++ ") or headed_stamp(line) is not None


def headed_stamp(line: str) -> Headed | None:
    """The heading and the time of a line that is both.

    That is "+++ 16:05 Talks begin +++" in German tickers, and "Talks begin published at 16:05 BST 11 May" on
    pages of the BBC.
    """
    stripped = line.strip()
    if stripped.startswith("+++ ") and stripped.endswith("+++"):
        inner = stripped.strip("+ ")
        time = opening_stamp(inner)
        return Headed(inner.removeprefix(time).lstrip(_CLOSING + " "), time) if inner else None
    heading, found, time = stripped.rpartition(_HEADED)
    return Headed(heading.strip(), time) if found and heading.strip() and is_stamp(time) else None


def may_be_headed(line: str) -> bool:
    """Whether `headed_stamp` need look at a line."""
    return _HEADED in line


@lru_cache(maxsize=1 << 14)
def may_open(word: str) -> bool:
    """Whether `opens_entry` need look at a line that begins with a word."""
    core = _core(word.lstrip(_BULLETS))
    return not core or core[0].isdigit() or core in UPDATE_WORDS or core in _WEEKDAYS


def opening_stamp(line: str) -> str:
    """The time that opens a line of text ("10:45 – The talks begin"), or nothing."""
    opened = line.lstrip().lstrip(_BULLETS)[: 2 * LONGEST_MARK]
    if not _MAY_TELL.search(opened) or not may_open(opened.split(None, 1)[0]):
        return ""
    words = list(re.finditer(r"\S+", opened))[: _LEAD + 6]
    lead = sum(1 for _ in takewhile(lambda word: _leads(word.group()), words[:_LEAD]))
    if lead == len(words) or not TIME.fullmatch(_core(words[lead].group())):
        return ""
    last = lead
    while last + 1 < len(words) and words[last].group()[-1] not in _CLOSING:
        if not _goes_on(words[last + 1].group()):
            break
        last += 1
    stamp, rest = opened[: words[last].end()], opened[words[last].end() :].lstrip()
    closed = stamp[-1] in _CLOSING or rest[:1] in _CLOSING
    dotted = not lead and words[0].group().endswith(".") and last == 0
    rest = _GAP.sub("", rest)
    if not rest or TIME.fullmatch(_core(rest.split(None, 1)[0])):
        return ""  # "10:00 – 11:30 Lunch" is a line of a timetable
    # "10.45 million" is an amount; a dash, colon or capital says that a sentence begins
    plain = not lead or _core(words[0].group()) in UPDATE_WORDS
    capital = rest.lstrip(_QUOTES)[:1].isupper() and (
        dotted or (plain and bool(re.search("[:h]", words[lead].group())))
    )
    return stamp.strip("." if dotted else "").rstrip(_CLOSING + ",") if closed or capital else ""


def _core(word: str) -> str:
    return word.casefold().strip("()[],").rstrip(_CLOSING + ".")


def _leads(word: str) -> bool:
    """Whether a word may stand before the time: "Update", "vom", "29.", "Mai,", "7/5/2019"."""
    core = _core(word)
    return not TIME.fullmatch(core) and (core in STAMP_WORDS or _NUMBER.fullmatch(core) is not None)


def _goes_on(word: str) -> bool:
    """Whether a word behind the time belongs to it: "a.m.", "Uhr:", "GMT"."""
    core = _core(word)
    half_day = core.replace(".", "") in {"am", "pm"}
    return half_day or core in ZONES or (core in _HOURS and word[0].islower()) or core == "uhr"
