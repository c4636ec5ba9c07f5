"""Which rules act on a document, and which of the shipped ones a plain article calls up."""

from dataclasses import replace

import pytest

from clean.boilerplate.rulebook import Rulebook
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
