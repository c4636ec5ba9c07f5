"""Bytes become the text that was meant; what is no text is refused; nothing is decoded silently otherwise."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clean.errors import InputError
from clean.read.text import decode

# Sentences of our own, one for each family of encodings that news was written in.
SENTENCES = {
    "cp1251": "Президент прибыл в столицу в среду и встретился с главой правительства, сообщает агентство.",
    "koi8_r": "Президент прибыл в столицу в среду и встретился с главой правительства.",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. Prezident řekl, že smlouva bude podepsána ve středu.",
    "iso8859_2": "Premier powiedział w środę, że rząd podpisze umowę. Żaden z ministrów nie chciał mówić.",
    "cp1252": "Le président a déclaré mercredi que l’accord serait signé à Genève. Où étaient les élèves ?",
    "cp1253": "Ο πρωθυπουργός δήλωσε την Τετάρτη ότι η συμφωνία θα υπογραφεί σύντομα.",
    "cp1254": "Cumhurbaşkanı çarşamba günü anlaşmanın imzalanacağını söyledi. Görüşmeler iki saat sürdü.",
    "cp1255": "המנהיגים נפגשו ביום רביעי כדי לדון בהסכם חדש בין המדינות.",
    "cp1256": "التقى الزعيمان يوم الأربعاء لمناقشة اتفاق جديد بين البلدين.",
    "euc_jp": "日本の首相は水曜日に新しい協定について話し合った。会談は二時間続いた。",
    "shift_jis": "日本の首相は水曜日に新しい協定について話し合った。会談は二時間続いた。",
    "euc_kr": "대통령은 수요일 새로운 협정에 대해 논의했다고 말했다. 회담은 두 시간 동안 계속되었다.",
    "big5": "中國和俄羅斯的領導人週三舉行會談，討論新的戰略協議。會談持續了兩個小時。",
    "gb18030": "中国和俄罗斯的领导人周三举行会谈，讨论新的战略协议。会谈持续了两个小时。",
}


def codes(data: bytes, declared: str | None = None) -> set[str]:
    return {note.rule for note in decode(data, declared).flags}


@pytest.mark.parametrize("encoding", SENTENCES)
@pytest.mark.parametrize("lines", [1, 6])
def test_old_encodings_are_found_and_named(encoding: str, lines: int) -> None:
    text = (SENTENCES[encoding] + "\n") * lines

    found = decode(text.encode(encoding))

    assert found.text == text
    assert found.decoder.endswith(", guessed")
    assert codes(text.encode(encoding)) == {"read/encoding-guessed"}


@pytest.mark.parametrize("sentence", SENTENCES.values())
def test_utf8_is_never_guessed(sentence: str) -> None:
    assert decode(sentence.encode()) == (sentence, "utf-8", ())


@pytest.mark.parametrize("sentence", SENTENCES.values())
@pytest.mark.parametrize("damage", [b"\x93", b"\xff\xfe\xfd", b"\xc3", b"\xed\xa0\x80"])
def test_one_bad_place_leaves_the_rest_alone(sentence: str, damage: bytes) -> None:
    good = f"{sentence}\n" * 3

    found = decode(good.encode() + b"bad " + damage + b" place\n" + good.encode())

    assert found.text.startswith(good)
    assert found.text.endswith(good)
    assert found.decoder == "utf-8, 1 line windows-1252"
    assert {note.rule for note in found.flags} == {"read/mixed-encoding", "read/invalid-bytes"}


def test_lines_of_two_encodings_are_each_read_right() -> None:
    data = b"\n".join(f"Café “{n}”".encode("utf-8" if n % 2 else "cp1252") for n in range(200))

    assert decode(data).text == "\n".join(f"Café “{n}”" for n in range(200))


def test_surrogates_in_pairs_are_one_character_and_alone_are_lost_openly() -> None:
    data = "“Zoë” ".encode() + b"\xed\xa0\xbd\xed\xb8\x80 and \xed\xa0\x80"

    assert decode(data).text == "“Zoë” \U0001f600 and \ufffd"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_byte_order_mark_decides(mark: bytes, encoding: str, text: str) -> None:
    if encoding == "utf-16-le" and text.startswith("\0"):
        return  # the two marks begin alike: FF FE 00 00 is UTF-32

    found = decode(mark + text.encode(encoding))

    assert found == (text, f"{encoding}, byte order mark", ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen_by_its_zeros(encoding: str) -> None:
    found = decode("Rates rose — a little.\n".encode(encoding))

    assert found.text == "Rates rose — a little.\n"
    assert {note.rule for note in found.flags} == {"read/encoding-guessed"}


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n....",
        b"%PDF-1.7\n...",
        b"\x7fELF\x02\x01",
        b"\x1f\x8b\x08...",
        b"PK\x03\x04",
        bytes(1000),
        bytes(range(256)) * 4,
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        decode(data)

    assert caught.value.code == "binary"
    assert caught.value.hint


def test_a_declared_encoding_is_tried_after_utf8() -> None:
    page = "Où étaient les élèves à Genève ?"

    assert decode(page.encode("cp1252"), "iso-8859-1").decoder == "cp1252, declared"
    assert decode(page.encode(), "iso-8859-1").decoder == "utf-8"
    assert decode(page.encode("cp1252"), "no-such-codec").text == page


@given(st.binary(max_size=200))
@example(b"\xed\xa0\x80")
@example(b"\xff")
@example(b"")
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    try:
        found = decode(data)
    except InputError as error:
        assert error.code == "binary"  # noqa: PT017
        return

    found.text.encode("utf-8")
    assert found.flags or found.decoder == "utf-8" or "byte order mark" in found.decoder
