"""Where a value comes from, and what is said about one that makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from clean.config import Boilerplate, Config, keys, load, value_of
from clean.errors import ConfigError
from clean.model import Document
from clean.pipeline import run_stage
from clean.rules.model import Rule
from clean.stages import boilerplate, build_stages


def test_flags_beat_environment_beats_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "clean.toml").write_text(
        'jobs = 1\nkeep = ["byline"]\n[names]\none_form = true\n', encoding="utf-8"
    )
    loaded = load({"jobs": 3}, folder=tmp_path, environment={"CLEAN_JOBS": "2", "CLEAN_MAX_REMOVED": "40%"})

    assert loaded.config.jobs == 3
    assert loaded.sources["jobs"] == "flag"
    assert loaded.config.max_removed == 0.4
    assert loaded.sources["max_removed"] == "environment CLEAN_MAX_REMOVED"
    assert loaded.config.names.one_form
    assert loaded.sources["names.one_form"].endswith("clean.toml")
    assert loaded.sources["engine"] == "default"
    assert loaded.config.kept_classes == {"title", "separator", "byline"}


def test_pyproject_is_used_where_it_has_a_section(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.clean.duplicates]\nmark = true\n", encoding="utf-8")

    assert load(folder=tmp_path, environment={}).config.duplicates.mark
    assert load({"drop": ("title",)}, folder=tmp_path, environment={}).config.kept_classes == {"separator"}


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"duplicate.mark": "true"}, "unknown key 'duplicate.mark'. Did you mean 'duplicates.mark'?"),
        ({"jobs": "many"}, "jobs = 'many' is not a whole number"),
        ({"jobs": "-1"}, "is below zero"),
        ({"names.one_form": "perhaps"}, "is not true or false"),
        ({"keep": ("bylines",)}, "keep = 'bylines' is not known. Choose from share"),
        ({"format": "xml"}, "Choose from text, jsonl, parquet."),
    ],
)
def test_what_makes_no_sense_is_said(flags: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(flags, folder=Path("nowhere"), environment={})

    assert message in str(caught.value)


def test_every_key_has_a_default_of_its_kind() -> None:
    assert len(keys()) >= 25
    for key in keys():
        value_of(Config(), key)


def test_settings_of_boilerplate_reach_the_stage() -> None:
    settings = Boilerplate(scorer=False, language="de", site="www.harbour.example")
    (stage,) = build_stages(Config(boilerplate=settings), names=["boilerplate"])

    assert isinstance(stage, boilerplate.Boilerplate)
    assert (stage.scorer, stage.language, stage.site) == (False, "de", "www.harbour.example")


def test_a_text_without_address_can_be_given_one() -> None:
    tides = Rule("1", "boilerplate", "nav", "delete-line", "A link.", "tides today", site="harbour.example")
    text = Document("a", "A ferry ran aground.\ntides today\nNobody was hurt.")

    stages = [boilerplate.Boilerplate((tides,), site=site) for site in ("", "www.harbour.example")]

    assert ["tides" in run_stage(text, stage).text for stage in stages] == [True, False]
