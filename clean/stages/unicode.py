"""Repair what went wrong with the characters themselves: mojibake, controls, line ends, blank lines.

Conservative on purpose. Quotes, ligatures, width, joiners and inner spaces are the writer's and stay as they
are; ftfy's defaults rewrite 193 characters of the five sample pages, and none of those is mojibake.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from clean import __version__
from clean.edits import Script, apply, compose, diff_edits, settle
from clean.model import Document, Edit, Finding, Json, Note

if TYPE_CHECKING:
    import ftfy

FTFY_PASSES = 3
"""ftfy is not idempotent in one pass: text decoded wrongly twice needs two."""

LONGEST_MOJIBAKE_LINE = 200_000
"""Longer lines are not given to ftfy, whose cost grows with the line."""

ROUNDS = 4
"""A repair may uncover another, as an odd line end that hid mojibake from ftfy; hardly ever twice."""

MOST_FLAGS = 100
"""Flags of one rule: of a text in another encoding every second character may be lost."""

MARKS = 32
"""A run of more combining marks is left alone and flagged: normalising 80 KB of them takes seconds."""

_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
# NEL is left out: in mojibake it is one byte of a character.
_NOT_C1_LINE_ENDS = "\n\r\v\f\u2028\u2029"
# ftfy writes U+FFFD as the control 0x1A and back; what is lost already is not repaired.
_LOSSY = re.compile(r"[\x1a\ufffd\ud800-\udfff]")
# Two and more, or one that is neither space nor line feed; the search runs from one to the next.
_LAYOUT = re.compile(r"\s(?:\s+|(?<=[\r\v\f\x85\u2028\u2029]))")
# The runs with a line end among which something may be wrong, where all white space is spaces and line feeds.
# What precedes the first line feed is found by going back: so the search goes from line end to line end.
_USUAL_LAYOUT = re.compile(r"\n(?:(?<= \n)[ \n]*| [ \n]*|\n[ \n]+)")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_ENTITY = re.compile(r"&(?:amp;){0,8}(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP = frozenset("<>&")
# Mojibake turns one character into two or more that are not ASCII; ftfy also restores "Ã " from "à". Both
# begin with one set of characters, so that the search need not try two patterns everywhere.
_MAY_BE_MOJIBAKE = re.compile(r"[^\x00-\x7f](?:[^\x00-\x7f]|(?<=[ÃÂ\x80-\x9f]))")
_MOJIBAKE_ALONE = frozenset("ÃÂ") | set(map(chr, range(0x80, 0xA0)))
# UTF-8 with an "a" for ASCII, a "b" for the first byte of another character and a "c" for those behind it.
_BYTES_AS_KINDS = b"a" * 0x80 + b"c" * 0x40 + b"b" * 0x40
# Mojibake has a letter or a sign in it; quotation marks, dashes and dots alone are what they seem to be.
_TYPOGRAPHY = frozenset("“”„‘’‚–—…•·«»°£€\u00a0")
_PLAIN = bytes([*range(32, 127), 10])
_MARK_FLOOD = re.compile(
    rf"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{MARKS},}}"
)
# Zero-width spaces separate words in these scripts.
_SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_UNWANTED = re.compile(
    r"(?P<escape>\x1b\[[0-9;]{0,20}[A-Za-z])"
    r"|(?P<control>[\x00-\x08\x0e-\x1f\x7f]+)"
    r"|(?P<surrogate>[\ud800-\udfff])"
    r"|(?P<tags>(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+)"
    # Behind "Ã" a soft hyphen is half of an í that was decoded wrongly.
    r"|(?P<invisible>(?<![\u0080-\u00ff\u0152-\u0192\u2013-\u2122])\u00ad+|[\ufeff\u2060]+)"
    rf"|(?P<zero_width>(?<![{_SOUTH_EAST_ASIAN}])\u200b+(?![{_SOUTH_EAST_ASIAN}\u200b]))"
)
# One set of characters is searched much faster than the alternatives of the pattern above.
_MAY_BE_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\U000e0000-\U000e007f\ufeff\u2060\u00ad\u200b]"
)
_C1 = re.compile(r"[\x80-\x84\x86-\x9f]+")
_SOFT_HYPHENS = re.compile("\u00ad+")
# A closing mark of which the last byte is lost, and a space that would not break of which it is blank.
_CUT = re.compile(r"(?<=[\w.,;:!?…%)])â€(?=[\s.,;:!?)—–]|$)|(?<=[a-z0-9.,;:!?)%])Â(?= |\n|$)")
_LOST = re.compile("(?<=\\w)\ufffd+|\ufffd+(?=\\w)")
# No language has six such in a row: "Ïðåçèäåíò" is Russian in an encoding that nobody declared.
_LATIN_1 = frozenset(map(chr, range(0xC0, 0x100)))
_UNREADABLE = re.compile("[\u00a1-\u00ff]{6,}")
_RULE_OF = {
    "escape": "unicode/terminal-escape",
    "control": "unicode/control-character",
    "surrogate": "unicode/lone-surrogate",
    "tags": "unicode/invisible-character",
    "invisible": "unicode/invisible-character",
    "zero_width": "unicode/invisible-character",
}
RULES: Mapping[str, str] = {
    "unicode/mojibake": "Text that was decoded with the wrong encoding, read again by ftfy.",
    "unicode/html-entity": "A character reference left in text, as in AT&amp;T; never one for < or >.",
    "unicode/terminal-escape": "Colour codes of a terminal.",
    "unicode/control-character": "A control that does not end a line.",
    "unicode/invisible-character": "A byte order mark, soft hyphen, hidden tag or zero-width space.",
    "unicode/lone-surrogate": "Half of a surrogate pair: written as U+FFFD, since it is no character.",
    "unicode/lost-character": "U+FFFD: a character that could not be decoded. Flagged.",
    "unicode/unreadable": "A run of letters of Latin-1 as no language has it. Flagged.",
    "unicode/combining-marks": "So many marks on one letter that repair would hang: flagged.",
    "unicode/line-end": "CR LF, CR, VT, FF, NEL, U+2028 or U+2029 where LF is meant.",
    "unicode/trailing-space": "White space before a line end.",
    "unicode/blank-lines": "More than one blank line in a row, or blank lines at either end.",
    "unicode/final-newline": "A last line that does not end.",
}
"""The rules of this stage, each with its reason."""
_SETTLED = {"unicode/trailing-space", "unicode/blank-lines", "unicode/final-newline"}


@dataclass(frozen=True, slots=True)
class Unicode:
    """The stage `unicode`."""

    name: str = "unicode"
    version: str = __version__
    after: tuple[str, ...] = ("extract",)

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Edits in the characters of the text, and flags where repair was not tried."""
        text = document.text
        unusual = _unusual(text)
        yield from _floods(text)
        script: Script = ()
        for _ in range(ROUNDS):
            found = _round(apply(text, script))
            if not found:
                break
            script = compose(text, script, found) if script else found
            if {edit.rule for edit in found} <= _SETTLED:
                break
        yield from script
        if "\ufffd" in unusual or len(unusual & _LATIN_1) > 2:
            yield from _beyond_repair(text, script)


