"""Repair mangled names: with evidence, or as a suggestion, or not at all.

A name that was right must stay right. So a capitalised word is looked at only if it sounds like a name of the
gazetteer or like a surname of the same document; it is changed only if evidence of two families says so (see
`clean.names.judge`) and no list of words or names knows the spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import clean
from clean.model import Document, Edit, Finding, Json, Note
from clean.names import attested, find, gazetteer, surroundings
from clean.names.consensus import Seen, Table, full_names, same_event
from clean.names.index import Index, build
from clean.names.phonetic import key
from clean.names.surroundings import Surroundings
from clean.names.words import CAPITALISED

RULES: Mapping[str, str] = {
    "names/mangled-form": "The gazetteer lists this form as certainly wrong.",
    "names/gazetteer": "It sounds like a gazetteer name, no list knows it, two kinds of evidence agree.",
    "names/acronym": "An acronym that lost a letter; its kind, topic and full form stand in the document.",
    "names/split-name": "One name written as two words.",
    "names/joined-name": "A name of several words written as one.",
    "names/consensus": "It sounds like an attested name of this document, or of one about the same event.",
    "names/one-form": "An accepted spelling made the preferred one, since one form throughout was asked for.",
    "names/two-forms": "Two accepted spellings of one person stand in the document. Shown only.",
}
"""Every rule of the stage and why it fires."""

EMPTY: Table = {}
MEMORY = 1 << 18
"""Words whose first answer is remembered; then all are forgotten."""


@dataclass(frozen=True)
class Names:
    """The stage. Same document, same gazetteer, same table: same findings."""

    names: tuple[gazetteer.Name, ...] = field(default_factory=gazetteer.shipped, repr=False)
    table: Table = field(default_factory=dict, repr=False)
    """Right forms in the documents of the run, from `consensus_table`; empty: each document for itself."""
    one_form: bool = False
    """Whether accepted spellings (Kiev, Kim Jong Un) become the preferred one throughout."""
    name: str = "names"
    after: tuple[str, ...] = ("translation",)
    _asked: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    # Only saves work: whether a word concerns the gazetteer depends on the word alone.

    @cached_property
    def index(self) -> Index:
        """The gazetteer ordered for look-up; built at the first document."""
        return build(self.names)

    @cached_property
    def version(self) -> str:
        """Code version and digest of the names."""
        settings = "one-form" if self.one_form else ""
        return f"{clean.__version__}+{gazetteer.digest(self.names)}{settings}"

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Edits for certain repairs, suggestions for likely ones."""
        capitalised = set(CAPITALISED.findall(document.text))
        odd = self._odd(capitalised)
        alike = len(capitalised) <= find.LIST and find.sound_alike(capitalised)
        if not odd and not self.table and not self.one_form and not alike:
            return
        around = surroundings.of(document.text, capitalised)
        found = list(self._find(document, around, sorted(odd)))
        if found and surroundings.english(document.text):
            yield from _without_overlaps(
                [item for item in found if not around.in_address(item.start, item.end)]
            )

    def _odd(self, words: set[str]) -> list[str]:
        """The words that something in the gazetteer is said about. Most documents have few or none."""
        asked, index = self._asked, self.index
        odd = []
        for word in words:
            answer = asked.get(word)
            if answer is None:
                if len(asked) > MEMORY:
                    asked.clear()
                answer = asked[word] = index.concerns(word)
            if answer:
                odd.append(word)
        return odd

    def _find(self, document: Document, around: Surroundings, odd: list[str]) -> Iterator[Edit | Note]:
        index, knows = self.index, _knows

        def elsewhere(form: str, _: Surroundings) -> str:
            return self._elsewhere(form, document)

        if odd:
            yield from find.certain(around, index)
            yield from find.acronyms(around, index)
            yield from find.broken(odd, around, index, knows)
        if self.table:
            yield from self._agreed(document, around)
        if odd:
            yield from find.alike(odd, around, index, knows, elsewhere)
        yield from find.surnames(around, index, knows)
        if self.one_form:
            yield from find.one_form(around, self.names)
        elif odd:
            yield from find.two_forms(around, index)

    def _elsewhere(self, form: str, document: Document) -> str:
        if not self.table:
            return ""
        rows = self.table.get(key(form.split(" ")[-1]), ())
        seen = next((row for row in rows if row.form == form), None)
        found = same_event(seen, document) if seen else ""
        return f"document {found}" if found else ""

    def _agreed(self, document: Document, around: Surroundings) -> Iterator[Edit]:
        """Full names that stand rightly in this document or in another about the same event."""
        present = sorted(set(full_names(document.text)))
        for words in present:
            rows = self.table.get(key(words[-1]), ())
            likely = sorted(
                ((find.full_name(words, tuple(row.form.split(" ")), _knows), row) for row in rows),
                reverse=True,
            )
            likely = [(similarity, row) for similarity, row in likely if similarity >= 0.9]
            if len({row.form for _, row in likely}) != 1:
                continue
            similarity, row = likely[0]
            source = same_event(row, document)
            if source:
                yield from _agree(words, row, similarity, source, around)


def _agree(
    words: tuple[str, ...], row: Seen, similarity: float, source: str, around: Surroundings
) -> Iterator[Edit]:
    because: dict[str, Json] = {
        "similarity": similarity,
        "key": key(row.form.split(" ")[-1]),
        "evidence": ["partner", "right form"],
        "right": row.form,
        "where": f"document {source}",
    }
    for start, end in around.places(" ".join(words)):
        yield Edit(start, around.text[start:end], row.form, "names/consensus", because)


def _without_overlaps(found: Sequence[Edit | Note]) -> Iterator[Edit | Note]:
    """The findings, less suggestions where something is repaired or already suggested."""
    taken: list[tuple[int, int]] = [(item.start, item.end) for item in found if isinstance(item, Edit)]
    for item in found:
        if isinstance(item, Note):
            if any(start < item.end and item.start < end for start, end in taken):
                continue
            taken.append((item.start, item.end))
        yield item


def _knows(word: str) -> attested.Known:
    return attested.attested().known(word)


def stage(files: Sequence[Path] = (), table: Table = EMPTY, *, one_form: bool = False) -> Names:
    """The stage with the shipped names and those of the user's files.

    Raises:
        PackError: a file of names cannot be used.
    """
    return Names(gazetteer.load(files), table, one_form)
