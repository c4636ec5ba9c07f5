"""`clean names` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clean.cli.names import command
from clean.errors import CleanError

ADD = ["add", "Velmorska", "--type", "river", "--topic", "Zubrovia", "--source", "https://e.org/v"]


def call(*arguments: str | Path, stdin: str = "") -> Result:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], input=stdin)
    if isinstance(result.exception, CleanError):
        raise result.exception
    return result


def test_list_by_words_and_type() -> None:
    result = call("list", "taedong", "--type", "river")

    assert result.exit_code == 0
    assert "Taedong · Daedong" in result.output
    assert "1 names" in result.output
    assert json.loads(call("list", "taedong", "--json").output.splitlines()[0])["type"] == "river"


def test_add_writes_one_valid_line(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text('{"id":"x","name":"Xantor","type":"place","topic":["Y"],"source":"https://e.org/x"}')

    call(*ADD, "--alias", "Wielmorska", "--file", file)

    rows = [json.loads(row) for row in file.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["x", "velmorska"]
    assert rows[1]["aliases"] == ["Wielmorska"]
    assert "velmorska" in call("list", "--names", file, "velmorska").output


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--source", "a friend"], "names-bad-source"),
        (["--mangled", "Times"], "names-harmful"),
        (["--mangled", "Velmorska"], "names-contradiction"),
        (["--id", "taedong"], "names-id-twice"),
    ],
)
def test_add_refuses_and_writes_nothing(tmp_path: Path, more: list[str], code: str) -> None:
    file = tmp_path / "own.jsonl"
    with pytest.raises(CleanError) as caught:
        call(*ADD, *more, "--file", file)

    assert caught.value.code == code
    assert not file.exists()


def test_check_replays_clean_text(tmp_path: Path) -> None:
    own, texts = tmp_path / "own.jsonl", tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("Old trade.\nBarges on the Wilmarsko River in Zubrovia, they say.\n")
    call(*ADD, "--mangled", "Wilmarsko River", "--file", own)

    assert call("check", own).exit_code == 0
    harmful = call("check", own, "--against", texts)

    assert harmful.exit_code == 1
    assert "a.txt:2: velmorska: would change 'Wilmarsko River' to 'Velmorska'" in harmful.output
    assert call("check").exit_code == 0


def test_check_needs_text(tmp_path: Path) -> None:
    with pytest.raises(CleanError) as caught:
        call("check", "--against", tmp_path)

    assert caught.value.code == "no-text"


ANSWERS = [
    ("Yonhop", "South Korean sources told Yonhop.", "missing: a partner, a cue or the right form elsewhere"),
    (
        "Yonhop",
        "The Yonhop news agency reported it from Seoul.",
        "is repaired to 'Yonhap' by names/gazetteer",
    ),
    ("Yonhap", "The Yonhap news agency.", "is right in Yonhap"),
    ("CNA", "North Korea's state media CNA spoke.", "is a letter away from KCNA"),
    ("Mnemosyne", "Mnemosyne.", "sounds like no name"),
    ("Kalibra", "The Kalibra.", "taken for a form of it"),
    ("Kohlmeise", "An empty text.", "does not stand in the text"),
    ("empty", "An empty text.", "no capitalised word"),
]


@pytest.mark.parametrize(("phrase", "text", "answer"), ANSWERS)
def test_why_not(phrase: str, text: str, answer: str) -> None:
    assert answer in call("why-not", phrase, "-", stdin=text).output


def test_why_not_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("One.\nSouth Korean sources told Yonhop.\n")

    assert f"{file}:2: Yonhop like 'Yonhap'" in call("why-not", "Yonhop", file).output
