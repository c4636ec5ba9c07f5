"""Deleting lines: what stays keeps its distance."""

from __future__ import annotations

import itertools

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


def plain_deletions(lines: Lines, doomed: set[int]) -> list[tuple[int, str]]:
    """Each run of lines by its gaps, one of which stays."""
    found: list[tuple[int, str]] = []
    rows = list(enumerate(lines.filled))
    for goes, group in itertools.groupby(rows, key=lambda row: row[1] in doomed):
        run = [number for _, number in group]
        if not goes:
            continue
        first, last = lines.filled.index(run[0]), lines.filled.index(run[-1]) + 1
        before = lines.filled[first - 1] + 1 if first else 0
        after = lines.filled[last] if last < len(rows) else len(lines.all)
        gaps = [range(a, b) for a, b in zip([before, *(n + 1 for n in run)], [*run, after], strict=True)]
        edge = first == 0 or last == len(rows)
        spared = -1 if edge else next((at for at, gap in enumerate(gaps) if gap), -1)
        for at, number in enumerate(run):
            start = gaps[0].start if at == 0 and spared != 0 else number
            stop = number + 1 if spared == at + 1 else gaps[at + 1].stop
            begin = sum(len(line) + 1 for line in lines.all[:start])
            end = min(sum(len(line) + 1 for line in lines.all[:stop]), len(lines.text))
            if at == 0 and last == len(rows) and first and not lines.text.endswith("\n"):
                begin -= 1
            found.append((begin, lines.text[begin:end]))
    return found


@given(st.lists(st.sampled_from(["A", "BC", " D", "", "", " "]), max_size=14), st.sets(st.integers(0, 13)))
def test_runs_are_deleted_as_gap_by_gap(drawn: list[str], chosen: set[int]) -> None:
    lines = Lines("\n".join(drawn))
    doomed = chosen.intersection(lines.filled)
    script = lines.deletions({number: Reason(f"test/{number}") for number in doomed})

    assert [(edit.start, edit.old) for edit in script] == plain_deletions(lines, doomed)
    assert [edit.rule for edit in script] == [f"test/{number}" for number in sorted(doomed)]
    assert edits.settle(script) == tuple(script)


def test_an_edit_inside_a_line_has_the_offset_of_the_text() -> None:
    lines = Lines("ab\ncdef\n")

    edit = lines.inside(1, 1, 3, "", Reason("test/inside"))

    assert (edit.start, edit.old) == (4, "de")
    assert "\n".join(lines.all) == lines.text
