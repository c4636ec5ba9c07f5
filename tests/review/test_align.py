from __future__ import annotations

import random

import pytest
from fixture import documents
from hypothesis import given
from hypothesis import strategies as st

from clean import edits
from clean.errors import EditError
from clean.model import Edit, Patch
from clean.review.align import align
from clean.review.restore import revised
from clean.review.rows import blocks

ALPHABET = "ab \n.é"


@st.composite
def trails(draw: st.DrawFn) -> tuple[str, tuple[Patch, ...]]:
    """A text and up to four patches, whose edits are as awkward as edits can be."""
    text = raw = draw(st.text(ALPHABET, max_size=30))
    trail = []
    for number in range(draw(st.integers(0, 4))):
        places = draw(
            st.lists(
                st.tuples(st.integers(0, 40), st.integers(0, 8), st.text(ALPHABET, max_size=4)), max_size=4
            )
        )
        script = edits.settle(
            Edit(start, text[start : start + size], new, f"s{number}/{start}-{size}")
            for start, size, new in places
            if start <= len(text)
        )
        text = edits.apply(text, script)
        trail.append(Patch(f"s{number}", "1", script))
    return raw, tuple(trail)


@given(trails())
def test_alignment_is_both_texts_and_names_every_difference(found: tuple[str, tuple[Patch, ...]]) -> None:
    raw, trail = found
    text = raw
    for patch in trail:
        text = edits.apply(text, patch.edits)

    stretches = align(raw, trail)

    assert "".join(stretch.old for stretch in stretches) == raw
    assert "".join(stretch.new for stretch in stretches) == text
    assert all(bool(stretch.marks) == (stretch.old != stretch.new) for stretch in stretches)


@given(trails())
def test_blocks_hold_every_line_once_and_only_differences_are_marked(
    found: tuple[str, tuple[Patch, ...]],
) -> None:
    raw, trail = found
    text = raw
    for patch in trail:
        text = edits.apply(text, patch.edits)

    cut = list(blocks(align(raw, trail)))

    for side, whole in (("old", raw), ("new", text)):
        lines = [line for block in cut for line in getattr(block, side)]
        assert "".join(line.text + ("\n" if line.ended else "") for line in lines) == whole
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    for block in cut:
        if not block.equal:
            assert block.marks
            old, new = ([(line.text, line.ended) for line in side] for side in (block.old, block.new))
            # What one stage takes and a later one writes again is shown, with both.
            assert old != new or len(block.marks) >= 2


@given(trails(), st.randoms(use_true_random=False))
def test_taking_any_edits_back_leaves_a_trail_that_still_leads_to_the_raw_text(
    found: tuple[str, tuple[Patch, ...]], chance: random.Random
) -> None:
    raw, trail = found
    text = raw
    for patch in trail:
        text = edits.apply(text, patch.edits)
    document = documents({"x.txt": "x"})[0]
    document = type(document)("x", text, {}, trail)

    some = revised(
        document, lambda _, patch, __: ([e for e in patch.edits if chance.random() < 0.5], [], None)
    )
    none = revised(document, lambda _, patch, __: (patch.edits, [], None))
    every = revised(document, lambda _, __, ___: ([], [], None))

    assert edits.raw(some.document) == raw
    assert none.document.text == text
    assert not none.conflicts
    assert every.document.text == raw
    assert every.document.trail == ()


def test_an_edit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(EditError, match="expects 'b'"):
        align("abc", [Patch("s", "1", (Edit(0, "b", "", "s/r"),))])
    with pytest.raises(EditError):
        align("abc", [Patch("s", "1", (Edit(9, "b", "", "s/r"),))])


def test_a_line_deleted_inside_a_deleted_region_keeps_its_own_rule() -> None:
    inner = Patch("boilerplate", "1", (Edit(2, "X\n", "", "boilerplate/share"),))
    outer = Patch("entries", "1", (Edit(0, "A\nB\n", "", "entries/copy"),))

    stretches = align("A\nX\nB\nC\n", [inner, outer])

    assert [(s.old, [m.edit.rule for m in s.marks]) for s in stretches] == [
        ("A\n", ["entries/copy"]),
        ("X\n", ["boilerplate/share"]),
        ("B\n", ["entries/copy"]),
        ("C\n", []),
    ]
