"""Documents survive JSON, whatever is in them; what is no document is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean import codec, edits
from clean.errors import InputError
from clean.model import Document, Drop, Edit, Note, Origin, Patch
from clean.write.tables import note_rows

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAME = st.sampled_from(["unicode/line-end", "boilerplate/share-line"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT, lambda x: st.lists(x, max_size=3)
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(TEXT)
    trail = []
    for number in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        edit = Edit(start, text[start:end], draw(TEXT), draw(NAME), {"class": draw(JSON)})
        note = Note(start, end, draw(st.sampled_from(["flag", "byline"])), {"why": draw(JSON)}, draw(NAME))
        drop = Drop("duplicates/near-duplicate", {"kept": "b"}) if draw(st.booleans()) else None
        trail.append(Patch(f"s{number}", "1", (edit,), (note,), drop))
        text = edits.apply(text, (edit,))
    origin = Origin(
        "a/b.html",
        "0" * 64,
        "utf-8",
        draw(st.sampled_from([None, "html/1"])),
        draw(st.none() | st.integers(0, 9)),
    )
    return Document(
        draw(TEXT), text, {"title": draw(JSON)}, tuple(trail), draw(st.sampled_from([None, origin]))
    )


@given(documents())
def test_a_row_gives_the_document_back(document: Document) -> None:
    line = codec.encode(codec.document_row(document))

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert codec.document_from(codec.decode(line)) == document


@given(documents())
def test_a_row_that_is_encoded_in_parts_is_the_same(document: Document) -> None:
    assert codec.encode(codec.encoded_row(document)) == codec.encode(codec.document_row(document))


@given(documents())
def test_rows_of_notes_tell_text_and_place_of_each(document: Document) -> None:
    flags, entries = note_rows(document)

    texts = edits.versions(document)
    listed = [
        (edits.to_raw(document.trail[:n], note.start), texts[n][note.start : note.end], note.rule)
        for n, patch in enumerate(document.trail)
        for note in patch.notes
        if note.key == "flag"
    ]
    assert [(row["start"], row["text"], row["rule"]) for row in flags] == listed
    assert not entries


@pytest.mark.parametrize("value", [object(), "\ud800", 2**70, {1: 2}])
def test_what_json_cannot_hold_is_refused_in_parts_too(value: Any) -> None:
    flag = Note(0, 0, "flag", {"why": value}, "x/y")
    found = []
    for document in (
        Document("a", "b", {"x": value}),
        Document("a", "b", {}, (Patch("s", "1", (), (flag,)),)),
    ):
        for row in (codec.document_row, codec.encoded_row):
            with pytest.raises(InputError, match="JSON cannot hold") as refused:
                codec.encode(row(document))
            found.append((refused.value.message, refused.value.where))

    assert len(set(found)) == 1


@given(documents(), st.sampled_from(["kept", "dropped", "failed"]))
def test_ledger_and_text_give_the_raw_text_back(document: Document, status: str) -> None:
    row = codec.decode(codec.encode(codec.ledger_row(document, status)))

    assert ("text" in row) == (status != "kept")
    again = codec.ledger_document(row, document.text if status == "kept" else None)
    assert edits.raw(again) == edits.raw(document)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[1]",
        b'"text"',
        b"5",
        b'{"text": NaN}',
        b'{"text": "\\ud800"}',
        b"[" * 5000 + b"]" * 5000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"text": "\xff"}',
    ],
)
def test_what_is_no_row_is_refused(line: bytes) -> None:
    with pytest.raises(InputError) as caught:
        codec.decode(line)

    assert caught.value.code == "bad-record"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"text": None},
        {"text": 5},
        {"text": "a", "trail": {}},
        {"text": "a", "meta": []},
        {"text": "a", "trail": [{}]},
        {"text": "a", "trail": [5]},
        {"text": "a", "trail": [{"stage": "s", "version": "1", "edits": [{"start": 0}]}]},
        {
            "text": "a",
            "trail": [
                {"stage": "s", "version": "1", "edits": [{"start": 0, "old": 1, "new": "", "rule": "r"}]}
            ],
        },
    ],
)
def test_what_is_no_document_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(InputError):
        codec.document_from(row)


def test_a_text_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        codec.encode({"id": "a", "text": "\ud800"})

    assert caught.value.code == "not-json"
