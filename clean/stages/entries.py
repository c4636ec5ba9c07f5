"""The entries of a live blog: each one noted, and a later copy of an entry deleted.

A widget that reloads, or a scraper that does, leaves one entry twice in a page. The copy that stays is the
longest in words and, among equals, the first on the page. A page that is not built like a live blog has no
entries. Where a page declares its entries in JSON-LD, their headings and times are those of the notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clean import __version__
from clean.entries.copies import FEWEST_TOKENS, Copy, find_copies
from clean.entries.page import page_lines, texts_of
from clean.entries.split import Declared, Entry, may_have_entries, split
from clean.lines import Lines, Reason
from clean.model import Document, Finding, Json, Note

ENTRY = "entries/entry"
COPY = "entries/copy"
RULES = {
    ENTRY: "An entry of a live blog, between two of the page's borders.",
    COPY: "The entry stands elsewhere on the page, in the same words or more.",
}


@dataclass(frozen=True, slots=True)
class Entries:
    """The stage. Yields one note "entry" for each entry, and deletes copies."""

    name: str = "entries"
    version: str = __version__
    after: tuple[str, ...] = ("boilerplate",)

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Notes and deletions; nothing for a page whose entries are in the trail already."""
        if any(patch.stage == self.name for patch in document.trail):
            return
        declared = _declared(document.meta.get("entries"))
        if not declared and not may_have_entries(texts_of(document)):
            return
        lines = Lines(document.text)
        title = document.meta.get("title")
        entries = split(page_lines(document, lines), title if isinstance(title, str) else "", declared)
        if not entries:
            return
        texts = ["\n".join(lines.all[number] for number in entry.body) for entry in entries]
        copies = {n: copy for n, copy in find_copies(texts).items() if _goes(n, copy, entries, texts)}
        for number, entry in enumerate(entries):
            yield _note(lines, number, entry, copies.get(number))
        doomed: dict[int, Reason] = {}
        for number, copy in copies.items():
            doomed |= dict.fromkeys((*entries[number].body, *entries[number].extra), _reason(copy, texts))
        yield from lines.deletions(doomed)


def _declared(listed: Json) -> list[Declared]:
    """The entries of the page's JSON-LD, as the reader notes them in the meta."""
    return [
        Declared(*(str(one.get(key) or "") for key in ("heading", "byline", "time")))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    ]


def _goes(number: int, copy: Copy, entries: Sequence[Entry], texts: Sequence[str]) -> bool:
    """Short lines of a ticker ("Corner to Rovers.") return at other times, and are news each time."""
    times = {entries[number].time, entries[copy.of].time} - {""}
    return len(times) < 2 or len(texts[number].split()) >= 2 * FEWEST_TOKENS


def _note(lines: Lines, number: int, entry: Entry, copy: Copy | None) -> Note:
    value: dict[str, Json] = {
        "entry": number + 1,
        "heading": entry.heading or None,
        "byline": entry.byline or None,
        "time": entry.time or None,
        "duplicate_of": None if copy is None else copy.of + 1,
        "similarity": None if copy is None else round(copy.jaccard, 3),
    }
    start, end = lines.span(entry.body[0])[0], lines.span(entry.body[-1])[1]
    return Note(start, end, "entry", value, ENTRY)


def _reason(copy: Copy, texts: Sequence[str]) -> Reason:
    return Reason(
        COPY,
        {
            "kept": copy.of + 1,
            "kept_begins": texts[copy.of][:80],
            "similarity": round(copy.jaccard, 3),
            "containment": round(copy.containment, 3),
        },
    )
