"""What a page says about itself: its JSON-LD, its meta tags, its title.

Nothing is guessed from the text here: the heading only tells which part of a title is the name of the site.
JSON-LD is parsed as JSON, within limits, and never searched with patterns; every value is one line of at
most 1 KB.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import orjson

from clean.model import Json

LONGEST_VALUE = 1_000
LONGEST_JSON = 2_000_000
"""Characters of JSON-LD that are parsed; a live blog with its texts has several hundred thousand."""
MOST_NODES = 20_000
MOST_ENTRIES = 500

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|Review|WebPage)$")
_TITLES = ("og:title", "twitter:title", "parsely-title", "dc.title", "sailthru.title")
_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "dc.date.issued", "dc.date", "sailthru.date", "pubdate", "publish-date", "date",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_SITES = ("og:site_name", "application-name")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_CONTROLS = re.compile(r"[\x00-\x1f]+")
_SITE_BEHIND = re.compile(r"\s[|–—·•»-]{1,2}\s")
_SITE_BEFORE = re.compile(r"\s[|–—·•»-]{1,2}\s\Z")
_BEFORE_NAME = re.compile(r"(?i)\A\s*(?:(?:view all )?posts by|written by|author:|by)\s")
_MOST_ELEMENTS = 20
"""Headings, or links to authors, that are looked at."""


def page_meta(root: Any) -> tuple[dict[str, Json], bool]:
    """What a page declares, and whether some of its JSON-LD could not be read.

    Returns:
        url, site (the host), title, byline, published, language and entries (of a LiveBlogPosting: heading,
        time and byline of each), those that are there.
    """
    tags = _meta_tags(root)
    articles, skipped = _articles(root)
    best = articles[0] if articles else {}
    found: dict[str, Json] = {
        "url": _first([_canonical(root), tags.get("og:url"), _url(best)], _is_url),
        "title": _without_site(
            _first([best.get("headline"), *(tags.get(name) for name in _TITLES), _title(root)]), root
        ),
        "byline": _first([_names(best.get("author")), *(tags.get(name) for name in _AUTHORS)], _is_name)
        or _only(_linked_authors(root), _is_name),
        "published": _first([best.get("datePublished"), *(tags.get(name) for name in _DATES)], _has_digit)
        or _only(_marked_times(root), _has_digit),
        "language": _language(root, tags, best),
    }
    url = found["url"]
    host = urlsplit(url).hostname if isinstance(url, str) else None
    found["site"] = host.removeprefix("www.") if host else _first([tags.get(name) for name in _SITES])
    entries = _live_entries(articles)
    if entries:
        found["entries"] = entries
    return {key: value for key, value in found.items() if value}, skipped


def _value(raw: object) -> str:
    """A value as one line of plain text, or nothing."""
    if not isinstance(raw, str):
        return ""
    return " ".join(html.unescape(raw[: 4 * LONGEST_VALUE]).split())[:LONGEST_VALUE]


def _first(values: Iterable[object], fits: Any = bool) -> str | None:
    return next((value for raw in values if (value := _value(raw)) and fits(value)), None)


def _only(values: Iterable[str | None], fits: Any) -> str | None:
    """The value, if all that fit are the same: a page may list authors and dates of other stories."""
    found = {value for raw in islice(values, _MOST_ELEMENTS) if (value := _value(raw)) and fits(value)}
    return found.pop() if len(found) == 1 else None


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_name(value: str) -> bool:
    """Whether a value can be a byline: not an address, not a paragraph, not `((((`."""
    return "://" not in value and len(value) <= 200 and sum(map(str.isalpha, value)) > len(value) / 2


def _has_digit(value: str) -> bool:
    return len(value) <= 60 and any(map(str.isdigit, value))


def _meta_tags(root: Any) -> dict[str, str]:
    tags: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            tags.setdefault(name[:80].lower(), content)
    return tags


def _canonical(root: Any) -> str | None:
    for element in root.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            href: str | None = element.get("href")
            return href
    return None


def _title(root: Any) -> str | None:
    for element in root.iter("title"):
        parent = element.getparent()
        if parent is not None and parent.tag == "head":
            return "".join(element.itertext())
    return None


def _without_site(title: str | None, root: Any) -> str | None:
    """A title as the page's heading has it, if the rest can be the name of the site: "Rain - The Post"."""
    for element in islice(root.iter("h1"), _MOST_ELEMENTS):
        heading = _value("".join(element.itertext()))
        if title and heading and len(heading) < len(title) < 2 * len(heading):
            behind, before = title.removeprefix(heading), title.removesuffix(heading)
            if (behind != title and _SITE_BEHIND.match(behind)) or (
                before != title and _SITE_BEFORE.search(before)
            ):
                return heading
    return title


