"""A page as arrays agrees with the lines and words of its text."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean.boilerplate import features
from clean.boilerplate.words import Sign, read
from clean.lines import Lines

PAGE = "Home | News\n\n  The bridge (built in 1932) will close. “It will.”\nBRIDGE closes\n© 2021\n"


def test_lines_and_words_are_counted():
    page = read(PAGE)

    assert page.numbers.tolist() == [0, 2, 3, 4]
    assert page.words.tolist() == [2, 9, 2, 1]
    assert page.chars.tolist() == [11, 49, 13, 6]
    assert page.size.tolist()[:2] == [4, 4]
    assert page.stops.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("line", "first", "end"),
    [
        ("Rates rose.", Sign.UPPER, Sign.END),
        ("“They rose.”)", Sign.QUOTE, Sign.END),
        ("rates: ", Sign.LOWER, Sign.COLON),
        ("– 135 comments", Sign.DASH, Sign.LOWER),
        ("俄罗斯总统普京。", Sign.WIDE, Sign.END),
        ("“”", Sign.QUOTE, Sign.OTHER),
        ("🜁", Sign.OTHER, Sign.OTHER),
    ],
)
def test_ends_of_a_line(line, first, end):
    page = read(line)

    assert (page.first.tolist(), page.end.tolist()) == ([first], [end])


def test_a_word_is_the_same_in_capitals_and_on_any_line():
    hashes = read("The Bridge\nbridge the\n\nabridge").hash.tolist()

    assert hashes[0] == hashes[3]
    assert hashes[1] == hashes[2]
    assert len(set(hashes)) == 3


def test_sums_by_line():
    page = read("one two\n...\nthree\n")

    assert page.by_line(page.size, page.size > 4).tolist() == [[6, 0, 5], [0, 0, 1]]


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_same_lines_as_the_line_view(text):
    page = read(text)

    assert page.numbers.tolist() == Lines(text).filled
    assert page.chars.tolist() == [len(Lines(text).all[number].strip()) for number in page.numbers]
    assert page.words.sum() == len(page.hash) == len(page.line)


@given(st.text(alphabet="aB1 .\n", max_size=60))
def test_words_are_runs_of_letters_and_digits(text):
    assert read(text).size.tolist() == [len(word) for word in re.findall("[aB1]+", text)]


@given(st.text(alphabet="aB1 .|\n☃中", min_size=1, max_size=80).filter(str.strip))
def test_one_figure_a_line_for_every_name(text):
    page = read(text)
    size = len(page.numbers)
    classes, line = features.terms(page)

    rows = features.matrix(page, np.arange(size) - 1, np.full(size, 100), np.arange(size) % 2 == 0)

    assert rows.shape == (len(features.names()), size)
    assert np.isfinite(rows).all()
    assert len(classes) == len(line)
    assert not len(classes) or (classes.min() >= 0 and classes.max() < features.TERMS)


def test_features_of_a_line():
    page = read(PAGE + "\nBridge closes\n")
    size = len(page.numbers)

    taken = np.arange(size) == 3

    rows = features.matrix(page, np.zeros(size, np.int64), np.full(size, 128), taken)
    column = dict(zip(features.names(), rows.T.tolist()[1], strict=True))

    assert column["words"] == 9
    assert column["blank"] == 1
    assert column["quotes"] == 2
    assert column["words-1"] == 2
    assert column["words>4"] == 5
    assert column["copies+1"] == 2
    assert (column["taken"], column["taken+2"], column["taken<4"], column["taken>4"]) == (0, 1, 0, 1)
    assert (column["taken_words>4"], column["until_taken"], column["since_taken"]) == (1, 2, 50)


def test_a_word_of_a_very_long_text_has_the_same_hash():
    long = f"bridge {'x' * 70_000} bridge"

    assert len(set(read(long).hash.tolist()) | set(read("bridge").hash.tolist())) == 2
