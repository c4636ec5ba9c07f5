"""Oddities of texts and pages are flagged, each once, at its first place; ordinary text is not."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean.read.remarks import _EMPTY, _KIND, _OPTIONAL, DEEP, page_remarks, remarks

SAMPLES = Path(__file__).parent.parent.parent / "raw"


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Rates rose — “a little”.\n\tBanks fell.\r\n", []),
        ("می\u200cخواهم 👩\u200d👩\u200d👧 التقى", []),
        ("ab\u202ec\u202e", [("read/bidi-controls", 2)]),
        ("\ue000 \ufffd", [("read/private-use", 0), ("read/replacement-characters", 2)]),
        ("a\x00b\x1b", [("read/control-characters", 1)]),
        ("a\x0bb\u2028", [("read/unusual-line-breaks", 1)]),
        ("hello\U000e0020", [("read/invisible-characters", 5)]),
        ("\ufffe\u2066", [("read/control-characters", 0), ("read/bidi-controls", 1)]),
        ("word " * 600, [("read/repeated-block", 0)]),
        ("a\n" + "".join(f"word{n} " for n in range(2000)), [("read/long-line", 2)]),
    ],
)
def test_each_oddity_is_flagged_once(text: str, flags: list[tuple[str, int]]) -> None:
    assert [(note.rule, note.start) for note in remarks(text)] == flags


def test_signs_of_every_plane_are_found() -> None:
    codes = [*range(0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 61)]
    odd = [code for code in codes if remarks(f"a{chr(code)}🙂")]

    assert odd == [code for code in codes if any(kind.match(chr(code)) for kind in _KIND.values())]
    assert len(odd) > 6_400 + 131_068 // 61


def test_the_samples_are_not_odd() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]

    assert len(texts) == 5
    assert [remarks(text) for text in texts] == [[]] * 5


def test_a_flood_of_one_sign_costs_little() -> None:
    began = time.process_time()

    assert len(remarks("\u202e" * 1_000_000 + "\ufffd")) == 4

    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("markup", "codes"),
    [
        ("<html><body><p>x</p></body></html>", []),
        ("<p>a fragment", []),
        ("<html><body>" + "<div>" * 300 + "</div>" * 300 + "</body></html>", ["read/html-deep"]),
        ("<html><body>" + "<div><p>x</div>" * 300 + "<li>y<br>" * 900 + "</body></html>", []),
        ("<html><body><p>The page en", ["read/html-malformed"]),
        ("<html><body>" + "<" * 200 + "</body></html>", ["read/html-malformed"]),
        ("<html><body><p " + "a=1 " * 3000 + ">x</p></body></html>", ["read/html-malformed"]),
        ('<html><meta name="author" content="' + "(" * 20_000 + '"></html>', ["read/metadata-skipped"]),
        ('<!DOCTYPE html [<!ENTITY a "b">]><html></html>', ["read/entities-not-expanded"]),
    ],
)
def test_odd_markup_is_flagged(markup: str, codes: list[str]) -> None:
    assert [note.rule for note in page_remarks(markup)] == codes


@pytest.mark.parametrize(
    ("part", "named"),
    [
        (
            "<script>" + "var a=1;" * 1_400_000 + "</script>",
            "one <script> of 11,200,008 characters was left out",
        ),
        (
            '<img src="data:image/png;base64,' + "A" * 11_000_000 + '">',
            "one <img> of 11,000,033 characters was read without",
        ),
        ("<!-- <p>" + "x " * 6_000_000 + "-->", "one comment of 12,000,008 characters"),
        ("<style>" + "a{}" * 4_000_000, "one <style> of 12,000,0"),
        ("<script>a</script>" * 700_000, ""),
        ("<p>" + "word " * 2_500_000 + "</p>", ""),
    ],
)
def test_a_huge_part_without_text_is_named_with_its_size(part: str, named: str) -> None:
    began = time.process_time()

    found = page_remarks(f"<html><body><p>First.</p>{part}<p>Last.</p></body></html>")

    large = [note for note in found if note.rule == "read/html-large-part"]
    assert len(large) == bool(named)
    assert all(named in str(note.value) for note in large)
    assert time.process_time() - began < 3


TAGS = (
    "<div> </div> <p> </p> </pre> <li </li> <br/> <BR> <Td> </tD> <th> <i </i <é> a<b<1 </> <tr9> \ud800 \x00"
)


@given(st.lists(st.tuples(st.sampled_from(TAGS.split(" ")), st.integers(1, 300)), max_size=8))
def test_depth_is_counted_as_tag_by_tag(runs: list[tuple[str, int]]) -> None:
    markup = "".join(tag * count for tag, count in runs)
    low = markup.lower()
    depth = deepest = 0
    for closing, name in re.findall("<(/?)([a-z][a-z0-9]*)", low):
        if name.encode() not in (*_EMPTY, *_OPTIONAL) or (name.encode() in _OPTIONAL and f"</{name}" in low):
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)

    assert ("read/html-deep" in [note.rule for note in page_remarks(markup)]) == (deepest > DEEP)
