"""What the whole run must know of each document: small enough to be read for all of them at once.

The facts of a block are taken where its documents are cleaned: a line of JSON, then the lines of the
documents as columns of numbers, what they say of names, and the sketches by which duplicates are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from clean import codec
from clean.codec import Row
from clean.execute.batch import Watch
from clean.model import Document

if TYPE_CHECKING:
    from clean.boilerplate.marks import Marks
    from clean.dedup.sketch import Sketches, Text, Unit
    from clean.stages.corpus import Said

COLUMNS = {"counts": "u4", "marks": "u8", "places": "u4", "longest": "u8"}
"""The arrays of `Marks`, and the kind of number in each."""


class Asked(NamedTuple):
    """Which questions the whole run will ask."""

    corpus: bool = False
    """Lines of a site, names, quotations."""
    duplicates: bool = False


def facts_of(documents: Sequence[Document], places: Sequence[int], asked: Asked, watch: Watch) -> bytes:
    """The facts of a block.

    Args:
        documents: those of it that did not fail.
        places: where in the block they stand.
        asked: what is wanted.
        watch: told the place of each document before it is looked at.
    """
    head: Row = {"places": places}
    columns: list[bytes] = []
    if asked.corpus:
        from clean.boilerplate.marks import gathered
        from clean.boilerplate.site_lines import marks_of
        from clean.stages.corpus import said_by

        marked, said = [], []
        for document, place in zip(documents, places, strict=True):
            watch(place)
            marked.append(marks_of(document))
            said.append(said_by(document))
        lines = gathered(marked)
        arrays = [getattr(lines, name).astype(kind, copy=False) for name, kind in COLUMNS.items()]
        columns = [array.tobytes() for array in arrays]
        names = codec.encode({"said": [list(one) for one in said]})
        head |= {"sites": lines.sites, "lines": list(map(len, columns)), "names": len(names)}
        columns.append(names)
    sketched = list(_sketches(documents, places, watch)) if asked.duplicates else []
    head["sketches"] = [(unit, owners, len(data)) for unit, owners, data in sketched]
    return codec.encode(head) + b"".join((*columns, *(data for _, _, data in sketched)))


PAYS = 50_000_000
"""Characters after which loading the compiled kernel pays."""

_sketched = [0]
"""Characters that this process has sketched."""


def _sketches(
    documents: Sequence[Document], places: Sequence[int], watch: Watch
) -> Iterator[tuple[Unit, list[int], bytes]]:
    """Of each unit, the documents that its texts are of, by their number among these, and the sketches."""
    from clean.dedup.packed import to_bytes
    from clean.dedup.sketch import has_kernel, sketch
    from clean.stages.duplicates import texts_of

    texts: dict[Unit, list[tuple[int, Text]]] = {"document": [], "entry": []}
    for number, document in enumerate(documents):
        for text in texts_of(document):
            texts[text.unit].append((number, text))
    fast = _sketched[0] >= PAYS and has_kernel()
    _sketched[0] += sum(len(text.text) for some in texts.values() for _, text in some)
    for unit, some in texts.items():
        if some:
            owners = [number for number, _ in some]
            watching = map(watch, [places[number] for number in owners])
            made = sketch([text for _, text in some], fast=fast, watching=watching)
            yield unit, owners, to_bytes(made)


class Facts:
    """The facts of a block in a part.

    Args:
        file: where they begin.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._head = codec.decode(file.readline())
        self._file = file
        self._at = file.tell()
        self.places: list[int] = self._head["places"]

    def lines(self) -> Marks:
        """The lines of the documents."""
        import numpy as np

        from clean.boilerplate.marks import Marks

        self._file.seek(self._at)
        arrays: dict[str, Any] = {
            name: np.frombuffer(self._file.read(size), kind)
            for (name, kind), size in zip(COLUMNS.items(), self._head["lines"], strict=True)
        }
        arrays["longest"] = arrays["longest"].reshape(-1, 3)
        return Marks(self._head["sites"], **arrays)

    def names(self) -> Iterator[Said]:
        """What each document says of its names."""
        from clean.stages.corpus import Said

        self._file.seek(self._at + sum(self._head["lines"]))
        for said in codec.decode(self._file.read(self._head["names"]))["said"]:
            yield Said(*said)

    @property
    def sketched(self) -> int:
        """Bytes of the sketches."""
        return sum(size for _, _, size in self._head["sketches"])

    def sketches(self, stays: Sequence[bool]) -> Iterator[tuple[Unit, Sketches]]:
        """The sketches of some of the documents."""
        from clean.dedup.packed import from_bytes, only

        self._file.seek(self._at + sum(self._head.get("lines", ())) + self._head.get("names", 0))
        for unit, owners, size in self._head["sketches"]:
            yield unit, only(from_bytes(self._file.read(size)), [stays[owner] for owner in owners])
