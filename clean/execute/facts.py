"""What the whole run must know of each document: small enough to be read for all of them at once.

The facts of a block are a line of JSON, a row a document (`clean.stages.corpus.Told`), and behind it
the sketches by which duplicates are found. They are taken where the document is cleaned.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from clean import codec
from clean.model import Document

if TYPE_CHECKING:
    from clean.dedup.sketch import Sketches, Text, Unit
    from clean.stages.corpus import Told


class Asked(NamedTuple):
    """Which questions the whole run will ask."""

    corpus: bool = False
    """Lines of a site, names, quotations."""
    duplicates: bool = False


def facts_of(documents: Sequence[Document], asked: Asked, watching: Iterator[None]) -> bytes:
    """The facts of a block.

    Args:
        documents: those of it that did not fail.
        asked: what is wanted.
        watching: one step is taken before each document.
    """
    told: list[list[object]] = []
    if asked.corpus:
        from clean.stages.corpus import told_by

        told = [list(told_by(document)) for document, _ in zip(documents, watching, strict=True)]
    sketched = _sketches(documents) if asked.duplicates else []
    head = {"told": told, "sketches": [(unit, owners, len(data)) for unit, owners, data in sketched]}
    return codec.encode(head) + b"".join(data for _, _, data in sketched)


PAYS = 12_000_000
"""Characters after which loading the compiled kernel pays."""

_sketched = [0]
"""Characters that this process has sketched."""


def _sketches(documents: Sequence[Document]) -> list[tuple[Unit, list[int], bytes]]:
    """Of each unit, the documents that its texts are of, by place, and the sketches."""
    from clean.dedup.packed import to_bytes
    from clean.dedup.sketch import has_kernel, sketch
    from clean.stages.duplicates import texts_of

    texts: dict[Unit, list[tuple[int, Text]]] = {"document": [], "entry": []}
    for place, document in enumerate(documents):
        for text in texts_of(document):
            texts[text.unit].append((place, text))
    fast = _sketched[0] >= PAYS and has_kernel()
    _sketched[0] += sum(len(text.text) for some in texts.values() for _, text in some)
    return [
        (unit, [place for place, _ in some], to_bytes(sketch([text for _, text in some], fast=fast)))
        for unit, some in texts.items()
        if some
    ]


def told_in(facts: bytes) -> Iterator[Told]:
    """The rows of a block, one for each document."""
    from clean.stages.corpus import Told

    for row in codec.decode(facts[: facts.index(b"\n")])["told"]:
        yield Told(*row)


def sketches_in(facts: bytes, gone: Container[int]) -> Iterator[tuple[Unit, Sketches]]:
    """The sketches of a block, but for those of the documents at some places."""
    from clean.dedup.packed import from_bytes, only

    at = facts.index(b"\n") + 1
    for unit, owners, size in codec.decode(facts[:at])["sketches"]:
        yield unit, only(from_bytes(facts[at : at + size]), [owner not in gone for owner in owners])
        at += size
