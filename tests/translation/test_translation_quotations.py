"""The same quotation in sounder words elsewhere: suggested with its source, never applied unasked."""

# ruff: noqa: E501

from clean.model import Document, Note
from clean.pipeline import run_stage
from clean.stages.translation import Translation
from clean.translation.quotations import DRIFTED, find_quotations, quotation_table
from clean.translation.suggestions import accepted

SOUND = Document(
    "b.txt",
    "The mayor was pleased.\n\n“We greatly value your steady and unbending support for the harbour policy, "
    "including on tolls,” she said.\n\nBoth “shared their long-hidden inmost fears” on the way, an aide said.\n",
)
DRIFTED_TEXT = (
    "The mayor said:\n\nWe value your steady and unbending support for the harbour policies, including the toll "
    "side.\n\nThey “shared their long-hidden deep fears and opened their arms to a new treaty of both towns as the "
    "people of the two towns had asked for,” an aide said.\n"
)
MARK = {"translated_back": {"why": "translated back", "evidence": {}}}


def suggestions(document, *others):
    return [note for note in quotation_table(others).suggestions(document) if isinstance(note, Note)]


def test_a_drifted_quotation_gets_the_sounder_wording():
    document = Document("a.txt", DRIFTED_TEXT, MARK)
    found = suggestions(document, SOUND)
    assert [document.text[note.start : note.end] for note in found] == [
        "We value your steady and unbending support for the harbour policies, including the toll side.",
        "shared their long-hidden deep fears",
    ]
    assert all(note.rule == DRIFTED and note.value["source"] == "b.txt" for note in found)
    assert all(0.55 <= note.value["similarity"] < 1 for note in found)
    assert found[1].value["new"] == "shared their long-hidden inmost fears"


def test_nothing_from_a_page_translated_back_nor_from_the_page_itself():
    document = Document("a.txt", DRIFTED_TEXT, MARK)
    marked = Document(SOUND.id, SOUND.text, MARK)
    assert suggestions(document, marked) == []
    assert suggestions(Document("b.txt", DRIFTED_TEXT, MARK), SOUND) == []


def test_an_equal_quotation_elsewhere_settles_the_matter():
    document = Document("a.txt", DRIFTED_TEXT, MARK)
    equal = Document("c.txt", DRIFTED_TEXT)
    assert suggestions(document, SOUND, equal) == []


def test_other_quotations_on_the_same_matter_are_not_taken_for_it():
    other = Document(
        "d.txt",
        "“We value the harbour policy of the old council and hope for support,” said another mayor.\n",
    )
    assert suggestions(Document("a.txt", DRIFTED_TEXT, MARK), other) == []


def test_the_order_of_documents_does_not_matter():
    third = Document("c.txt", "“We value the weather of the southern coast in the summer,” she said.")
    assert quotation_table([SOUND, third]) == quotation_table([third, SOUND])


def test_quotations_are_found_between_marks_and_behind_said():
    text = 'She said: "The old mill burnt down last night in rain."\n\nHe added:\n\nNobody of the miller family slept.\n'
    found = [text[quotation.start : quotation.end] for quotation in find_quotations(Document("a", text))]
    assert found == ["The old mill burnt down last night in rain.", "Nobody of the miller family slept."]


def test_the_stage_suggests_only_on_a_page_translated_back():
    stage = Translation(table=quotation_table([SOUND]))

    def notes(document):
        done = run_stage(document, stage)
        assert done.text == document.text
        return [note for patch in done.trail for note in patch.notes if note.key == "suggestion"]

    assert len(notes(Document("a.txt", DRIFTED_TEXT, MARK))) == 2
    assert notes(Document("a.txt", DRIFTED_TEXT)) == []


def test_accepted_suggestions_become_edits_of_their_rule_alone():
    document = Document("a.txt", DRIFTED_TEXT, MARK)
    notes = suggestions(document, SOUND)
    assert list(accepted(document.text, notes, {"names/spelling"})) == []
    done = list(accepted(document.text, notes, {DRIFTED}))
    assert [edit.new for edit in done] == [note.value["new"] for note in notes]
    assert all(edit.because["accepted"] and edit.because["source"] == "b.txt" for edit in done)
