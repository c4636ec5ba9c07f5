"""Repair mangled names: with evidence, or as a suggestion, or not at all.

A name that was right must stay right. So a capitalised word is looked at only if it sounds like a name of the
gazetteer or like a surname of the same document; it is changed only if evidence of two families says so (see
`clean.names.judge`) and no list of words or names knows the spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import clean
from clean.model import Document, Edit, Finding, Json, Note
from clean.names import attested, find, gazetteer, surroundings, words
from clean.names.build import build
from clean.names.consensus import Seen, Table, full_names, same_event
from clean.names.index import Concern, Index
from clean.names.phonetic import key
from clean.names.surroundings import Surroundings

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

    @cached_property
    def index(self) -> Index:
        """The gazetteer ordered for look-up; built at the first document."""
        return _index(self.names)

    @cached_property
    def version(self) -> str:
        """Code version and digest of the names."""
        settings = "one-form" if self.one_form else ""
        return f"{clean.__version__}+{gazetteer.digest(self.names)}{settings}"

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Edits for certain repairs, suggestions for likely ones."""
        capitalised = words.capitalised(document.text)
        shared, concerns = self.index.asked_about(capitalised, attested.attested().known_folded)
        worth = self._worth(concerns, capitalised, document.text)
        alike = find.sound_alike(shared) if len(capitalised) <= find.LIST else []
        two = self.index.spelt_twice(capitalised)
        if not (worth or alike or two or self.table or self.one_form):
            return
        around = surroundings.of(document.text, capitalised)
        found = list(self._find(document, around, worth, alike))
        if found and surroundings.english(document.text):
            yield from _without_overlaps(
                [item for item in found if not around.in_address(item.start, item.end)]
            )

    def from_elsewhere(self, document: Document) -> Iterator[Edit]:
        """Repairs by names that stand rightly in other documents, and no others."""
        around = surroundings.of(document.text, words.capitalised(document.text))
        found = list(self._agreed(document, around))
        if found and surroundings.english(document.text):
            yield from (edit for edit in found if not around.in_address(edit.start, edit.end))

    def _worth(self, concerns: list[tuple[str, Concern]], capitalised: set[str], text: str) -> list[str]:
        """The words at which a rule of the gazetteer could find something: in most documents none."""
        matters = self.index.matters
        return sorted(word for word, concern in concerns if matters(word, concern, capitalised, text))

    def _find(
        self, document: Document, around: Surroundings, odd: list[str], alike: list[list[str]]
    ) -> Iterator[Edit | Note]:
        index, knows = self.index, attested.knows

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
        yield from find.surnames(alike, around, index, knows)
        if self.one_form:
            yield from find.one_form(around, self.names)
        else:
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
        for name in sorted(full_names(document.text)):
            full = tuple(name.split(" "))
            if all(map(attested.knows, full)):
                continue  # nothing in it can be wrong
            rows = self.table.get(key(full[-1]), ())
            likely = sorted(
                ((find.full_name(full, tuple(row.form.split(" ")), attested.knows), row) for row in rows),
                reverse=True,
            )
            likely = [(similarity, row) for similarity, row in likely if similarity >= 0.9]
            if len({row.form for _, row in likely}) != 1:
                continue
            similarity, row = likely[0]
            source = same_event(row, document)
            if source:
                yield from _agree(full, row, similarity, source, around)


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


@lru_cache(maxsize=2)
def _index(names: tuple[gazetteer.Name, ...]) -> Index:
    """One for all stages of a gazetteer: the second stage of a run has the table and the same names."""
    return build(names)


def stage(files: Sequence[Path] = (), table: Table = EMPTY, *, one_form: bool = False) -> Names:
    """The stage with the shipped names and those of the user's files.

    Raises:
        PackError: a file of names cannot be used.
    """
    return Names(gazetteer.load(files), table, one_form)
