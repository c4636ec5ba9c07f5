r"""From the pattern of a rule to RE2, with the Unicode meaning of the classes that RE2 knows in ASCII only.

>>> compile_pattern(r"^\w+$", "example").fullmatch("Київ") is not None
True
>>> relax(r"^Sign up.{0,60}newsletter$")
'^Sign up.*newsletter$'
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import re2

from clean.errors import PackError

Pattern: TypeAlias = Any
"""A compiled RE2 pattern; the binding has no types."""

_INSIDE = {
    "s": r"\t\n\v\f\r\x1c-\x1f\x{85}\p{Z}",
    "w": r"\p{L}\p{M}\p{Nd}_",
    "d": r"\p{Nd}",
}
_UNSUPPORTED = re.compile(r"\(\?(?:=|!|<=|<!|>)|(?<!\\)(?:\\\\)*\\[1-9]|\(\?P=")
_REPEAT = re.compile(r"(?<!\\)(?<!\\x)\{(\d+)(?:,\d*)?\}")
_TOKEN = re.compile(r"\\x\{[0-9A-Fa-f]+\}|\\[pP](?:\{\w+\}|[A-Z])|\\.|\[\^?\]?|\]|[^\\\[\]^$]+|.", re.DOTALL)
"""An escape, an edge, the beginning or the end of a class, or characters that are none of these."""


def options() -> Any:
    """RE2 options: quiet, and with room for packs of many patterns."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = 64 << 20
    return chosen


def line_options() -> Any:
    r"""The same for patterns of lines that are searched in a whole text: no match goes beyond "\n"."""
    chosen = options()
    chosen.never_nl = True
    return chosen


def to_unicode(pattern: str, where: str) -> str:
    r"""The pattern with `\s \w \d` and their opposites spelled out as Unicode classes.

    Raises:
        PackError: the pattern uses what RE2 does not have, or `\b` beside a letter that is not ASCII.
    """
    if _UNSUPPORTED.search(pattern):
        raise PackError(
            "pattern-not-linear",
            "look-around and back-references cannot run in linear time",
            where=where,
            hint="Use the group `span`, `previous`, `next` or a `keep` rule instead.",
        )
    pieces: list[str] = []
    in_class = False
    for piece in _TOKEN.findall(pattern):
        letter = piece[1:] if piece.startswith("\\") else ""
        if letter.lower() in _INSIDE and len(letter) == 1:
            pieces.append(_unicode_class(letter, in_class, where))
        elif piece.startswith("[") and in_class:
            pieces.append("\\" + piece)
            in_class = not piece.endswith("]")
        else:
            in_class = piece.startswith("[") or (in_class and piece != "]")
            pieces.append(piece)
    if re.search(r"[^\x00-\x7f]\\b|\\b[^\x00-\x7f]", pattern):
        raise PackError(
            "pattern-ascii-boundary",
            r"\b knows ASCII letters only, and stands beside another letter",
            where=where,
            hint=r"Write (?:^|[^\w]) or (?:[^\w]|$) and put what is meant into the group `span`.",
        )
    return "".join(pieces)


def _unicode_class(letter: str, in_class: bool, where: str) -> str:
    inside = _INSIDE[letter.lower()]
    if letter.islower():
        return inside if in_class else f"[{inside}]"
    if in_class:
        raise PackError(
            "pattern-negated-class",
            rf"\{letter} inside brackets has no Unicode form in RE2",
            where=where,
            hint=r"Spell the class out, as in [^\s…].",
        )
    return f"[^{inside}]"


def compile_pattern(pattern: str, where: str, *, narrow: bool = False) -> Pattern:
    r"""The compiled pattern.

    Args:
        pattern: as it stands in the pack.
        where: file, rule and field, for the message.
        narrow: for lines that `is_plain`, in which it finds the same. It compiles ten times faster: all
            shipped patterns take .2 s, not 2 s, since `\w{2,40}` is forty times some hundred states.

    Raises:
        PackError: RE2 does not accept it.
    """
    try:
        spelled = to_unicode(pattern, where)
        return re2.compile(_narrow(spelled) if narrow else spelled, options())
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise PackError(
            "pattern-refused",
            f"RE2 refuses the pattern: {reason}",
            where=where,
            hint="See the RE2 syntax page.",
        ) from error