def _round(text: str) -> Script:
    """Every step once, each on the result of the one before.

    An invisible character must not hide mojibake, nor a control that two blank lines are one gap.
    """
    script: Script = ()
    current = text
    for step in _ODD if _is_odd(text) else _USUAL:
        proposed = list(step(current))
        if proposed and (found := settle(proposed)):
            script = compose(text, script, found) if script else found
            current = apply(current, found)
    return script


@lru_cache(maxsize=1)
def _unusual(text: str) -> frozenset[str]:
    """The characters of a text that are neither printable ASCII nor a plain line end: in most texts a few.

    The last answer is kept, since every step asks about the same text.
    """
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return frozenset(rest.decode("utf-8", "surrogatepass"))


def _is_odd(text: str) -> bool:
    """Whether a text has any character that is neither printable nor a plain line end."""
    return not all(map(str.isprintable, _unusual(text)))


def _floods(text: str) -> Iterator[Note]:
    """Runs of combining marks that no repair may touch."""
    if not any(map(unicodedata.combining, _unusual(text))):
        return
    for match in _MARK_FLOOD.finditer(text):
        why: dict[str, Json] = {"why": f"a run of {MARKS} or more combining marks; the line is not repaired"}
        yield Note(match.start(), match.end(), "flag", why, "unicode/combining-marks")


