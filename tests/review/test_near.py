from __future__ import annotations

import pytest
from fixture import documents

from clean.lines import Lines
from clean.review.explain import document_notes, explain, in_words
from clean.review.near import OTHERWISE, add_near, near_rules
from clean.rules.model import Rule


def rule(**fields: object) -> Rule:
    values = {"id": "r", "stage": "boilerplate", "kind": "promo", "do": "delete-line", "why": "x"} | fields
    return Rule(**values)  # type: ignore[arg-type]


LETTER = r"^Sign up for our .{0,40}letter$"
PART = "Sign up for our evening"
TEXT = "Rates rose.\nSign up for our evening letter\nBanks fell."


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"match": LETTER}, OTHERWISE),
        ({"match": LETTER, "where": "tail"}, "the line must stand in the tail of the page"),
        ({"match": LETTER, "max_words": 4}, "the line has 6 words, and the rule takes at most 4"),
        ({"match": LETTER, "previous": "^Storm"}, "the line before does not fit"),
        ({"match": LETTER, "next": "^Storm"}, "the line behind does not fit"),
        ({"match": LETTER, "previous": "^Storm", "next": "^Storm"}, ""),
        ({"match": LETTER, "times": 3}, "the line stands once on the page, and the rule wants 3 times"),
        (
            {"match": r"^Sign up for our \w+$"},
            "only “Sign up for our evening” fits its pattern, not the whole line",
        ),
        (
            {"phrases": ("Sign up for our evening",)},
            "the line says more than its phrase “sign up for our evening”",
        ),
        ({"phrases": ("Sign",)}, ""),
        ({"match": r"^\w.{3,20}$"}, ""),
        ({"match": r"^Banks fell\.$"}, ""),
    ],
)
def test_what_was_missing(fields: dict[str, object], missing: str) -> None:
    found = [near.why for _, near in near_rules([rule(**fields)], Lines(TEXT), 1)]

    assert found == ([missing] if missing else [])


def test_the_shipped_rules_are_asked() -> None:
    page = next(one for one in documents({"a.txt": "Rates rose.\n\nShare it with us all\n\nBanks fell.\n"}))

    found = add_near(page, list(explain(page)))

    assert [item.status for item in found] == ["kept"] * 5
    assert [item.old[0] for item in found if item.near] in ([], ["Share it with us all"])


def test_a_note_on_the_whole_document_is_told_once() -> None:
    from fixture import Lookup

    from clean.model import Document
    from clean.pipeline import Pipeline

    text = "Rates rose.\nBanks fell.\n"
    stage = Lookup("translation", notes=((text, "language", "en"), ("Banks", "flag", {"why": "odd"})))
    page = Pipeline((stage,))(Document("a", text))

    assert [note.key for note in document_notes(page)] == ["language"]
    assert [[note.key for note in item.notes] for item in explain(page)] == [[], ["flag"]]


def test_evidence_in_words() -> None:
    said = in_words(
        {"class": "share", "similarity": 0.91234, "times": 3, "odd_key": ["a", None, True], "x": {"y": 1}}
    )

    assert said == (
        "it is of the class “share”; the similarity is 0.912; it occurs 3 times; "
        "odd key: “a”, none, yes; x: y 1"
    )
