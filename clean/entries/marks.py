"""Lines that mark the border of a live-blog entry: share buttons, time stamps, labels, separators, names.

Every test looks at whole lines and short ones only, by tokens and sets, so it is linear and costs little.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

Mark: TypeAlias = Literal["share", "update", "stamp", "opening", "label", "separator"]
"""An "opening" is a line of text that a stamp opens; the others are nothing but a mark."""

LONGEST_MARK = 80
"""Characters; a longer line is text."""

_SHARE_LINES = frozenset(
    line.strip()
    for line in """
    share | share it | share this | share this post | share this update | share post | share update
    share on facebook | share on twitter | share on x | share via email | share link | copy link
    link copied | copy link to post | copied | permalink | permanent link | tweet this | teilen
    diesen beitrag teilen | link kopieren | partager | copier le lien | compartir | copiar enlace
    compartilhar | copiar link | condividi | copia link | поделиться | скопировать ссылку | поділитися
    скопіювати посилання | 공유 | 공유하기 | シェア | シェアする | 共有 | 分享 | 复制链接 | مشاركة | شارك
    नकल लिंक | शेयर | शेयर करें | साझा करें
    """.replace("\n", "|").split("|")
    if line.strip()
)

_LABEL_LINES = frozenset(
    {
        "analysis", "breaking", "breaking news", "closing summary", "eyewitness", "featured", "key event",
        "key events", "key moment", "latest", "live", "main event", "main events", "new", "opening summary",
        "pinned", "pinned post", "recap", "reporting from", "summary", "top post", "what we know so far",
    }
)  # fmt: skip
"""Labels of entries as live-blog widgets print them (and, "main event", as a machine translated one)."""

_UPDATE_LINES = frozenset(
    {
        "last updated", "modified", "posted", "posted at", "posted on", "published", "published at",
        "published on", "update", "update at", "update on", "updated", "updated at", "updated on",
        "actualisé", "actualizado", "aggiornato", "aktualisiert", "atualizado", "mis à jour",
        "обновлено", "оновлено",
    }
)  # fmt: skip
"""The label of a time stamp; the time itself was often lost on the way."""

_UPDATED = ("updated", "last updated", "modified", "edited")
"""A stamp with these stands at the foot of an entry, a plain one at its head."""

_SEPARATOR = re.compile(r"[_*\-–—=~•·#+\s]{3,}")
_TIME = re.compile(
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:am|pm|h|z)?|\d{1,2}(?:am|pm|h)|\d{1,2}時\d{2}分|\d{1,2}시\d{2}분"
)
_NUMBER = re.compile(r"\d{1,4}(?:st|nd|rd|th|[dhm]|min)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_STAMP_WORDS = frozenset(
    """
    a am ago an and at by edited from hour hours hr hrs just last local m min mins minute minutes
    modified now on p pm post posted published sec seconds time today updated update uhr yesterday heure
    heures il y a hace vor et est edt ct cst cdt mt mst mdt pt pst pdt gmt utc bst cet cest eet eest msk
    ist jst kst hkt aest aedt wib kyiv moscow london paris jerusalem mon tue tues wed thu thur thurs fri
    sat sun monday tuesday wednesday thursday friday saturday sunday jan feb mar apr may jun jul aug sep
    sept oct nov dec january february march april june july august september october november december
    januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août
    septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre
    octubre noviembre diciembre de
    """.split()
)
_AGO = frozenset({"ago", "il", "hace", "vor"})
_HALF_DAY = frozenset({"am", "pm", "a", "p"})
_NAME = re.compile(r"[^\W\d_][\w'’.\-]*")
_PARTICLES = frozenset(
    {"al", "and", "bin", "da", "de", "del", "der", "di", "dos", "du", "el", "la", "le", "van", "von", "y"}
)
_LABELS = frozenset(line.split()[0] for line in (*_SHARE_LINES, *_UPDATE_LINES, *_LABEL_LINES))
"""First words of whole lines that are marks."""
_OUTSIDE = "#·•|-–—:.,!►▶→*[]()/_=~+"
_MAY_HAVE_DIGIT = re.compile(r"[^\x00-/:-\x7f]")
_SENTENCE_ENDS = tuple(".!?…。！？।;:,")


def bare(line: str) -> str:
    """A short line for comparison: case folded, spaces single, marks at both ends off."""
    return " ".join(line.casefold().split()).strip("#·•|-–—:.,!►▶→*[]() ")


def may_be_mark(line: str) -> bool:
    """A look at the first word alone: no other line is a mark (see `mark_of`) or opens with a stamp."""
    if len(line) > LONGEST_MARK:
        return line.lstrip()[:1].isdigit()
    begins = _begins(line.split(None, 1)[0])
    return begins != "" and (begins == "mark" or _MAY_HAVE_DIGIT.search(line) is not None)


@lru_cache(maxsize=1 << 14)
def _begins(word: str) -> Literal["mark", "stamp", ""]:
    """What a line may be that begins with this word; a stamp has a digit somewhere."""
    bare_word = word.casefold().strip(_OUTSIDE).replace(".", "")
    if not bare_word or bare_word in _LABELS:
        return "mark"
    return "stamp" if bare_word in _STAMP_WORDS or any(map(str.isdigit, bare_word)) else ""


def mark_of(line: str) -> Mark | None:
    """What border mark a line is, if it is nothing else."""
    if len(line) > LONGEST_MARK:
        return None
    stripped = line.strip()
    if _SEPARATOR.fullmatch(stripped):
        return "separator"
    words = bare(stripped)
    if words in _SHARE_LINES:
        return "share"
    if words in _UPDATE_LINES:
        return "update"
    if words in _LABEL_LINES:
        return "label"
    if not is_stamp(stripped):
        return None
    return "update" if words.startswith(_UPDATED) else "stamp"


def is_stamp(line: str) -> bool:
    """Whether a line is a time of day or an age ("5 min ago"), with date and zone or without."""
    if len(line) > LONGEST_MARK:
        return False
    tokens = [token.strip("(),:|/·•-–—[]") for token in line.casefold().split()]
    if len(tokens) == 1 and len(tokens[0]) < 5:
        return False  # "4:53" alone is the length of a video
    timed = False
    for at, token in enumerate(tokens):
        plain = token.replace(".", "")
        if not token or plain in _STAMP_WORDS:
            timed = timed or (plain in _AGO and len(tokens) > 1)
            timed = timed or (plain in _HALF_DAY and at > 0 and tokens[at - 1][:1].isdigit())
        elif _TIME.fullmatch(token) or _TIME.fullmatch(plain):
            timed = True
        elif not _NUMBER.fullmatch(token):
            return False
    return timed and any(character.isdigit() for character in line)


def opening_stamp(line: str) -> str:
    """The time that opens a line of text ("10:45 – The talks begin"), or nothing."""
    first, _, rest = line.lstrip().partition(" ")
    second, _, others = rest.partition(" ")
    if second.casefold().replace(".", "") in {"am", "pm"}:
        first, rest = f"{first} {second}", others
    time = first.rstrip(":-–—|,")
    if not re.fullmatch(r"\d{1,2}[:.]\d{2}(?: ?(?:am|pm|a\.m\.|p\.m\.))?", time.casefold()):
        return ""
    # "10.45 million" is an amount; a dash, colon or capital says that a sentence begins
    rest = rest.lstrip()
    opens = first != time or rest[:1] in "-–—|:" or (":" in time and rest[:1].isupper())
    return time if rest and opens else ""


def is_name(line: str) -> bool:
    """Whether a line is nothing but a person's name, perhaps after "By" ("By Ann Lee and Bo Chu")."""
    if len(line) > LONGEST_MARK:
        return False
    words = line.replace(",", " and ").split()
    signed = bool(words) and words[0].casefold() in {"by", "von", "par", "por"}
    words = words[signed:]
    names = [word for word in words if word.casefold() not in _PARTICLES]
    # without "By", four capitals in a row are a headline as often as a name
    return (
        2 <= len(names) <= (6 if signed else 3)
        and len(words) <= 9
        and all(_NAME.fullmatch(w) and w[0].isupper() for w in names)
    )


def is_heading(line: str) -> bool:
    """Whether a line is short and ends like a title, not like a sentence."""
    stripped = line.strip()
    return len(stripped.split()) <= 20 and len(stripped) <= 160 and not stripped.endswith(_SENTENCE_ENDS)
