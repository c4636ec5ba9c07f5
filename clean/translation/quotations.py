"""Quotations that drift: the same words of a speaker, here translated back, there as they were published.

    table = quotation_table(documents)          # documents that have passed the stage `translation`
    for note in table.suggestions(document): …

Two quotations are the same when their content words are nearly the same (Jaccard similarity of at least
`SIMILAR`); one that is much shorter is laid beside each stretch of its own length in the longer one. The
wording of a page that was itself translated back is never suggested. A suggestion changes nothing;
`suggestions.accepted` makes edits of those that a person asks for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clean.model import Document, Json, Note
from clean.translation.quotes import walk

DRIFTED = "translation/drifted-quotation"
RULES = {
    DRIFTED: "The same quotation stands in another document, which was not translated back, in other words."
}

SIMILAR = 0.55
FEWEST_WORDS = 4
"""Content words that a quotation must have: three can be anybody's."""
SHARED = 3
"""Content words that a candidate pair must share."""
MOST_COMMON = 200
"""A word of more quotations than this finds no candidates."""

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:[-'’][A-Za-zÀ-ɏ]+)*")
_LEADS_IN = re.compile(
    r"\b(?:said|says|added|wrote|told \S+(?: \S+){0,3}|stated|declared|continued|explained):\s*$"
)
_EMPTY = frozenset(
    "a an the and or but of to in on at for from with by as is are was were be been being has have had do "
    "does did will would can could may might shall should must this that these those it its he his him "
    "she her they their them we our us you your i my me not no so than then there here who whom which "
    "what when where how all any some more most such also into out up over about".split()
)


class Quotation(NamedTuple):
    """Where a quotation stands, without its marks."""

    document: str
    start: int
    end: int
    text: str
    words: tuple[str, ...]
    """Content words in order, without case and plural."""
    places: tuple[tuple[int, int], ...]
    """[start, end) of each of them in the quotation."""


def content_words(text: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The words that carry meaning, folded, and where they stand.

    >>> content_words("our consistent support for the policies")[0]
    ('consistent', 'support', 'policy')
    """
    words, places = [], []
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word in _EMPTY:
            continue
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
        elif word.endswith("s") and not word.endswith("ss") and len(word) > 3:
            word = word[:-1]
        words.append(word)
        places.append(match.span())
    return tuple(words), tuple(places)


def find_quotations(document: Document) -> Iterator[Quotation]:
    """Quotations between curly or straight marks, and paragraphs after a line that ends in `said:`."""
    led_in, offset = False, 0
    for line in document.text.split("\n"):
        if line.strip():
            spans = list(_marked(line))
            if not spans and led_in and "“" not in line and '"' not in line:
                spans = [(len(line) - len(line.lstrip()), len(line.rstrip()))]
            for start, end in spans:
                words, places = content_words(line[start:end])
                if len(words) >= FEWEST_WORDS:
                    yield Quotation(document.id, offset + start, offset + end, line[start:end], words, places)
            led_in = _LEADS_IN.search(line) is not None
        offset += len(line) + 1


def _marked(line: str) -> Iterator[tuple[int, int]]:
    if '"' in line:
        at = [match.start() for match in re.finditer('"', line)]
        if len(at) % 2 == 0 and "“" not in line:
            yield from ((start + 1, end) for start, end in zip(at[::2], at[1::2], strict=True))
    elif "“" in line:
        yield from ((start + 1, end) for start, end in walk(line, carried=False).pairs)


class Match(NamedTuple):
    """A stretch of a quotation and the wording that another document has for it."""

    start: int
    end: int
    source: Quotation
    similarity: float


@dataclass(frozen=True, slots=True)
class QuotationTable:
    """The quotations of documents that were not translated back, and which of them hold a word."""

    quotations: tuple[Quotation, ...]
    index: Mapping[str, tuple[int, ...]]

    def suggestions(self, document: Document) -> Iterator[Note]:
        """A note, in offsets of the document's text, for each quotation that is sounder elsewhere."""
        for quotation in find_quotations(document):
            match = self.best(quotation)
            if match is None:
                continue
            value: dict[str, Json] = {
                "new": match.source.text,
                "why": "the same quotation in a document that was not translated back",
                "source": match.source.document,
                "similarity": round(match.similarity, 3),
            }
            yield Note(match.start, match.end, "suggestion", value, DRIFTED)

    def best(self, quotation: Quotation) -> Match | None:
        """The most similar quotation of another document; None when one is the same, or none is near."""
        shared: Counter[int] = Counter()
        for word in sorted(set(quotation.words)):
            holders = self.index.get(word, ())
            if len(holders) <= MOST_COMMON:
                shared.update(holders)
        found: list[Match] = []
        for number in sorted(number for number, count in shared.items() if count >= SHARED):
            other = self.quotations[number]
            if other.document == quotation.document:
                continue
            match = _align(quotation, other)
            if match is not None and match.similarity >= SIMILAR:
                found.append(match)
        if not found or any(match.similarity == 1 for match in found):
            return None
        return max(found, key=lambda match: (match.similarity, len(match.source.text), match.source.document))


def _align(drifted: Quotation, sound: Quotation) -> Match | None:
    """The stretch of `drifted` that is most like the whole of `sound`; None when `drifted` is the shorter."""
    wanted, size = frozenset(sound.words), len(sound.words)
    if len(drifted.words) * 3 < size * 2:
        return None
    if len(drifted.words) * 2 <= size * 3:
        return Match(drifted.start, drifted.end, sound, _jaccard(frozenset(drifted.words), wanted))
    best, first = 0.0, 0
    for at in range(len(drifted.words) - size + 1):
        similarity = _jaccard(frozenset(drifted.words[at : at + size]), wanted)
        if similarity > best:
            best, first = similarity, at
    if not best:
        return None
    # The stretch begins and ends where the sound one does: at its first and last content word.
    lead = drifted.places[first][0] if first else 0
    end = drifted.places[first + size - 1][1] if first + size < len(drifted.words) else len(drifted.text)
    return Match(drifted.start + lead, drifted.start + end, sound, best)


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def quotation_table(documents: Iterable[Document]) -> QuotationTable:
    """The table over documents that have passed `translation`; those with `translated_back` add nothing.

    The order of the documents does not matter: quotations are kept in order of document and place.
    """
    listed: Sequence[Quotation] = sorted(
        quotation
        for document in documents
        if "translated_back" not in document.meta and document.dropped is None
        for quotation in find_quotations(document)
    )
    index: dict[str, list[int]] = {}
    for number, quotation in enumerate(listed):
        for word in sorted(set(quotation.words)):
            index.setdefault(word, []).append(number)
    return QuotationTable(tuple(listed), {word: tuple(numbers) for word, numbers in sorted(index.items())})
