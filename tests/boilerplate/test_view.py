"""What the page view and its helpers leave out of their look changes nothing: each against the plain way."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from clean.boilerplate import head, regions
from clean.boilerplate.languages import _ENGLISH, PLAIN_ENGLISH, _is_plain_english
from clean.boilerplate.regions import _HEADLINE_VERB, _is_headline
from clean.boilerplate.view import Form, View, form_of
from clean.edits import apply
from clean.lines import Lines, Reason

PROSE = "The council voted on Tuesday to close the old bridge for repairs."
LINE = st.sampled_from(
    [
        "",
        " ",
        PROSE,
        "He said so:",
        "Share",
        "Ann Lee",
        "Mayor Says Bridge Will Close",
        "Home > News > Mayor Says Bridge Will Close - The Daily",
        "Mayor Says Bridge Will Close | The Daily",
        "Why Has Rome Fallen?",
        "Ships Are Back In Port Again",
        "\u00a0",
        "“Trains Run Late Again Today”",
        "- Trains Run Late Again",
    ]
)
PAGES = st.lists(LINE, max_size=24).map("\n".join)


@given(PAGES, st.sets(st.integers(0, 23)))
def test_a_view_of_what_is_left(text: str, chosen: set[int]) -> None:
    lines = Lines(text)
    gone = chosen.intersection(lines.filled)
    view = View.of(lines).without(gone)
    left = [number for number in lines.filled if number not in gone]
    before = [-1, *left]

    assert view.numbers == left
    assert list(view.form) == [form_of(lines.all[number].strip()) for number in left]
    assert list(view.apart) == [
        any(not lines.all[n].strip() for n in range(above + 1, number))
        for above, number in zip(before, left, strict=False)
    ]


@given(PAGES, st.sets(st.integers(0, 23)), st.sets(st.integers(0, 23), max_size=3))
def test_bounds_are_found_in_forms_as_in_lines(text: str, gone: set[int], furniture: set[int]) -> None:
    view = View.of(Lines(text)).without(gone)
    prose = [
        at for at, form in enumerate(map(form_of, view.text)) if form == Form.PROSE and at not in furniture
    ]

    assert view.bound(furniture) == ((prose[0], prose[-1]) if prose else (len(view.text), -1))
    if not gone:
        assert View.of(Lines(text)).bound(furniture) == view.bound(furniture)


@given(PAGES, st.sets(st.integers(0, 23)))
def test_a_view_of_what_is_cut_out_is_that_of_the_text_that_is_left(text: str, chosen: set[int]) -> None:
    lines = Lines(text)
    gone = {number: Reason("test/gone") for number in chosen.intersection(lines.filled)}
    view = View.of(lines).without(gone)
    if view.numbers[:1] != lines.filled[:1]:
        view = view.cut_out()
    left = View.of(Lines(apply(text, lines.deletions(gone))))

    assert (view.text, view.apart, view.form) == (left.text, left.apart, left.form)


def plain_runs(view: View, taken: set[int]) -> list[range]:
    """Every position tried as the beginning of a run."""
    if sum(view.apart) * 3 < len(view.text) or all(view.apart[1:]):
        return []
    found = []
    for start in range(view.first + 1, view.last):
        end = start
        while end < view.last and end not in taken and (end == start or not view.apart[end]):
            if view.form[end] == Form.PROSE or not _is_headline(view.text[end]):
                break
            end += 1
        verbs = sum(_HEADLINE_VERB.search(view.text[p]) is not None for p in range(start, end))
        if (
            view.apart[start]
            and 3 <= end - start <= 12
            and view.form[start - 1] == view.form[end] == Form.PROSE
            and not view.text[start - 1].endswith(":")
            and 2 * verbs >= end - start
        ):
            found.append(range(start, end))
    return found


BLOCK = st.lists(LINE.filter(str.strip), min_size=1, max_size=5).map("\n".join)
BLOCKS = st.lists(BLOCK | st.just(PROSE), max_size=9).map("\n\n".join)


@given(BLOCKS | PAGES, st.sets(st.integers(0, 20), max_size=2))
@settings(max_examples=600, deadline=None)
def test_headline_runs_begin_at_blocks(text: str, taken: set[int]) -> None:
    view = View.of(Lines(text))

    assert list(regions.headline_runs(view, taken)) == plain_runs(view, taken)


def test_a_run_of_headlines_is_found() -> None:
    block = "Mayor Says Bridge Will Close\nShips Are Back In Port Again\nTrains Were Late Again Today"
    view = View.of(Lines(f"{PROSE}\n\n{block}\n\n{PROSE}"))

    assert list(regions.headline_runs(view, ())) == plain_runs(view, set()) == [range(1, 4)]


def plain_title_inside(view: View, position: int) -> int | None:
    whole = head.letters(view.text[position])
    for other in range(position + 1, min(view.first + 1, len(view.text), position + head.HEAD_LINES)):
        part = head.letters(view.text[other])
        fits = len(part) >= head.TITLE_LETTERS and len(whole) <= 2 * len(part) + 40
        if fits and part != whole and part in whole:
            return other
    return None


@given(PAGES)
def test_the_title_inside_a_line_is_known_by_its_beginning(text: str) -> None:
    view = View.of(Lines(text))

    for position in range(len(view.text)):
        assert head._title_inside(view, position) == plain_title_inside(view, position)


WORDS = st.sampled_from(
    [
        "the",
        "of",
        "to",
        "Bank",
        "café",
        "à",
        "é",
        "can't",
        "it’s",
        "—",
        "“He”",
        "2023",
        "_",
        "x",
        "naïve",
        "俄罗斯",
    ]
)


@given(st.lists(WORDS).map(" ".join) | st.lists(WORDS).map("".join) | st.text(max_size=60))
@settings(max_examples=600)
def test_english_is_told_as_by_counting_words(sample: str) -> None:
    words = re.findall(r"[^\W\d_]+", sample.casefold())
    known = sum(word in _ENGLISH for word in words)

    assert _is_plain_english(sample) == (len(words) >= 8 and known >= PLAIN_ENGLISH * len(words))
