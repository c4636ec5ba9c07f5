"""The sign of a page that was translated back, and the weak flags that only such a page gets."""

# ruff: noqa: E501

from clean.model import Document
from clean.pipeline import run_stage
from clean.stages.translation import Translation
from clean.translation import page

STAGE = Translation()

DAMAGED = """\
The ferry line will reopen in June, according to a port office statement In April. The mayor praised the crews. .

Several towns accused the company of dumping its waste on their land The long quarrel over the river.

The league rests on the fear of both towns for their old harbours. is driven by the need for trade.

He said both towns “share the aims of the old league.” ready to trade.” Trains stopped due to reason.

The plan needs a loan from the bank of the north. A gift to a poor harbour town.

It meets the wish of both councils to have a voice in the south. A complete repair of the old quay was demanded.
"""

SOUND = """\
The ferry line will reopen in June, according to a port office statement in April. The mayor praised the crews.

Several towns accused the company of dumping its waste on their land. A man was arrested. A boat was seized.

The league rests on the fear of both towns for their old harbours . It is is driven by the the need for trade.
"""


def test_a_damaged_page_is_called_translated_back_with_its_evidence():
    document = run_stage(Document("example", DAMAGED), STAGE)
    sign = document.meta["translated_back"]
    assert sign["why"] == "translated back"
    assert sum(sign["evidence"].values()) >= page.FEWEST
    assert len(sign["evidence"]) >= page.KINDS


def test_weak_flags_only_on_such_a_page():
    def rules(document):
        return {note.rule for patch in document.trail for note in patch.notes}

    weak = {"translation/sentence-without-verb", "translation/verb-final-leftover"}
    assert weak <= rules(run_stage(Document("example", DAMAGED), STAGE))
    assert not weak & rules(run_stage(Document("example", SOUND), STAGE))
    marked = Document("example", SOUND, {"translated_back": {"why": "translated back"}})
    assert "translation/verb-final-leftover" in rules(run_stage(marked, STAGE))


def test_slips_of_typing_prove_nothing():
    document = run_stage(Document("example", SOUND * 5), STAGE)
    assert document.text != SOUND * 5
    assert "translated_back" not in document.meta


def test_a_little_damage_in_a_long_page_proves_nothing():
    text = DAMAGED + "\n" + "The mayor opened the bridge and the school in the old town. " * 2_000
    assert "translated_back" not in run_stage(Document("example", text), STAGE).meta
