"""Keys, similarities, romanisations, and the list of attested words."""

from __future__ import annotations

import random
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean.names import phonetic
from clean.names.attested import attested, of_words
from clean.names.romanise import spellings
from clean.names.words import fold

LIKE = [
    ("Peking", "Pekinh"), ("Taegu", "Daegu"), ("Pusan", "Busan"), ("Khrushchev", "Khruschev"),
    ("Qaddafi", "Gaddafi"), ("Shinhua", "Xinhua"), ("Kurzk", "Kursk"), ("Chungking", "Chongqing"),
    ("Lugansk", "Lukansk"), ("Bejjing", "Beijing"), ("Murmensk", "Murmansk"), ("Nasarbayev", "Nazarbayev"),
]  # fmt: skip

UNLIKE = [
    ("Moscow", "Minsk"),
    ("Kursk", "Bursa"),
    ("Tehran", "Trento"),
    ("Seoul", "Sofia"),
    ("Lavrov", "Larov"),
]


@pytest.mark.parametrize(("one", "other"), LIKE)
def test_one_sound_has_one_key(one: str, other: str) -> None:
    assert phonetic.key(one) == phonetic.key(other)
    assert phonetic.similarity(one, other) >= 0.7


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_sounds_have_other_keys(one: str, other: str) -> None:
    assert phonetic.key(one) != phonetic.key(other)


def test_sex_and_endings_are_no_slips() -> None:
    assert phonetic.sex_marked("Navalny", "Navalnaya")
    assert phonetic.sex_marked("Petrova", "Petrov")
    assert not phonetic.sex_marked("Lavrof", "Lavrov")
    assert phonetic.derived("Putins", "Putin")
    assert phonetic.derived("Iraq", "Iraqi")
    assert not phonetic.derived("Tas", "Tass")
    assert not phonetic.derived("Hizbulla", "Hizbullah")


words = st.text("abcdefghijklmnopqrstuvwxyzäéŏß", min_size=1, max_size=14)


@given(words, words)
def test_similarity_is_symmetric_and_bounded(one: str, other: str) -> None:
    similarity = phonetic.similarity(one, other)

    assert 0 <= similarity <= 1
    assert similarity == pytest.approx(phonetic.similarity(other, one))
    assert phonetic.similarity(one, one) == 1
    assert (similarity == 1) == (fold(one) == fold(other))


@pytest.mark.parametrize(
    ("native", "expected"),
    [
        ("청진", {"chongjin", "cheongjin"}),
        ("부산", {"busan", "pusan"}),
        ("신라", {"silla"}),
        ("Київ", {"kyiv", "kyyiv"}),
        ("Хрущёв", {"khrushchev", "khrushchyov"}),
        ("Зеленський", {"zelenskyi", "zelensky", "zelenskiy", "zelenski"}),
        ("Авдіївка", {"avdiivka", "avdiyivka"}),
        ("大同江", set()),
        ("", set()),
    ],
)
def test_romanisations_of_a_native_form(native: str, expected: set[str]) -> None:
    assert expected <= spellings(native)


def test_the_attested_list_is_exact() -> None:
    source = resources.files("clean") / "packs" / "names" / "attested.txt"
    lines = source.read_text(encoding="ascii").split()
    bare = {line.rstrip("+") for line in lines}
    known = attested().known
    chosen = [*lines[:100], *lines[-100:], *random.Random(4).sample(lines, 2000)]

    assert len(lines) > 500_000
    assert lines == sorted(lines)
    assert source.stat().st_size <= 8 * 1024 * 1024  # type: ignore[attr-defined]
    for line in chosen:
        assert known(line.rstrip("+")) == ("place" if line.endswith("+") else "word")
        assert bool(known(line.rstrip("+") + "q")) == (line.rstrip("+") + "q" in bare)


def test_attested_words_of_a_small_list() -> None:
    known = of_words({"abc": "word", "abcd": "place", "b": "word"}).known

    assert [known(word) for word in ("a", "ab", "Abc", "ábcd", "abcde", "b", "c", "zz")] == [
        "", "", "word", "place", "", "word", "", "",
    ]  # fmt: skip
    assert known("Київ") == "word"


def test_common_names_and_words_are_attested() -> None:
    known = attested().known

    assert all(known(word) for word in "the minister Gunn Gawon Malekhiv Severodvinsk Müller Tas".split())
    assert known("Taidong") == "place"
    assert not any(known(word) for word in "Yonhop Kumsosun Gregorov Sunmoon".split())


LETTERS = st.text("aeiouybpdtgkqcszxlrfvwmnhj", min_size=1, max_size=9)


@given(st.lists(LETTERS | LETTERS.map(str.title) | st.sampled_from(["Éric", "Київ", "ß"]), max_size=30))
def test_keys_of_many_words_are_their_keys(words: list[str]) -> None:
    assert phonetic.keys(words) == [phonetic.key(word) for word in words]


def test_keys_of_attested_words() -> None:
    source = resources.files("clean") / "packs" / "names" / "attested.txt"
    words = [line.rstrip("+") for line in source.read_text(encoding="ascii").split()][::37]

    assert len(words) > 10_000
    assert phonetic.keys(words) == [phonetic.key(word) for word in words]


def _reaches(one: str, other: str, floor: float) -> bool:
    return any(phonetic.within_reach(phonetic.shape(one), [(other, phonetic.shape(other))], floor))


@given(LETTERS, LETTERS, st.sampled_from([0.7, 0.84, 0.9]))
def test_what_is_out_of_reach_is_not_alike(one: str, other: str, floor: float) -> None:
    if not _reaches(one, other, floor):
        assert phonetic.similarity(one, other) < floor


@given(st.sampled_from(["Kumsusan", "Taedong", "Zaporizhzhia", "Netanyahu"]), st.data())
def test_a_slip_in_a_letter_stays_within_reach(right: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(right) - 1))
    slip = right[:at] + data.draw(st.sampled_from("aeioukgtdlr")) + right[at + 1 :]
    for floor in (0.84, 0.9):
        if phonetic.similarity(slip, right) >= floor:
            assert _reaches(slip, right, floor)