def _beyond_repair(text: str, script: Script) -> Iterator[Note]:
    """Characters that were lost before the text came here, and runs in an encoding that nobody declared."""
    why: dict[str, Json] = {"why": "a character is lost"}
    for match in islice(_LOST.finditer(text), MOST_FLAGS) if "\ufffd" in text else ():
        yield Note(match.start(), match.end(), "flag", why, "unicode/lost-character")
    repaired = {at for edit in script for at in (edit.start, edit.end)}
    why = {"why": "letters that make no word: decoded with the wrong encoding"}
    for match in islice(_UNREADABLE.finditer(text), MOST_FLAGS):
        letters = sum(map(str.isalpha, match[0]))
        if letters > 2 and repaired.isdisjoint(range(match.start(), match.end() + 1)):
            yield Note(match.start(), match.end(), "flag", why, "unicode/unreadable")


def _cut_mojibake(text: str) -> Iterator[Edit]:
    """`“We wait.â€ and left`, `5Â million`: what is left of a mark or a space; ftfy sees a dagger in it."""
    if text.isascii() or _unusual(text).isdisjoint("âÂ"):
        return
    for match in _CUT.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if match[0] == "Â":
            yield Edit(match.start(), "Â", "", "unicode/mojibake", {"steps": ["cut space"]})
        elif "â€œ" in text[start : match.start()] or "“" in text[start : match.start()]:
            yield Edit(match.start(), "â€", "”", "unicode/mojibake", {"steps": ["cut quotation mark"]})


def _mojibake(text: str) -> Iterator[Edit]:
    if text.isascii() or _unusual(text) <= _TYPOGRAPHY:
        return
    if _unusual(text).isdisjoint(_MOJIBAKE_ALONE) and not _stand_together(text):
        return
    # A mark that is nowhere would be looked for to the end of the text at each line.
    marks = [mark for mark in _NOT_C1_LINE_ENDS if mark in text]
    position = 0
    while found := _MAY_BE_MOJIBAKE.search(text, position):
        start = max((text.rfind(mark, position, found.start()) for mark in marks), default=-1) + 1 or position
        end = min((text.find(mark, found.start()) % (len(text) + 1) for mark in marks), default=len(text))
        line = text[start:end].strip()
        if len(line) <= LONGEST_MOJIBAKE_LINE:
            yield from _repair_line(line, text.index(line, start))
        position = end + 1


def _stand_together(text: str) -> bool:
    """Whether two characters that are not ASCII stand side by side."""
    return b"cb" in text.encode("utf-8", "surrogatepass").translate(_BYTES_AS_KINDS)


def _repair_line(line: str, start: int) -> Iterator[Edit]:
    import ftfy
    from ftfy.badness import is_bad

    if _LOSSY.search(line) or _MARK_FLOOD.search(line):
        return
    if not _C1.search(line) and not is_bad(line):
        return
    fixed, steps = line, list[Json]()
    for _ in range(FTFY_PASSES):
        # Explaining, always: without it ftfy ignores the options of its encoding repair.
        result = ftfy.fix_and_explain(fixed, _ftfy_config())
        if result.text == fixed:
            break
        steps += [f"{step.action} {step.parameter}" for step in result.explanation or ()]
        fixed = result.text
    else:
        if ftfy.fix_and_explain(fixed, _ftfy_config()).text != fixed:
            return
    for edit in diff_edits(line, fixed, "unicode/mojibake", start):
        yield edit._replace(because={"steps": steps})


def _ftfy_config() -> ftfy.TextFixerConfig:
    import ftfy

    return ftfy.TextFixerConfig(
        unescape_html=False,
        replace_lossy_sequences=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )


