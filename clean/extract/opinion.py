"""What trafilatura would keep of a page, told as a share of each of our blocks.

Its text is not taken, only its opinion: its paragraphs and our blocks are compared by letters and digits. A
paragraph is one of our blocks, a run of them (a list, a table row), or a part of one.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from clean.read.html import tree_of

MOST_BLOCKS = 4_000
"""trafilatura compares paragraphs with one another: 50,000 short ones took 8 s."""
MOST_INLINE = 600
"""Tags between two block tags. From 1,000 on, the time for a paragraph grows with their square."""
LONG_KEY = 24
"""Letters; a shorter text may stand anywhere by chance, so it must be a whole paragraph or follow its
neighbour."""
LEAST_SHARE = 0.3

_KEY = re.compile(r"[\W_]+")
_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|li|ul|ol|td|tr|table|section|article|h[1-6]|br|blockquote|aside|nav)\b", re.IGNORECASE
)
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
    folded = text.casefold().encode("utf-8", "surrogatepass").translate(None, _MARKS)
    made = folded.decode("utf-8", "surrogatepass")
    return made if made.isascii() else _KEY.sub("", made)


def too_large(markup: str, blocks: int) -> bool:
    """Whether trafilatura would take seconds or minutes for a page."""
    if blocks > MOST_BLOCKS:
        return True
    # "</div>" is the block tag that most pages have most of: only what is long between two is parted by all
    wide = (piece for piece in markup.split("</div>") if piece.count("<") > MOST_INLINE)
    parts = (part for piece in wide for part in _BLOCK_TAG.split(f">{piece}") if len(part) > 3 * MOST_INLINE)
    return any(part.count("<") > MOST_INLINE for part in parts)


def opened(markup: str) -> Any:
    """The tree of a page, to be changed at will, or None."""
    from lxml import etree

    try:
        return tree_of(markup)
    except (etree.LxmlError, ValueError):
        return None


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
