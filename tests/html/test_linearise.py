"""A page as lines of visible text, and what it says about itself."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clean.read.html import LINEARISER, LONGEST_TAG, linearise

LAST = "The last paragraph of the report must be there."


def page(body: str, head: str = "", doctype: str = "<!DOCTYPE html>") -> str:
    return f"{doctype}<html lang=en-GB><head><title>A title</title>{head}</head><body>{body}</body></html>"


SHAPES = {
    "blocks are apart": ("<h1>One</h1><p>Two</p><div>Three</div>", "One\n\nTwo\n\nThree\n"),
    "inline stays in its line": ("<p>One <b>two</b>, <a href=x>three</a>.</p>", "One two, three.\n"),
    "a space between inline elements": ("<p><b>One</b> <i>two</i></p>", "One two\n"),
    "text around a block": ("<div>One<p>two</p>three</div>", "One\n\ntwo\n\nthree\n"),
    "br is a line": ("<p>One<br>two</p>", "One\ntwo\n"),
    "two br are a paragraph": ("<p>One<br><br>two</p>", "One\n\ntwo\n"),
    "an empty block parts text": ("<div>One<div></div>two</div>", "One\ntwo\n"),
    "spaces are single": ("<p> One\n\t two </p>", "One two\n"),
    "no-break spaces stay": ("<p>10\xa0km&nbsp;away</p>", "10\xa0km\xa0away\n"),
    "a list": ("<ul><li>One<li>Two</ul>", "One\n\nTwo\n"),
    "scripts are not seen": (
        "<p>One</p><script>var a</script><style>p{}</style><noscript>no</noscript>",
        "One\n",
    ),
    "comments and templates neither": ("<p>One<!-- two --></p><template><p>three</p></template>", "One\n"),
    "frames, players, forms": (
        "<p>One</p><iframe>x</iframe><video>y</video><select><option>z</select>",
        "One\n",
    ),
    "hidden text is there": (
        "<p>One</p><p hidden>two</p><p style='display: none'>three</p>",
        "One\n\ntwo\n\nthree\n",
    ),
    "entities": ("<p>a &lt; b &amp;amp; c &#8217; &mdash;</p>", "a < b &amp; c ’ —\n"),
    "a half of a pair": ("<p>a &#xD800; b</p><p>c</p>", None),
    "no body": ("", ""),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name):
    body, expected = SHAPES[name]
    linear = linearise(page(body))

    if expected is None:
        assert linear.text.endswith("c\n")
    else:
        assert linear.text == expected
    assert [linear.text[b.start : b.end] for b in linear.page.blocks] == [
        x for x in linear.text.split("\n") if x
    ]


def test_paths_and_links():
    linear = linearise(
        page(
            "<main><article id=a class='story body'><p>One <a href=x>two</a></p></article></main>"
            "<p hidden>three</p>"
        )
    )

    assert [block.path for block in linear.page.blocks] == ["main/article.a.story.body/p", "p.hidden"]
    assert [block.links for block in linear.page.blocks] == [3, 0]
    assert LINEARISER.startswith("html/")


DECODED = {
    "utf-8, whatever it declares": ("<meta charset=iso-8859-1><p>“é”".encode(), "“é”"),
    "as declared": ("<meta charset=windows-1251><p>Привет, мир".encode("cp1251"), "Привет, мир"),
    "latin-1 means windows-1252": ("<meta charset=latin1><p>“é”".encode("cp1252"), "“é”"),
    "http-equiv": (
        "<meta http-equiv=content-type content='text/html; charset=Shift_JIS'><p>日本".encode("cp932"),
        "日本",
    ),
    "one bad byte": ("<p>“é” дом\n".encode() * 20 + b"<p>\x93x", "“é” дом"),
    "undeclared": ("<p>caf\xe9".encode("latin-1"), "café"),
    "an unknown label": (b"<meta charset=x-martian><p>\xe9", "é"),
}  # fmt: skip


@pytest.mark.parametrize("name", DECODED)
def test_decoding(name):
    data, expected = DECODED[name]
    assert expected in linearise(data).text


DEEP = "<div>" * 600 + "deep" + "</div>" * 600
HOSTILE = {
    "600 deep": (DEEP, 1),
    "5,000 deep": ("<div>" * 5_000 + "deep", 1),
    "unclosed spans": ("<span>x " * 3_000, 1),
    "comment marks": ("<p>x</p><!-- a -->" + "<" * 20_000, 1),
    "attributes": (f"<p {' '.join(f'a{n}=1' for n in range(30_000))}>x</p>", 1),
    "a long attribute": (f"<div class='{'ad ' * LONGEST_TAG}'>x</div>", 1),
    "a picture in the page": (f"<img src='data:image/png;base64,{'A' * 11_000_000}'>", 2),
    "a long text": (f"<p>{'word ' * 300_000}</p>", 2),
    "many cells": (f"<table><tr>{'<td>c</td>' * 30_000}</tr></table>", 4),
    "many elements": ("<i></i>" * 250_000, 4),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_lost(name):
    body, limit = HOSTILE[name]
    start = time.process_time()
    linear = linearise(page(f"{body}<p>{LAST}</p>"))

    assert LAST in linear.text
    assert time.process_time() - start < 3 * limit


def test_doctypes():
    for doctype in (
        "<!DOCTYPE " + "/" * 100_000,
        '<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>',
        "",
    ):
        linear = linearise(page(f"<p>{LAST} &b;</p>", doctype=doctype))
        assert LAST in linear.text
        assert "lol" not in linear.text


def test_no_file_is_read():
    text = linearise(
        page("<p>a &x; b</p>", doctype='<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>')
    ).text
    assert text == "a &x; b\n"


LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage", "headline": "Not this"},
        {
            "@type": ["NewsArticle"], "headline": "Fire &amp; water", "datePublished": "2024-06-19T10:00:00Z",
            "author": [{"@type": "Person", "name": "Ann Lee"}, "Bo Chu"], "mainEntityOfPage": {"@id": "https://e.org/a"},
        },
    ],
}  # fmt: skip


def meta(head: str) -> dict[str, object]:
    return linearise(page("<p>x</p>", head)).meta


def test_json_ld():
    found = meta(f'<script type="application/ld+json">{json.dumps(LD)}</script>')
    assert found == {
        "title": "Fire & water", "byline": "Ann Lee, Bo Chu", "published": "2024-06-19T10:00:00Z",
        "url": "https://e.org/a", "site": "e.org", "language": "en",
    }  # fmt: skip


def test_tags():
    head = (
        '<meta property="og:title" content="One"><meta name="author" content="https://x.org/ann">'
        '<meta name="author" content="Bo"><link rel="canonical" href="https://www.e.org/b">'
        '<meta property="article:published_time" content="2024-06-19">'
    )
    assert meta(head) == {
        "title": "One", "url": "https://www.e.org/b", "site": "e.org", "published": "2024-06-19",
        "language": "en",
    }  # fmt: skip
    assert meta("") == {"title": "A title", "language": "en"}


@pytest.mark.parametrize(
    ("title", "heading", "found"),
    [
        ("Rain falls in town - The Post", "Rain falls in town", "Rain falls in town"),
        ("The Post | Rain falls in town", "Rain falls in <i>town</i>", "Rain falls in town"),
        ("Rain falls in town » Weather · Post", "Rain falls in town", "Rain falls in town"),
        ("The Post - Rain falls in town", "The Post", "The Post - Rain falls in town"),
        ("Rain falls in town: live", "Rain falls in town", "Rain falls in town: live"),
        ("Rain falls in town-hall", "Rain falls in town", "Rain falls in town-hall"),
        ("Opinion: rain falls", "rain falls", "Opinion: rain falls"),
    ],
)
def test_the_heading_tells_the_title_from_the_name_of_the_site(title, heading, found):
    linear = linearise(page(f"<h1>{heading}</h1>", f'<meta property="og:title" content="{title}">'))

    assert linear.meta["title"] == found


def test_an_author_and_a_time_that_only_the_page_itself_marks():
    one = '<a rel="author nofollow" href=/ann>Ann <b>Lee</b></a>'
    time_ = '<time {} datetime="2024-06-19">June</time>'

    assert linearise(page(one * 2)).meta["byline"] == "Ann Lee"
    assert linearise(page(f"{one}<a rel=author>By Ann Lee,</a>")).meta["byline"] == "Ann Lee"
    assert "byline" not in linearise(page(f"{one}<a rel=author>Bo Chu</a>")).meta
    assert linearise(page(time_.format("itemprop=datePublished"))).meta["published"] == "2024-06-19"
    assert "published" not in linearise(page(time_.format(""))).meta


def test_a_line_break_in_a_string_of_json_ld():
    source = '{"@type": "NewsArticle",\n "headline": "Rain\n\tfalls"}'

    assert meta(f'<script type="application/ld+json">{source}</script>')["title"] == "Rain falls"


def test_live_blog_entries():
    updates = [
        {"@type": "BlogPosting", "headline": f"Entry {n}", "datePublished": f"10:0{n}"} for n in range(3)
    ]
    live = {"@type": "LiveBlogPosting", "headline": "Live", "liveBlogUpdate": updates}
    found = meta(f'<script type="application/ld+json">{json.dumps(live)}</script>')
    assert found["title"] == "Live"
    assert [entry["heading"] for entry in found["entries"]] == ["Entry 0", "Entry 1", "Entry 2"]


@pytest.mark.parametrize(
    "source",
    [
        '{"publisher": ' * 20_000,
        "[" * 40_000 + "]" * 40_000,
        '"@type":[' * 20_000,
        "",
        "nul",
        "[1, null, {}]",
    ],
)
def test_bad_json_ld_costs_nothing(source):
    start = time.process_time()
    linear = linearise(page(f"<p>{LAST}</p>", f'<script type="application/ld+json">{source}</script>'))
    assert LAST in linear.text
    assert linear.meta["title"] == "A title"
    assert time.process_time() - start < 2


def test_values_are_capped():
    found = meta(
        f'<meta name="author" content="{"(" * 10_000}"><meta property="og:title" content="{"t" * 5_000}">'
    )
    assert "byline" not in found
    assert len(str(found["title"])) == 1_000


TOKENS = """
<p> </p> <div> </div> <br> <a> </a> <table> <td> </table> <b> one two & &amp; < > <!-- --> <script> </script>
é <ul> <li> <h2> </h2> <span> </span> <body> </html>
""".split()
MARKUP = st.lists(
    st.sampled_from([*TOKENS, "<p hidden>", "<a href=x>", " ", "\n", "\u2028", "\x00", "\xa0"]), max_size=40
)


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_every_line_is_a_block(parts):
    linear = linearise("".join(parts))
    filled = [line for line in linear.text.split("\n") if line and not line.isspace()]

    assert filled == [linear.text[block.start : block.end] for block in linear.page.blocks]
    assert linear == linearise("".join(parts))
    assert "\n\n\n" not in linear.text


def test_a_page_of_more_elements_than_allowed_is_read_without_a_tree() -> None:
    markup = page(f"<p>{LAST}</p>" * 20)

    allowed, bounded = linearise(markup), linearise(markup, elements=10)

    assert (allowed.remarks, bounded.remarks) == ((), ("html-too-many-elements",))
    assert bounded.text.count(LAST) == allowed.text.count(LAST) == 20
