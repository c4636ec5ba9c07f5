"""What a block that is not of the article is: the rule that takes it, by its path and its look.

Some kinds are certain by their place alone (a reader's comment, a consent dialog, the box about the author,
the foot of the page); the others name what the scorer has judged.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from clean.extract.features import words_of
from clean.model import Block

NOT_ARTICLE = "extract/not-article"
TITLE = "extract/title"
REPEATED = "extract/repeated"


class Kind(NamedTuple):
    """A kind of block, known by words in the names of its last elements or by an element."""

    rule: str
    boilerplate: str
    """Its class, as in "nav"."""
    words: frozenset[str]
    tags: frozenset[str] = frozenset()
    why: str = ""


def _kind(rule: str, boilerplate: str, words: str, tags: str = "", why: str = "") -> Kind:
    return Kind(f"extract/{rule}", boilerplate, frozenset(words.split()), frozenset(tags.split()), why)


CERTAIN = (
    _kind("comments", "comment", "comment comments commentlist disqus respond", "", "What readers wrote."),
    _kind(
        "popup", "promo", "consent cookie cookies dialog gdpr modal overlay popup tooltip", "dialog",
        "Laid over the page: consent, privacy, sign-in.",
    ),
    _kind("author-box", "byline", "author authors bio byline contributor", "", "Who wrote it, not what."),
    _kind("footer", "legal", "copyright disclaimer footer legal", "footer", "The foot of the page."),
)  # fmt: skip
"""On 764 pages with human text these words, in the names of the last three elements, stood on 2 % of what the
scorer would have kept, and of a hundred words so named fewer than one was of an article."""

NAMED = (
    *CERTAIN,
    _kind("ad", "ad", "ad ads advert advertisement advertising promoted sponsor sponsored", "", "Paid for."),
    _kind("share", "share", "follow share sharing social", "", "Buttons to pass it on."),
    _kind("newsletter", "promo", "newsletter signup subscribe subscription", "", "A call to subscribe."),
    _kind(
        "related", "related",
        "card cards carousel latest more mostread next popular promo recirc recirculation recommendation "
        "recommendations recommended related teaser teasers trending", "", "Other stories.",
    ),
    _kind("caption", "caption", "caption credit", "figcaption caption", "The words under a picture."),
    _kind("breadcrumb", "nav", "breadcrumb breadcrumbs", "", "Where the page stands in the site."),
    _kind("navigation", "nav", "menu nav navbar navigation pagination toolbar", "nav menu", "The menu."),
    _kind("time", "time", "date dateline published time timestamp updated", "time", "When it was published."),
    _kind("tags", "nav", "category tag tags topic topics", "", "Topics under which it is filed."),
    _kind("header", "nav", "header masthead", "header", "The head of the page."),
    _kind("aside", "related", "aside rail sidebar widget widgets", "aside", "Beside the article."),
    _kind("form", "promo", "form input", "button fieldset form label legend", "To fill in or to press."),
)  # fmt: skip

LINK_LIST = "extract/link-list"
RULES: dict[str, str] = {
    **{kind.rule: kind.why for kind in NAMED},
    LINK_LIST: "Most of it is a link, and it is no sentence.",
    TITLE: "The title of the page; it is in the meta.",
    REPEATED: "The same long block stands earlier in the article.",
    NOT_ARTICLE: "Neither its look nor the extractor's opinion says article.",
}

_NEAR = 3
_NAMES = {word: number for number, kind in reversed(list(enumerate(NAMED))) for word in kind.words}
_TAGS = {tag: number for number, kind in reversed(list(enumerate(NAMED))) for tag in kind.tags}
"""The first kind that is known by a word, or by an element."""


def certain(path: str) -> Kind | None:
    """The kind of the blocks with a path, if they are no part of an article wherever they stand."""
    kind = named(path)
    return kind if kind in CERTAIN else None


@lru_cache(4096)
def named(path: str) -> Kind | None:
    """The kind of the blocks with a path: the first that fits one of its last steps."""
    first = min(map(_first, path.rsplit("/", _NEAR)[-_NEAR:]))
    return NAMED[first] if first < len(NAMED) else None


@lru_cache(4096)
def _first(step: str) -> int:
    """The number of the first kind that fits a step of a path."""
    first = _TAGS.get(step.partition(".")[0], len(NAMED))
    return min([first, *(_NAMES[word] for word in words_of(step) if word in _NAMES)])


def name(block: Block, text: str) -> tuple[str, str]:
    """Rule and class of a block that has been judged to be no part of the article; the class may be empty."""
    kind = named(block.path)
    if kind is not None:
        return kind.rule, kind.boilerplate
    if 2 * block.links > len(text):
        return LINK_LIST, "nav"
    return NOT_ARTICLE, ""
