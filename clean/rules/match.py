"""Find which rules match which lines: the whole text is asked first, then the lines that came up.

One set of all patterns of a kind reads the text once and says which rules can match in it at all: none, most
often. Only those look for their lines, with a pattern that matches too much; the exact pattern decides. So a
line of an article costs no call of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import re2

from clean.errors import PackError
from clean.lines import Lines
from clean.rules.compile import (
    Pattern,
    compile_pattern,
    is_plain,
    line_options,
    options,
    relax,
    to_unicode,
    with_edges,
)
from clean.rules.model import LINE_ACTIONS, Rule

LONG_LINE = 4_000
"""Line actions do not look at longer lines: no furniture is so long, and it bounds the work a line costs."""

PHRASE_START = 5
"""So many letters of a line are compared with the phrases before all of it is."""

MEMORY = 1 << 14
"""First letters of lines that are remembered as beginning a phrase or none; then all are forgotten."""

TOGETHER = 32
"""So many patterns that may begin anywhere are searched at once: the states of their automaton multiply, and
130 of 160 ms on the first 6 MB went into making those of 56. Patterns of whole lines go all together."""

_SIDES = ("previous", "next")
_OUTSIDE = re.compile(r"^[\W_]+|[\W_]+$")
_COMMON_OUTSIDE = " \t\"'“”‘’*•·-–—>»|[(…#_"
_MARGIN = r"[\t\v\f\r\x1c-\x1f \x{80}-\x{10ffff}]*"
"""What `str.strip` takes from a line, and more."""


class Hit(NamedTuple):
    """A rule matches in a line."""

    rule: Rule
    line: int
    start: int
    """Column in the line, its outer white space included."""
    end: int
    value: str
    """The group `value`, else the matched text: what a note keeps."""
    new: str
    """The replacement, with its groups filled in."""


def phrase_key(line: str) -> str:
    """The form in which phrases are compared: no case, outer punctuation or doubled spaces, straight quotes.

    >>> phrase_key("»  Don’t   miss! ")
    "don't miss"
    """
    if not (line[:1].isalnum() and line[-1:].isalnum()):
        line = _OUTSIDE.sub("", line)
    return " ".join(line.split()).casefold().replace("’", "'")


class Matcher:
    """The rules of some packs, ready to be asked about lines. Built once, used for every document."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._order = {rule.name: at for at, rule in enumerate(self.rules)}
        self._phrases: dict[str, list[Rule]] = {}
        self._keys: dict[str, frozenset[str]] = {}
        for rule in self.rules:
            self._keys[rule.name] = frozenset(map(phrase_key, rule.phrases))
            for key in sorted(self._keys[rule.name]):
                self._phrases.setdefault(key, []).append(rule)
        self._longest_phrase = max(map(len, self._phrases), default=0) + 40
        self._phrase_starts = {key[:PHRASE_START] for key in self._phrases}
        self._short_phrases = tuple(sorted(key for key in self._phrases if len(key) < PHRASE_START))
        patterned = [rule for rule in self.rules if rule.match]
        self._cued = [rule for rule in patterned if rule.cue]
        plain = [rule for rule in patterned if not rule.cue]
        self._whole = [rule for rule in plain if rule.do in LINE_ACTIONS]
        self._inside = [rule for rule in plain if rule.do not in LINE_ACTIONS]
        self._compiled: dict[tuple[str, str], Pattern] = {}
        self._starts: dict[str, bool] = {}
        # Only saves work: whether a line may be a phrase depends on its first letters alone.

    @cached_property
    def _sets(self) -> list[tuple[list[Rule], Pattern]]:
        """Rules that are searched together, and their patterns as one set."""
        kinds = [(self._whole, len(self._whole) or 1), (self._cued, TOGETHER), (self._inside, TOGETHER)]
        parts = [rules[at : at + size] for rules, size in kinds for at in range(0, len(rules), size)]
        return [(part, _set(part)) for part in parts]

    def hits(self, lines: Lines, among: Mapping[int, Sequence[Rule]] | None = None) -> Iterator[Hit]:
        """Every match in every filled line, in order of line, then of the rules.

        Neighbours and counts are checked here; `where` is the caller's, who knows the page.

        Args:
            lines: the text.
            among: what `scan` found for a text with at least these lines, to save asking again.
        """
        among = self.scan(lines) if among is None else among
        counts: Counter[str] | None = None
        for number in sorted(among):
            position = bisect_left(lines.filled, number)
            if position == len(lines.filled) or lines.filled[position] != number:
                continue  # a line that is gone from this view
            for rule in among[number]:
                if not self._neighbours_fit(rule, lines, position):
                    continue
                if rule.times > 1:
                    counts = counts or Counter(phrase_key(lines.all[other]) for other in lines.filled)
                    if counts[phrase_key(lines.all[number])] < rule.times:
                        continue
                yield from self._locate(rule, number, lines.all[number])

    def scan(self, lines: Lines) -> dict[int, list[Rule]]:
        """The rules that may match, by number of line; lines that none may match are left out."""
        found: dict[int, list[Rule]] = {}
        for number in lines.filled if self._phrases else ():
            line = lines.all[number]
            if len(line) <= self._longest_phrase and self._may_be_phrase(line):
                rules = self._phrases.get(phrase_key(line.strip()))
                if rules:
                    found[number] = list(rules)
        encoded = lines.text.encode()
        opened = self._opened(encoded)
        if opened:
            starts = lines.starts if len(encoded) == len(lines.text) else _line_starts(encoded)
            for rule in opened:
                self._add_lines(rule, encoded, starts, found)
        if not found:
            return found
        fitting = ((number, self._fitting(rules, lines.all[number])) for number, rules in found.items())
        return {number: rules for number, rules in fitting if rules}

    def may_match(self, text: str) -> bool:
        """Whether there is any reason to look at the lines of the text."""
        return bool(self._phrases or self._opened(text.encode()))

    def _opened(self, encoded: bytes) -> list[Rule]:
        """The rules whose cue or pattern may match somewhere in the text, and their neighbours too."""
        found = [rules[at] for rules, together in self._sets for at in together.Match(encoded) or ()]
        return [rule for rule in found if all(self._may_stand(rule, side, encoded) for side in _SIDES)]

    def _may_stand(self, rule: Rule, side: str, encoded: bytes) -> bool:
        """Whether some line of the text, or its edge, may be what the rule asks of this neighbour."""
        if not getattr(rule, side):
            return True
        key = rule.name, f"coarse {side}"
        if key not in self._compiled:
            pattern = to_unicode(getattr(rule, side), f"{rule.origin}: {rule.id}.{side}")
            pattern = relax(with_edges(pattern, f"^{_MARGIN}", f"{_MARGIN}$"))
            self._compiled[key] = re2.compile(f"(?m){pattern}", line_options())
        coarse = self._compiled[key]
        return coarse.search(encoded) is not None or coarse.search(b"") is not None

    def _add_lines(self, rule: Rule, encoded: bytes, starts: list[int], found: dict[int, list[Rule]]) -> None:
        """Enter the rule at the lines in which it may match; a cue counts where it ends."""
        for match in self._finder(rule).finditer(encoded):
            start, end = match.span()
            of_line = found.setdefault(bisect_right(starts, max(end - 1, start)) - 1, [])
            if not of_line or of_line[-1] is not rule:
                of_line.append(rule)

    def _may_be_phrase(self, line: str) -> bool:
        """A look at the first letters, where they are what the first letters of the key must be."""
        start = line.lstrip(_COMMON_OUTSIDE)[:PHRASE_START]
        known = self._starts.get(start)
        if known is None:
            if len(self._starts) > MEMORY:
                self._starts.clear()
            known = self._starts[start] = self._may_start_phrase(start)
        return known

    def _may_start_phrase(self, start: str) -> bool:
        if not start[:1].isalnum() or not start.isprintable() or "  " in start:
            return True
        start = start.casefold().replace("’", "'")
        return start[:PHRASE_START] in self._phrase_starts or start.startswith(self._short_phrases)

    def _fitting(self, rules: list[Rule], line: str) -> list[Rule]:
        """The rules in the order of the packs, without those for which the line is too long."""
        if len(line) > LONG_LINE:
            rules = [rule for rule in rules if rule.do not in LINE_ACTIONS]
        if len(rules) > 1:
            rules = sorted(dict.fromkeys(rules), key=lambda rule: self._order[rule.name])
        limited = any(rule.max_words for rule in rules)
        words = len(line.split()) if limited else 0
        return [rule for rule in rules if not rule.max_words or words <= rule.max_words]

    def _locate(self, rule: Rule, number: int, line: str) -> Iterator[Hit]:
        if rule.do in LINE_ACTIONS:
            stripped = line.strip()
            start = line.index(stripped)
            match = self._pattern(rule, "match", stripped).fullmatch(stripped) if rule.match else None
            if match is None and not (rule.phrases and phrase_key(stripped) in self._keys[rule.name]):
                return
            value = _value(match) if match else stripped
            yield Hit(rule, number, start, start + len(stripped), value, "")
            return
        pattern = self._pattern(rule, "match", line)
        group = pattern.groupindex.get("span", 0)
        for match in pattern.finditer(line):
            start, end = match.span(group)
            if start < end:
                yield Hit(rule, number, start, end, _value(match), match.expand(rule.new) if rule.new else "")

    def _neighbours_fit(self, rule: Rule, lines: Lines, position: int) -> bool:
        if rule.previous:
            before = lines.all[lines.filled[position - 1]].strip() if position else ""
            if not self._pattern(rule, "previous", before).search(before):
                return False
        if rule.next:
            last = position + 1 == len(lines.filled)
            behind = "" if last else lines.all[lines.filled[position + 1]].strip()
            if not self._pattern(rule, "next", behind).search(behind):
                return False
        return True

    def _pattern(self, rule: Rule, field: str, line: str) -> Pattern:
        """The exact pattern, compiled for lines like this one when the first such line comes."""
        narrow = is_plain(line)
        key = rule.name, f"narrow {field}" if narrow else field
        if key not in self._compiled:
            where = f"{rule.origin}: {rule.id}.{field}"
            self._compiled[key] = compile_pattern(getattr(rule, field), where, narrow=narrow)
        return self._compiled[key]

    def _finder(self, rule: Rule) -> Pattern:
        """The pattern that finds the lines of a rule in a text: its cue, or the coarse pattern."""
        key = rule.name, "finder"
        if key not in self._compiled:
            cue = compile_pattern("(?m)" + rule.cue, f"{rule.origin}: {rule.id}.cue") if rule.cue else None
            self._compiled[key] = cue or re2.compile(_coarse(rule), line_options())
        return self._compiled[key]


