"""A web page as text: every visible character in reading order, one block a line.

`linearise` decodes the page, parses it once and gives the text with the place, the path and the links of
each block, and what the page says about itself. A page that the parser cannot hold (nested more than 2,000
deep, more than 200,000 elements) is read by a plain tokeniser instead: no paths then, but no text lost.

Left out, since no reader sees it: scripts, styles, templates, `noscript`, comments, the texts of `svg`,
players and frames, and form values. What an attribute or a style hides is kept, with "hidden" in its path:
buttons such as "read more" unfold it, and subscribers see it.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from clean.model import UNDECLARED, Block, Json, Page
from clean.read.declared import declared
from clean.read.limits import Limits
from clean.read.metadata import page_meta
from clean.read.text import decode

LINEARISER = "html/1"
LONGEST_TAG = 16_384
"""Characters of one tag; of a longer one the long values go, then all attributes. libxml2 compares every
attribute of a tag with every other (40,000 of them took 2 s)."""
LONGEST_HANDED = 2_000_000
"""Characters of a page whose tree is kept for the extractor."""
BREAK = "\u2028"
"""Stands for `<br>` until the lines are made."""

_INVISIBLE = frozenset(
    """
    applet audio canvas datalist embed frame frameset head iframe input meta noframes noscript object option
    param script select style svg template textarea title video
    """.split()
)
_BLOCKS = frozenset(
    """
    address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu
    nav ol p pre search section summary table tbody td tfoot th thead tr ul
    """.split()
)
_WHOLE = frozenset({"html", "body"})
_EMPTY_BLOCKS = ("div", "p", "li", "section", "figure", "ul", "aside", "td")

_DOCTYPE = re.compile(r"<!doctype[^<>\[]{0,2000}(?:\[[^\]]{0,200000}\]\s{0,100})?>", re.IGNORECASE)
_LONG_VALUE = re.compile(r"""=\s{0,20}(?:"[^"<>]{2048,}"|'[^'<>]{2048,}')""")
_LONG_TAG = re.compile(r"(<[a-zA-Z][a-zA-Z0-9:-]{0,40})[^<>]{16384,}>")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})[^<>]*>?|<[!?/][^<>]*>?", re.DOTALL)
_RAW_TEXT = re.compile(
    r"<(script|style|noscript|template|svg|textarea|select|iframe)\b.*?</\1\s{0,20}>",
    re.DOTALL | re.IGNORECASE,
)
_HIDING = re.compile(r"display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s{0,4}=\s{0,4}["']?\s{0,4}([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f\v\u2028]+")

# What browsers understand by a label, where Python differs (encoding.spec.whatwg.org/#names-and-labels)
_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874",
    "big5": "big5hkscs",
}  # fmt: skip


_handed: list[tuple[str, Any]] = []
"""The markup of the page read last and its tree, until `tree_of` takes it."""


class Linear(NamedTuple):
    """A page as text, and what came with it."""

    text: str
    page: Page
    meta: dict[str, Json]
    remarks: tuple[str, ...]
    """What a person may want to know: "html-too-deep", "html-too-many-elements", "html-malformed",
    "metadata-skipped"."""


def linearise(source: bytes | str, url: str = "", elements: int = Limits().elements) -> Linear:
    """A page as lines of visible text, blocks that were apart being apart by a blank line.

    Args:
        source: the page as it was saved; bytes are decoded by `clean.read.text`.
        url: where it was, if known; what the page declares comes first.
        elements: a page of more is read without a tree.
    """
    text = decode(source, declared_charset(source)).text if isinstance(source, bytes) else source
    remarks: list[str] = []
    markup, data = _tame(text)
    root = _parse(markup, data, elements, remarks)
    _handed.clear()
    if root is None:
        line_text, blocks = _join(_tokenised(markup))
        meta: dict[str, Json] = {}
        said = UNDECLARED
    else:
        line_text, blocks = _join(_walk(root))
        meta, skipped = page_meta(root)
        if skipped:
            remarks.append("metadata-skipped")
        said = declared(root)
        if len(markup) <= LONGEST_HANDED:
            _handed.append((markup, root))
    if url:
        meta.setdefault("url", url)
    return Linear(line_text, Page(markup, tuple(blocks), said), meta, tuple(remarks))


