"""What a former run found is used again where it would be found again: the result is that of a fresh run."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import corpus
import pytest
import stages_for_runs as stages

from clean.cli.main import main
from clean.execute.run import run
from clean.model import Document

SAMPLES = Path(__file__).parents[2] / "raw"
PAGES = Path(__file__).parents[2] / "clean" / "packs" / "demo"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Texts, containers, and records that came with a trail and with a title of their own."""
    corpus.make(tmp_path / "raw")
    edit = {"start": 0, "old": "Gone.\n", "new": "", "rule": "titled/word", "because": {}}
    patch = {"stage": "titled", "version": "cuts sharply", "edits": [edit], "notes": [], "drop": None}
    rows = [
        {"id": "given", "text": corpus.story(1), "trail": [patch]},
        {"id": "named", "text": corpus.story(2), "title": "Banks fell, “sharply”, he said. 2.0 (sharply)"},
        {"id": "same", "text": corpus.story(3), "title": "ADVERT"},
    ]
    (tmp_path / "raw/e.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "raw"


def asked(monkeypatch: pytest.MonkeyPatch, stage: type) -> list[str]:
    """The documents that a stage is asked about from now on."""
    seen: list[str] = []
    true_call = stage.__call__

    def call(self: Any, document: Document) -> Any:
        seen.append(document.id)
        return true_call(self, document)

    monkeypatch.setattr(stage, "__call__", call)
    return seen


@pytest.mark.parametrize(
    ("before", "now", "adverts", "titles"),
    [
        ({}, {"broken": "reopened"}, 0, 0),
        ({"broken": "reopened"}, {}, 17, 17),
        ({}, {"cut": "port"}, 0, 17),
        ({}, {"advert": "2"}, 17, 17),
        ({"cut": "port", "broken": "fell"}, {"cut": "port", "broken": "rose"}, 17, 17),
    ],
)
def test_stages_behind_the_first_change_are_asked_again(
    raw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: dict[str, str],
    now: dict[str, str],
    adverts: int,
    titles: int,
) -> None:
    run(raw, tmp_path / "out", partial(stages.build_three, **before))
    run(raw, tmp_path / "fresh", partial(stages.build_three, **now))
    to_advert, to_titled = asked(monkeypatch, stages.Advert), asked(monkeypatch, stages.Titled)

    summary = run(raw, tmp_path / "out", partial(stages.build_three, **now))

    assert summary.redone == 17
    assert len(to_advert) <= adverts
    assert len(to_titled) <= titles
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "fresh")


@pytest.mark.parametrize("jobs", [0, 2])
def test_what_failed_fails_again_without_being_asked(raw: Path, tmp_path: Path, jobs: int) -> None:
    build = partial(stages.build_three, broken="reopened")
    first = run(raw, tmp_path / "out", build, jobs=jobs)
    (raw / "s0.txt").write_text("Rates rose.\n")

    again = run(raw, tmp_path / "out", build, jobs=jobs)

    run(raw, tmp_path / "fresh", build)
    assert (first.redone, again.redone) == (17, 1)
    assert first.failed > 2
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "fresh")


def test_a_ledger_that_was_edited_is_not_believed(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "out", stages.build_three)
    ledger = tmp_path / "out/.clean/ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"ADVERT Buy", b"ADVERT Bye"))

    assert run(raw, tmp_path / "out", stages.build_three).redone == 17

    run(raw, tmp_path / "fresh", stages.build_three)
    assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / "fresh")


def clean(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", *arguments, "-q", "--set", "report=false"])
    assert not ended.value.code


OPTIONS: dict[str, list[str]] = {
    "a class that stays": ["--keep", "share,title"],
    "a stage less": ["--skip", "translation"],
    "rules off": ["--ignore", "names/,boilerplate/learned"],
    "suggestions carried out": ["--set", "apply=names/gazetteer"],
    "a pack more": ["--packs", "packs"],
}


PACK = """
[pack]
stage = "boilerplate"
language = "en"
why = "A test."

[[rule]]
id = "the-end"
class = "nav"
do = "delete-line"
match = "^The .*$"
where = "body"
why = "A test."
changes = [["Rates rose.\\nThe x\\nBanks fell.", "Rates rose.\\nBanks fell."]]
"""


@pytest.mark.slow
def test_another_configuration_gives_what_a_fresh_run_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SAMPLES, tmp_path / "raw")
    for page in PAGES.iterdir():
        shutil.copy(page, tmp_path / "raw")
    pack = tmp_path / "packs/boilerplate/own.toml"
    pack.parent.mkdir(parents=True)
    pack.write_text(PACK)
    clean("raw", "out")
    for name, options in OPTIONS.items():
        clean("raw", "out", *options)
        clean("raw", f"fresh {name}", *options)
        assert corpus.tree(tmp_path / "out") == corpus.tree(tmp_path / f"fresh {name}"), name
