"""What holds for every text: undone exactly, stable, pure, no character from nowhere."""

# ruff: noqa: E501

import pickle
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from clean import edits
from clean.model import Document, Edit
from clean.pipeline import run_stage
from clean.rules.load import load_rules
from clean.stages.translation import RULES, Translation

STAGE = Translation()
NAMES = {rule.name for rule in load_rules("translation")} | set(RULES)
PIECES = st.sampled_from(
    [
        " ", " ", " ", ".", ",", "?", "“", "”", '"', "…", "–", "\n", "(", ")", "the", "the", "of", "of", "to", "a", "a",
        "in the", "is", "said", "He said", "In May", "The", "This", "leaders", "Leaders", "Ukraine", "Times", "Inc.",
        "U.S.", "tons", "12,000", "000", "3", "London's", "According to", "munitions", "Munitions", "’s", "n’t", "did",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_laws(text):
    document = run_stage(Document("example", text), STAGE)
    assert edits.raw(document) == text
    found = [item for patch in document.trail for item in (*patch.edits, *patch.notes)]
    assert {item.rule for item in found} <= NAMES
    again = run_stage(Document("example", text), STAGE)
    assert again == document


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_a_second_pass_changes_nothing(text):
    once = run_stage(Document("example", text), STAGE).text
    assert run_stage(Document("example", once), STAGE).text == once


def test_damage_under_damage_is_one_edit_with_all_its_rules():
    text = "The bridge was closed, according to a ministry statement In April, ."
    document = run_stage(Document("example", text), STAGE)
    assert document.text == "The bridge was closed, according to a ministry statement in April."
    assert edits.raw(document) == text
    assert {edit.rule for edit in document.trail[0].edits} == {
        "translation/seam-before-date",
        "translation/comma-full-stop",
    }


def test_the_stage_travels_between_processes():
    copy = pickle.loads(pickle.dumps(STAGE))
    text = "The mill closed. . Its owner left the town."
    assert run_stage(Document("example", text), copy).text == run_stage(Document("example", text), STAGE).text


def test_rules_stand_beside_one_another_in_evidence():
    [first, *_] = STAGE(Document("example", "The mayor said that the mill closed. ."))
    assert isinstance(first, Edit)
    assert first.because


def test_long_hostile_lines_take_no_time():
    for piece in (
        ". ",
        "“ ”",
        "the the ",
        "aB",
        "said. He said ",
        "… 1,000 ",
        "Tons Tons ",
        " for its support",
    ):
        text = "The " + piece * (200_000 // len(piece))
        started = time.process_time()
        run_stage(Document("example", text), STAGE)
        assert time.process_time() - started < 20, piece