def tree_of(markup: str) -> Any:
    """The tree of a page, for the caller to change: what `linearise` has just parsed, or parsed anew.

    Raises:
        etree.XMLSyntaxError: there is nothing to parse.
    """
    from lxml import etree

    if _handed and _handed[-1][0] is markup:
        return _handed.pop()[1]
    return etree.fromstring(markup.encode(), html_parser())


def declared_charset(data: bytes) -> str:
    """The Python codec of the charset that a page names in its first 4 KB, or nothing."""
    found = _CHARSET.search(data[:4096])
    if found is None:
        return ""
    label = found[1].decode("ascii").lower()
    try:
        return _LABELS.get(label) or codecs.lookup(label).name
    except LookupError:
        return ""


def _tame(text: str) -> tuple[str, bytes]:
    """The markup without what makes parsers slow or blind, and its UTF-8; no visible character goes."""
    text = text.replace("\x00", "\ufffd")
    start = text[:4096].lower().find("<!doctype")
    if start >= 0:
        found = _DOCTYPE.match(text, start)
        # an endless doctype ("<!DOCTYPE ////…") ends where the next tag begins
        end = found.end() if found else text.find("<", start + 1)
        text = text[:start] + text[end if end > 0 else start :]
    try:
        data = text.encode()
    except UnicodeEncodeError:  # halves of surrogate pairs
        data = text.encode("utf-8", "replace")
        text = data.decode()
    long = [part for part in data.split(b"<") if len(part) > LONGEST_TAG]
    if any(part.find(b">", 0, LONGEST_TAG) < 0 for part in long):
        text = _LONG_TAG.sub(_shorten, text)
        data = text.encode()
    return text, data


def _shorten(tag: re.Match[str]) -> str:
    shorter = _LONG_VALUE.sub('=""', tag[0])
    return shorter if len(shorter) <= LONGEST_TAG else f"{tag[1]}>"


