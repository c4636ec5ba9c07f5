"""A verdict put behind what is encoded gives the bytes that decoding, judging and encoding give."""

from __future__ import annotations

import pytest

from clean.dedup.find import Relation, Verdict
from clean.execute.part import entry_of
from clean.model import Document, Edit, Note, Origin, Patch
from clean.pipeline import run_stage
from clean.stages.duplicates import Duplicates, table_of

TEXT = 'Rates rose.\n\nHe said "kept" and “status”.\n'
FLAG = Note(0, 5, "flag", {"why": "it looks odd"}, "translation/odd")
ENTRY = Note(13, 42, "entry", {"entry": 1, "heading": None, "byline": None, "time": None}, "entries/entry")
TRAILS: dict[str, tuple[Patch, ...]] = {
    "none": (),
    "edit": (Patch("unicode", "1", (Edit(len(TEXT) - 1, "", "\n", "unicode/final-newline"),)),),
    "flag": (Patch("translation", "1", (), (FLAG,)),),
    "entry": (Patch("entries", "1", (), (ENTRY,)),),
    "judged": (Patch("duplicates", "1", (), (Note(0, 5, "duplicate", {}, "duplicates/near"),)),),
}
RELATIONS: tuple[Relation, ...] = ("exact", "near", "contained")


@pytest.mark.parametrize("record", [None, 3])
@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("trail", TRAILS)
def test_nothing_is_decoded_for_a_verdict(
    trail: str, relation: Relation, mark: bool, record: int | None
) -> None:
    name = 'a"status":"kept".txt'
    document = Document(
        name, TEXT, {"title": "“Rates”"}, TRAILS[trail], Origin(name, "0" * 64, record=record)
    )
    stage = Duplicates(
        table_of(
            [
                Verdict("c1", name, "document", False, "b.txt", 0.9, relation),
                Verdict("c2", f"{name}#1", "entry", False, "b.txt#1", 0.9, relation),
            ]
        ),
        mark,
    )
    entry = entry_of(document)
    after = run_stage(document, stage)

    assert after is not document
    assert entry.judged(stage) == entry_of(after)
    assert entry.judged(stage).document() == after


def test_a_document_without_a_verdict_stays_as_it_is() -> None:
    entry = entry_of(Document("a.txt", TEXT, origin=Origin("a.txt", "0" * 64)))

    assert entry.judged(Duplicates({})) is entry
