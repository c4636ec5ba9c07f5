"""The `unicode` stage: characters repaired, and all the characters it must not touch."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean import edits
from clean.model import Document
from clean.pipeline import run_stage
from clean.stages.unicode import (
    _LAYOUT,
    _MAY_BE_MOJIBAKE,
    _MOJIBAKE_ALONE,
    _UNWANTED,
    RULES,
    Unicode,
    _layout,
    _stand_together,
    _unwanted,
    _usual_layout,
)


def cleaned(text: str) -> Document:
    return run_stage(Document("d", text), Unicode())


LEFT_ALONE = [
    "“Quotes”, ‘single’ and ‹angled› stay; so do ﬁ ligatures, ｆｕｌｌ width and 中国，标点。\n",
    "A non-joiner in می‌خواهم and an emoji family 👨‍👩‍👧 keep what joins them.\n",
    "Two  spaces  after a stop.  They are the writer's.\n",
    "    An indented line.\n\nL’été à Orléans — 35 °C… naïve façade, Ærø, Łódź.\n",
    "Kořen, ŽIŽKA, ÂGE, PÃO DE AÇÚCAR, São João, NÃO.\n",
    "&lt;b&gt; is markup in text, R&D and AT&T are not.\n",
    "ภาษา\u200bไทย\n",
    "Президент прибыл в столицу. Ü-Ö-Ä.\n",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f\n",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_right_stays(text: str) -> None:
    assert cleaned(text).trail == ()


REPAIRED = [
    ("mojibake", "The cafÃ© of the â€œhouseâ€\x9d\n", "The café of the “house”\n"),
    ("mojibake", "twice: cafÃƒÂ©\n", "twice: café\n"),
    ("mojibake", "РџСЂРµР·РёРґРµРЅС‚ РїСЂРёР±С‹Р» РІ СЃС‚РѕР»РёС†Сѓ\n", "Президент прибыл в столицу\n"),
    ("mojibake", "it\x92s his\n", "it’s his\n"),
    ("mojibake", "BrasÃ\xadlia, PanamÃ¡\n", "Brasília, Panamá\n"),
    ("mojibake", "He said â€œno.â€ and left.\n", "He said “no.” and left.\n"),
    ("mojibake", "It cost 5Â million.\n", "It cost 5 million.\n"),
    ("html-entity", "AT&amp;T &#8217;tis &amp;quot;so&amp;quot;\n", 'AT&T ’tis "so"\n'),
    ("terminal-escape", "\x1b[31mred\x1b[0m\n", "red\n"),
    ("control-character", "a\x07b\x00c\n", "abc\n"),
    ("invisible-character", "\ufeffco\u00adop mother\u200bjones\n", "coop motherjones\n"),
    ("invisible-character", "hidden\U000e0049\U000e0067 tag\n", "hidden tag\n"),
    ("lone-surrogate", "half \ud83d here\n", "half \ufffd here\n"),
    ("line-end", "a\r\n\r\nb\rc\u2028d\x0be\n", "a\n\nb\nc\nd\ne\n"),
    ("trailing-space", "a  \nb\u00a0\n", "a\nb\n"),
    ("blank-lines", "\n\na\n\n\n \nb\n\n\n", "a\n\nb\n"),
    ("final-newline", "a", "a\n"),
]


@pytest.mark.parametrize(("rule", "before", "after"), REPAIRED)
def test_what_is_wrong_is_repaired_under_its_rule(rule: str, before: str, after: str) -> None:
    document = cleaned(before)

    assert document.text == after
    assert f"unicode/{rule}" in {edit.rule for edit in document.trail[0].edits}
    assert edits.raw(document) == before
    assert cleaned(document.text).trail == ()


FLAGGED = [
    ("unicode/lost-character", "It isn\ufffdt over.\n", "\ufffd"),
    ("unicode/unreadable", "The word Ïðåçèäåíò means president.\n", "Ïðåçèäåíò"),
]


@pytest.mark.parametrize(("rule", "text", "span"), FLAGGED)
def test_what_cannot_be_repaired_is_flagged(rule: str, text: str, span: str) -> None:
    document = cleaned(text)

    assert document.text == text
    assert [(note.rule, text[note.start : note.end]) for note in document.trail[0].notes] == [(rule, span)]


def test_every_rule_has_a_case() -> None:
    repaired = {f"unicode/{rule}" for rule, _, _ in REPAIRED}
    assert repaired | {rule for rule, _, _ in FLAGGED} | {"unicode/combining-marks"} == set(RULES)
    assert len(LEFT_ALONE) >= 9


def test_a_flood_of_marks_is_flagged_and_not_repaired() -> None:
    text = "a" + "\u0301" * 50_000 + " cafÃ©\n"

    document = cleaned(text)

    assert document.text == text
    assert [note.rule for note in document.trail[0].notes] == ["unicode/combining-marks"]


def test_a_repair_says_how() -> None:
    (edit, *_) = cleaned("cafÃ©\n").trail[0].edits

    assert edit.because["steps"] == ["encode latin-1", "decode utf-8"]


PIECES = [
    *"ab \t\n\n\r\x0b\x85\u2028\xa0&;#39Ãâ€™é“”\ufeff\u200b\xad\x00\x1b\x92ก",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "Ã©",
    "â€™",
]


@given(st.lists(st.sampled_from([*PIECES, "\r\n", "\ud800", "café"]), max_size=25).map("".join))
def test_undone_exactly_and_silent_the_second_time(text: str) -> None:
    document = cleaned(text)

    assert edits.raw(document) == text
    assert cleaned(document.text).text == document.text


USUAL = st.lists(
    st.sampled_from([" ", "  ", "\n", "\n\n", "\n\n\n", "a", "b c", "é", "“", "a \n", "\n b"]), max_size=12
)


@given(USUAL.map("".join))
def test_the_layout_of_usual_texts_is_that_of_any(text: str) -> None:
    assert edits.settle(_usual_layout(text)) == edits.settle(_layout(text))


@given(st.text(st.sampled_from("aà’” \n\x80\xadÃÂé€¡\u00a0"), max_size=12))
def test_mojibake_is_looked_for_where_it_may_be(text: str) -> None:
    place = re.search(r"[^\x00-\x7f]{2}|[ÃÂ\x80-\x9f]", text)
    found = _MAY_BE_MOJIBAKE.search(text)
    assert (found and found.start()) == (place and place.start())
    assert bool(place) == (_stand_together(text) or not _MOJIBAKE_ALONE.isdisjoint(text))


ODD = st.text(st.sampled_from("ab \t\n\r\x85\u2028\xa0\x00\x1b[3m\ud800\ufeff\xad\u200bกÃ\U000e0041🏴"))


@given(ODD)
def test_what_is_unwanted_is_found_as_by_the_plain_patterns(text: str) -> None:
    assert [(edit.start, edit.old) for edit in _unwanted(text)] == [
        (match.start(), match[0]) for match in _UNWANTED.finditer(text)
    ]
    assert [match.span() for match in _LAYOUT.finditer(text)] == [
        match.span() for match in re.finditer(r"\s{2,}|[\r\v\f\x85\u2028\u2029]", text)
    ]