def relax(pattern: str) -> str:
    r"""A pattern that matches at least as much, without counted repeats and Unicode classes.

    The set of all patterns is a filter; the one pattern that passed decides again. Counted repeats of a
    Unicode class unroll to thousands of states: 400 rules with `.{0,60}` took .69 s to compile, now .03 s.
    """
    pieces: list[str] = []
    opening = ""
    for piece in _TOKEN.findall(pattern):
        if opening:
            pieces.append(_coarse_class(piece, negated=opening.startswith("[^")))
            opening = "" if piece == "]" else opening
        elif piece[:2] in (r"\p", r"\P") and len(piece) > 2:
            pieces.append(f"[{_coarse_class(piece, negated=False)}]")
        else:
            pieces.append(piece)
            opening = piece if piece.startswith("[") else ""
    return _REPEAT.sub(lambda repeat: "*" if int(repeat[1]) == 0 else "+", "".join(pieces))


def _coarse_class(piece: str, *, negated: bool) -> str:
    """What stands for a piece of a class: for a Unicode class more characters, or fewer in a negated one."""
    if piece[:2] not in (r"\p", r"\P") or len(piece) == 2:
        return piece
    ascii_part = _ASCII_PART.get(piece[2:].strip("{}")) if piece[1] == "p" else None
    if negated:
        return ascii_part or piece
    return (r"\x00-\x7f" if ascii_part is None else ascii_part) + r"\x{80}-\x{10ffff}"


_ASCII_PART = {"L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "M": "", "N": "0-9", "Nd": "0-9", "Z": " ", "Zs": " "}
"""The ASCII characters of Unicode classes; of others, all are taken or none."""


_NOT_PLAIN = re.compile(
    "[^\x00-\xff\u2000-\u206f\u20a0-\u20cf\u2117\u2120\u2122\u2190-\u23ff\u2500-\u2775\u2794-\u2bff"
    "\ue000-\uf8ff\ufffd\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
)
_PLAIN_PART = {
    "L": "A-Za-zªµºÀ-ÖØ-öø-ÿ",
    "Lu": "A-ZÀ-ÖØ-Þ",
    "Ll": "a-zµß-öø-ÿ",
    "M": "",
    "N": "0-9²³¹¼-¾",
    "Nd": "0-9",
    "Z": r" \x{a0}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}",
    "Zs": r" \x{a0}\x{2000}-\x{200a}\x{202f}\x{205f}",
}
"""The characters of Unicode classes that a plain line may hold."""


_CASELESS = {name: part for name, part in _PLAIN_PART.items() if name not in ("Lu", "Ll")}
_IGNORES_CASE = re.compile(r"\(\?[a-zA-Z]*i")


def is_plain(line: str) -> bool:
    """Whether all characters are of Latin-1, or punctuation, currencies, arrows, pictures, ™: most lines.

    Beyond Latin-1 these hold no letter, digit or mark, and only the spaces of General Punctuation.
    """
    return line.isascii() or _NOT_PLAIN.search(line) is None


def _narrow(pattern: str) -> str:
    """The pattern with Unicode classes cut to the characters of plain lines."""
    # Without case, the capital of ß, µ or ÿ counts too, and none of them is in a plain line.
    parts = _CASELESS if _IGNORES_CASE.search(pattern) else _PLAIN_PART
    pieces: list[str] = []
    opening = ""
    for piece in _TOKEN.findall(pattern):
        part = parts.get(piece[2:].strip("{}")) if piece.startswith(r"\p") else None
        if opening:
            alone = pieces[-1] == opening  # nothing may be left out of a class that would be empty without
            pieces.append(piece if part is None or (alone and not part) else part)
            opening = "" if piece == "]" else opening
        else:
            pieces.append(f"[{part}]" if part else piece)
            opening = piece if piece.startswith("[") else ""
    return "".join(pieces)


def with_edges(pattern: str, start: str, end: str) -> str:
    r"""The pattern with `start` for `^` and `\A`, `end` for `$` and `\z`.

    >>> with_edges(r"\Aa|[^$]\$\z", "^", "")
    '^a|[^$]\\$'
    """
    edges = {"^": start, r"\A": start, "$": end, r"\z": end}
    pieces: list[str] = []
    in_class = False
    for piece in _TOKEN.findall(pattern):
        pieces.append(piece if in_class else edges.get(piece, piece))
        in_class = piece.startswith("[") or (in_class and piece != "]")
    return "".join(pieces)
