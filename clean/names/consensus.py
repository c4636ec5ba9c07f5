"""Right forms of full names that stand in other documents about the same event.

`consensus_table` reads the documents of a run once and keeps full names (two to four capitalised words, every
one of them attested) for which some document has a spelling that sounds the same and that no list knows. Two
documents are taken to be about the same event when they share names that few documents have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from clean.model import Document
from clean.names import phonetic
from clean.names.attested import Attested
from clean.names.attested import attested as shipped_words

FULL_NAME = re.compile(
    r"[A-Z\x80-\U0010ffff](?<!\w.)(?<![\W\d_])[^\W\d_]{1,40}(?: [^\W\d_a-z][^\W\d_]{1,40}){1,3}"
)
"""Two to four capitalised words in a row. Written so that the search runs to the next capital."""

COMPANY = 24
"""How many of a document's rarest shared names describe its event."""

SHARED = 2
"""Names that two documents must have in common to be about the same event."""


class Seen(NamedTuple):
    """A full name, and the company it keeps."""

    form: str
    documents: tuple[str, ...]
    """Ids of up to eight documents that have it, in order."""
    spread: int
    """In how many documents it stands."""
    company: tuple[frozenset[str], ...]
    """For each of `documents`, the rare names that stand with it."""


Table = Mapping[str, tuple[Seen, ...]]
"""Sound key of the last word of a full name → the names with that key."""


def full_names(text: str) -> Iterator[tuple[str, ...]]:
    """The words of every full name in a text."""
    for match in FULL_NAME.finditer(text):
        yield tuple(match.group().split(" "))


def consensus_table(
    documents: Iterable[Document], attested: Attested | None = None
) -> dict[str, tuple[Seen, ...]]:
    """The full names of a run that a mangled one may stand for.

    Memory grows with the distinct full names of the documents; the table itself is small, since only names
    with an unknown spelling of the same sound somewhere in the run are kept.
    """
    known = (attested or shipped_words()).known
    holders: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for document in documents:
        for words in sorted(set(full_names(document.text))):
            holders[words].append(document.id)
    unknown = {word for word in {word for words in holders for word in words} if not known(word)}
    wanted = {phonetic.key(words[-1]) for words in holders if any(word in unknown for word in words)}
    frequency = Counter({words: len(ids) for words, ids in holders.items()})
    per_document: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for words, ids in holders.items():
        if len(ids) > 1:
            for identifier in ids:
                per_document[identifier].append(words)
    company = {
        identifier: frozenset(
            " ".join(words) for words in sorted(names, key=lambda words: (frequency[words], words))[:COMPANY]
        )
        for identifier, names in per_document.items()
    }
    table: dict[str, list[Seen]] = defaultdict(list)
    for words, ids in sorted(holders.items()):
        sound = phonetic.key(words[-1])
        if sound in wanted and not any(word in unknown for word in words):
            first = tuple(sorted(ids)[:8])
            with_it = tuple(company.get(identifier, frozenset()) for identifier in first)
            table[sound].append(Seen(" ".join(words), first, len(ids), with_it))
    return {sound: tuple(seen) for sound, seen in sorted(table.items())}


def same_event(seen: Seen, document: Document) -> str:
    """The id of another document about the same event that has the name, "" for none."""
    present = {" ".join(words) for words in full_names(document.text)}
    for identifier, company in zip(seen.documents, seen.company, strict=True):
        if identifier != document.id and len((company - {seen.form}) & present) >= SHARED:
            return identifier
    return ""
