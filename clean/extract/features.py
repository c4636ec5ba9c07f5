"""What a block of a page looks like, in numbers: its words, its place, its neighbours, its containers.

Nothing here knows a language or a site: names of classes count by families ("related", "share") that generic
themes use, words by their number and their marks. What single words say is learnt (`clean.extract.tokens`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from clean.extract.containers import LEVELS, Containers
from clean.extract.letters import Letters, letters
from clean.extract.opinion import key, shares
from clean.model import Block, Declared

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
    "blockquote", "button", "label", "details", "dl", "h2", "h3",
)  # fmt: skip
_TAGS = (
    "p", "li", "h1", "h2", "h3", "h4", "div", "td", "blockquote", "figcaption", "button", "label", "tr",
    "pre", "section", "article", "header", "ul",
)  # fmt: skip
_TAG_BITS = {tag: 1 << bit for bit, tag in enumerate(dict.fromkeys((*_TAGS, *_ANCESTORS)))}
_FAMILY_BITS = {
    word: sum(1 << bit for bit, words in enumerate(FAMILIES.values()) if word in words)
    for word in frozenset().union(*FAMILIES.values())
}
_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PROSE_WORDS = 8
_LONGEST_BLOCK = 400
"""Words of a block that count in sums: beside one of 50,000 words all others would be nothing."""
_LONGEST_PATH = 40
"""Steps of a path that are looked at: a page may be 2,000 deep."""
COVERED = 0.8
"""Share of a declared body that must be on the page for it to stand in for an extractor's opinion: some are
cut for readers who do not pay."""
_SHORT = 24
"""Letters; a shorter text may be part of a title or a summary by chance."""
_SAMPLE = 40
_LONG_SUMMARY = 400
_FAR = 12.0
"""Instead of the logarithm of a distance to nothing."""

Columns = dict[str, Any]
"""Figures by name; one of each a block."""


@lru_cache(4096)
def words_of(step: str) -> frozenset[str]:
    """The words in the classes and the id of one step of a path, in lower case: "div.storyBody" has two."""
    hints = step.partition(".")[2]
    low = hints.lower()
    if low != hints:
        low = _CAMEL.sub("-", hints).lower()
    return frozenset([word for word in _WORD.findall(low) if not word.isdigit()])


@lru_cache(4096)
def _step(step: str) -> tuple[int, int]:
    """Of one step of a path, its tag and the families of its words, as bits."""
    families = 0
    for word in words_of(step):
        families |= _FAMILY_BITS.get(word, 0)
    return _TAG_BITS.get(step.partition(".")[0], 0), families


@lru_cache(4096)
def _path(path: str) -> tuple[int, ...]:
    """Depth of a path, tags of its last step and of all, families of its last, its last three and all."""
    steps = list(map(_step, path.rsplit("/", _LONGEST_PATH)[-_LONGEST_PATH:]))
    tags = near = every = 0
    for tag, families in steps:
        tags |= tag
        every |= families
    for _, families in steps[-3:]:
        near |= families
    return path.count("/") + 1, steps[-1][0], tags, steps[-1][1], near, every, "hidden" in path


class Layout(NamedTuple):
    """The blocks of a page, counted and measured."""

    seen: Letters
    containers: Containers
    words: Any
    """Of each block, `_LONGEST_BLOCK` at most."""


def layout(text: str, blocks: Sequence[Block]) -> Layout:
    """The layout of a page with at least one block."""
    import numpy as np

    seen = letters(text, blocks)
    return Layout(seen, Containers([block.path for block in blocks]), np.minimum(seen.words, _LONGEST_BLOCK))


def features(
    page: Layout, blocks: Sequence[Block], keys: Sequence[str], title: str, said: Declared
) -> Columns:
    """Figures of each block, by name.

    Args:
        page: its layout.
        blocks: of the page.
        keys: of the blocks' texts, letters and digits alone.
        title: of the page, in the same way.
        said: what the page declares; an `articleBody` that it shows as well is an opinion.
    """
    import numpy as np

    seen, containers, words = page
    links = np.array([block.links for block in blocks]) / seen.characters
    ends = seen.last["end"].astype(np.float64)
    prose = np.where((ends > 0) & (words >= _PROSE_WORDS) & (links < 0.5), words, 0.0)
    columns: Columns = {}
    _own(columns, seen, links, ends)
    _known(columns, keys, title)
    _paths(columns, containers)
    _containers(columns, containers, seen.characters, links, words, prose)
    _neighbours(columns, containers, links, ends, words, prose)
    _root(columns, "prose", containers, prose, words)
    _declared(columns, page, keys, said)
    return columns


def asked(columns: Columns, page: Layout, told: Sequence[float]) -> Columns:
    """The columns, and what the extractor would keep, as a share of each block.

    What either the extractor or the page itself calls article counts as such: a declared body may leave out
    what stands in lists and slides.
    """
    import numpy as np

    opinion = np.array(told)
    columns = columns | {"trafilatura": opinion}
    _opinion(columns, page.containers, np.maximum(opinion, columns.get("o", 0.0)), page.words)
    return columns


def _own(columns: Columns, seen: Any, links: Any, ends: Any) -> None:
    import numpy as np

    number, some, letter = seen.number, np.maximum(1, seen.words), np.maximum(1, seen.number["word"])
    columns |= {"words": np.log1p(seen.words), "characters": np.log1p(seen.characters)}
    columns |= {"links": links, "ends": ends}
    columns |= {f"opens {kind}": seen.first[kind] for kind in ("upper", "odd", "quote", "digit")}
    columns |= {f"last {kind}": seen.last[kind] for kind in ("word", "odd")}
    columns |= {f"{kind} a letter": number[kind] / letter for kind in ("digit", "upper")}
    columns |= {f"{kind} a word": number[kind] / some for kind in ("comma", "quote", "odd", "end")}
    columns |= {"titled": seen.titled / some, "word length": seen.characters / some}
    columns |= {kind: number[kind] > 0 for kind in ("question", "bar", "copyright")}


def _known(columns: Columns, keys: Sequence[str], title: str) -> None:
    """What stands elsewhere on the page too: repeats, the title."""
    import numpy as np

    counts = Counter(keys)
    first = {one: place for place, one in reversed(list(enumerate(keys)))}
    titles = [bool(one and title) and (one == title or (len(one) > _SHORT and one in title)) for one in keys]
    columns["repeats"] = np.array([min(counts[one], 5) for one in keys])
    columns["later"] = np.array([first[one] < place for place, one in enumerate(keys)])
    columns["is title"] = np.array(titles)
    place = np.arange(len(keys))
    behind = np.clip(place - titles.index(True), -30, 30) if any(titles) else np.full(len(keys), -31)
    columns["after title"] = behind


def _declared(columns: Columns, page: Layout, keys: Sequence[str], said: Declared) -> None:
    """Where the texts stand that the page declares: summaries, and the body of the article."""
    import numpy as np

    summaries = [made[:_LONG_SUMMARY] for made in map(key, said.summaries) if len(made) > _SHORT]
    if summaries:
        columns["summary"] = np.array([_in_summary(one, summaries) for one in keys])
    if said.body:
        body = np.array(shares(keys, [said.body]))
        columns["body"] = body
        if body @ [len(one) for one in keys] >= COVERED * len(key(said.body)):
            _opinion(columns, page.containers, body, page.words)


def _in_summary(one: str, summaries: Sequence[str]) -> float:
    """1 for a summary, or one's beginning; a half for a part of one."""
    if one in summaries:
        return 1.0
    if len(one) <= _SHORT:
        return 0.0
    if any(summary.startswith(one) or one.startswith(summary) for summary in summaries):
        return 1.0
    return 0.5 if any(one[:_SAMPLE] in summary for summary in summaries) else 0.0


