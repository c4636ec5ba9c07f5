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


class Opinion(NamedTuple):
    """What others say of a page."""

    paragraphs: list[str] | None
    """Those that trafilatura would keep; None if it failed or was not asked."""
    body: str
    """The article as the page's JSON-LD has it, mostly empty."""


UNASKED = Opinion(None, "")


def ask(markup: str) -> Opinion:
    """The paragraphs that trafilatura would keep, and the text that the page declares.

    Its fast mode: on our pages the backup extractors cost two fifths more time and gain nothing that the
    look of the blocks does not gain. The tree is ours, since its own parser drops what is nested more than
    255 deep.

    Args:
        markup: of a page that is not `too_large`.
    """
    from lxml import etree
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").addHandler(_QUIET)
    try:
        tree = tree_of(markup)
    except (etree.LxmlError, ValueError):
        return UNASKED
    body = article_body(tree)
    # a rescue from JSON-LD would be text that is not on the page (and a flood of "@type" took seconds)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    try:
        found: Any = bare_extraction(tree, fast=True, include_comments=False)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return Opinion(None, body)  # the caller notes it; a page is not lost for want of an opinion
    return Opinion(found.text.split("\n") if found is not None and found.text else [], body)


def article_body(tree: Any) -> str:
    """The longest `articleBody` of the page's JSON-LD as text, `LONGEST_BODY` of it at most, or nothing."""
    bodies = [""]
    for script in tree.iter("script"):
        source = script.text or ""
        if "articleBody" in source and "ld+json" in (script.get("type") or ""):
            try:
                bodies += _bodies(linked_data(source))
            except ValueError:  # what orjson raises is one, for depth too
                continue
    longest = max(bodies, key=len)[:LONGEST_BODY]
    return html.unescape(_MARKUP.sub(" ", longest)) if len(longest) >= LEAST_BODY else ""


def _bodies(data: object) -> Iterator[str]:
    waiting = [data]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            body = node.get("articleBody")
            if isinstance(body, str):
                yield body
            waiting += (value for value in node.values() if isinstance(value, dict | list))


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
