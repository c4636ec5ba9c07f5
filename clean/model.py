"""The values that travel: a document, the edits that led to its present text, and what a stage may find.

A document is its present text plus its trail. A stage reads a document and yields findings; only
`pipeline.commit` turns findings into a new document. Nothing in this module does anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A value that survives JSON unchanged."""

NOTHING: Mapping[str, Json] = {}
"""The empty mapping. Shared, so never written (a mapping proxy would not survive pickling)."""


class Edit(NamedTuple):
    """One replacement, proposed by a stage and made true by `pipeline.commit`.

    It holds the old text too, so it checks itself when it is applied and can be undone.
    """

    start: int
    """Code-point offset in the text that the stage received."""
    old: str
    new: str
    rule: str
    """`stage/rule-id`, as in "boilerplate/share-line"."""
    because: Mapping[str, Json] = NOTHING
    """Evidence: similarity, kept entry, cue words, probability."""

    @property
    def end(self) -> int:
        """Offset behind the old text."""
        return self.start + len(self.old)


class Note(NamedTuple):
    """A finding that changes no text: a flag, a suggestion, an entry, a byline, a language."""

    start: int
    end: int
    key: str
    value: Json
    rule: str


class Drop(NamedTuple):
    """The whole document goes; its text stays in the record."""

    rule: str
    because: Mapping[str, Json] = NOTHING


Finding: TypeAlias = Edit | Note | Drop


@dataclass(frozen=True, slots=True)
class Patch:
    """What one stage did to one document. Offsets are in the text that the stage received."""

    stage: str
    version: str
    """Code version and a digest of the packs that the stage read."""
    edits: tuple[Edit, ...]
    notes: tuple[Note, ...] = ()
    drop: Drop | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the bytes of a document are and how they became text."""

    source: str
    """Path relative to the input, with `/` on every system; "-" for standard input."""
    sha256: str
    """Of the bytes of the document (a file, or one record of a container), in hex."""
    decoder: str = "utf-8"
    """How the bytes were decoded, as in "utf-8" or "utf-8, 3 lines windows-1252"."""
    lineariser: str | None = None
    """How markup became lines, as in "html/1"; None for plain text."""
    record: int | None = None
    """Number of the record in a container, from 0; None for a file of its own."""


class Block(NamedTuple):
    """One visible block of a page, a line of the linearised text."""

    start: int
    end: int
    path: str
    """Element names from the body down, with class and id hints, as in "main/article/div.body/p"."""
    links: int = 0
    """How many of its characters stand inside links."""


class Declared(NamedTuple):
    """What a page says of its article, for machines."""

    body: str = ""
    """The article as its JSON-LD has it, mostly empty."""
    summaries: tuple[str, ...] = ()
    """Descriptions in its tags and its JSON-LD."""


UNDECLARED = Declared()


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader of markup knows besides the text. Lives until `extract` has run; never stored."""

    html: str
    blocks: tuple[Block, ...]
    declared: Declared = UNDECLARED


@dataclass(frozen=True, slots=True)
class Document:
    """A text and how it came about. `text` is written by `pipeline.commit` alone."""

    id: str
    """From the source path or the content; never from a shard or an order of arrival."""
    text: str
    meta: Mapping[str, Json] = field(default_factory=dict)
    """url, site, title, byline, published, language, captions …"""
    trail: tuple[Patch, ...] = ()
    origin: Origin | None = None
    page: Page | None = None
    """Only between the reader of markup and `extract`."""

    @property
    def dropped(self) -> Drop | None:
        """The drop that ended this document, if one did."""
        for patch in self.trail:
            if patch.drop is not None:
                return patch.drop
        return None


class Stage(Protocol):
    """Anything with these three names that can be called with a document. No base class."""

    @property
    def name(self) -> str:
        """The word used in the command, the configuration, the ledger and the docs."""

    @property
    def version(self) -> str:
        """Changes whenever the same document might get other findings."""

    @property
    def after(self) -> tuple[str, ...]:
        """Stages that must have run before this one, where they run at all."""

    def __call__(self, document: Document, /) -> Iterable[Finding]:
        """What this stage would change or say. Same document, same findings."""
