"""What a block of a page looks like, in numbers: its words, its place, its neighbours, its containers.

Nothing here knows a language or a site: names of classes count by families ("related", "share") that generic
themes use, words by their number and their marks.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from clean.model import Block

# Families of class names and ids; the words are those of common themes and of the lists that readability and
# trafilatura look for, cut to what a block of a news page can be.
FAMILIES: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "content": (
            "article articlebody body content copy entry main paragraph post prose richtext story "
            "storytext text wysiwyg"
        ),
        "nav": "breadcrumb breadcrumbs menu nav navbar navigation pagination skip toolbar topbar",
        "header": "banner header masthead top",
        "footer": "bottom copyright disclaimer foot footer legal terms",
        "side": "aside column rail right secondary sidebar widget widgets",
        "related": (
            "also card cards carousel feed grid item items latest list listing more most mostread "
            "next popular promo promos readmore recirc recirculation recommend recommendation "
            "recommendations recommended related river similar slider teaser teasers trending"
        ),
        "comment": "comment comments discussion disqus reply respond",
        "share": "facebook follow share sharing social twitter",
        "ad": (
            "ad ads advert advertisement advertising commercial outbrain promoted sponsor sponsored taboola"
        ),
        "subscribe": (
            "cta donate login membership newsletter offer paywall premium register signin signup "
            "subscribe subscriber subscription"
        ),
        "meta": (
            "author authors bio byline category contributor date dateline info label labels meta "
            "posted published tag tags time timestamp topic topics updated"
        ),
        "title": "head heading headline hed title",
        "deck": "deck dek description excerpt intro lead lede standfirst subheadline subtitle summary",
        "media": (
            "caption credit embed figure gallery image img media photo picture player slideshow "
            "thumbnail video"
        ),
        "popup": "consent cookie cookies dialog gdpr modal overlay popup tooltip",
        "form": "field form input search",
        "hidden": "hidden hide invisible only sr visually",
    }.items()
}
_ANCESTORS = (
    "article", "main", "nav", "header", "footer", "aside", "form", "section", "table", "ul", "ol", "figure",
    "blockquote", "button", "label", "details",
)  # fmt: skip
_TAGS = (
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "div",
    "td",
    "blockquote",
    "figcaption",
    "button",
    "label",
    "tr",
    "pre",
)

NAMES: tuple[str, ...] = (
    *("words", "characters", "links", "ends", "opens", "commas", "digits", "capitals", "titled", "question"),
    *("bar", "copyright sign", "word length", "depth", "place", "words before", "repeats", "is title"),
    *(f"tag {tag}" for tag in (*_TAGS, "other")),
    *(f"in {tag}" for tag in _ANCESTORS),
    *(f"{where} {family}" for where in ("near", "anywhere") for family in FAMILIES),
    *(
        f"{which} {name}"
        for which in ("parent", "grandparent")
        for name in ("prose", "links", "blocks", "kept")
    ),
    *("parent share", "grandparent share", "path prose", "path blocks"),
    *(f"{name} {at:+d}" for at in (-3, -2, -1, 1, 2, 3) for name in ("words", "links", "ends", "opinion")),
    *("opinion", "from first", "from last", "inside", "kept share", "kept words", "page words"),
    *("opinion around", "prose around", "same parent before", "same parent after", "tag before", "tag after"),
)

_WORD = re.compile(r"\w+")
_SPLIT = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENDS = frozenset('.!?…。！？।؟"”’»')


class _Path:
    """What a path says, worked out once for all blocks that have it."""

    __slots__ = ("ancestors", "anywhere", "depth", "grandparent", "near", "parent", "tag")

    def __init__(self, path: str) -> None:
        steps = path.split("/")
        tags = [step.split(".", 1)[0] for step in steps]
        self.tag = tags[-1]
        self.depth = len(steps)
        self.parent = "/".join(steps[:-1])
        self.grandparent = "/".join(steps[:-2])
        known = set(tags)
        self.ancestors = [float(tag in known) for tag in _ANCESTORS]
        families = [_families(step) for step in steps]
        self.near = [float(any(column)) for column in zip(*families[-3:], strict=True)]
        self.anywhere = [float(any(column)) for column in zip(*families, strict=True)]


@lru_cache(4096)
def words_of(step: str) -> frozenset[str]:
    """The words in the classes and the id of one step of a path, in lower case: "div.storyBody" has two."""
    hints = step.partition(".")[2]
    return frozenset(_SPLIT.split(_CAMEL.sub("-", hints).lower())) if hints else frozenset()


@lru_cache(4096)
def _families(step: str) -> tuple[bool, ...]:
    words = words_of(step)
    return tuple(not words.isdisjoint(family) for family in FAMILIES.values())


class _Sum:
    """Figures of a container."""

    __slots__ = ("blocks", "characters", "kept", "links", "prose")

    def __init__(self) -> None:
        self.blocks = self.prose = self.characters = self.links = 0
        self.kept = 0.0


def features(text: str, blocks: Sequence[Block], opinion: Sequence[float], title: str) -> list[list[float]]:
    """One row of figures, in the order of `NAMES`, for each block.

    Args:
        text: of the page.
        blocks: of the page.
        opinion: which share of each block the extractor would keep.
        title: of the page, in letters and digits.
    """
    paths: dict[str, _Path] = {}
    own: list[list[float]] = []
    looks: list[tuple[_Path, int, float, bool]] = []
    sums: defaultdict[str, _Sum] = defaultdict(_Sum)
    counts: defaultdict[str, int] = defaultdict(int)
    lines = [text[block.start : block.end] for block in blocks]
    for line in lines:
        counts[line] += 1
    for block, line, kept in zip(blocks, lines, opinion, strict=True):
        path = paths.get(block.path)
        if path is None:
            path = paths[block.path] = _Path(block.path)
        words = _WORD.findall(line)
        n = len(words)
        links = block.links / max(1, len(line))
        ends = line[-1:] in _ENDS
        prose = n if ends and n >= 8 and links < 0.5 else 0
        looks.append((path, n, links, ends))
        for container in (block.path, f"{path.parent}/", f"{path.grandparent}//"):
            one = sums[container]
            one.blocks += 1
            one.characters += len(line)
            one.links += block.links
            one.prose += prose
            one.kept += kept * n
        key = "".join(words).casefold() if n < 40 else ""
        is_title = bool(title) and bool(key) and (key == title or (len(key) > 24 and key in title))
        some = max(1, n)
        own.append(
            [
                math.log1p(n), math.log1p(len(line)), links, ends, line[:1].isupper(), line.count(",") / some,
                sum(map(str.isdigit, words)) / some, sum(map(str.isupper, words)) / some,
                sum(word[0].isupper() for word in words) / some, "?" in line, "|" in line, "©" in line,
                len(line) / some, path.depth, 0.0, 0.0, min(counts[line], 5), is_title,
            ]
        )  # fmt: skip
    return _rows(own, looks, sums, [block.path for block in blocks], opinion)


def _rows(
    own: list[list[float]],
    looks: list[tuple[_Path, int, float, bool]],
    sums: dict[str, _Sum],
    names: list[str],
    opinion: Sequence[float],
) -> list[list[float]]:
    size = len(own)
    words = [look[1] for look in looks]
    before = [0, *accumulate(words)]
    all_words = max(1, before[-1])
    kept = [place for place in range(size) if opinion[place] >= 0.5 and words[place] > 3]
    first, last = (kept[0], kept[-1]) if kept else (size, -1)
    kept_words = sum(words[place] for place in kept)
    prose = [n if ends and n >= 8 and links < 0.5 else 0 for _, n, links, ends in looks]
    all_prose = max(1, sum(prose))
    weight = [0.0, *accumulate(o * n for o, n in zip(opinion, words, strict=True))]
    prose_sum = [0, *accumulate(prose)]
    blank = (0.0, 0.0, 0.0, 0.0)
    neighbours = [
        (math.log1p(n), links, float(ends), o) for (_, n, links, ends), o in zip(looks, opinion, strict=True)
    ]
    rows = []
    for place in range(size):
        path, _, _, _ = looks[place]
        row = own[place]
        row[14] = place / size
        row[15] = before[place] / all_words
        row += [float(path.tag == tag) for tag in _TAGS]
        row.append(float(path.tag not in _TAGS))
        row += path.ancestors
        row += path.near
        row += path.anywhere
        parent, grandparent, same = sums[f"{path.parent}/"], sums[f"{path.grandparent}//"], sums[names[place]]
        for one in (parent, grandparent):
            row += (
                math.log1p(one.prose), one.links / max(1, one.characters), math.log1p(one.blocks),
                one.kept / max(1.0, one.characters / 5.5),
            )  # fmt: skip
        row += (
            parent.prose / all_prose,
            grandparent.prose / all_prose,
            math.log1p(same.prose),
            math.log1p(same.blocks),
        )
        for step in (-3, -2, -1, 1, 2, 3):
            row += neighbours[place + step] if 0 <= place + step < size else blank
        low, high = max(0, place - 5), min(size, place + 6)
        around = max(1, before[high] - before[low])
        row += (
            opinion[place], _clip(place - first), _clip(last - place), float(first <= place <= last),
            kept_words / all_words, math.log1p(kept_words), math.log1p(all_words),
            (weight[high] - weight[low]) / around, (prose_sum[high] - prose_sum[low]) / around,
            float(place > 0 and looks[place - 1][0].parent == path.parent),
            float(place + 1 < size and looks[place + 1][0].parent == path.parent),
            float(place > 0 and looks[place - 1][0].tag == path.tag),
            float(place + 1 < size and looks[place + 1][0].tag == path.tag),
        )  # fmt: skip
        rows.append(row)
    return rows


def _clip(distance: int) -> float:
    return float(max(-20, min(20, distance)))
