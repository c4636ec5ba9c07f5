"""What one document may cost, and how records become documents: set under `limits` and `input`."""

from __future__ import annotations

from typing import NamedTuple

LARGER = "Split it, or allow more with --set limits.megabytes=200."
"""What to do about a document beyond the bounds."""


class Limits(NamedTuple):
    """Bounds of one document; beyond them it fails with a code and every other goes on."""

    seconds: float = 30.0
    """Time in a worker, for a document of up to 5 MB; a larger one has more in proportion."""
    memory: int = 1_000_000_000
    """Bytes that a worker may have allocated."""
    bytes: int = 50_000_000
    """Of the document, decompressed."""
    ratio: int = 200
    """Decompressed to compressed bytes."""
    elements: int = 200_000
    """Of a page; one of more is read without a tree. How deep a tree may be is libxml2's to say: 2,048."""


class Reading(NamedTuple):
    """How inputs are read."""

    limits: Limits = Limits()
    text_field: str = "text"
    id_field: str = "id"
    salvage: bool = False
    """Keep what can be read of a compressed stream that does not end well."""
