"""Asked about a whole text at once, the matcher finds what it finds line by line."""

from collections.abc import Iterable
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clean.lines import Lines
from clean.rules.compile import compile_pattern, is_plain
from clean.rules.match import BLOCK, LONG_LINE, Hit, Matcher
from clean.rules.model import LINE_ACTIONS, Rule
from clean.rules.phrases import Phrases, phrase_key

LINE = Rule("line", "boilerplate", "promo", "delete-line", "A line.", match="Share it")
SPAN = replace(LINE, id="span", do="delete-span", match="(?P<span>ad) here")
RULES = (
    LINE,
    replace(LINE, id="negated", match=r"[^.:]+:"),
    replace(LINE, id="space", match=r"\s*by\s+\w{2,9}(?: \w+)?\s*"),
    replace(LINE, id="any", match="(?s)Ad.*"),
    replace(LINE, id="edges", match=r"\ARead more\z"),
    replace(LINE, id="anchors", match=r"^(?:More|Less)$"),
    replace(LINE, id="counted", match=r"\w{3} \d{1,2}", max_words=2),
    replace(LINE, id="phrases", match="", phrases=("Don't miss", "Yes", "Straße", "a new  day", "O.K.")),
    SPAN,
    replace(SPAN, id="start", match=r"^by \w+"),
    replace(SPAN, id="end", match=r"more\s*$"),
    replace(SPAN, id="quoted", match=r"“[^”]{1,20}”"),
    replace(SPAN, id="twice", do="replace", match=r"(\pL)xx", new=r"\1"),
    replace(LINE, id="below", match=r"[A-Z]\w+", previous=r"^by$"),
    replace(LINE, id="above", match=r"[A-Z]\w+", next=r"(?i)^read|^$"),
    replace(LINE, id="between", match=r".{3}", previous=r"\d$", next=r"^\W"),
    replace(LINE, id="cued", cue=r"newsletter\b", match=r".{0,20}newsletter.{0,9}"),
)


def line_by_line(rules: tuple[Rule, ...], lines: Lines) -> list[tuple[str, int, int, int]]:
    """The places, found the plain way: each exact pattern, or phrase, on each line."""
    found = []
    for number in lines.filled:
        line = lines.all[number]
        for rule in rules:
            if rule.max_words and len(line.split()) > rule.max_words:
                continue
            if rule.cue and not compile_pattern("(?m)" + rule.cue, "test").search(lines.text):
                continue
            at = lines.filled.index(number)
            sides = (lines.filled[at - 1] if at else None), (*lines.filled, None)[at + 1]
            if any(
                wanted
                and not compile_pattern(wanted, "test").search(
                    "" if side is None else lines.all[side].strip()
                )
                for wanted, side in zip((rule.previous, rule.next), sides, strict=True)
            ):
                continue
            if rule.do in LINE_ACTIONS:
                bare = line.strip()
                start = line.index(bare)
                matches = rule.match and compile_pattern(rule.match, "test").fullmatch(bare)
                phrase = phrase_key(bare) in {phrase_key(known) for known in rule.phrases}
                if len(line) <= LONG_LINE and (matches or phrase):
                    found.append((rule.id, number, start, start + len(bare)))
                continue
            pattern = compile_pattern(rule.match, "test")
            for match in pattern.finditer(line):
                start, end = match.span(pattern.groupindex.get("span", 0))
                if start < end:
                    found.append((rule.id, number, start, end))
    return found


def places(hits: Iterable[tuple[int, Hit]]) -> list[tuple[str, int, int, int]]:
    return [(hit.rule.id, number, hit.start, hit.end) for number, hit in hits]


MATCHER = Matcher(RULES)
PIECES = st.sampled_from(
    [
        "\n", "\n", "\n", "\n\n", "\nabc\n", "7\n", "\n-", "\nby\n", " ", " ", "  ", "\t", "\u00a0", "\r",
        ".", ":", "”", "“", "’", "'", "-", "!", "_", "Share it", "by", "by Anna", "Berg", "Ad", "ad here",
        "Read more", "More", "more", "Less", "May 7", "٣", "Don't miss", "DON’T", "miss", "Yes", "yes",
        "STRASSE", "Straße", "A new", "day", "o.k", "oxo", "éxé", "newsletter", "newsletters",
        "our newsletter now", "x", "é", "ﬁ", "İ", "O.K.",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60), st.sampled_from([1, 8, BLOCK]))