def _paths(columns: Columns, containers: Containers) -> None:
    import numpy as np

    read = np.array([_path(path) for path in containers.paths], np.int64).T[:, containers.path]
    depth, tag, tags, own, near, every, hidden = read
    columns |= {"depth": depth, "hidden": hidden}
    columns |= {f"tag {name}": (tag & _TAG_BITS[name]) != 0 for name in _TAGS}
    columns |= {f"in {name}": (tags & _TAG_BITS[name]) != 0 for name in _ANCESTORS}
    for where, families in (("own", own), ("near", near), ("any", every)):
        columns |= {f"{where} {name}": (families & (1 << bit)) != 0 for bit, name in enumerate(FAMILIES)}


def _containers(
    columns: Columns, containers: Containers, characters: Any, links: Any, words: Any, prose: Any
) -> None:
    import numpy as np

    all_prose, all_words = max(1.0, prose.sum()), max(1.0, words.sum())
    blocks = np.log1p(containers.sums(np.ones(len(words))))
    word, wordy = containers.sums(words), containers.sums(prose)
    linked = containers.sums(links * characters) / np.maximum(1, containers.sums(characters))
    for level in range(LEVELS + 1):
        at = containers.above[:, level]
        columns[f"prose in {level}"] = np.log1p(wordy[at])
        columns[f"links in {level}"] = linked[at]
        columns[f"blocks in {level}"] = blocks[at]
        columns[f"prose share of {level}"] = wordy[at] / all_prose
        columns[f"prose a word in {level}"] = wordy[at] / np.maximum(1, word[at])
    columns["page words"] = np.full(len(words), math.log1p(all_words))
    columns["page prose"] = np.full(len(words), all_prose / all_words)


