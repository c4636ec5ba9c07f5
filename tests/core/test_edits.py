"""The edit script: what holds for every text and every script."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean import edits
from clean.errors import EditError
from clean.model import Document, Edit, Patch


@st.composite
def scripts(draw: st.DrawFn, text: str) -> edits.Script:
    proposed = []
    for number in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 4)))
        proposed.append(Edit(start, text[start:end], draw(st.text("xyz", max_size=3)), f"test/{number}"))
    return edits.settle(proposed)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, edits.Script]:
    text = draw(st.text("abc\n é", max_size=20))
    return text, draw(scripts(text))


@given(edited())
def test_inverting_gives_the_text_back(case: tuple[str, edits.Script]) -> None:
    text, script = case

    assert edits.apply(edits.apply(text, script), edits.invert(script)) == text


@given(edited())
def test_settled_edits_never_overlap_and_always_change(case: tuple[str, edits.Script]) -> None:
    _, script = case

    assert all(edit.old != edit.new for edit in script)
    assert all(left.end <= right.start for left, right in itertools.pairwise(script))


@given(st.data())
def test_a_composed_script_does_what_its_parts_do(data: st.DataObject) -> None:
    text = data.draw(st.text("abc", max_size=12))
    first = data.draw(scripts(text))
    second = data.draw(scripts(edits.apply(text, first)))

    composed = edits.compose(text, first, second)

    assert edits.apply(text, composed) == edits.apply(edits.apply(text, first), second)


@given(edited())
def test_offsets_outside_edits_map_there_and_back(case: tuple[str, edits.Script]) -> None:
    text, script = case
    mapped = edits.OffsetMap(script)
    after = edits.apply(text, script)

    for offset in range(len(text)):
        if not any(edit.start <= offset < edit.end for edit in script):
            assert after[mapped.to_after(offset)] == text[offset]
            assert mapped.to_before(mapped.to_after(offset)) == offset


@given(st.text("ab ,.é\n", max_size=40), st.text("ab ,.é\n", max_size=40))
def test_diff_edits_turn_one_text_into_the_other(old: str, new: str) -> None:
    script = edits.settle(edits.diff_edits(old, new, "test/rewrite"))

    assert edits.apply(old, script) == new


def test_a_long_difference_is_one_edit() -> None:
    old, new = "a b " * 500, "c d " * 500

    (edit,) = edits.diff_edits(old, new, "test/rewrite", start=7)

    assert edit.start == 7
    assert edit.new.startswith("c d")


def test_the_leftmost_edit_wins_and_then_the_first_proposed() -> None:
    proposed = [Edit(2, "cd", "x", "t/late"), Edit(0, "abc", "y", "t/early"), Edit(0, "ab", "z", "t/second")]

    assert [edit.rule for edit in edits.settle(proposed)] == ["t/early"]


def test_an_edit_that_does_not_fit_is_refused_with_its_rule_and_place() -> None:
    with pytest.raises(EditError, match=r"t/wrong at 3 expects 'zz' but the text has 'de'"):
        edits.apply("abcdef", [Edit(3, "zz", "", "t/wrong")])


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(EditError, match="begins before"):
        edits.apply("abcdef", [Edit(0, "abc", "", "t/a"), Edit(2, "cd", "", "t/b")])


def test_the_trail_gives_every_version_of_the_text() -> None:
    first = Patch("one", "1", (Edit(0, "a", "A", "one/case"),))
    second = Patch("two", "1", (Edit(1, "", "-", "two/dash"),))
    document = Document("d", "A-b", trail=(first, second))

    assert edits.versions(document) == ["ab", "Ab", "A-b"]
    assert edits.raw(document) == "ab"
    assert edits.to_raw(document.trail, 2) == 1
