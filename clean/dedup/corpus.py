"""All texts of one unit as columns: sketches collected, exact copies collapsed, the order of survivors.

The different texts are numbered in the order of their content hashes. So the least of some texts is the
same text whatever the order of input, and the name of a cluster is the content hash of its least member.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from clean.dedup import verify
from clean.dedup.pairs import places_of
from clean.dedup.sketch import Sketches, joined

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clean.dedup.shingles import Longs, Places

Keep: TypeAlias = Literal["longest", "newest", "first", "sound"]
"""What decides first which text of a cluster survives."""

SHORT = 8
"""Words below which only an equal text is a duplicate."""


@dataclass(slots=True)
class Columns:
    """The texts of one unit. "Text" is a given one, "content" one of the different ones."""

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
    words: npt.NDArray[np.int32]
    """By content."""
    sets: verify.Sets
    """By content."""
    passages: Longs
    passage_offsets: Places
    """By content."""
    keys: list[Longs]
    """A band each: the bucket of every content that has at least 8 words."""
    banded: Places
    """Those contents."""

    def name(self, content: int) -> str:
        """The content hash in hex."""
        return f"{int(self.contents[content, 0]):016x}{int(self.contents[content, 1]):016x}"

    def bands(self) -> Iterator[Longs]:
        """The keys, band by band; each is given up as it is read."""
        self.keys.reverse()
        while self.keys:
            yield self.keys.pop()


class Corpus:
    """Collects sketches, in any order."""

    def __init__(self) -> None:
        self.parts: list[Sketches] = []

    def add(self, sketches: Sketches) -> None:
        """Take a batch."""
        self.parts.append(sketches)

    def __len__(self) -> int:
        return sum(len(part.ids) for part in self.parts)

    def columns(self, keep: Keep, without: Container[str] = ()) -> Columns:
        """The columns of all that was added; the corpus is empty afterwards.

        Args:
            keep: see `Keep`.
            without: documents whose entries are left out.
        """
        import numpy as np

        parts, self.parts = self.parts, []
        ids = [text for part in parts for text in part.ids]
        dates = [date for part in parts for date in part.dates]
        damages = np.array([damage for part in parts for damage in part.damages], np.int64)
        gone = np.array([w is not None and w in without for part in parts for w in part.within], bool)
        hashes, offsets = _flat([part.hashes for part in parts], [part.offsets for part in parts])
        passages, passage_offsets = _flat(
            [part.passages for part in parts], [part.passage_offsets for part in parts]
        )
        keys = [list(part.keys) for part in parts]
        contents = np.concatenate([part.contents for part in parts] or [np.zeros((0, 2), np.uint64)])
        sizes = np.concatenate([part.sizes for part in parts] or [np.zeros(0, np.int64)])
        words = np.concatenate([part.words for part in parts] or [np.zeros(0, np.int32)])
        del parts

        owner, first, copies = _collapse(contents, (words > 0) & ~gone)
        order = _survivors(keep, ids, dates, damages, sizes, contents, owner, copies)
        rank = np.full(len(first) + 1, len(ids))
        np.minimum.at(rank, owner[order], np.arange(len(ids)))
        frequencies = verify.frequencies(hashes)
        doubled = np.ones(len(ids), bool)
        doubled[first] = False
        extra = np.flatnonzero(doubled)
        lengths = np.diff(offsets)
        frequencies -= verify.frequencies(hashes[places_of(offsets[extra], lengths[extra])])
        sets = verify.weighed(hashes, offsets[first], offsets[first + 1], frequencies, len(first))
        some = np.diff(passage_offsets)[first]
        banded = np.flatnonzero(words[first] >= SHORT)
        bands: list[Longs] = []
        for band in range(len(keys[0]) if keys else 0):
            bands.append(np.concatenate([part[band] for part in keys])[first[banded]])
            for part in keys:
                part[band] = part[band][:0]
        return Columns(
            ids,
            owner,
            order,
            rank[:-1],
            copies,
            contents[first],
            words[first],
            sets,
            passages[places_of(passage_offsets[first], some)],
            np.concatenate(([0], np.cumsum(some))),
            bands,
            banded,
        )


def _flat(values: list[npt.NDArray[np.generic]], offsets: list[Places]) -> tuple[Any, Places]:
    import numpy as np

    lengths = np.concatenate([np.diff(part) for part in offsets] or [np.zeros(0, np.int64)])
    whole = joined(values) if values else np.zeros(0, np.uint64)
    return whole, np.concatenate(([0], np.cumsum(lengths)))


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


def _survivors(
    keep: Keep,
    ids: list[str],
    dates: list[str | None],
    damages: Places,
    sizes: Places,
    contents: npt.NDArray[np.uint64],
    owner: Places,
    copies: Places,
) -> Places:
    """The texts in the order of survivors: the first of a cluster stays.

    longest: longest normalised text, then earliest date. first: earliest date, then longest. newest: latest
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
    keys = {
        "longest": (-sizes, early),
        "first": (early, -sizes),
        "newest": (late, -sizes),
        "sound": (damages, -sizes, early),
    }[keep]
    return np.lexsort((names, contents[:, 1], contents[:, 0], *reversed(keys)))
