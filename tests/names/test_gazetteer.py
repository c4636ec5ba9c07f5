"""The gazetteer files: every shipped line, and what is said of a bad one."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from clean.errors import PackError
from clean.names import gazetteer
from clean.names.attested import attested
from clean.names.build import build
from clean.names.check import listed
from clean.names.words import WORD

GOOD = {"id": "a", "name": "Anna Lodz", "type": "person", "topic": ["Lodz"], "source": "https://e.org/a"}


def line(**changes: object) -> str:
    row = {field: value for field, value in (GOOD | changes).items() if value is not None}
    return json.dumps(row)


BAD = [
    ("not json", "{", "names-not-json", "column 2"),
    ("a list", "[]", "names-not-object", "object"),
    ("unknown field", line(nick="A"), "names-unknown-field", "'nick'"),
    ("no id", line(id=None), "names-missing-field", "'id'"),
    ("no topic", line(topic=[]), "names-missing-field", "'topic'"),
    ("type unknown", line(type="planet"), "names-bad-type", "'planet'"),
    ("type of type", line(type=3), "names-bad-field", "'type'"),
    ("outer space", line(name=" A"), "names-bad-field", "'name'"),
    ("list of numbers", line(aliases=[1]), "names-bad-field", "'aliases'"),
    ("text for list", line(cues="town"), "names-bad-field", "'cues'"),
    ("source", line(source="my head"), "names-bad-source", "'my head'"),
    ("both right and wrong", line(aliases=["A B"], mangled=["A B"]), "names-contradiction", "'A B'"),
    ("mangled in lower case", line(mangled=["anna"]), "names-bad-field", "'anna'"),
    ("mangled without a letter", line(mangled=["?!"]), "names-bad-field", "'?!'"),
    ("name without a letter", line(name="?!"), "names-bad-field", "'name'"),
]


@pytest.mark.parametrize(("row", "code", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_line_is_refused_with_its_place(row: str, code: str, said: str) -> None:
    with pytest.raises(PackError) as caught:
        list(gazetteer.read(f"{line()}\n\n{row}\n", "own.jsonl"))

    assert caught.value.code == code
    assert caught.value.where == "own.jsonl:3"
    assert said in caught.value.message


def test_an_id_stands_once_and_no_mangled_form_is_right() -> None:
    first = gazetteer.parse(line(), "x:1")
    with pytest.raises(PackError, match="x:1"):
        gazetteer.distinct([first, gazetteer.parse(line(), "x:2")])
    with pytest.raises(PackError, match="is right for 'a'"):
        gazetteer.distinct([first, gazetteer.parse(line(id="b", name="B", mangled=["Anna Lodz"]), "x:2")])


def test_unreadable_files_are_errors(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PackError) as missing:
        gazetteer.load([tmp_path / "none.jsonl"])
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff")
    with pytest.raises(PackError) as undecodable:
        gazetteer.load([tmp_path / "bytes.jsonl"])

    assert (missing.value.code, undecodable.value.code) == ("names-unreadable", "names-not-utf-8")


def test_the_shipped_names_are_sound() -> None:
    names = gazetteer.shipped()
    types = Counter(name.type for name in names)

    assert len(names) >= 600
    assert set(types) == set(gazetteer.TYPES)
    assert min(types.values()) >= 10
    assert not list(listed(names))
    assert all(WORD.search(form) for name in names for form in (*name.forms, *name.mangled))
    assert len({name.name for name in names}) > 0.98 * len(names)


def test_the_digest_changes_with_what_decides() -> None:
    one, other = gazetteer.parse(line(), "x:1"), gazetteer.parse(line(topic=["Kutno"]), "x:1")

    assert gazetteer.digest([one]) != gazetteer.digest([other])
    assert gazetteer.digest([one]) == gazetteer.digest([gazetteer.parse(line(native="x"), "y:9")])


def test_the_index_knows_its_forms() -> None:
    index = build(gazetteer.shipped())

    assert index.likenesses("Yonhop")[0].target.word == "Yonhap"
    assert not index.likenesses("Yonhap")
    assert not index.likenesses("yonhop".upper())
    assert index.near_acronyms["CNA"] == ("KCNA",)
    assert "rodongsinmun" in index.joined
    assert [word for word, _ in index.asked_about({"Yonhop", "Quorum"}, attested().known_folded)[1]] == [
        "Yonhop"
    ]
