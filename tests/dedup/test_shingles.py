"""Normalising and shingling: the fast path against the slow one, batches against single texts."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clean.dedup.shingles import (
    NARROW,
    PASSAGE,
    PASSAGE_SAMPLE,
    as_sets,
    content_hash,
    encoded,
    normalise,
    of_encoded,
    of_texts,
    shingle_hash,
    shingles_of,
    unpacked,
)

CASES = [
    ("Kim’s train LEFT — at 9.30", b"kim s train left at 9 30"),
    ("“Peace,” he said…", b"peace he said"),
    ("ﬁve Straße ＡＢＣ", b"five strasse abc"),
    ("a_b\tc\x00d\x1ce", b"a_b c d e"),
    ("平壌で会談", "平 壌 で 会 談".encode()),
    ("Ökonomie\u2009—\u200aÜber", "ökonomie über".encode()),
    ("e\u0301te\u0301", "été".encode()),
    ("£300m, €4", b"300m 4"),
    ("... — “”", b""),
    ("", b""),
    ("\ud800x", b"x"),
]

TEXTS = [text for text, _ in CASES]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_normalise(text: str, expected: bytes) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize("marks", ["\u0301\u0327" * 20, "\u0301" * 20 + "\u0327" * 20])
def test_a_flood_of_marks_is_cut(marks: str) -> None:
    assert normalise(f"e{marks} ok") == normalise(f"e{marks[:30]} ok")
    assert normalise(f"Ärger {'™' * 40} ok").decode() == f"ärger {'tm' * 40} ok"


@given(st.text())
def test_normalised_text_is_normal(text: str) -> None:
    once = normalise(text)

    assert normalise(once.decode()) == once
    assert once == b" ".join(once.split())


@given(st.text(st.one_of(st.characters(max_codepoint=0x7F), st.sampled_from("’“”‘–—…\u00a0€£•·«»"))))
def test_the_fast_path_agrees_with_unicode(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text).casefold()

    assert normalise(text) == " ".join(re.findall(r"\w+", folded)).encode()


def plain(text: str) -> bytes:
    """The words of a text whose language leaves spaces between them."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.findall(r"\w+", folded)).encode()


def test_narrow_characters_fold_one_by_one() -> None:
    narrow = [bytes((byte,)).decode(NARROW, "ignore") for byte in range(256)]
    assert sum(map(bool, narrow)) == 251

    for first in narrow:
        text = "".join(f"e{first}{second}e{second} " for second in narrow)
        assert normalise(text) == plain(text)


@given(
    st.lists(st.text("aÉßœ½µª™´’ \tЖſİ\u0301\u0308Åﬁ３Σς", max_size=12), max_size=9), st.sampled_from([0, 99])
)
def test_lines_fold_one_by_one(lines: list[str], narrow: int) -> None:
    text = "\n".join([*lines, *["a narrow liné"] * narrow, *lines])

    assert normalise(text) == plain(text)


def expected_hashes(text: bytes) -> list[int]:
    return [shingle_hash(shingle) for shingle in shingles_of(text)]


WORDS = st.lists(
    st.one_of(
        st.sampled_from([b"a", b"rates", b"exactly8", b"ninebytes", "Ж".lower().encode()]),
        st.integers(1, 200).map(lambda n: b"x" * n),
    ),
    max_size=12,
).map(b" ".join)


@pytest.mark.parametrize("fast", [False, True])
@settings(deadline=None)
@given(texts=st.lists(WORDS, max_size=6))
def test_a_batch_has_the_shingles_of_its_texts(fast: bool, texts: list[bytes]) -> None:
    if fast:
        pytest.importorskip("numba")
    found = of_texts(texts, fast=fast)

    assert found.words.tolist() == [len(text.split()) for text in texts]
    for place, text in enumerate(texts):
        start, end = found.offsets[place], found.offsets[place + 1]
        assert found.hashes[start:end].tolist() == expected_hashes(text)


@pytest.mark.parametrize("fast", [False, True])
@settings(deadline=None)
@given(
    texts=st.lists(st.one_of(st.text(), st.text("aZ9_ .\n\x00’é@[`{/:", max_size=60), st.sampled_from(TEXTS)))
)
def test_a_batch_is_normalised_as_its_texts_are(fast: bool, texts: list[str]) -> None:
    if fast:
        pytest.importorskip("numba")
    *packed, found = of_encoded([encoded(text) for text in texts], fast=fast)
    normalised = unpacked(*packed)

    assert normalised == [normalise(text) for text in texts]
    assert all((a == b).all() for a, b in zip(found, of_texts(normalised), strict=True))


@pytest.mark.parametrize("fast", [False, True])
@settings(deadline=None)
@given(texts=st.lists(WORDS, max_size=6))
def test_sets_are_sorted_and_unique(fast: bool, texts: list[bytes]) -> None:
    if fast:
        pytest.importorskip("numba")
    found = as_sets(of_texts(texts, fast=fast), fast=fast)

    for place, text in enumerate(texts):
        start, end = found.offsets[place], found.offsets[place + 1]
        assert found.hashes[start:end].tolist() == sorted(set(expected_hashes(text)))


def test_passages_are_a_sample_by_content_and_agree_between_kernels() -> None:
    pytest.importorskip("numba")
    words = [f"word{n % 701}x{n}".encode() for n in range(4000)]
    whole, part = b" ".join(words), b" ".join(words[1000:3000])
    found = as_sets(of_texts([whole, part]))
    compiled = as_sets(of_texts([whole, part], fast=True), fast=True)

    assert all((a == b).all() for a, b in zip(found, compiled, strict=True))
    in_whole = set(found.passages[: found.passage_offsets[1]].tolist())
    in_part = set(found.passages[found.passage_offsets[1] :].tolist())
    assert in_part < in_whole
    assert len(in_whole) == pytest.approx((len(words) - PASSAGE + 1) / PASSAGE_SAMPLE, rel=0.15)


def test_short_texts_have_one_shingle_and_empty_ones_none() -> None:
    found = of_texts([b"", b"one", b"one two", b"one two three", b"one two three four"])

    assert np.diff(found.offsets).tolist() == [0, 1, 1, 1, 2]


def test_hashes_do_not_collide_on_a_vocabulary() -> None:
    words = [
        f"{a}{b}{n}".encode() for a in ("north", "south", "w") for b in ("", "korea") for n in range(9000)
    ]
    found = of_texts(words)

    # 54,000 of 2**32 values: a third of a collision is to be expected.
    assert len(set(found.hashes.tolist())) >= len(words) - 4


def test_content_hash_names_the_normalised_text() -> None:
    assert content_hash(normalise("Rates ROSE.")) == content_hash(normalise("“Rates rose”"))
    assert content_hash(normalise("Rates rose")) != content_hash(normalise("Ratesrose"))
    assert len(content_hash(b"")) == 16
