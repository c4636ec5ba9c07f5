"""What a person should know about a text, or a page, as it was read. Nothing is changed here."""

from __future__ import annotations

import re
import zlib
from itertools import repeat

from clean.model import Note
from clean.read.text import STAGE, flag

LONG_LINE = 10_000
"""Characters. The longest paragraph of a newspaper has some two thousand."""

REPETITIVE = 15
"""A long line, or a long text, that zlib makes this many times smaller says one thing over and over."""

SUSPECT_LINE = 2_500
"""Characters from which a line, and four times as many from which a text, is tried for repetition."""

_KINDS = {
    "bidi": "\u202a-\u202e\u2066-\u2069",
    "private": "\ue000-\uf8ff\U000f0000-\U0010fffd",
    "replaced": "\ufffd",
    "control": "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff",
    "breaks": "\x0b\x85\u2028\u2029",
    "invisible": "\u2060\U000e0000-\U000e0fff",
}
_KIND = {kind: re.compile(f"[{signs}]") for kind, signs in _KINDS.items()}
_FAR = "\U00010000-\U0010ffff"
_ODD = re.compile(f"[{re.sub(f'[{_FAR}]-?', '', ''.join(_KINDS.values()))}{_FAR}]")
"""Every sign of a kind, and all behind U+FFFF: with one range of those a search takes a third of the time."""
_WHY = {
    "bidi": ("bidi-controls", "the order of characters on the screen is not the order in the text"),
    "private": ("private-use", "characters that mean something in one font only"),
    "replaced": ("replacement-characters", "characters were lost before the text came here (U+FFFD)"),
    "control": ("control-characters", "control characters or code points that are no characters"),
    "breaks": ("unusual-line-breaks", "line breaks that many programs do not know"),
    "invisible": ("invisible-characters", "characters that nobody sees"),
}


DEEP = 255
"""Nested elements; a parser with its default limits drops what follows them."""

LARGE_PART = 10_000_000
"""Characters of one part of a page without text; a parser with its default limits drops what follows it."""

_TAG = re.compile(rb"</?[a-z][a-z0-9]*")
_EMPTY = frozenset(b"area base br col embed hr img input link meta param wbr".split())
_OPTIONAL = frozenset(b"dd dt li option p source td th tr track".split())
"""Elements that the next one of their kind may end: they count where the page closes them."""
_LONG_META = re.compile(r"(?i)<meta\s[^<>]{10000,}")
_LONG_TAG = re.compile(r"<[a-zA-Z!][^<>\"']{10000,}")
_LARGE_TAG = re.compile(rf"<([a-z][a-z0-9:-]*)[^<>]{{{LARGE_PART},}}")
_SILENT = re.compile(r"<(script|style|template|noscript|svg)\b|<(!--)")


def page_remarks(markup: str) -> list[Note]:
    """Flags about the markup of a page."""
    codes = {}
    data = markup.encode("utf-8", "surrogatepass")
    if b"<!ENTITY" in data:
        codes["entities-not-expanded"] = "the page defines entities; they are not expanded"
    part = _large_part(markup) if len(markup) > LARGE_PART else ""
    if part:
        codes["html-large-part"] = f"{part}; many programs lose what follows it"
    if _deep(data):
        codes["html-deep"] = f"nested more than {DEEP} deep; many programs lose what follows"
    low = markup[-2000:].lower()
    opened = "<html" in markup[:2000].lower()
    if _LONG_META.search(markup):
        codes["metadata-skipped"] = "a value of more than 10,000 characters was not read"
    if _LONG_TAG.search(markup):
        codes["html-malformed"] = "a tag of more than 10,000 characters; its attributes were not read"
    elif b"<" * 100 in data:
        codes["html-malformed"] = "signs of tags without tags"
    elif opened and "</html" not in low and "</body" not in low:
        codes["html-malformed"] = "the page ends in the middle"
    return [flag(code, why) for code, why in codes.items()]


def _large_part(markup: str) -> str:
    """What was not read of a part of more than `LARGE_PART`, and how large it is; or nothing."""
    low = markup.lower()
    tag = _LARGE_TAG.search(low)
    if tag is not None:
        return f"one <{tag[1]}> of {len(tag[0]):,} characters was read without its long attributes"
    at = 0
    while found := _SILENT.search(low, at):
        end = low.find(f"</{found[1]}" if found[1] else "-->", found.end())
        at = end if end >= 0 else len(low)
        if at - found.start() > LARGE_PART:
            what = f"<{found[1]}>" if found[1] else "comment"
            return f"one {what} of {at - found.start():,} characters was left out; it is no text"
    return ""


def _deep(data: bytes) -> bool:
    tags = _TAG.findall(data.lower())
    if len(tags) <= DEEP:
        return False
    kinds = set(tags)
    ended = [tag[2:] for tag in kinds if tag.startswith(b"</")]
    flat = _EMPTY | {name for name in _OPTIONAL if not any(one.startswith(name) for one in ended)}
    steps = {tag: -1 if tag.startswith(b"</") else 1 for tag in kinds if tag.lstrip(b"</") not in flat}
    depth = 0
    for step in map(steps.get, tags, repeat(0)):
        depth += step
        if depth > DEEP:
            return True
        if depth < 0:
            depth = 0
    return False


def remarks(text: str) -> list[Note]:
    """One flag for each kind of oddity, at its first place."""
    found: dict[str, Note] = {}
    first = _ODD.search(text)
    wanted = dict(_KINDS) if first else {}
    at = first.start() if first else 0
    # One class, since an alternation of six is forty times slower; without what was found, since one sign may
    # stand there a million times.
    while wanted and (match := re.compile(f"[{''.join(wanted.values())}]").search(text, at)):
        kind = next(kind for kind in wanted if _KIND[kind].match(match[0]))
        code, why = _WHY[kind]
        found[kind] = Note(match.start(), match.end(), "flag", {"why": why}, f"{STAGE}/{code}")
        at = match.end()
        del wanted[kind]
    return [*found.values(), *_lines(text)]


def _lines(text: str) -> list[Note]:
    if len(text) < SUSPECT_LINE:
        return []
    long = repeated = None
    if len(text) > 4 * SUSPECT_LINE and _repetitive(text):
        repeated = (0, len(text))
    lines = text.split("\n")
    start = 0
    for line in lines if max(map(len, lines)) > SUSPECT_LINE else ():
        end = start + len(line)
        if long is None and len(line) > LONG_LINE:
            long = (start, end)
        if repeated is None and len(line) > SUSPECT_LINE and _repetitive(line):
            repeated = (start, end)
        start = end + 1
    notes = []
    if long is not None:
        why = f"a line of {long[1] - long[0]:,} characters"
        notes.append(Note(long[0], long[0], "flag", {"why": why}, f"{STAGE}/long-line"))
    if repeated is not None:
        why = "the same words over and over"
        notes.append(Note(repeated[0], repeated[0], "flag", {"why": why}, f"{STAGE}/repeated-block"))
    return notes


def _repetitive(text: str) -> bool:
    data = text.encode("utf-8", "surrogatepass")
    return len(zlib.compress(data, 1)) * REPETITIVE < len(data)
