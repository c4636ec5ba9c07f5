"""What is kept of a text once it was read: everything that a comparison needs, and not the text.

A batch of texts becomes one `Sketches`: columns, one place a text. Sketches of batches made in any order
and by any number of workers describe the same corpus.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import repeat
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeAlias

from clean.dedup import minhash, shingles
from clean.dedup.headlines import story
from clean.dedup.shingles import Number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Hashes, Longs, Places

Unit: TypeAlias = Literal["document", "entry"]

BATCH = 512
"""Texts sketched at one time."""


TRANSLATED_BACK = 1_000_000
"""Damage of a page that was translated there and back, besides its repairs and flags: its very words are not
the author's, so it never outlives a sound copy unless the order of dates was asked for."""

COMPILED = 20_000
"""Texts above which loading the compiled kernel pays; five files never wait for it."""


class Text(NamedTuple):
    """A text to compare with others."""

    id: str
    """Unique among the texts of one unit."""
    text: str
    unit: Unit = "document"
    date: str | None = None
    """When it was published, in ISO 8601, for the choice of the survivor."""
    damage: int = 0
    """Repairs and flags, for `keep="sound"`; `TRANSLATED_BACK` more where that is known. 0 is sound."""
    within: str | None = None
    """The document that an entry is of."""


class Sketches(NamedTuple):
    """A batch of texts without the texts."""

    ids: list[str]
    dates: list[str | None]
    damages: list[int]
    within: list[str | None]
    contents: npt.NDArray[np.uint64]
    """Shape (texts, 2): the content hash as two big-endian halves; all zero for a text without words."""
    sizes: Places
    """Bytes of the normalised text."""
    words: npt.NDArray[np.int32]
    hashes: Hashes
    offsets: Places
    passages: Longs
    passage_offsets: Places
    keys: Longs
    """Shape (42, texts): the bucket of each text in each band."""


def sketch(texts: Sequence[Text], *, fast: bool = False, watching: Iterable[None] | None = None) -> Sketches:
    """The sketches of texts.

    Args:
        texts: to sketch.
        fast: with the compiled kernel.
        watching: a step is taken before each text is read.
    """
    import numpy as np

    stories: list[str] = []
    encoded: list[bytes] = []
    for _, text in zip(watching or repeat(None), texts, strict=False):
        stories.append(story(text.text))
        encoded.append(shingles.encoded(stories[-1]))
    buffer, bounds, found = shingles.of_encoded(encoded, fast=fast)
    normalised = shingles.unpacked(buffer, bounds)
    for place, (text, part) in enumerate(zip(texts, stories, strict=True)):
        if part is not text.text:
            normalised[place] = shingles.normalise(text.text)
    keys = minhash.band_keys(minhash.signatures(found.hashes, found.offsets, fast=fast))
    sets = shingles.as_sets(found, fast=fast)
    digests = b"".join(shingles.content_hash(text) if text else bytes(16) for text in normalised)
    return Sketches(
        [text.id for text in texts],
        [text.date for text in texts],
        [text.damage for text in texts],
        [text.within for text in texts],
        np.frombuffer(digests, ">u8").astype(np.uint64).reshape(-1, 2),
        np.fromiter(map(len, normalised), np.int64, len(texts)),
        sets.words,
        sets.hashes,
        sets.offsets,
        sets.passages,
        sets.passage_offsets,
        keys,
    )


@cache
def has_kernel() -> bool:
    """Whether the extra `fast` is installed."""
    return find_spec("numba") is not None


class Growing(Generic[Number]):
    """An array that grows at its end, in place where the system can: there are never two copies of it."""

    def __init__(self, kind: type[Number]) -> None:
        import numpy as np

        self._values: npt.NDArray[Number] = np.empty(0, kind)
        self._size = 0

    def append(self, values: npt.NDArray[Number]) -> None:
        """Add values at the end."""
        end = self._size + len(values)
        if end > len(self._values):
            self._values.resize(end + max(end // 8, 1024), refcheck=False)
        self._values[self._size : end] = values
        self._size = end

    def values(self) -> npt.NDArray[Number]:
        """All that was added."""
        return self._values[: self._size]
