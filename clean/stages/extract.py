"""HTML alone: keeps the blocks that are the article, and deletes the others under the name of what they are.

Three witnesses: trafilatura's opinion of each block, a scorer that has learnt how blocks of articles look
(its weights are a data file), and the path of the block. The text itself is always ours, so every deletion
is an edit. A page on which the witnesses find no article keeps its prose and is flagged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clean import __version__
from clean.extract import kinds
from clean.extract.features import features
from clean.extract.opinion import ask, key, shares, too_large
from clean.extract.scorer import Forest, probabilities
from clean.lines import Lines, Reason
from clean.model import Block, Document, Finding, Json, Note

ARTICLE = 0.45
"""Probability from which a block is kept. Of 764 pages, held out by site, most were scored best here."""
LEAST_OF_OPINION = 0.3
"""Where the scorer keeps less than this share of what trafilatura keeps, trafilatura is believed."""
HOME_SHARE = 0.8
DOUBTFUL = 0.1
"""What trafilatura keeps, and the scorer does not, is kept from this probability on if at least four fifths
of the words with the same path are kept: the last paragraph of an article is one, whatever its look."""
LONG_WORDS = 12
"""Words from which a block that returns is a repeat; a question of an interview may return."""

TOO_LARGE = "extract/too-large"
UNSURE = "extract/unsure"
NO_OPINION = "extract/no-opinion"
RULES = {
    **kinds.RULES,
    TOO_LARGE: "More blocks or tags than extractors can hold; kept by the density of its text alone.",
    UNSURE: "No article was found; its prose is kept.",
    NO_OPINION: "trafilatura failed on the page.",
}


@dataclass(frozen=True, slots=True)
class Extract:
    """The stage. Silent for documents that were no page."""

    keep: frozenset[str] = frozenset()
    """Classes of boilerplate that stay."""
    forest: Forest | None = None
    """Weights of the scorer, if not the package's own."""
    name: str = "extract"
    after: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Code version, and the classes that stay."""
        return f"{__version__}+blocks1" + (f" keep={','.join(sorted(self.keep))}" if self.keep else "")

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Deletions of blocks, captions as notes, and flags."""
        page = document.page
        if page is None or not page.blocks or any(patch.stage == self.name for patch in document.trail):
            return
        lines = Lines(document.text)
        blocks = page.blocks
        texts = [document.text[block.start : block.end] for block in blocks]
        title = document.meta.get("title")
        keys = [key(text) for text in texts]
        named = key(str(title or ""))
        flagged, chances = self._judge(document, texts, keys, named)
        if flagged:
            yield Note(0, 0, "flag", {"why": RULES[flagged]}, flagged)
        doomed = self._doomed(blocks, texts, keys, chances, named)
        for place, reason in doomed.items():
            if reason.because.get("class") == "caption":
                yield Note(
                    blocks[place].start, blocks[place].end, "captions", texts[place][:1000], reason.rule
                )
        # a block is a line of the text and never blank, so the n-th block is the n-th filled line
        yield from lines.deletions({lines.filled[place]: reason for place, reason in doomed.items()})

    def _judge(
        self, document: Document, texts: Sequence[str], keys: Sequence[str], title: str
    ) -> tuple[str, list[float]]:
        """A rule to flag, if there is cause, and for each block how likely it belongs to the article."""
        page = document.page
        assert page is not None
        blocks = page.blocks
        if not any(block.path for block in blocks) or too_large(page.html, len(blocks)):
            return TOO_LARGE, _dense(blocks, texts)
        paragraphs = ask(page.html)
        opinion = shares(keys, paragraphs or ())
        chances = probabilities(features(document.text, blocks, opinion, title), self.forest)
        chances = [
            0.0 if kinds.certain(block) else chance for block, chance in zip(blocks, chances, strict=True)
        ]
        words = [len(one.split()) for one in texts]
        chances = _at_home(blocks, words, opinion, chances)
        kept = sum(n for n, chance in zip(words, chances, strict=True) if chance >= ARTICLE)
        theirs = sum(n for n, share in zip(words, opinion, strict=True) if share >= 0.5)
        if kept < LEAST_OF_OPINION * theirs:
            return "", opinion
        if not kept:
            return UNSURE, _dense(blocks, texts)
        return NO_OPINION if paragraphs is None else "", chances

    def _doomed(
        self,
        blocks: Sequence[Block],
        texts: Sequence[str],
        keys: Sequence[str],
        chances: Sequence[float],
        title: str,
    ) -> dict[int, Reason]:
        doomed: dict[int, Reason] = {}
        seen: set[str] = set()
        for place, (block, text, made, chance) in enumerate(zip(blocks, texts, keys, chances, strict=True)):
            rule, boilerplate = "", ""
            if title and (made == title or (len(made) >= 15 and made in title and _is_headline(block))):
                rule, boilerplate = kinds.TITLE, "title"
            elif chance < ARTICLE:
                rule, boilerplate = kinds.name(block, text)
            elif made in seen:
                rule = kinds.REPEATED
            elif len(text.split()) >= LONG_WORDS:
                seen.add(made)
            if rule and boilerplate not in self.keep:
                because: dict[str, Json] = {"path": block.path[-200:], "probability": round(chance, 3)}
                if boilerplate:
                    because["class"] = boilerplate
                doomed[place] = Reason(rule, because)
        return doomed


def _is_headline(block: Block) -> bool:
    return block.path.rpartition("/")[2].partition(".")[0] == "h1"


def _at_home(
    blocks: Sequence[Block], words: Sequence[int], opinion: Sequence[float], chances: Sequence[float]
) -> list[float]:
    """The chances, raised to `ARTICLE` where the extractor and the neighbours of a block agree on it."""
    every: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for block, n, chance in zip(blocks, words, chances, strict=True):
        every[block.path] += n
        kept[block.path] += n if chance >= ARTICLE else 0
    return [
        ARTICLE
        if DOUBTFUL <= chance < ARTICLE
        and share >= 0.5
        and kept[block.path] >= HOME_SHARE * every[block.path]
        else chance
        for block, share, chance in zip(blocks, opinion, chances, strict=True)
    ]


def _dense(blocks: Sequence[Block], texts: Sequence[str]) -> list[float]:
    """0 for links and for what its path gives away, 1 for the rest: losing the article would be worse."""
    return [
        0.0 if 2 * block.links > len(text) or kinds.named(block) else 1.0
        for block, text in zip(blocks, texts, strict=True)
    ]
