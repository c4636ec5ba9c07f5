"""Find which rules match which lines: the whole text is asked first, then the lines that came up.

One set of all patterns of a kind reads the text once and says which rules can match in it at all: none, most
often. Only those look for their lines, with a pattern that matches too much; the exact pattern decides. So a
line of an article costs no call of its own, and most exact patterns are never compiled.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import re2

from clean.errors import PackError
from clean.lines import Lines
from clean.rules import coarse
from clean.rules.coarse import SIDES
from clean.rules.compile import Pattern, compile_pattern, is_plain, line_options, options
from clean.rules.model import LINE_ACTIONS, Rule
from clean.rules.phrases import Phrases, phrase_key

LONG_LINE = 4_000
"""Line actions do not look at longer lines: no furniture is so long, and it bounds the work a line costs."""

TOGETHER = 128
"""So many patterns are searched at once. The states of their automaton multiply where patterns may begin with
anything: 8 such among 92 made .09 s of .16, for 6.5 MB of articles. Rules like that need a cue."""

BLOCK = 2_048
"""Lines are searched in runs of about so many bytes: a rule looks for its own where it comes up."""

SHORT = 200
"""What rules find in lines of so many characters is remembered: menus return on every page of a site, "Share
this" on every site. Of 18,332 lines that come up in 412 pages 4,760 are different."""

MEMORY = 1 << 13
"""So many lines are remembered; then all are forgotten."""


class Hit(NamedTuple):
    """A rule matches in a line. Equal lines share it."""

    rule: Rule
    start: int
    """Column in the line, its outer white space included."""
    end: int
    value: str
    """The group `value`, else the matched text: what a note keeps."""
    new: str
    """The replacement, with its groups filled in."""


class Scan(NamedTuple):
    """What `Matcher.scan` finds in a text."""

    found: Mapping[int, Sequence[Found]]
    """Every match by number of line, in order, whatever stands beside it or how often it stands."""
    beside: Mapping[int, Sequence[_Ready]]
    """Lines by which rules know their own: the neighbour that is searched in place of the rule."""

    def carried(self, lines: Lines, left: Lines) -> Scan:
        """The same for a text of which only whole lines have gone.

        Args:
            lines: the text that was scanned.
            left: what is left of it.
        """
        found = {lines.all[number]: found for number, found in self.found.items()}
        beside = {lines.all[number]: rules for number, rules in self.beside.items()}
        if not (found or beside):
            return self
        return Scan(
            {number: found[line] for number, line in enumerate(left.all) if line in found},
            {number: beside[line] for number, line in enumerate(left.all) if line in beside},
        )


