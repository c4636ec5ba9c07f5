"""Flags fire on damage of our own making, and are silent on good prose."""

# ruff: noqa: E501, ISC004

import pytest

from clean.model import Document
from clean.pipeline import run_stage
from clean.stages.translation import Translation
from clean.translation import flags, quotes

STAGE = Translation()


def flagged(text):
    document = run_stage(Document("example", text), STAGE)
    return [
        (note.rule.removeprefix("translation/"), text[note.start : note.end])
        for patch in document.trail
        for note in patch.notes
        if note.key == "flag"
    ]


FLAGGED = [
    (
        "verb-after-full-stop",
        "The alliance rests on the fear of both towns for their old harbours. is driven by the need for trade.",
        "harbours. is",
    ),
    (
        "verb-after-full-stop",
        "The two firms promised to share “every well that was drilled in the delta.” will oppose any new tax.",
        "delta.” will",
    ),
    (
        "lower-case-after-full-stop",
        "The minister promised that the school would be open by the autumn. such promises are old.",
        "autumn. such",
    ),
    (
        "seam-capital",
        "Several towns accused the company of dumping its waste on their land The long quarrel over the river.",
        "land The",
    ),
    (
        "seam-capital",
        "Engineers warned that the old dam could flood the new villages Violating the terms of the contract.",
        "villages Violating",
    ),
    (
        "breaks-off",
        "The council has met four times since the flood and wants to rebuild the school. The old plan for the\n"
        "Nobody knows when the work will begin, the mayor said on Friday.\n"
        "The river has risen again since the day of the flood.",
        "The old plan for the",
    ),
    (
        "untranslated-particle",
        "The treaty is a goal long overdue for both sides. Wali could become urgent after the summer.",
        "treaty is a goal long overdue for both sides. Wali could",
    ),
    (
        "inconsistent-surname",
        "Xu Wenbo, a research fellow at the institute, called the treaty sound. According to him, Tsui said: no.",
        None,
    ),
    (
        "two-nations",
        "French President Macron met the guests. Photos showed the arrival of French leader Scholz, who smiled.\n"
        "German leader Olaf Scholz stayed for a day.",
        "French leader Scholz",
    ),
    (
        "praises-itself",
        "The talks began with praising Paris for its support of Warsaw. The French president said: we are glad.",
        "praising Paris for its support of Warsaw",
    ),
    (
        "nation-pair",
        "The square was hung with Polish Lithuanian flags for the day.",
        "Polish Lithuanian flags",
    ),
    (
        "repeated-phrase",
        "We want to deepen the talks with India with the Indian government.",
        "with India with the Indian government",
    ),
    (
        "surplus-closing-quote",
        "He said both towns “share the aims of the old league.” ready to trade.”",
        "“share the aims of the old league.” ready to trade.”",
    ),
    (
        "nested-quotation",
        "He said that “the growth of trade was a surprise given the “targets” of the league” in the north.",
        "“the growth of trade was a surprise given the “targets” of the league”",
    ),
]


@pytest.mark.parametrize(("rule", "text", "span"), FLAGGED)
def test_flags(rule, text, span):
    found = flagged(text)
    assert rule in [name for name, _ in found]
    if span is not None:
        assert (rule, span) in found


def test_every_flag_in_code_has_an_example():
    named = {f"translation/{rule}" for rule, _, _ in FLAGGED}
    assert set(flags.RULES) <= named
    assert {quotes.SURPLUS, quotes.NESTED} <= named


QUIET = [
    "The U.S. is late, and at 5 p.m. the guests of Acme Inc. were gone. He has an iPhone. eBay called him twice.",
    "“Stop it.” he said to the crowd in front of the town hall. “Will you?” she asked, and all of them went home.",
    "Officials read The Times of London, The Hague's treaty and the novel The Old Man and the Sea on the train.",
    "The route from point A to point B is long, and the grade A phones of class A drivers were lost on the way there.",
    "South Korean President Lee met South Korean officials. North Korean leader Kim Jong Un met President Lee of the South.",
    "African American voters, Bosnian Serb forces and British Asian writers came to the talks in the old town hall.",
    "The drone, which Moscow calls a toy, was shot down. The screen is 85” wide and the board 29.5” deep in the middle.",
    "“The first day was long for all of us in the tower.\n\n“The second was longer,” she said of the week.",
    "He spoke of a quotation that nobody had opened in the line before.\n\nIt went on to its end.” So he said.",
]


@pytest.mark.parametrize("text", QUIET[:-1])
def test_good_prose_is_not_flagged(text):
    assert flagged(text) == []


def test_a_quotation_left_open_above_may_close_below():
    text = "“" + QUIET[-1]
    assert flagged(text) == []
