"""Lines that return on a site: counted on distinct documents, applied above the threshold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean.boilerplate import marks, site_lines
from clean.boilerplate.head import letters
from clean.boilerplate.marks import gathered, returning
from clean.errors import InputError
from clean.model import Document
from clean.pipeline import run_stage
from clean.stages.corpus import Corpus

WORDS = "bridge road harbour tower market school river island".split()


def page(number, *extra, site="harbour.example"):
    words = " ".join(WORDS[(number * k) % 8] for k in range(1, 9))
    body = [
        f"On day {number} the {words} was closed by the council for repairs {number} and more." for _ in "a"
    ]
    body += [
        f"It is the {number}. time that the {words} is closed, said the mayor of town {number} on Monday."
    ]
    body += [f"Nobody in district {number} was told about the {words} before the fences came at night."]
    return Document(f"d{number}", "\n".join([*body, *extra]) + "\n", {"site": site} if site else {})


def test_counts_distinct_documents_of_a_site():
    pages = [page(n, "Harbour Post Weather", f"{n} comments") for n in range(5)]
    pages.append(page(9, "Harbour Post Weather", site="other.example"))

    counted = {(line.site, line.key): (line.documents, line.of) for line in site_lines.count(pages)}

    assert counted["harbour.example", "harbourpostweather"] == (5, 5)
    assert counted["harbour.example", "0comments"] == (5, 5)
    assert not any(site == "other.example" for site, _ in counted)


def test_copies_of_one_article_are_one_document():
    copies = [
        Document(f"copy{n}", page(1).text + "The Bridge Is Closed\n", {"site": "a.example"}) for n in range(6)
    ]

    assert site_lines.build(copies).lines == ()


def test_a_sentence_must_return_twice_as_often():
    pages = [page(n, "Harbour Post Weather", "He did not answer.") for n in range(4)] + [
        page(n) for n in range(4, 8)
    ]

    assert [line.line for line in site_lines.build(pages).lines] == ["Harbour Post Weather"]


def test_folder_stands_for_the_site():
    pages = [page(n, "Harbour Post Weather", site="") for n in range(3)]

    assert {line.site for line in site_lines.build(pages).lines} == {"/"}


def test_they_are_deleted_with_their_counts():
    pages = [page(n, "Harbour Post Weather") for n in range(3)]
    stage = Corpus(site_lines.build(pages))
    done = run_stage(page(7, "Harbour Post Weather"), stage)

    assert done.text == page(7).text
    (edit,) = done.trail[0].edits
    assert edit.rule == "boilerplate/site-line"
    assert (edit.because["documents"], edit.because["of"]) == (3, 3)
    assert run_stage(page(7, "Harbour Post Weather", site="b.example"), stage).text.endswith("Weather\n")


def test_file_survives_and_its_format_is_checked(tmp_path):
    table = site_lines.build(page(n, "Harbour Post Weather", "Zürich—日本") for n in range(3))
    path = tmp_path / "lines.jsonl"
    site_lines.write(table, path)

    assert site_lines.read(path) == table
    assert len(table.lines) == 2
    path.write_text('{"format": "site-lines/0"}\n')
    with pytest.raises(InputError, match="site-lines/0"):
        site_lines.read(path)
    path.write_text("[]\n")
    with pytest.raises(InputError):
        site_lines.read(path)


def test_candidates_leave_out_what_is_known():
    pages = [page(n, "Harbour Post Weather", "Tides Today") for n in range(3)]

    found = site_lines.candidates(pages, known={"tidestoday"})

    assert [line.line for line in found] == ["Harbour Post Weather"]
    assert site_lines.candidates([]) == []


@given(st.text(st.sampled_from("aB9 _-.,é٣ß\u0130x0"), max_size=20))
def test_ascii_has_a_shorter_way_to_the_same_key(line):
    assert site_lines.key_of(line) == re.sub(r"\d+", "0", letters(line))


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_every_character_of_ascii_has_the_same_key_both_ways(line):
    assert site_lines.key_of(line) == re.sub(r"\d+", "0", letters(line))


@given(st.lists(st.text(st.characters(codec=None, exclude_characters="\n"), max_size=12)))
def test_lines_have_the_same_keys_together(lines):
    assert site_lines.keys_of(lines) == [site_lines.key_of(line) for line in lines]


@given(st.text(st.sampled_from("aB9 _-.,é٣ß\u0130’1\ud800\n"), max_size=40))
def test_lines_are_counted_as_one_by_one(text):
    lines = site_lines.stripped(text)
    found = {}
    for place, line in enumerate(lines):
        if site_lines.key_of(line):
            found.setdefault(site_lines.key_of(line), place)

    assert site_lines.places_of(lines) == found


@given(st.text(st.sampled_from("aab0é\n"), max_size=30))
def test_documents_are_told_apart_by_their_three_longest_lines(text):
    lines = {line for line in site_lines.stripped(text) if line}
    longest = sorted(lines, key=lambda line: (len(line), line), reverse=True)
    wanted = [site_lines._digest(line) for line in (*longest, "", "", "")[:3]]

    assert site_lines.marks_of(Document("a/1.txt", text)).longest == b"".join(wanted)


def test_lines_that_return_are_found_by_their_numbers(monkeypatch):
    pages = [page(n, "Harbour Post Weather", f"{n} comments", f"Only {'x' * n}") for n in range(5)]
    blocks = [gathered([site_lines.marks_of(one) for one in some]) for some in (pages[:2], [], pages[2:])]

    found = returning(lambda: iter(blocks))

    counted = [line for line in site_lines.count(pages) if line.documents >= 3]
    wanted = {
        (site_lines.mark_of(line.site, line.key), line.site, line.documents, line.of) for line in counted
    }
    assert set(found) == wanted
    assert len(found) == 2
    monkeypatch.setattr(marks, "SLICE", 3)  # so that the numbers are sorted in several parts
    assert returning(lambda: iter(blocks)) == found


def test_copies_of_one_page_make_no_line_return():
    blocks = [gathered([site_lines.marks_of(page(1, "Harbour Post Weather"))] * 5)]

    assert returning(lambda: iter(blocks)) == []
    assert returning(lambda: iter([])) == []


def test_a_line_is_known_by_its_place():
    told = site_lines.marks_of(page(1, "Harbour Post Weather"))
    lines = page(1, "Harbour Post Weather").text.split("\n")

    numbers = gathered([told]).marks.tolist()
    assert len(numbers) == len(told.places) == len(site_lines.places_of(lines))
    for mark, place in zip(numbers, told.places, strict=True):
        assert mark == site_lines.mark_of(told.site, site_lines.key_of(lines[place].strip()))