def _line_starts(encoded: bytes) -> list[int]:
    return [0, *(match.end() for match in re.finditer(b"\n", encoded))]


def _set(rules: Sequence[Rule]) -> Pattern:
    compiled = re2.Set.SearchSet(_options(rules[0]))
    for rule in rules:
        try:
            compiled.Add(_coarse(rule))
        except re2.error as error:
            raise PackError("pattern-refused", "RE2 refuses the pattern", where=rule.origin) from error
    compiled.Compile()
    return compiled


def _options(rule: Rule) -> Any:
    """A cue may go over line ends, what is searched in a line may not."""
    return options() if rule.cue else line_options()


def _coarse(rule: Rule) -> str:
    """What the set searches in the whole text: the cue or the pattern, matching too much."""
    field = "cue" if rule.cue else "match"
    pattern = to_unicode(getattr(rule, field), f"{rule.origin}: {rule.id}.{field}")
    if rule.cue:
        return f"(?m){relax(pattern)}"
    if rule.do not in LINE_ACTIONS:
        return f"(?m){relax(with_edges(pattern, '^', '$'))}"
    return f"(?m)^{_MARGIN}(?:{relax(with_edges(pattern, '', ''))}){_MARGIN}$"


def _value(match: Pattern) -> str:
    group = match.re.groupindex.get("value", 0)
    found: str = match.group(group) or match.group(0)
    return found.strip()
