"""All texts of one unit as columns: sketches collected, exact copies collapsed, the order of survivors.

The different texts are numbered in the order of their content hashes. So the least of some texts is the
same text whatever the order of input, and the name of a cluster is the content hash of its least member.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from clean.dedup import verify
from clean.dedup.minhash import BANDS
from clean.dedup.pairs import places_of
from clean.dedup.sketch import TRANSLATED_BACK, Growing, Sketches

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Longs, Places

Keep: TypeAlias = Literal["longest", "newest", "first", "sound"]
"""What decides first which text of a cluster survives."""

SHORT = 8
"""Words below which only an equal text is a duplicate."""


class Names(NamedTuple):
    """Texts and contents: a text is a given one, a content one of the different ones."""

    ids: list[str]
    """By text."""
    owner: Places
    """By text, its content; -1 for a text without words."""
    order: Places
    """The texts in the order of survivors."""
    rank: Places
    """By content, its place in the order of survivors."""
    copies: Places
    """By content, how many texts have it."""
    contents: npt.NDArray[np.uint64]
    """By content, the two halves of its hash; ascending."""

    def name(self, content: int) -> str:
        """The content hash in hex."""
        return f"{int(self.contents[content, 0]):016x}{int(self.contents[content, 1]):016x}"


class Columns(NamedTuple):
    """All that is compared of the texts of one unit."""

    names: Names
    words: npt.NDArray[np.int32]
    """By content."""
    sets: verify.Sets
    """By content."""
    passages: Longs
    passage_owners: npt.NDArray[np.int32]
    """The content that each passage stands in; -1 for a repeated one."""
    bands: list[Longs]
    """A band each, by text: its bucket."""
    chosen: Places
    """One text of each content that has at least 8 words."""
    banded: Places
    """Those contents, ascending."""


class Corpus:
    """Collects sketches, in any order."""

    def __init__(self) -> None:
        import numpy as np

        self._ids: list[str] = []
        self._dates: list[str | None] = []
        self._damages: list[int] = []
        self._within: list[str | None] = []
        self._contents = Growing(np.uint64)
        self._sizes = Growing(np.int64)
        self._words = Growing(np.int32)
        self._hashes = Growing(np.uint32)
        self._lengths = Growing(np.int64)
        self._passages = Growing(np.uint64)
        self._passage_lengths = Growing(np.int64)
        self._bands = [Growing(np.uint64) for _ in range(BANDS)]

    def add(self, sketches: Sketches) -> None:
        """Take a batch."""
        import numpy as np

        self._ids += sketches.ids
        self._dates += sketches.dates
        self._damages += sketches.damages
        self._within += sketches.within
        self._contents.append(sketches.contents.ravel())
        self._sizes.append(sketches.sizes)
        self._words.append(sketches.words)
        self._hashes.append(sketches.hashes)
        self._lengths.append(np.diff(sketches.offsets))
        self._passages.append(sketches.passages)
        self._passage_lengths.append(np.diff(sketches.passage_offsets))
        for band, keys in zip(self._bands, sketches.keys, strict=True):
            band.append(keys)

    def __len__(self) -> int:
        return len(self._ids)

    def columns(self, keep: Keep, without: Container[str] = ()) -> Columns:
        """The columns of all that was added; the corpus is empty afterwards.

        Args:
            keep: see `Keep`.
            without: documents whose entries are left out.
        """
        import numpy as np

        contents = self._contents.values().reshape(-1, 2)
        words, hashes, lengths = self._words.values(), self._hashes.values(), self._lengths.values()
        ends = np.cumsum(lengths)
        gone = np.array([document in without for document in self._within], np.bool_)
        owner, first, copies = _collapse(contents, (words > 0) & ~gone)
        order = survivors(
            keep, self._ids, self._dates, self._damages, self._sizes.values(), contents, owner, copies
        )
        rank = np.full(len(first) + 1, len(owner))
        np.minimum.at(rank, owner[order], np.arange(len(owner)))
        spare = np.ones(len(owner), np.bool_)
        spare[first] = False
        repeated = hashes[places_of((ends - lengths)[spare], lengths[spare])]
        frequencies = verify.frequencies(hashes) - verify.frequencies(repeated)
        banded = np.flatnonzero(words[first] >= SHORT)
        columns = Columns(
            Names(self._ids, owner, order, rank[:-1], copies, contents[first]),
            words[first],
            verify.weighed(hashes, (ends - lengths)[first], ends[first], frequencies, len(first)),
            self._passages.values(),
            np.repeat(np.where(spare, -1, owner).astype(np.int32), self._passage_lengths.values()),
            [band.values() for band in self._bands],
            first[banded],
            banded,
        )
        self.__init__()  # type: ignore[misc]
        return columns


def _collapse(
    contents: npt.NDArray[np.uint64], taken: npt.NDArray[np.bool_]
) -> tuple[Places, Places, Places]:
    """By text its content, by content one text that has it and how many do."""
    import numpy as np

    texts = np.flatnonzero(taken)
    order = texts[np.lexsort((contents[texts, 1], contents[texts, 0]))]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (contents[order[1:]] != contents[order[:-1]]).any(axis=1)
    owner = np.full(len(contents), -1)
    owner[order] = np.cumsum(fresh) - 1
    return owner, order[fresh], np.diff(np.flatnonzero(np.append(fresh, True)))


def survivors(
    keep: Keep,
    ids: list[str],
    dates: list[str | None],
    damages: list[int],
    sizes: Places,
    contents: npt.NDArray[np.uint64],
    owner: Places,
    copies: Places,
) -> Places:
    """The texts in the order of survivors: the first of a cluster stays.

    longest: a page that was translated back loses to a sound one; then the longest normalised text, then the
    earliest date. first: earliest date, then longest. newest: latest
    date, then longest. sound: least damage, then longest, then earliest. Undated texts come last. Then, for
    all, the least content hash, and at the very end the least id.
    """
    import numpy as np

    known = {date: place for place, date in enumerate(sorted({date for date in dates if date is not None}))}
    early = np.array([len(known) if date is None else known[date] for date in dates], np.int64)
    late = np.where(early == len(known), 1, -early)
    # Ids decide between equal texts only, so only theirs are compared.
    names = np.zeros(len(ids), np.int64)
    doubled = np.flatnonzero((owner >= 0) & (np.append(copies, 0)[owner] > 1)).tolist()
    for place, text in enumerate(sorted(doubled, key=ids.__getitem__)):
        names[text] = place
    harm = np.array(damages, np.int64)
    keys = {
        "longest": (harm >= TRANSLATED_BACK, -sizes, early),
        "first": (early, -sizes),
        "newest": (late, -sizes),
        "sound": (harm, -sizes, early),
    }[keep]
    return np.lexsort((names, contents[:, 1], contents[:, 0], *reversed(keys)))
