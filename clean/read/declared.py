"""What a page says of its article, for machines: the body in its JSON-LD, and summaries."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from clean.model import Declared
from clean.read.metadata import linked_data

LONGEST_BODY = 100_000
"""Characters of an `articleBody` that every block is looked for in."""
LEAST_BODY = 200
"""Characters; a shorter `articleBody` is a summary."""
LONGEST_SUMMARY = 1_000
MOST_SUMMARIES = 20
_SUMMARIES = frozenset({"description", "og:description", "twitter:description"})
_MARKUP = re.compile(r"<[^<>]{0,2000}>")


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
