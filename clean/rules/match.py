"""Find which rules match which lines: one prefilter over all patterns, then the one rule that passed.

A line that no rule matches, nearly every line of an article, costs one call of the set of whole-line
patterns; patterns inside lines and cues are asked once a text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import re2

from clean.errors import PackError
from clean.lines import Lines
from clean.rules.compile import Pattern, compile_pattern, options, relax, to_unicode
from clean.rules.model import LINE_ACTIONS, Rule

LONG_LINE = 4_000
"""Line actions do not look at longer lines: no furniture is so long, and it bounds the work a line costs."""

PHRASE_START = 5
"""So many letters of a line are compared with the phrases before all of it is."""

_OUTSIDE = re.compile(r"^[\W_]+|[\W_]+$")


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
        patterned = [rule for rule in self.rules if rule.match]
        self._cued = [rule for rule in patterned if rule.cue]
        plain = [rule for rule in patterned if not rule.cue]
        self._whole = [rule for rule in plain if rule.do in LINE_ACTIONS]
        self._inside = [rule for rule in plain if rule.do not in LINE_ACTIONS]
        self._most_words = max((rule.max_words or LONG_LINE for rule in self._whole), default=0)
        self._compiled: dict[tuple[str, str], Pattern] = {}

    @cached_property
    def _whole_set(self) -> Pattern:
        return _pattern_set(re2.Set.FullMatchSet(options()), self._whole)

    @cached_property
    def _inside_set(self) -> Pattern:
        return _pattern_set(re2.Set.SearchSet(options()), self._inside)

    @cached_property
    def _cue_set(self) -> Pattern:
        return _pattern_set(re2.Set.SearchSet(options()), self._cued, "cue")

    def hits(self, lines: Lines, among: Mapping[int, Sequence[Rule]] | None = None) -> Iterator[Hit]:
        """Every match in every filled line, in order of line, then of the rules.

        Neighbours and counts are checked here; `where` is the caller's, who knows the page.

        Args:
            lines: the text.
            among: what `scan` found for a text with at least these lines, to save asking again.
        """
        among = self.scan(lines) if among is None else among
        if not among:
            return
        counts: Counter[str] | None = None
        for position, number in enumerate(lines.filled):
            for rule in among.get(number, ()):
                if not self._neighbours_fit(rule, lines, position):
                    continue
                if rule.times > 1:
                    counts = counts or Counter(phrase_key(lines.all[other]) for other in lines.filled)
                    if counts[phrase_key(lines.all[number])] < rule.times:
                        continue
                yield from self._locate(rule, number, lines.all[number])

    def scan(self, lines: Lines) -> dict[int, list[Rule]]:
        """The rules that may match, by number of line; lines that none may match are left out.

        What can be asked once about the whole text is: cues, and whether any pattern inside lines occurs.
        """
        cued = self._cued_lines(lines)
        inside = self._inside_rules(lines.text)
        found = {}
        for number in lines.filled:
            line = lines.all[number]
            rules = self._line_rules(line)
            rules += cued.get(number, ())
            rules += inside
            if rules:
                rules = self._fitting(rules, line)
                if rules:
                    found[number] = rules
        return found

    def candidates(self, line: str) -> list[Rule]:
        """The rules whose phrase or pattern may match the line, in the order of the packs."""
        return self._fitting([*self._line_rules(line), *self._cued, *self._inside_rules(line)], line)

    def _cued_lines(self, lines: Lines) -> dict[int, list[Rule]]:
        found: dict[int, list[Rule]] = {}
        if not self._cued:
            return found
        for at in self._cue_set.Match(lines.text) or ():
            rule = self._cued[at]
            for match in self._pattern(rule, "cue").finditer(lines.text):
                number = bisect_right(lines.starts, max(match.end() - 1, 0)) - 1
                of_line = found.setdefault(number, [])
                if not of_line or of_line[-1] is not rule:
                    of_line.append(rule)
        return found

    def _inside_rules(self, text: str) -> list[Rule]:
        if not self._inside:
            return []
        return [self._inside[at] for at in self._inside_set.Match(text) or ()]

    def _line_rules(self, line: str) -> list[Rule]:
        if len(line) > LONG_LINE:
            return []
        found: list[Rule] = []
        if self._phrases and len(line) <= self._longest_phrase and self._may_be_phrase(line):
            found += self._phrases.get(phrase_key(line.strip()), ())
        # A word is five letters and a space: a line of so many letters has more words than any rule allows.
        if self._whole and len(line) <= 12 * self._most_words:
            found += [self._whole[at] for at in self._whole_set.Match(line.strip()) or ()]
        return found

    def _may_be_phrase(self, line: str) -> bool:
        """A look at the first letters, for lines that begin with one."""
        start = line[:PHRASE_START]
        if not start.isalnum() or len(line) < 2 * PHRASE_START:
            return True
        return start.casefold() in self._phrase_starts

    def _fitting(self, rules: list[Rule], line: str) -> list[Rule]:
        """The rules in the order of the packs, without those that have seen too many words or too long a line."""
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
            match = self._pattern(rule, "match").fullmatch(stripped) if rule.match else None
            if match is None and not (rule.phrases and phrase_key(stripped) in self._keys[rule.name]):
                return
            value = _value(match) if match else stripped
            yield Hit(rule, number, start, start + len(stripped), value, "")
            return
        pattern = self._pattern(rule, "match")
        group = pattern.groupindex.get("span", 0)
        for match in pattern.finditer(line):
            start, end = match.span(group)
            if start < end:
                yield Hit(rule, number, start, end, _value(match), match.expand(rule.new) if rule.new else "")

    def _neighbours_fit(self, rule: Rule, lines: Lines, position: int) -> bool:
        if rule.previous:
            before = lines.all[lines.filled[position - 1]].strip() if position else ""
            if not self._pattern(rule, "previous").search(before):
                return False
        if rule.next:
            last = position + 1 == len(lines.filled)
            behind = "" if last else lines.all[lines.filled[position + 1]].strip()
            if not self._pattern(rule, "next").search(behind):
                return False
        return True

    def _pattern(self, rule: Rule, field: str) -> Pattern:
        key = rule.name, field
        if key not in self._compiled:
            flags = "(?m)" if field == "cue" else ""
            where = f"{rule.origin}: {rule.id}.{field}"
            self._compiled[key] = compile_pattern(flags + getattr(rule, field), where)
        return self._compiled[key]


def _pattern_set(empty: Pattern, rules: Iterable[Rule], field: str = "match") -> Pattern:
    """The compiled set; one that searches also sees where lines begin and end inside a text."""
    for rule in rules:
        where = f"{rule.origin}: {rule.id}.{field}"
        if empty.Add("(?m)" + relax(to_unicode(getattr(rule, field), where))) < 0:
            raise PackError("pattern-refused", "RE2 refuses the pattern", where=where)
    empty.Compile()
    return empty


def _value(match: Pattern) -> str:
    group = match.re.groupindex.get("value", 0)
    found: str = match.group(group) or match.group(0)
    return found.strip()