def _linked_authors(root: Any) -> Iterator[str]:
    for element in root.iter("a"):
        if "author" in (element.get("rel") or "").lower().split():
            yield _BEFORE_NAME.sub("", "".join(element.itertext())).strip().rstrip(",")


def _marked_times(root: Any) -> Iterator[str | None]:
    for element in root.iter("time"):
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None:
            yield element.get("datetime")


def _language(root: Any, tags: dict[str, str], best: dict[str, Any]) -> str | None:
    for raw in (root.get("lang"), best.get("inLanguage"), tags.get("og:locale"), tags.get("language")):
        found = _LANGUAGE.match(_value(raw))
        if found:
            return found[0].lower()
    return None


def _articles(root: Any) -> tuple[list[dict[str, Any]], bool]:
    """The nodes of JSON-LD that describe an article, those with a headline first."""
    nodes: list[dict[str, Any]] = []
    skipped = False
    for element in root.iter("script"):
        if "ld+json" not in (element.get("type") or "").lower():
            continue
        source = element.text or ""
        try:
            nodes += _typed(linked_data(source))
        except ValueError:  # what orjson raises is one, for depth too
            skipped = True
    nodes.sort(key=_rank)
    return nodes, skipped


def linked_data(source: str) -> object:
    """What a script of JSON-LD says; a line break in a string, which JSON forbids, counts as a space.

    Raises:
        ValueError: no JSON, or more than `LONGEST_JSON`.
    """
    if len(source) > LONGEST_JSON:
        raise ValueError(len(source))
    return orjson.loads(_CONTROLS.sub(" ", source.strip()))


def _rank(node: dict[str, Any]) -> tuple[bool, bool]:
    kinds = _kinds(node)
    return "WebPage" in kinds, "headline" not in node


def _kinds(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    listed = kind if isinstance(kind, list) else [kind]
    return [one for one in listed if isinstance(one, str)]


def _typed(data: object) -> Iterator[dict[str, Any]]:
    """The article nodes of one script, without recursion."""
    waiting = [data]
    seen = 0
    while waiting and seen < MOST_NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, dict):
            if any(_ARTICLE.search(kind) for kind in _kinds(node)):
                yield node
            elif "@graph" in node:
                waiting.append(node["@graph"])


def _url(node: dict[str, Any]) -> object:
    page = node.get("mainEntityOfPage")
    return node.get("url") or (page.get("@id") if isinstance(page, dict) else page)


def _names(author: object) -> str:
    """The names in an author field: a string, a person, or a list of either."""
    listed = author if isinstance(author, list) else [author]
    names = [_value(one.get("name") if isinstance(one, dict) else one) for one in listed[:10]]
    return ", ".join(name for name in names if name and "://" not in name)


def _live_entries(articles: list[dict[str, Any]]) -> list[Json]:
    updates: object = next((node["liveBlogUpdate"] for node in articles if node.get("liveBlogUpdate")), [])
    listed = updates if isinstance(updates, list) else [updates]
    entries: list[Json] = [
        {
            "heading": _value(one.get("headline"))[:300] or None,
            "time": _value(one.get("datePublished"))[:60] or None,
            "byline": _names(one.get("author"))[:300] or None,
        }
        for one in listed[:MOST_ENTRIES]
        if isinstance(one, dict)
    ]
    return entries