class Matcher:
    """The rules of some packs, ready to be asked about lines. Built once, used for every document."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._ready = [_Ready(rule, order) for order, rule in enumerate(self.rules)]
        self._by_key: dict[str, list[_Ready]] = {}
        for ready in self._ready:
            for key in sorted(ready.keys):
                self._by_key.setdefault(key, []).append(ready)
        self._phrases = Phrases(self._by_key)
        self._known: dict[tuple[str, tuple[_Ready, ...]], list[Found]] = {}

    @cached_property
    def _sets(self) -> list[tuple[list[_Ready], Pattern]]:
        """Rules that are searched together, and their patterns as one set."""
        kinds: dict[str, list[_Ready]] = {"lines": [], "inside": [], "cued": []}
        for ready in self._ready:
            if ready.rule.match:
                ready.side = coarse.telling_side(ready.rule)
                kinds[_kind(ready)].append(ready)
        parts = [
            some[at : at + TOGETHER]
            for some in (kinds["lines"] + kinds["inside"], kinds["cued"])
            for at in range(0, len(some), TOGETHER)
        ]
        return [(part, _set(part)) for part in parts]

    def hits(self, lines: Lines, scan: Scan | None = None) -> Iterator[tuple[int, Hit]]:
        """Every match in every filled line, with the line's number, in order of line, then of the rules.

        Neighbours and counts are checked here; `where` is the caller's, who knows the page.

        Args:
            lines: the text.
            scan: of a text with at least these lines, to save asking again.
        """
        scan = self.scan(lines) if scan is None else scan
        counts: Counter[str] | None = None
        for number, found in (self._with_neighbours(lines, scan) if scan.beside else scan.found).items():
            position = _position(lines, number)
            if position is None:
                continue  # a line that is gone from this view
            for ready, hit in found:
                if ready.has_sides and not ready.sides_fit(lines, position):
                    continue
                if hit.rule.times > 1:
                    counts = counts or Counter(phrase_key(lines.all[other]) for other in lines.filled)
                    if counts[phrase_key(lines.all[number])] < hit.rule.times:
                        continue
                yield number, hit

    def scan(self, lines: Lines) -> Scan:
        """What the rules find in a text."""
        coming_up = {number: list(self._by_key[key]) for number, key in self._phrases.among(lines)}
        beside: dict[int, list[_Ready]] = {}
        encoded = lines.text.encode()
        for ready, numbers in self._opened(encoded):
            for number in numbers:
                of_line = (beside if ready.side else coming_up).setdefault(number, [])
                if not of_line or of_line[-1] is not ready:
                    of_line.append(ready)
        located = {
            number: self._located(coming_up[number], lines.all[number]) for number in sorted(coming_up)
        }
        return Scan({number: found for number, found in located.items() if found}, beside)

    def _located(self, rules: list[_Ready], line: str) -> list[Found]:
        """Where these rules match in the line: a million times "Share it" is one question, and one answer."""
        if len(line) > SHORT:
            return _locate(rules, line)
        key = line, tuple(rules)
        if key not in self._known:
            if len(self._known) >= MEMORY:
                self._known.clear()
            self._known[key] = _locate(rules, line)
        return self._known[key]

    def _with_neighbours(self, lines: Lines, scan: Scan) -> Mapping[int, Sequence[Found]]:
        """What was found, and in these lines what stands beside a line by which a rule knows its own."""
        found = dict(scan.found)
        for number, rules in scan.beside.items():
            position = _position(lines, number)
            if position is None:
                continue
            for ready in rules:
                at = position + (1 if ready.side == "previous" else -1)
                if not 0 <= at < len(lines.filled):
                    continue
                other = lines.filled[at]
                before = found.get(other, ())
                if all(known is not ready for known, _ in before):
                    located = self._located([ready], lines.all[other])
                    found[other] = sorted((*before, *located), key=lambda one: one[0].order)
        return dict(sorted(found.items()))

    def may_match(self, encoded: bytes) -> bool:
        """Whether there is any reason to look at the lines of a text, given in UTF-8."""
        return bool(self._phrases) or any(True for _ in self._opened(encoded))

    def asked(self, encoded: bytes) -> Iterator[Rule]:
        """The rules that come up: for each of them the text is searched once more."""
        return (ready.rule for ready in self._asked(encoded))

    def _asked(self, encoded: bytes) -> list[_Ready]:
        """The rules whose cue, pattern or neighbour may match somewhere in the text."""
        return [part[at] for part, together in self._sets for at in together.Match(encoded) or ()]

    def _opened(self, encoded: bytes) -> Iterator[tuple[_Ready, list[int]]]:
        """Those that may match in the text, with the numbers of the lines; some more than once."""
        found: dict[_Ready, list[int]] = {}
        whole = [(0, encoded)]
        blocks = whole if len(encoded) <= BLOCK else list(_blocks(encoded))
        for part, together in self._sets:
            for first, block in whole if _kind(part[0]) == "cued" else blocks:
                for at in together.Match(block) or ():
                    numbers = part[at].lines(block)
                    found.setdefault(part[at], []).extend(first + number for number in numbers)
        for ready, numbers in found.items():
            if numbers and (not ready.has_sides or ready.sides_may_stand(encoded)):
                yield ready, numbers


def _blocks(encoded: bytes) -> Iterator[tuple[int, bytes]]:
    """The text as runs of whole lines, each with the number of its first."""
    start = first = 0
    while start <= len(encoded):
        end = encoded.find(b"\n", start + BLOCK)
        block = encoded[start:] if end < 0 else encoded[start:end]
        yield first, block
        start += len(block) + 1
        first += block.count(b"\n") + 1


def _position(lines: Lines, number: int) -> int | None:
    """Which of the filled lines a line is; None if it is none."""
    position = bisect_left(lines.filled, number)
    return position if position < len(lines.filled) and lines.filled[position] == number else None


class _Ready:
    """A rule with its patterns, each compiled when the first line comes that needs it."""

    __slots__ = ("_compiled", "has_sides", "keys", "order", "rule", "side")

    def __init__(self, rule: Rule, order: int) -> None:
        self.rule = rule
        self.order = order
        self.keys = frozenset(map(phrase_key, rule.phrases))
        self.has_sides = bool(rule.previous or rule.next)
        self.side = ""
        """The neighbour that is searched in place of the rule, once the matcher has chosen it."""
        self._compiled: dict[tuple[str, str], Pattern] = {}

    def sides_may_stand(self, encoded: bytes) -> bool:
        """Whether some line of the text, or its edge, may be what the rule asks of each neighbour."""
        asked = [self._coarse_side(side) for side in SIDES if getattr(self.rule, side)]
        return all(pattern.search(encoded) or pattern.search(b"") for pattern in asked)

    def sides_fit(self, lines: Lines, position: int) -> bool:
        """Whether the filled lines before and behind a position are what the rule asks of them."""
        for side, at, edge in zip(SIDES, (position - 1, position + 1), (-1, len(lines.filled)), strict=True):
            if getattr(self.rule, side):
                line = "" if at == edge else lines.all[lines.filled[at]].strip()
                if not self._exact(side, line).search(line.encode()):
                    return False
        return True

    def lines(self, encoded: bytes) -> list[int]:
        """Numbers of lines in which the rule may match, or of those that tell them; some more than once."""
        numbers: list[int] = []
        number = counted = 0
        finder = self._coarse_side(self.side) if self.side else self._finder()
        for match in finder.finditer(encoded):
            start = match.start()
            number += encoded.count(b"\n", counted, start)
            counted = start
            numbers.append(number)
        return numbers

    def whole(self, start: int, stripped: str, encoded: bytes) -> Hit | None:
        """The hit of a line action, which takes the whole line."""
        value: str | None = None
        if self.rule.match:
            pattern = self._exact("match", stripped)
            # Bytes cost a third; only a group needs the places of characters.
            if pattern.fullmatch(encoded):
                value = _value(pattern.fullmatch(stripped)) if "<value>" in self.rule.match else stripped
        if value is None and self.keys and phrase_key(stripped) in self.keys:
            value = stripped
        return None if value is None else Hit(self.rule, start, start + len(stripped), value, "")

    def inside(self, line: str) -> Iterator[Hit]:
        """The hits inside a line."""
        # `expand` takes a template for ASCII with escapes: “–” would come out as three letters of Latin-1.
        pattern, new = self._exact("match", line), self.rule.new.encode("ascii", "backslashreplace").decode()
        group = pattern.groupindex.get("span", 0)
        for match in pattern.finditer(line):
            start, end = match.span(group)
            if start < end:
                yield Hit(self.rule, start, end, _value(match), match.expand(new) if new else "")

    def _exact(self, field: str, line: str) -> Pattern:
        """The exact pattern for lines like this one."""
        narrow = is_plain(line)
        key = field, "narrow" if narrow else "wide"
        if key not in self._compiled:
            where = f"{self.rule.origin}: {self.rule.id}.{field}"
            self._compiled[key] = compile_pattern(getattr(self.rule, field), where, narrow=narrow)
        return self._compiled[key]

    def _coarse_side(self, side: str) -> Pattern:
        key = side, "coarse"
        if key not in self._compiled:
            self._compiled[key] = re2.compile(coarse.side(self.rule, side), line_options())
        return self._compiled[key]

    def _finder(self) -> Pattern:
        """The pattern that finds the lines of the rule in a text."""
        key = "match", "coarse"
        if key not in self._compiled:
            self._compiled[key] = re2.compile(coarse.own(self.rule), line_options())
        return self._compiled[key]


Found: TypeAlias = tuple[_Ready, Hit]


def _locate(rules: list[_Ready], line: str) -> list[Found]:
    """Where these rules match in the line, in the order of the packs."""
    if len(rules) > 1:
        rules = sorted(set(rules), key=attrgetter("order"))
    words = len(line.split()) if any(ready.rule.max_words for ready in rules) else 0
    stripped = line.strip()
    start = line.index(stripped)
    encoded = stripped.encode()
    found: list[Found] = []
    for ready in rules:
        rule = ready.rule
        if rule.max_words and words > rule.max_words:
            continue
        if rule.do not in LINE_ACTIONS:
            found += ((ready, hit) for hit in ready.inside(line))
        elif len(line) <= LONG_LINE and (hit := ready.whole(start, stripped, encoded)):
            found.append((ready, hit))
    return found


def _kind(ready: _Ready) -> str:
    """How the first search finds out that a rule may match: by whole lines, inside lines, by its cue."""
    if ready.side or (not ready.rule.cue and ready.rule.do in LINE_ACTIONS):
        return "lines"
    return "cued" if ready.rule.cue else "inside"


def _set(part: Sequence[_Ready]) -> Pattern:
    # A cue may go over line ends, what is searched in a line may not.
    compiled = re2.Set.SearchSet(options() if _kind(part[0]) == "cued" else line_options())
    for ready in part:
        rule, side = ready.rule, ready.side
        try:
            compiled.Add(
                coarse.side(rule, side) if side else coarse.cue(rule) if rule.cue else coarse.own(rule)
            )
        except re2.error as error:
            raise PackError("pattern-refused", "RE2 refuses the pattern", where=rule.origin) from error
    compiled.Compile()
    return compiled


def _value(match: Pattern) -> str:
    group = match.re.groupindex.get("value", 0)
    found: str = match.group(group) or match.group(0)
    return found.strip()
