"""A live blog that declares its entries in JSON-LD: their headings are borders, their times are known."""

from __future__ import annotations

import json

from clean.model import Document
from clean.pipeline import run_stage
from clean.read.html import linearise
from clean.stages.entries import COPY, Entries

TEXTS = {
    "Harbour closed": "The harbour was closed at dawn after a barge broke loose and drifted away.",
    "Council votes": "Councillors met in the town hall and voted nine to four for the bridge over the river.",
    "Fire is out": "Crews from three stations put out the fire in the mill, and nobody was hurt, they said.",
    "Trains run again": "Trains between the two cities run again since noon, but every second one is late.",
}


def page(order: list[str], declared: list[str]) -> Document:
    updates = [
        {
            "@type": "BlogPosting", "headline": heading, "datePublished": f"2024-05-0{n + 1}T10:00:00Z",
            "author": {"name": "Mara Oduya"},
        }
        for n, heading in enumerate(declared)
    ]  # fmt: skip
    blog = {"@type": "LiveBlogPosting", "headline": "A day in town", "liveBlogUpdate": updates}
    listed = "".join(f"<li>{heading}</li>" for heading in order)
    entries = "".join(
        f"<h2>{heading}</h2><p>{TEXTS[heading]}</p><p>More of it later.</p>" for heading in order
    )
    markup = f"""<html><head><script type="application/ld+json">{json.dumps(blog)}</script></head>
<body><h1>A day in town</h1><ul>{listed}</ul><article>{entries}</article></body></html>"""
    linear = linearise(markup)
    return Document("page", linear.text, linear.meta, (), None, linear.page)


def notes(document: Document) -> list[dict[str, object]]:
    return [note.value for patch in document.trail for note in patch.notes if note.key == "entry"]  # type: ignore[misc]


def test_declared_headings_open_entries_and_times_are_theirs():
    found = notes(run_stage(page(list(TEXTS), list(TEXTS)), Entries()))

    assert [note["heading"] for note in found] == list(TEXTS)
    assert [note["time"] for note in found] == [f"2024-05-0{n}T10:00:00Z" for n in (1, 2, 3, 4)]
    assert {note["byline"] for note in found} == {"Mara Oduya"}


def test_a_declared_entry_that_returns_is_a_copy():
    order = [*TEXTS, "Fire is out"]
    result = run_stage(page(order, list(TEXTS)), Entries())

    assert [note["duplicate_of"] for note in notes(result)] == [None, None, None, None, 3]
    assert result.text.count(TEXTS["Fire is out"]) == 1
    assert {edit.rule for patch in result.trail for edit in patch.edits} == {COPY}


def test_without_a_declaration_headings_are_no_borders():
    assert notes(run_stage(page(list(TEXTS), []), Entries())) == []
    assert notes(run_stage(page(list(TEXTS), ["Harbour closed", "Elsewhere"]), Entries())) == []
