"""Repair the surface damage of machine translation where it is certain, and flag the rest.

Patterns stand in `packs/translation/*.toml`; what needs a lexicon, the balance of quotation marks or the
rest of the page is code in `clean/translation/`. A repair never guesses what was meant: half of the damage
inverts or loses the meaning, and for that there is a flag. Rules for English run on English text only.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from clean import __version__
from clean.lines import Lines
from clean.model import Document, Edit, Finding, Json, Note
from clean.rules.gate import Gate
from clean.rules.load import load_rules
from clean.rules.match import Matcher
from clean.rules.model import Rule
from clean.translation import flags, leftovers, marks, model, page, quotations, quotes, repairs
from clean.translation.detector import Detector
from clean.translation.english import is_english
from clean.translation.passes import to_the_end

RULES: Mapping[str, str] = {
    **repairs.RULES,
    **quotes.RULES,
    **marks.RULES,
    **flags.RULES,
    **leftovers.RULES,
    **quotations.RULES,
    **model.RULES,
    page.SIGN: "The page bears so many marks of translation that none of its spellings should be trusted.",
}
"""The rules of this stage that are code, each with what it finds; the packs hold the others."""

_DETECTORS = (*repairs.EVERY, *flags.EVERY, *quotes.EVERY, *marks.EVERY)
"""The rules for English that are code, in the order in which they win over one another at one place."""

_KINDS = ("signs", "words")


@cache
def _gates() -> list[tuple[list[int], Gate]]:
    """Numbers of detectors, and the gate of their cues."""
    kinds = [[number for number, detector in enumerate(_DETECTORS) if detector.by == by] for by in _KINDS]
    return [
        (numbers, Gate([_DETECTORS[number].cue for number in numbers], "clean/translation"))
        for numbers in kinds
    ]


def _opened(encoded: bytes) -> list[Detector]:
    """The detectors that may find something in a text, in their order."""
    opened = sorted(numbers[at] for numbers, gate in _gates() for at in gate.open(encoded))
    return [_DETECTORS[number] for number in opened]


@dataclass(frozen=True)
class Translation:
    """The stage. Yields edits, flags, suggestions for quotations, and the sign of a page translated back.

    Args:
        rules: of the packs; those of a language act on its documents only.
        table: quotations of the other documents of a run; without it no wording is suggested.
    """

    rules: tuple[Rule, ...] = field(default_factory=lambda: load_rules("translation"), repr=False)
    table: quotations.QuotationTable | None = field(default=None, repr=False)
    name: str = "translation"
    after: tuple[str, ...] = ("boilerplate", "entries")

    @cached_property
    def version(self) -> str:
        """Code version and a digest of the rules, the table and what is applied."""
        read = hashlib.sha256(repr((self.rules, self.table)).encode())
        return f"{__version__}+{read.hexdigest()[:8]}"

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Findings, the repairs of the packs first: where two meet, the pattern in the pack wins."""
        text = document.text
        english = is_english(document)
        found = self._find(text, english=english)
        edits = [item for item in found if isinstance(item, Edit)]
        if edits:
            notes = [item for item in found if not isinstance(item, Edit)]
            found = [*to_the_end(text, edits, lambda again: self._repairs(again, english=english)), *notes]
        if english and (found or "translated_back" in document.meta):
            found += self._about_the_page(document, page.evidence(found))
        return iter(found)

    def _about_the_page(self, document: Document, signs: Counter[str]) -> Iterator[Finding]:
        marked = "translated_back" in document.meta
        if not marked and not page.is_translated_back(signs, document.text):
            return
        yield from leftovers.leftovers(document.text)
        if not marked:
            yield page.sign(signs, len(document.text))
        if self.table is not None:
            yield from self.table.suggestions(document)

    def _find(self, text: str, *, english: bool) -> list[Finding]:
        encoded = text.encode()
        found = list(self._patterns(text, encoded, english=english))
        for detector in _opened(encoded) if english else ():
            found += detector.find(text)
        return found

    def _repairs(self, text: str, *, english: bool) -> Iterator[Edit]:
        return (item for item in self._find(text, english=english) if isinstance(item, Edit))

    def _patterns(self, text: str, encoded: bytes, *, english: bool) -> Iterator[Finding]:
        matcher = self._english if english else self._universal
        if not matcher.may_match(encoded):
            return
        lines = Lines(text)
        for number, hit in matcher.hits(lines):
            start = lines.starts[number]
            old = lines.all[number][hit.start : hit.end]
            if hit.rule.do == "note":
                note: dict[str, Json] = {"why": hit.rule.why}
                yield Note(start + hit.start, start + hit.end, hit.rule.note, note, hit.rule.name)
            else:
                yield Edit(start + hit.start, old, hit.new, hit.rule.name, {"form": hit.value[:80]})

    @cached_property
    def _english(self) -> Matcher:
        return Matcher([rule for rule in self.rules if rule.language in ("*", "en")])

    @cached_property
    def _universal(self) -> Matcher:
        return Matcher([rule for rule in self.rules if rule.language == "*"])

    def __getstate__(self) -> dict[str, object]:
        """Without the compiled patterns, which cannot travel between processes."""
        return {key: value for key, value in self.__dict__.items() if key not in ("_english", "_universal")}


def translation(
    packs: Sequence[Path] = (),
    table: quotations.QuotationTable | None = None,
) -> Translation:
    """The stage with the shipped packs and the user's own.

    Args:
        packs: folders that hold `translation/*.toml`.
        table: from `quotations.quotation_table`, over documents that have passed this stage.

    Raises:
        PackError: a bad pack.
    """
    return Translation(load_rules("translation", packs), table)
