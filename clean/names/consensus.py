"""Right forms of full names that stand in other documents about the same event.

`consensus_table` reads the documents of a run once and keeps full names (two to four capitalised words, every
one of them attested) for which some document has a spelling that sounds the same and that no list knows. Two
documents are taken to be about the same event when they share names that few documents have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import filterfalse
from typing import NamedTuple

from clean.model import Document
from clean.names import phonetic
from clean.names.attested import Attested, Known, knows
from clean.names.words import runs

FULL_NAME = re.compile(
    r"[A-Z\x80-\U0010ffff](?<!\w.)(?<![\W\d_])[^\W\d_]{1,40}(?: [^\W\d_a-z][^\W\d_]{1,40}){1,3}"
)
"""Two to four capitalised words in a row. Written so that the search runs to the next capital."""

COMPANY = 24
"""How many of a document's rarest shared names describe its event."""

WITNESSES = 8
"""Documents that are remembered for a name."""

SHARED = 2
"""Names that two documents must have in common to be about the same event."""


class Seen(NamedTuple):
    """A full name, and the company it keeps."""

    form: str
    documents: tuple[str, ...]
    """Ids of up to `WITNESSES` documents that have it, in order."""
    spread: int
    """In how many documents it stands."""
    company: tuple[frozenset[str], ...]
    """For each of `documents`, the rare names that stand with it."""


Table = Mapping[str, tuple[Seen, ...]]
"""Sound key of the last word of a full name → the names with that key."""


def full_names(text: str) -> set[str]:
    """The full names in a text; between two words of one is a space."""
    return set(FULL_NAME.findall("\n".join(run for run in runs(text) if " " in run)))


class Named(NamedTuple):
    """The full names of a document, each once, sorted."""

    document: str
    """Its id."""
    sound: Sequence[str]
    """Every word of them is attested."""
    odd: Sequence[str]
    """Some word of them is not."""


def named_in(text: str, known: Callable[[str], Known] = knows) -> tuple[list[str], list[str]]:
    """The full names of a text, each once: those whose every word is attested, and the others."""
    found = sorted(full_names(text))
    strange = set(filterfalse(known, set(" ".join(found).split(" "))))
    names: tuple[list[str], list[str]] = [], []
    for name in found:
        names[not strange.isdisjoint(name.split(" "))].append(name)
    return names


def consensus_table(documents: Iterable[Document], attested: Attested | None = None) -> Table:
    """The full names of documents that a mangled one may stand for."""
    known = attested.known if attested else knows
    return agreed(Named(document.id, *named_in(document.text, known)) for document in documents)[0]


def agreed(named: Iterable[Named]) -> tuple[Table, frozenset[str]]:
    """The full names of a run that a mangled one may stand for, and the documents with such a mangled one.

    Memory grows with the distinct full names of the documents; the table itself is small, since only names
    with an unknown spelling of the same sound somewhere in the run are kept.
    """
    holders: dict[str, list[str]] = defaultdict(list)
    odd: dict[str, list[str]] = defaultdict(list)
    for document, *names in named:
        for listed, found in zip((holders, odd), names, strict=True):
            for name in found:
                listed[name].append(document)
    words = list({word for name in (*holders, *odd) for word in name.split(" ")})
    heard = dict(zip(words, phonetic.keys(words), strict=True))

    def sounds_of(name: str) -> tuple[str, ...]:
        return tuple(map(heard.__getitem__, name.split(" ")))

    sounds = set(map(sounds_of, odd))
    right = sorted(name for name in holders if sounds_of(name) in sounds)
    doubtful = set(map(sounds_of, right))
    everywhere = (*holders.items(), *odd.items())
    witnesses = {identifier for name in right for identifier in sorted(holders[name])[:WITNESSES]}
    company = _company(everywhere, witnesses)
    table: dict[str, list[Seen]] = defaultdict(list)
    for name in right:
        first = tuple(sorted(holders[name])[:WITNESSES])
        with_it = tuple(company.get(identifier, frozenset()) for identifier in first)
        table[sounds_of(name)[-1]].append(Seen(name, first, len(holders[name]), with_it))
    holding = frozenset(document for name in odd if sounds_of(name) in doubtful for document in odd[name])
    return {sound: tuple(seen) for sound, seen in sorted(table.items())}, holding


def _company(
    everywhere: Sequence[tuple[str, list[str]]], witnesses: Container[str]
) -> dict[str, frozenset[str]]:
    """For each of some documents, the rarest of its names that other documents have too."""
    names: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name, documents in everywhere:
        if len(documents) > 1:
            for document in documents:
                if document in witnesses:
                    names[document].append((len(documents), name))
    return {
        document: frozenset(name for _, name in sorted(shared)[:COMPANY])
        for document, shared in names.items()
    }


def same_event(seen: Seen, document: Document) -> str:
    """The id of another document about the same event that has the name, "" for none."""
    present = full_names(document.text)
    for identifier, company in zip(seen.documents, seen.company, strict=True):
        if identifier != document.id and len((company - {seen.form}) & present) >= SHARED:
            return identifier
    return ""