def _entities(text: str) -> Iterator[Edit]:
    """Character references, those that were escaped twice too; what would become markup stays."""
    if "&" not in text:
        return
    for match in _ENTITY.finditer(text):
        character = html.unescape(f"&{match[1]};")
        if match[1] == "amp":
            character = "&"
        elif len(character) > 2 or character.endswith(";") or _MARKUP & set(character):
            continue  # no such reference, or one that would become markup
        if not character.isprintable() and not character.isspace():
            continue
        if character == "&" and _ENTITY.match("&" + text[match.end() : match.end() + 34]):
            continue  # "&amp;&lt;" must not become a reference of its own
        if any(mark in character for mark in _LINE_ENDS):
            character = " "
        yield Edit(match.start(), match[0], character, "unicode/html-entity")


def _unwanted(text: str) -> Iterator[Edit]:
    """Characters that nobody sees."""
    if not _MAY_BE_UNWANTED.search("".join(_unusual(text))):
        return
    position = 0
    while found := _MAY_BE_UNWANTED.search(text, position):
        position = found.end()
        match = _UNWANTED.match(text, found.start())
        if match:
            kind = match.lastgroup or ""
            new = "\ufffd" if kind == "surrogate" else ""
            yield Edit(match.start(), match[0], new, _RULE_OF[kind])
            position = match.end()


def _leftover_controls(text: str) -> Iterator[Edit]:
    """C1 controls and soft hyphens that were no mojibake."""
    if _C1.search("".join(_unusual(text))):
        for match in _C1.finditer(text):
            yield Edit(match.start(), match[0], "", "unicode/control-character")
    for match in _SOFT_HYPHENS.finditer(text):
        yield Edit(match.start(), match[0], "", "unicode/invisible-character")


def _usual_layout(text: str) -> Iterator[Edit]:
    """The same as `_layout` of a text without odd characters, by far the most frequent case."""
    if not text:
        return
    if text[0] == "\n" or text.endswith((" ", "\n\n")):
        yield from _layout(text)
        return
    if " \n" in text or "\n " in text or "\n\n\n" in text:
        yield from _runs(
            text, ((_before(text, match.start()), match.end()) for match in _USUAL_LAYOUT.finditer(text))
        )
    if text[-1] != "\n":
        yield Edit(len(text), "", "\n", "unicode/final-newline")


def _before(text: str, end: int) -> int:
    """Where the spaces before an offset begin."""
    while end and text[end - 1] == " ":
        end -= 1
    return end


def _layout(text: str) -> Iterator[Edit]:
    """Line ends, trailing space and blank lines; indentation and inner spaces stay."""
    last = len(text)
    yield from _runs(text, (match.span() for match in _LAYOUT.finditer(text)))
    # Runs of one character, which the pattern leaves out for speed, matter at the two ends alone.
    if text[:1] == "\n" and not text[1:2].isspace():
        yield Edit(0, "\n", "", "unicode/blank-lines")
    if last > 1 and text[-1].isspace() and text[-1] not in _LINE_ENDS and not text[-2].isspace():
        yield Edit(last - 1, text[-1], "\n", "unicode/trailing-space")
    elif text and not text[-1].isspace():
        yield Edit(last, "", "\n", "unicode/final-newline")
    elif last == 1 and text not in _LINE_ENDS:
        yield Edit(0, text, "", "unicode/trailing-space")


def _runs(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    """What is wrong with runs of white space."""
    for start, end in spans:
        run = text[start:end]
        at_start, at_end = start == 0, end == len(text)
        if run == "\n\n" and not at_start and not at_end:
            continue
        ends = _LINE_END.findall(run)
        if not ends:
            if at_end:
                yield Edit(start, run, "" if at_start else "\n", "unicode/trailing-space")
            continue
        indent = "" if at_end else run[run.rindex(ends[-1]) + len(ends[-1]) :]
        new = ("" if at_start else "\n" * min(len(ends), 1 if at_end else 2)) + indent
        if new == run:
            continue
        rule = "trailing-space"
        if any(mark != "\n" for mark in ends):
            rule = "line-end"
        elif len(ends) > new.count("\n"):
            rule = "blank-lines"
        yield Edit(start, run, new, f"unicode/{rule}")


_ODD = (_entities, _unwanted, _cut_mojibake, _mojibake, _leftover_controls, _layout)
_USUAL = (_entities, _cut_mojibake, _mojibake, _usual_layout)
"""The steps for a text with odd characters, and without."""
