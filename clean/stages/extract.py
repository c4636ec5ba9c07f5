"""HTML alone: keeps the blocks that are the article, and deletes the others under the name of what they are.

Three witnesses: a scorer that has learnt how blocks of articles look (its weights are a data file), the path
of the block, and, where the scorer alone is not sure of a page, trafilatura's opinion of each block. The text
itself is always ours, so every deletion is an edit. How likely a block must be of the article depends on the
page: what is kept is what promises the highest F1. A page on which no article is found keeps its prose and is
flagged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clean import __version__
from clean.extract import kinds
from clean.extract.features import asked, features, layout
from clean.extract.opinion import ask, key, opened, shares, too_large
from clean.extract.scorer import Model, best_threshold, learnt, load, margins, probabilities
from clean.lines import Lines, Reason
from clean.model import UNDECLARED, Block, Document, Finding, Json, Note

CLEAR = 0.48
"""Threshold of the probability (half of the F1 to be expected) from which trafilatura is not asked: so it is
on three of four pages. On sites not seen its opinion changed nothing there, and it costs as much as all else
together."""
ALONE = 0.25
"""Weight of the scorer's first judgement beside the one that knows trafilatura's."""
DOUBTED = 0.1
"""Probability from which a block stays where an opinion was wanted and could not be had: the end of a page of
6,000 tiny paragraphs was given .2."""
LEAST_HOPE = 0.1
"""Threshold of the probability (half of the F1 to be expected) below which no article was found."""
MOST_BLOCKS = 10_000
"""Of a page that is scored at all: a table of 250 figures a block takes 20 MB then."""
LONG_WORDS = 12
"""Words from which a block that returns is a repeat; a question of an interview may return."""

TOO_LARGE = "extract/too-large"
UNSURE = "extract/unsure"
NO_OPINION = "extract/no-opinion"
RULES = {
    **kinds.RULES,
    TOO_LARGE: "More blocks or a deeper tree than can be looked at; kept by the density of its text alone.",
    UNSURE: "No article was found; its prose is kept.",
    NO_OPINION: "The scorer alone is not sure, and trafilatura failed or takes too long: the doubtful stays.",
}


@dataclass(frozen=True, slots=True)
class Extract:
    """The stage. Silent for documents that were no page."""

    keep: frozenset[str] = frozenset()
    """Classes of boilerplate that stay."""
    model: Model | None = None
    """Weights of the scorer, if not the package's own."""
    name: str = "extract"
    after: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Code version, and the classes that stay."""
        return f"{__version__}+blocks4" + (f" keep={','.join(sorted(self.keep))}" if self.keep else "")

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
        flagged, chances, least = self._judge(document, texts, keys, named)
        if flagged:
            yield Note(0, 0, "flag", {"why": RULES[flagged]}, flagged)
        doomed = self._doomed(blocks, texts, keys, chances, least, named)
        for place, reason in doomed.items():
            if reason.because.get("class") == "caption":
                yield Note(
                    blocks[place].start, blocks[place].end, "captions", texts[place][:1000], reason.rule
                )
        # a block is a line of the text and never blank, so the n-th block is the n-th filled line
        yield from lines.deletions({lines.filled[place]: reason for place, reason in doomed.items()})

    def _judge(
        self, document: Document, texts: Sequence[str], keys: Sequence[str], title: str
    ) -> tuple[str, list[float], float]:
        """What to flag, if anything; how likely each block is of the article; from where on it is kept."""
        page = document.page
        assert page is not None
        blocks = page.blocks
        paths = [block.path for block in blocks]
        if len(blocks) > MOST_BLOCKS or not any(paths):
            return TOO_LARGE, _dense(blocks, texts), 0.5
        model = self.model or load()
        large = too_large(page.html, len(blocks))
        look = layout(document.text, blocks)
        said = UNDECLARED if large else page.declared
        columns = learnt(features(look, blocks, keys, title, said), paths, texts, model.path, model.text)
        sizes = [len(text.split()) for text in texts]
        ruled_out = {path for path in dict.fromkeys(paths) if kinds.certain(path)}
        barred = [path in ruled_out for path in paths]
        margin = margins(columns, model.alone)
        chances, least = _settled(margin, barred, sizes)
        failed = False
        if least < CLEAR:
            tree = None if large else opened(page.html)
            told = None if tree is None else ask(tree)
            failed = told is None
            if told is not None:
                second = margins(asked(columns, look, shares(keys, told)), model.asked)
                chances, least = _settled(ALONE * margin + (1 - ALONE) * second, barred, sizes)
        if least < LEAST_HOPE:
            return UNSURE, _dense(blocks, texts), 0.5
        return (NO_OPINION, chances, min(least, DOUBTED)) if failed else ("", chances, least)

    def _doomed(
        self,
        blocks: Sequence[Block],
        texts: Sequence[str],
        keys: Sequence[str],
        chances: Sequence[float],
        least: float,
        title: str,
    ) -> dict[int, Reason]:
        doomed: dict[int, Reason] = {}
        seen: set[str] = set()
        for place, (block, text, made, chance) in enumerate(zip(blocks, texts, keys, chances, strict=True)):
            rule, boilerplate = "", ""
            if title and (made == title or (len(made) >= 15 and made in title and _is_headline(block))):
                rule, boilerplate = kinds.TITLE, "title"
            elif chance < least:
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


def _settled(margin: Any, barred: Sequence[bool], sizes: Sequence[int]) -> tuple[list[float], float]:
    """How likely each block is of the article, and from where on it is kept."""
    chances = probabilities(margin)
    chances[barred] = 0.0
    return chances.tolist(), best_threshold(chances, sizes)


def _is_headline(block: Block) -> bool:
    return block.path.rpartition("/")[2].partition(".")[0] == "h1"


def _dense(blocks: Sequence[Block], texts: Sequence[str]) -> list[float]:
    """0 for links and for what its path gives away, 1 for the rest: losing the article would be worse."""
    return [
        0.0 if 2 * block.links > len(text) or kinds.named(block.path) else 1.0
        for block, text in zip(blocks, texts, strict=True)
    ]
