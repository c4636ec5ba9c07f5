"""Lines that mark the border of a live-blog entry: share buttons, time stamps, labels, separators.

Every test looks at whole lines and short ones only, by tokens and sets, so it is linear and costs little.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from clean.entries.stamps import (
    LONGEST_MARK,
    OPENINGS,
    STAMP_WORDS,
    has_parts,
    is_stamp,
    may_open,
    opens_entry,
)

Mark: TypeAlias = Literal["share", "update", "stamp", "opening", "label", "separator"]
"""An "opening" is a line of text that a stamp opens; the others are nothing but a mark."""

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
_LABELS = frozenset(line.split()[0] for line in (*_SHARE_LINES, *_UPDATE_LINES, *_LABEL_LINES))
"""First words of whole lines that are marks."""
_OUTSIDE = "#·•|-–—:.,!►▶→*[]()/_=~+"
_MAY_HAVE_DIGIT = re.compile(r"[^\x00-/:-\x7f]")


def bare(line: str) -> str:
    """A short line for comparison: case folded, spaces single, marks at both ends off."""
    return " ".join(line.casefold().split()).strip("#·•|-–—:.,!►▶→*[]() ")


def may_be_mark(line: str) -> bool:
    """A look at the first word, or for parts: no other line is a mark, unless it `may_be_headed`."""
    if len(line) > LONGEST_MARK:
        start = line.lstrip()[:LONGEST_MARK]
        return (start[:3] in OPENINGS or not start[0].isalpha()) and may_open(start.split(None, 1)[0])
    begins = _begins(line.split(None, 1)[0])
    if begins == "" and not has_parts(line):
        return False
    return begins == "mark" or _MAY_HAVE_DIGIT.search(line) is not None


@lru_cache(maxsize=1 << 14)
def _begins(word: str) -> Literal["mark", "stamp", ""]:
    """What a line may be that begins with this word; a stamp has a digit somewhere."""
    bare_word = word.casefold().strip(_OUTSIDE).replace(".", "")
    if not bare_word or bare_word in _LABELS:
        return "mark"
    return "stamp" if bare_word in STAMP_WORDS or any(map(str.isdigit, bare_word)) else ""


def mark_of(line: str) -> Mark | None:
    """What border mark a line is."""
    return _whole(line) or ("opening" if opens_entry(line) else None)


def _whole(line: str) -> Mark | None:
    """What mark a line is, if it is nothing else."""
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
