"""Committing findings, and the order of stages."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from clean import errors
from clean.errors import CleanError, ConfigError, EditError
from clean.model import Document, Drop, Edit, Finding, Note
from clean.pipeline import Pipeline, commit, run_stage


@dataclass(frozen=True)
class Says:
    """A stage that says what it is told to."""

    findings: tuple[Finding, ...] = ()
    name: str = "says"
    version: str = "1"
    after: tuple[str, ...] = ()

    def __call__(self, document: Document) -> Iterable[Finding]:
        return self.findings


DOCUMENT = Document("d", "Share it\nRates rose.\n")


def test_a_stage_without_findings_leaves_no_patch() -> None:
    assert run_stage(DOCUMENT, Says()) is DOCUMENT


def test_edits_notes_and_drops_become_one_patch() -> None:
    share = Edit(0, "Share it\n", "", "says/share")
    title = Note(9, 20, "title", "Rates rose.", "says/title")
    done = run_stage(DOCUMENT, Says((share, title, Drop("says/copy", {"kept": "e"}))))

    assert done.text == "Rates rose.\n"
    assert done.meta == {"title": "Rates rose."}
    (patch,) = done.trail
    assert (patch.edits, patch.notes, patch.drop) == ((share,), (title,), Drop("says/copy", {"kept": "e"}))
    assert run_stage(done, Says((share,))) is done, "a dropped document passes through"


def test_what_the_page_declared_is_kept_and_captions_are_collected_once() -> None:
    document = Document("d", "abc", {"title": "Declared"})
    notes = [
        Note(0, 1, "title", "Found", "s/t"),
        *(Note(0, 1, "captions", c, "s/c") for c in ("one", "two", "one")),
    ]

    meta = commit(document, Says(), notes).meta

    assert meta == {"title": "Declared", "captions": ["one", "two"]}


def test_an_edit_that_does_not_fit_stops_the_stage() -> None:
    with pytest.raises(EditError):
        run_stage(DOCUMENT, Says((Edit(0, "Shame", "", "says/typo"),)))


def test_the_order_of_stages_is_checked() -> None:
    with pytest.raises(ConfigError, match=r"'b' must run after 'a'\. Reorder"):
        Pipeline((Says(name="b", after=("a",)), Says(name="a")))
    with pytest.raises(ConfigError, match="listed twice"):
        Pipeline((Says(), Says()))
    assert Pipeline((Says(name="b", after=("missing",)),)).stages


def test_the_digest_changes_with_a_version() -> None:
    assert Pipeline((Says(),)).digest != Pipeline((Says(version="2"),)).digest
    assert Pipeline((Says(),)).digest == Pipeline((Says(findings=(Drop("x/y"),)),)).digest


def test_every_error_survives_pickling_with_its_parameters() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CleanError)
    ]
    assert len(kinds) >= 8
    for kind in kinds:
        error = pickle.loads(pickle.dumps(kind("code", "message", where="w", hint="Do this.")))
        assert type(error) is kind
        assert (error.code, error.message, error.where, error.hint) == ("code", "message", "w", "Do this.")
        assert str(error) == "w: message. Do this."
