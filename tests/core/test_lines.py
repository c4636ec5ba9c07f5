"""Deleting lines: what stays keeps its distance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean import edits
from clean.lines import Lines, Reason


def without(text: str, *numbers: int) -> str:
    lines = Lines(text)
    script = edits.settle(lines.deletions({number: Reason(f"test/{number}") for number in numbers}))
    after = edits.apply(text, script)
    assert edits.apply(after, edits.invert(script)) == text
    assert len(script) == len(numbers)
    return after


@pytest.mark.parametrize(
    ("before", "numbers", "after"),
    [
        ("A\n\nX\n\nB\n", [2], "A\n\nB\n"),
        ("A\nX\n\nB\n", [1], "A\n\nB\n"),
        ("A\n\nX\nB\n", [2], "A\n\nB\n"),
        ("A\nX\nB\n", [1], "A\nB\n"),
        ("A\n\nX\n", [2], "A\n"),
        ("A\n\nX", [2], "A"),
        ("A\nX\nY", [1, 2], "A"),
        ("X\n\nA\n", [0], "A\n"),
        ("X\n\nY\n", [0, 2], ""),
        ("A\nX\n\nY\nB", [1, 3], "A\n\nB"),
        ("A\n\nX\n\n\n\nB\n", [2], "A\n\nB\n"),
    ],
)
def test_paragraphs_that_were_apart_stay_apart(before: str, numbers: list[int], after: str) -> None:
    assert without(before, *numbers) == after


@given(st.lists(st.sampled_from(["A", "B", "X", "X", "", ""]), max_size=14), st.booleans())
def test_the_lines_that_stay_are_those_not_deleted(drawn: list[str], terminated: bool) -> None:
    text = "\n".join(drawn) + ("\n" if terminated else "")
    lines = Lines(text)
    doomed = [number for number in lines.filled if lines.all[number] == "X"]

    after = without(text, *doomed)

    kept = [line for line in drawn if line in ("A", "B")]
    assert [line for line in after.split("\n") if line] == kept
    gaps_before = "\n\n" in text
    assert "\n\n\n" not in after or "\n\n\n" in text
    assert gaps_before or "\n\n" not in after


def test_an_edit_inside_a_line_has_the_offset_of_the_text() -> None:
    lines = Lines("ab\ncdef\n")

    edit = lines.inside(1, 1, 3, "", Reason("test/inside"))

    assert (edit.start, edit.old) == (4, "de")
    assert "\n".join(lines.all) == lines.text
