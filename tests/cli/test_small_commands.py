"""The commands that read no run: eval, rules, config, doctor, demo; and how mistakes are answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clean.cli.main import cli, main

PAGE = """The bridge that opened twice

By Marta Lindqvist

The council closed the old bridge on Tuesday and opened it again on Wednesday, officials said.

Share it

Nobody knows why, and the council has no comment to make on the matter, a spokesman told reporters.

Leave a Reply
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "bridge.txt").write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*args: str) -> Result:
    result = CliRunner().invoke(cli, list(args))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def code(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as caught:
        main(list(args))
    return int(caught.value.code or 0), capsys.readouterr().err


def test_eval_counts_what_a_person_labelled(folder: Path) -> None:
    rows = [
        {"doc": "bridge", "line": 7, "label": "drop", "class": "share"},
        {"doc": "bridge.txt", "line": 3, "label": "either"},
    ]
    rows.append({"doc": "bridge", "line": 11, "label": "drop", "class": "comment"})
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    found = json.loads(call("eval", "raw", "labels.jsonl", "--json").output)

    assert found["documents"] == 1
    assert (found["drop_recall"], found["article_lost"], found["drop_precision"]) == (1.0, 0.0, 1.0)
    assert found["by_class"] == {"comment": "1/1", "share": "1/1"}


def test_eval_reads_texts_as_they_should_be(folder: Path) -> None:
    (folder / "gold").mkdir()
    (folder / "gold" / "bridge.txt").write_text(PAGE.replace("Share it\n\n", ""), encoding="utf-8")

    shown = call("eval", "raw", "gold", "--keep", "byline").output

    assert "lost  bridge.txt:11  Leave a Reply" in shown
    assert "drop_recall     1.0" in shown


def test_a_label_that_is_none_is_named_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "labels.jsonl").write_text('{"doc": "bridge"}\n', encoding="utf-8")

    status, said = code(capsys, "eval", "raw", "labels.jsonl")

    assert status == 3
    assert "labels.jsonl:1: no label" in said
    assert "Traceback" not in said


def test_rules_new_writes_a_pack_that_loads(folder: Path) -> None:
    from clean.rules.load import load_pack

    call("rules", "new", "www.bridge.example", "raw/bridge.txt", "-o", "bridge.toml")

    pack = load_pack(folder / "bridge.toml")
    assert pack.site == "bridge.example"
    assert all(rule.changes and rule.leaves for rule in pack.rules)


def test_rules_show_and_why_not(folder: Path) -> None:
    listed = call("rules", "list", "--class", "comment").output
    name = listed.split()[0]
    assert name.startswith("boilerplate/")
    assert "why" in call("rules", "show", name).output

    near = call("rules", "why-not", name, "raw/bridge.txt").output

    assert "1:" in near or "it came near no line" in near


def test_config_init_shows_every_key_and_loads(folder: Path) -> None:
    call("config", "init")

    shown = json.loads(call("config", "show", "--json", "--set", "duplicates.mark=true").output)

    assert shown["duplicates.mark"] == {"value": True, "from": "flag"}
    assert shown["jobs"]["from"].endswith("clean.toml")


def test_doctor_finds_this_installation_sound() -> None:
    result = call("doctor")

    assert result.return_value in (None, 0)
    assert "wrong" not in [line.split()[0] for line in result.output.splitlines()]
    assert len(result.output.splitlines()) >= 15


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["rnu"], 2, "Did you mean 'run'?"),
        (["run", "nowhere", "out"], 2, "nowhere"),
        (["run", "raw", "raw"], 2, "raw"),
        (["run", "raw", "raw/out"], 2, "raw"),
        (["run", "raw", "out", "--set", "job=1"], 2, "Did you mean 'jobs'?"),
        (["run", "raw", "out", "--only", "boilerplat"], 2, "there is no stage 'boilerplat'"),
        (["run", "raw", "out", "--master", "yarn"], 2, "--engine spark"),
        (["rules", "show", "shre-line"], 2, "there is no rule"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_and_what_now(
    folder: Path, capsys: pytest.CaptureFixture[str], args: list[str], status: int, said: str
) -> None:
    found, text = code(capsys, *args)

    assert (found, said in text, "Traceback" in text) == (status, True, False), text
    assert not (folder / "out").exists()


def test_a_filter_is_the_stage(folder: Path) -> None:
    from clean.config import Config
    from clean.model import Document
    from clean.pipeline import run_stage
    from clean.stages import build_stages

    (stage,) = build_stages(Config(), names=["boilerplate"])

    result = CliRunner().invoke(cli, ["boilerplate"], input=PAGE)

    assert result.output == run_stage(Document("-", PAGE), stage).text
    assert "Share it" not in result.output


def test_suggestions_are_carried_out_where_asked(folder: Path) -> None:
    line = "Zelenskyi spoke first. President Volodymyr Zelensky left by train, an aide to Zelensky said.\n"
    (folder / "raw" / "bridge.txt").write_text(line, encoding="utf-8")

    call("run", "raw", "plain", "-q")
    call("run", "raw", "asked", "-q", "--apply", "names/two-forms")

    assert (folder / "plain" / "bridge.txt").read_text("utf-8").startswith("Zelenskyi")
    assert (folder / "asked" / "bridge.txt").read_text("utf-8").startswith("Zelensky ")