def has_surrogates(text: str) -> bool:
    """Whether a text has halves of surrogate pairs, which UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _parse(markup: str, data: bytes, elements: int, remarks: list[str]) -> Any:
    """The root element, or None when the parser would lose text or take too long."""
    from lxml import etree

    if data.count(b"<") > 2 * elements:
        remarks.append("html-too-many-elements")
        return None
    if not markup or markup.isspace():
        return None
    parser = html_parser()
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        remarks.append("html-malformed")
        return None
    if parser.error_log.filter_from_fatals():
        remarks.append("html-too-deep")
        return None
    if data.rfind(b"<!--") > data.rfind(b"-->"):
        remarks.append("html-malformed")
    return root


def html_parser() -> Any:
    """The parser of pages: deep and long ones whole, no entities, no network; elements as in lxml.html.

    `huge_tree` lifts the limits beyond which libxml2 silently drops the rest of a page (255 nested elements,
    10 MB of text); together with resolved entities it would read local files, so never both.
    """
    from lxml import etree
    from lxml.html import HtmlElement

    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    # lxml.html asks a Python function for the class of each element: a sixth of trafilatura's time
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


class _Piece(NamedTuple):
    """Text of one block, still with its spaces and `BREAK`s."""

    text: str
    path: str
    links: int


_Place = tuple[str, bool]
"""Where the text of an element goes: a path, and whether it is seen. Two places may have one path."""


def _walk(root: Any) -> Iterator[_Piece]:
    """The visible text block by block; `<br>` and empty blocks, which part text, stand as `BREAK`."""
    parting = [
        *root.iter("br", "hr"),
        *(one for one in root.iter(*_EMPTY_BLOCKS) if not len(one) and not one.text),
    ]
    for element in parting:
        element.tail = BREAK + (element.tail or "")
    yield from _pieces(root)
    for element in parting:
        element.tail = element.tail[1:] or None


def _pieces(root: Any) -> Iterator[_Piece]:
    """The blocks. Text nodes are asked for at once: most elements hold none."""
    places: dict[Any, tuple[_Place, bool]] = {}
    parts: list[str] = []
    current: _Place | None = None
    links = 0
    for node in root.xpath("//text()"):
        if node.isspace():
            if parts:
                parts.append(node)
            continue
        parent = node.getparent()
        if node.is_tail:
            parent = parent.getparent()
        place, link = places.get(parent) or _resolve(parent, places)
        if place is not current:
            if parts and current is not None:
                yield _Piece("".join(parts), current[0], links)
            parts, links, current = [], 0, place
        if place[1]:
            parts.append(node)
            links += len(node) if link else 0
    if parts and current is not None:
        yield _Piece("".join(parts), current[0], links)


def _resolve(element: Any, places: dict[Any, tuple[_Place, bool]]) -> tuple[_Place, bool]:
    """The place of an element, and of all above it not known yet; no recursion, since pages can be deep."""
    chain = []
    known: tuple[_Place, bool] | None = None
    while element is not None and (known := places.get(element)) is None:
        chain.append(element)
        element = element.getparent()
    place, link = known or (("", True), False)
    for element in reversed(chain):
        tag = element.tag
        path, seen = place
        if seen and tag in _INVISIBLE:
            place = path, False
        elif seen:
            hidden = _is_hidden(element)
            if tag in _BLOCKS or hidden:
                if tag not in _WHOLE:
                    name = _name(tag, element.get("id") or "", element.get("class") or "", hidden)
                    path = f"{path}/{name}" if path else name
                place = path, True
        link = link or tag == "a"
        places[element] = (place, link)
    return place, link


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (
        style is not None and _HIDING.search(style, 0, 2000) is not None
    )


@lru_cache(2048)
def _name(tag: str, identity: str, classes: str, hidden: bool) -> str:
    """An element in a path. Pages repeat their elements, hence the cache."""
    hints = f"{identity} {classes}".split()[:4]
    if hidden:
        hints.append("hidden")
    return ".".join([tag, *(hint[:40].replace("/", "") for hint in hints)])


def _tokenised(markup: str) -> Iterator[_Piece]:
    """The visible text without a tree, for pages that no tree can hold."""
    markup = _RAW_TEXT.sub(" ", markup)
    parts: list[str] = []
    done = 0
    for found in _TAG.finditer(markup):
        parts.append(markup[done : found.start()])
        done = found.end()
        tag = (found[2] or "").lower()
        if tag == "br":
            parts.append(BREAK)
        elif tag in _BLOCKS and parts:
            yield _Piece(html.unescape("".join(parts)), "", 0)
            parts = []
    parts.append(markup[done:])
    yield _Piece(html.unescape("".join(parts)), "", 0)


def _join(pieces: Iterator[_Piece]) -> tuple[str, list[Block]]:
    """Pieces as lines: a blank line between blocks, none at a single `<br>`."""
    out: list[str] = []
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        gap = "\n\n"
        lines = piece.text.split(BREAK) if BREAK in piece.text else (piece.text,)
        for raw_line in lines:
            line = (
                " ".join(raw_line.split())
                if "\xa0" not in raw_line
                else _SPACES.sub(" ", raw_line).strip(" ")
            )
            if not line or line.isspace():
                gap = "\n\n"
                continue
            if out:
                out.append(gap)
                at += len(gap)
            blocks.append(Block(at, at + len(line), piece.path, min(piece.links, len(line))))
            out.append(line)
            at += len(line)
            gap = "\n"
    return "".join(out) + ("\n" if out else ""), blocks
