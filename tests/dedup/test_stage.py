"""The stage: verdicts become drops, deletions and notes, and can be undone."""

from __future__ import annotations

from stories import edited, story

from clean.edits import raw
from clean.model import Document, Note, Patch
from clean.pipeline import run_stage
from clean.stages.duplicates import (
    CONTAINED,
    EXACT,
    NEAR,
    Duplicates,
    entry_spans,
    find_in,
    table_of,
    texts_of,
)


def blog(name: str, bodies: list[str], *, edits: tuple = ()) -> Document:
    """A live blog whose entries were noted: a time on a line of its own before each."""
    text, notes = "Live: the storm\n", []
    for number, body in enumerate(bodies, 1):
        text += f"\n1{number}:30\n\n"
        value = {
            "entry": number,
            "heading": None,
            "byline": None,
            "time": f"1{number}:30",
            "duplicate_of": None,
        }
        notes.append(Note(len(text), len(text) + len(body), "entry", value, "entries/entry"))
        text += body + "\n"
    return Document(name, text, trail=(Patch("entries", "1", edits, tuple(notes)),))


def test_documents_are_dropped_with_the_evidence() -> None:
    first = story(1)
    documents = [
        Document("a", first + " End."),
        Document("b", edited(first, 3)),
        Document("c", first + "\nend"),
    ]
    stage = Duplicates(table_of(find_in(documents)))
    done = [run_stage(document, stage) for document in documents]

    assert [document.dropped.rule if document.dropped else "" for document in done] == ["", NEAR, EXACT]
    assert done[1].dropped is not None
    assert done[1].dropped.because["kept"] == "a"
    assert [raw(document) for document in done] == [document.text for document in documents]


def test_mark_notes_instead() -> None:
    documents = [Document("a", story(1)), Document("b", story(1))]
    stage = Duplicates(table_of(find_in(documents)), mark=True)
    done = [run_stage(document, stage) for document in documents]

    assert [document.dropped for document in done] == [None, None]
    assert [note.key for note in done[1].trail[-1].notes] == ["duplicate"]
    assert done[0].trail == ()


def test_an_entry_goes_with_its_time_and_the_rest_stays() -> None:
    wire = story(4, 4)
    one = blog("one", [story(1), wire + " Updated.", story(2)])
    two = blog("two", [story(3), wire, story(5)])
    stage = Duplicates(table_of(find_in([one, two])))
    done = run_stage(two, stage)

    assert run_stage(one, stage).text == one.text
    assert done.text == two.text.replace(f"\n12:30\n\n{wire}\n", "")
    assert {edit.rule for edit in done.trail[-1].edits} == {NEAR}
    assert raw(done) == two.text


def test_entries_are_found_after_later_edits() -> None:
    document = blog("one", [story(1), story(2)])
    from clean.edits import apply
    from clean.model import Edit

    script = (Edit(0, "Live: ", "", "boilerplate/prefix"), Edit(document.text.index(story(2)), "", "", "x/y"))
    moved = Document(
        "one", apply(document.text, script), trail=(*document.trail, Patch("names", "1", script))
    )

    assert [moved.text[span.start : span.end] for span in entry_spans(moved)] == [story(1), story(2)]
    assert [text.id for text in texts_of(moved)] == ["one", "one#1", "one#2"]


def test_a_contained_entry_is_noted_with_its_fullest_container() -> None:
    wire = story(4, 4)
    one = blog("one", [f"{story(1, 6)} {wire} {story(6)}", story(2)])
    two = blog("two", [story(3), wire])
    done = run_stage(two, Duplicates(table_of(find_in([one, two]))))
    notes = done.trail[-1].notes

    assert done.text == two.text
    assert [
        (note.rule, done.text[note.start : note.end]) for note in notes if note.end - note.start < 400
    ] == [(CONTAINED, wire)]


def test_nothing_is_said_of_a_document_without_verdicts() -> None:
    document = Document("a", story(1))

    assert list(Duplicates({})(document)) == []
    assert run_stage(document, Duplicates(table_of(find_in([document])))) is document


def test_dropped_documents_are_not_compared() -> None:
    from clean.model import Drop

    gone = Document("a", story(1), trail=(Patch("extract", "1", (), (), Drop("extract/empty")),))

    assert list(texts_of(gone)) == []
