"""Find which rules match which lines: one prefilter over all patterns, then the one rule that passed.

Each pattern set is asked once a line; a line that no rule matches, nearly every line of an article, costs two
calls.
"""

from __future__ import annotations

import re
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

_OUTSIDE = re.compile(r"^[\W_]+|[\W_]+$")
_SPACES = re.compile(r"\s+")


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
    return _SPACES.sub(" ", _OUTSIDE.sub("", line)).casefold().replace("’", "'")


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
        patterned = [rule for rule in self.rules if rule.match]
        self._whole = [rule for rule in patterned if rule.do in LINE_ACTIONS]
        self._inside = [rule for rule in patterned if rule.do not in LINE_ACTIONS]
        self._compiled: dict[tuple[str, str], Pattern] = {}

    @cached_property
    def _whole_set(self) -> Pattern:
        return _pattern_set(re2.Set.FullMatchSet(options()), self._whole)

    @cached_property
    def _inside_set(self) -> Pattern:
        return _pattern_set(re2.Set.SearchSet(options()), self._inside)

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
        """The rules that may match, by number of line; lines that none may match are left out."""
        return {number: rules for number in lines.filled if (rules := self.candidates(lines.all[number]))}

    def candidates(self, line: str) -> list[Rule]:
        """The rules whose phrase or pattern may match the line, in the order of the packs."""
        found: list[Rule] = []
        if len(line) <= LONG_LINE:
            stripped = line.strip()
            if self._phrases and len(stripped) <= self._longest_phrase:
                found += self._phrases.get(phrase_key(stripped), ())
            if self._whole:
                found += [self._whole[at] for at in self._whole_set.Match(stripped) or ()]
        if self._inside:
            found += [self._inside[at] for at in self._inside_set.Match(line) or ()]
        if len(found) > 1:
            found = sorted(dict.fromkeys(found), key=lambda rule: self._order[rule.name])
        return [rule for rule in found if not rule.max_words or len(line.split()) <= rule.max_words]

    def _locate(self, rule: Rule, number: int, line: str) -> Iterator[Hit]:
        if rule.do in LINE_ACTIONS:
            stripped = line.strip()
            start = line.index(stripped)
            match = self._pattern(rule, "match").fullmatch(stripped) if rule.match else None
            if match is None and phrase_key(stripped) not in self._keys[rule.name]:
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
            self._compiled[key] = compile_pattern(getattr(rule, field), f"{rule.origin}: {rule.id}.{field}")
        return self._compiled[key]


def _pattern_set(empty: Pattern, rules: Iterable[Rule]) -> Pattern:
    for rule in rules:
        where = f"{rule.origin}: {rule.id}.match"
        if empty.Add(relax(to_unicode(rule.match, where))) < 0:
            raise PackError("pattern-refused", "RE2 refuses the pattern", where=where)
    empty.Compile()
    return empty


def _value(match: Pattern) -> str:
    group = match.re.groupindex.get("value", 0)
    found: str = match.group(group) or match.group(0)
    return found.strip()
