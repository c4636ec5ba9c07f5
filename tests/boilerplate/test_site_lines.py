"""Lines that return on a site: counted on distinct documents, applied above the threshold."""

import pytest

from clean.boilerplate import site_lines
from clean.errors import InputError
from clean.model import Document
from clean.pipeline import run_stage
from clean.stages.boilerplate import Boilerplate

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


def test_stage_deletes_them_with_their_counts():
    pages = [page(n, "Harbour Post Weather") for n in range(3)]
    stage = Boilerplate((), site_lines=site_lines.build(pages))
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