def _neighbours(
    columns: Columns, containers: Containers, links: Any, ends: Any, words: Any, prose: Any
) -> None:
    import numpy as np

    size = len(words)
    logs = np.log1p(words)
    for step in (-4, -3, -2, -1, 1, 2, 3, 4):
        for name, figures in (("words", logs), ("links", links), ("ends", ends)):
            columns[f"{name} {step:+d}"] = _shifted(figures, step)
    for step in (-1, 1):
        for level, name in enumerate(("path", "parent")):
            own = containers.above[:, level]
            columns[f"same {name} {step:+d}"] = _shifted(own.astype(np.float64), step) == own
    wordy, word = _running(prose), _running(words)
    place = np.arange(size)
    for reach in (3, 8):
        low, high = np.maximum(0, place - reach), np.minimum(size, place + reach + 1)
        columns[f"prose around {reach}"] = (wordy[high] - wordy[low]) / np.maximum(1, word[high] - word[low])
    columns["place"] = place / size
    columns["words before"] = word[:-1] / max(1.0, word[-1])
    columns["prose before"] = wordy[:-1] / max(1.0, wordy[-1])


def _root(columns: Columns, name: str, containers: Containers, mass: Any, words: Any) -> None:
    """The smallest container that holds most of something: whether a block is in it, and how deep."""
    import numpy as np

    held, word = containers.sums(mass), containers.sums(words)
    total = max(1e-9, mass.sum())
    for least in (0.5, 0.8):
        root = containers.smallest(held, word, least * total)
        steps = containers.above == root
        columns[f"{name} root {least}"] = containers.within(root)
        columns[f"{name} root step {least}"] = np.where(steps.any(axis=1), steps.argmax(axis=1), 9)
        density = held[root] / max(1.0, word[root]) if root >= 0 else 0.0
        columns[f"{name} root density {least}"] = np.full(len(words), density)


def _opinion(columns: Columns, containers: Containers, opinion: Any, words: Any) -> None:
    """What a witness, extractor or page, thinks of a block, of its neighbours and of its containers."""
    import numpy as np

    size = len(words)
    mass = opinion * words
    total = max(1.0, mass.sum())
    held, word = containers.sums(mass), containers.sums(words)
    columns["o"] = opinion
    for level in range(LEVELS + 1):
        at = containers.above[:, level]
        columns[f"o in {level}"] = held[at] / np.maximum(1, word[at])
        if level <= 2:
            others = word[at] - words
            columns[f"o share of {level}"] = held[at] / total
            columns[f"o beside in {level}"] = np.where(
                others > 0, (held[at] - mass) / np.maximum(1, others), -1
            )
    for step in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5):
        columns[f"o {step:+d}"] = _shifted(opinion, step)
    place = np.arange(size)
    sure = np.flatnonzero((opinion >= 0.5) & (words > 3))
    first, last = (sure[0], sure[-1]) if len(sure) else (size, -1)
    columns |= {
        "o from first": np.clip(place - first, -20, 20),
        "o from last": np.clip(last - place, -20, 20),
    }
    masses, before = _running(mass), _running(words)
    columns |= {"o before": masses[:-1] / total, "o behind": (total - masses[1:]) / total}

    def between(low: Any, high: Any) -> Any:
        return (masses[high] - masses[low]) / np.maximum(1, before[high] - before[low])

    for reach in (2, 5, 10):
        low, high = np.maximum(0, place - reach), np.minimum(size, place + reach + 1)
        columns[f"o around {reach}"] = between(low, high)
        columns[f"o left {reach}"] = between(low, place)
        columns[f"o right {reach}"] = between(place + 1, high)
    columns["o page"] = np.full(size, math.log1p(total))
    columns["o page share"] = np.full(size, total / max(1.0, words.sum()))
    kept = opinion >= 0.5
    since = np.maximum.accumulate(np.where(kept, before[1:], -1))
    until = np.minimum.accumulate(np.where(kept, before[:-1], np.inf)[::-1])[::-1]
    columns["o since"] = np.where(since >= 0, np.log1p(np.maximum(0, before[:-1] - since)), _FAR)
    columns["o until"] = np.where(until < np.inf, np.log1p(np.maximum(0, until - before[1:])), _FAR)
    _root(columns, "o", containers, mass, words)


def _shifted(figures: Any, step: int) -> Any:
    """Of each block, the figure of the one so many places on; -1 where there is none."""
    import numpy as np

    moved = np.full(len(figures), -1.0)
    if step > 0:
        moved[:-step] = figures[step:]
    else:
        moved[-step:] = figures[:step]
    return moved


def _running(figures: Any) -> Any:
    import numpy as np

    sums = np.zeros(len(figures) + 1)
    np.cumsum(figures, out=sums[1:])
    return sums
