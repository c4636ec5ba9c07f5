"""Which rules act on a document, and which of the shipped ones a plain article calls up."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clean.boilerplate.rulebook import Rulebook
from clean.rules.compile import compile_pattern
from clean.rules.load import load_rules
from clean.rules.model import Rule

EVERY = Rule("every", "boilerplate", "promo", "delete-line", "A line.", match="Share it")
RULES = (
    EVERY,
    replace(EVERY, id="english", language="en"),
    replace(EVERY, id="german", language="de"),
    replace(EVERY, id="site", site="harbour.example"),
)

ARTICLE = """\
Old bridge to close for repairs until spring

The council voted on Tuesday to close the old bridge for repairs, after engineers found cracks in two of its
piers. Anna Holm, who leads the works, said that "nobody wants to wait for another winter".

The closure begins on 12 March. Some 9,000 cars cross the river there every day; they will be sent over the
new road in the north, which was opened nine years ago.

"It is right, and it is late," said Tom Berg of the merchants' union. His members fear for their trade: three
of ten shops in the old town live from those who pass by.

What it costs

The city pays 4.2 million for the steel alone. The rest, more than half, comes from the province, which had
refused twice before.
"""


@pytest.mark.parametrize(
    ("language", "host", "expected"),
    [
        ("en", "", [["english", "every"]]),
        ("", "", [["english", "every"]]),
        ("de", "", [["german"], ["english", "every"]]),
        ("fr", "", [["english", "every"]]),
        ("en", "news.harbour.example", [["site"], ["english", "every"]]),
        ("en", "anotherharbour.example", [["english", "every"]]),
    ],
)
def test_the_rules_of_a_site_decide_first_then_those_of_the_language(
    language: str, host: str, expected: list[list[str]]
) -> None:
    matchers = Rulebook(RULES).matchers(language, host)

    assert [[rule.id for rule in matcher.rules] for matcher in matchers] == expected


def test_a_language_without_rules_has_no_matcher() -> None:
    assert Rulebook(RULES[2:3]).matchers("en", "") == []


def test_a_plain_article_calls_up_no_shipped_rule() -> None:
    (matcher,) = Rulebook(load_rules("boilerplate")).matchers("en", "")

    assert len(matcher.rules) > 100
    assert [rule.name for rule in matcher.asked(ARTICLE.encode())] == []


# Where these rules match, their cue matches too: it is there for speed alone.
IMPLIED = (
    "ad-notice", "agency-credit", "comment-moderation", "newsletter-about", "related-span", "shared-post",
    "slash-credit", "time-ago",
)  # fmt: skip
_IN_CLASSES = {r"\p{Lu}": "A-Z", r"\p{L}": "A-Za-z", r"\p{N}": "0-9"}


def _ascii(pattern: str) -> re.Pattern[str]:
    """The pattern for Python, in which all letters are of ASCII: `\\b` knows no others."""
    for name, letters in _IN_CLASSES.items():
        pattern = pattern.replace(name, letters)
    return re.compile(pattern, re.ASCII)


@pytest.mark.parametrize("name", IMPLIED)
def test_a_cue_that_is_there_for_speed_hides_no_line(name: str) -> None:
    (rule,) = (rule for rule in load_rules("boilerplate") if rule.id == name)
    match, cue = compile_pattern(rule.match, "test"), compile_pattern(f"(?m){rule.cue}", "test")

    @given(st.from_regex(_ascii(rule.match), fullmatch=True))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(line: str) -> None:
        assume(match.fullmatch(line.strip()))
        assert cue.search(f"Rates rose.\n {line}\t\nBanks fell.")

    assert rule.cue
    holds()
