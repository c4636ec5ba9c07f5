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

MOST_BLOCKS = 10_000
"""trafilatura compares paragraphs with one another: 50,000 short ones took 8 s."""
MOST_INLINE = 1_500
"""Tags between two block tags: 10,000 `<b>` in one paragraph took 6 s."""
LONG_KEY = 24
"""Letters; a shorter text may stand anywhere by chance, so it must be a whole paragraph or follow its
neighbour."""
LEAST_SHARE = 0.3

_KEY = re.compile(r"[\W_]+")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|li|ul|ol|td|tr|table|section|article|h[1-6]|br|blockquote|aside|nav)\b", re.IGNORECASE
)
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
    return max(part.count("<") for part in _BLOCK_TAG.split(markup)) > MOST_INLINE


def ask(markup: str) -> list[str] | None:
    """The paragraphs that trafilatura would keep, or None when it fails on the page.

    Its fast mode: on our pages the backup extractors cost two fifths more time and gain nothing that the
    look of the blocks does not gain. The tree is ours, since its own parser drops what is nested more than
    255 deep.
    """
    from lxml import etree, html
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").addHandler(_QUIET)
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        tree = html.document_fromstring(markup.encode(), parser=parser)
        # a rescue from JSON-LD would be text that is not on the page (and a flood of "@type" took seconds)
        etree.strip_elements(tree, "script", "style", with_tail=False)
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
