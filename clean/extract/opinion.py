"""What trafilatura would keep of a page, told as a share of each of our blocks.

Its text is not taken, only its opinion: its paragraphs and our blocks are compared by letters and digits. A
paragraph is one of our blocks, a run of them (a list, a table row), or a part of one.
"""

from __future__ import annotations

import html
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from clean.read.html import tree_of
from clean.read.metadata import linked_data

MOST_BLOCKS = 4_000
"""trafilatura compares paragraphs with one another: 50,000 short ones took 8 s."""
MOST_INLINE = 600
"""Tags between two block tags. From 1,000 on, the time for a paragraph grows with their square."""
LONG_KEY = 24
"""Letters; a shorter text may stand anywhere by chance, so it must be a whole paragraph or follow its
neighbour."""
LEAST_SHARE = 0.3
LONGEST_BODY = 100_000
"""Characters of an `articleBody` that every block is looked for in."""
LEAST_BODY = 200
"""Characters; a shorter `articleBody` is a summary."""
LONGEST_SUMMARY = 1_000
MOST_SUMMARIES = 20
_SUMMARIES = frozenset({"description", "og:description", "twitter:description"})

_KEY = re.compile(r"[\W_]+")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|li|ul|ol|td|tr|table|section|article|h[1-6]|br|blockquote|aside|nav)\b", re.IGNORECASE
)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_NO_TEXT = tuple(
    """
    script style svg noscript template iframe link meta aside footer nav menu button select input textarea
    datalist object audio video canvas embed source picture map
    """.split()
)
"""Elements that trafilatura drops as well, but only after it has looked at all they hold."""
_QUIET = logging.NullHandler()


def key(text: str) -> str:
    """Letters and digits alone, case folded."""
    return _KEY.sub("", text.casefold())


def too_large(markup: str, blocks: int) -> bool:
    """Whether trafilatura would take seconds or minutes for a page."""
    if blocks > MOST_BLOCKS:
        return True
    if markup.count("<") <= MOST_INLINE:
        return False
    parts = (part for part in _BLOCK_TAG.split(markup) if len(part) > 3 * MOST_INLINE)
    return any(part.count("<") > MOST_INLINE for part in parts)


class Declared(NamedTuple):
    """What a page says of its article, for machines."""

    body: str
    """The article as its JSON-LD has it, mostly empty."""
    summaries: tuple[str, ...]
    """Descriptions in its tags and its JSON-LD."""


UNDECLARED = Declared("", ())


def opened(markup: str) -> Any:
    """The tree of a page, to be changed at will, or None."""
    from lxml import etree

    try:
        return tree_of(markup)
    except (etree.LxmlError, ValueError):
        return None


def declared(tree: Any) -> Declared:
    """The texts that a page declares: the longest `articleBody`, `LONGEST_BODY` of it at most; summaries."""
    bodies, summaries = [""], {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or "").lower()
        if name in _SUMMARIES:
            summaries[tag.get("content") or ""] = True
    for script in tree.iter("script"):
        source = script.text or ""
        if "ld+json" in (script.get("type") or "") and ("articleBody" in source or "headline" in source):
            try:
                for node in _nodes(linked_data(source)):
                    bodies.append(_text(node, "articleBody"))
                    if "headline" in node:
                        summaries[_text(node, "description")] = True
            except ValueError:
                continue
    longest = max(bodies, key=len)[:LONGEST_BODY]
    body = html.unescape(_MARKUP.sub(" ", longest)) if len(longest) >= LEAST_BODY else ""
    found = [html.unescape(one[:LONGEST_SUMMARY]) for one in summaries if one]
    return Declared(body, tuple(found[:MOST_SUMMARIES]))


def _text(node: dict[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _nodes(data: object) -> Iterator[dict[str, Any]]:
    waiting = [data]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, dict):
            yield node
            waiting += (value for value in reversed(node.values()) if isinstance(value, dict | list))


def ask(tree: Any) -> list[str] | None:
    """The paragraphs that trafilatura would keep of a page that is not `too_large`; None if it fails.

    Its fast mode: on our pages the backup extractors cost two fifths more time and gain nothing that the
    look of the blocks does not gain. The tree is ours, since its own parser drops what is nested more than
    255 deep.

    Args:
        tree: of the page; it is changed.
    """
    from lxml import etree
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").addHandler(_QUIET)
    # a rescue from JSON-LD would be text that is not on the page (and a flood of "@type" took seconds)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    try:
        found: Any = bare_extraction(tree, fast=True, include_comments=False)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return None  # the caller notes it; a page is not lost for want of an opinion
    return found.text.split("\n") if found is not None and found.text else []


def shares(keys: Sequence[str], paragraphs: Iterable[str]) -> list[float]:
    """Which share of each block lies in the paragraphs.

    Args:
        keys: of the blocks, in reading order.
        paragraphs: what an extractor would keep, in its order.
    """
    theirs = [made for made in map(key, paragraphs) if made]
    whole = Counter(theirs)
    joined = "".join(theirs)
    at = 0
    found = []
    for one in keys:
        if not one:
            found.append(0.0)
        elif whole[one] > 0:
            whole[one] -= 1
            place = joined.find(one, at)
            if place >= 0 and (len(one) >= LONG_KEY or place - at < 2_000):
                at = place + len(one)
            found.append(1.0)
        elif joined.startswith(one, at):
            at += len(one)
            found.append(1.0)
        elif len(one) >= LONG_KEY:
            place = joined.find(one)
            if place >= 0:
                at = max(at, place + len(one))
                found.append(1.0)
            else:
                found.append(_partly(one, joined))
        else:
            found.append(0.0)
    return found


def _partly(one: str, joined: str) -> float:
    """The share of up to eight samples of a block that stand in the joined paragraphs."""
    count = len(one) // LONG_KEY
    samples = [one[n * LONG_KEY : (n + 1) * LONG_KEY] for n in range(0, count, max(1, count // 8))]
    share = sum(sample in joined for sample in samples) / len(samples)
    return share if share >= LEAST_SHARE else 0.0