@settings(max_examples=1500, deadline=None)
def test_the_whole_text_at_once_finds_what_line_by_line_finds(text: str, block: int) -> None:
    lines = Lines(text)

    with patch("clean.rules.match.BLOCK", block):
        assert places(MATCHER.hits(lines)) == line_by_line(RULES, lines)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_found_among_lines_that_are_not_its_own(rule: Rule) -> None:
    mine = {
        "line": "Share it", "negated": "Read:", "space": "by Anna", "any": "Ad", "edges": "Read more",
        "anchors": "Less", "counted": "May 7", "phrases": "“Yes.”", "span": "An ad here",
        "start": "by Anna he", "end": "Read more", "quoted": "He “waits”", "twice": "oxx",
        "cued": "Our newsletter now", "below": "by\n  Anna ", "above": "Anna\n  Read",
        "between": "a 7\nabc\n- x",
    }[rule.id]  # fmt: skip
    prose = "The ship left the port in the rain"
    margin = "" if rule.id == "start" else "  "
    lines = Lines(f"{prose}\n\n{margin}{mine}\t\n{prose}")

    found = places(Matcher([rule]).hits(lines))

    assert len(found) == 1
    assert found == line_by_line((rule,), lines)


def test_a_line_that_is_gone_from_the_view_is_not_found() -> None:
    lines = Lines("Share it\nA\nShare it")
    scan = MATCHER.scan(lines)

    assert [number for number, _ in MATCHER.hits(lines.only([1, 2]), scan)] == [2]


KEYS = frozenset(
    map(
        phrase_key,
        ("Yes", "Don't miss", "Straße", "Sign up for our newsletter", "Read all of it", "Don't miss a story"),
    )
)
WORDS = st.sampled_from(
    [
        "Yes", "Don't", "DON’T", "miss", "a story", "Straße", "STRASSE", "Sign up", "for our newsletter", "ﬁ",
        "Read all", "of it", " ", " ", " ", "  ", "\t", "\u00a0", ".", "»", "→", "_", "’", "\n", "\x1f", "é",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=12).map("".join))
@settings(max_examples=1000, deadline=None)
def test_the_lines_that_are_phrases_are_those_of_which_all_is_compared(text: str) -> None:
    lines = Lines(text)
    keys = [(number, phrase_key(lines.all[number])) for number in lines.filled]

    assert list(Phrases(KEYS).among(lines)) == [(number, key) for number, key in keys if key in KEYS]


UNCUED = Matcher([rule for rule in RULES if not rule.cue])


@given(st.lists(PIECES, max_size=40).map("".join), st.sets(st.integers(0, 40)))
@settings(max_examples=500, deadline=None)
def test_what_was_found_holds_for_what_is_left(text: str, gone: set[int]) -> None:
    lines = Lines(text)
    left = Lines("\n".join(line for number, line in enumerate(lines.all) if number not in gone))
    scan = UNCUED.scan(lines).carried(lines, left)

    assert places(UNCUED.hits(left, scan)) == places(UNCUED.hits(left))


def test_what_is_remembered_of_lines_is_bounded_and_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clean.rules.match.MEMORY", 3)
    matcher = Matcher(RULES)
    texts = ["Share it\nRead more\nMay 7\nMore", "7\nShare it\n-", "Read more\nby\nAnna", "Less\nShare it"]

    for text in texts * 2:
        lines = Lines(text)
        assert places(matcher.hits(lines)) == line_by_line(RULES, lines)
        assert len(matcher._known) <= 3


def test_clean_text_opens_no_rule() -> None:
    text = "The ship left the port.\n\nRain fell on it.\n"

    assert not Matcher([rule for rule in RULES if rule.match]).may_match(text.encode())
    assert not MATCHER.scan(Lines(text)).found


def test_lines_too_long_are_left_to_patterns_inside_them() -> None:
    text = "z" * LONG_LINE + " ad here: “yes”"

    hits = MATCHER.hits(Lines(text + "\nAd" + "z" * LONG_LINE))

    assert {hit.rule.id for _, hit in hits} == {"span", "quoted"}


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            r"\w",
            r"\W",
            r"\s",
            r"\S",
            r"\d",
            r"\D",
            r"\pL",
            r"\PL",
            r"\p{Lu}",
            r"\p{Ll}",
            r"\p{N}",
            r"\p{Zs}",
        ),
        *(
            r"\p{M}",
            r"\p{P}",
            r"[^\w\s]",
            r"[^\pL]",
            r"[\p{M}x]",
            r"[\p{Lu}“]",
            r"[^\p{Ll}]",
            r"(?i)k",
            r"(?i)ß",
        ),
        *(r"(?i)[\p{Lu}]", r"(?i)\p{Ll}", r"(?i)[^\p{Lu}]", r"(?im)\p{Lu}", r"(?i)\w", r"(?i)[^\pL\s]"),
    ],
)
def test_plain_lines_need_no_more_than_the_narrow_pattern(pattern: str) -> None:
    wide, narrow = (compile_pattern(pattern, "test", narrow=narrow) for narrow in (False, True))
    plain = [chr(code) for code in range(0x30000) if is_plain(chr(code))]

    assert {*map(chr, range(0x100)), *"–’“€→►▪🔥™🇸\ue012"} < set(plain)
    assert [c for c in plain if wide.fullmatch(c)] == [c for c in plain if narrow.fullmatch(c)]
    assert not is_plain("ž")
