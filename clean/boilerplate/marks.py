"""Which lines return on a site, found from numbers: a run never holds the lines of its documents in memory.

A document gives a number of 64 bits for each of its lines that counts, and one for each of its three
longest lines, by which documents are told apart (see `site_lines`). What is held is 28 bytes a document, and
one slice of the numbers at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from clean.boilerplate.site_lines import LEAST_DOCUMENTS, LEAST_SHARE, Marked

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SLICE = 1 << 22
"""Lines whose numbers are sorted at one time, about."""


class Marks(NamedTuple):
    """The lines of some documents that count; see `site_lines.marks_of`."""

    sites: list[str]
    """By document."""
    counts: npt.NDArray[np.uint32]
    """By document, how many lines."""
    marks: npt.NDArray[np.uint64]
    """By line, its number."""
    places: npt.NDArray[np.uint32]
    """By line, which line of the text it is, from 0."""
    longest: npt.NDArray[np.uint64]
    """Shape (documents, 3)."""

    @property
    def owners(self) -> npt.NDArray[np.int64]:
        """By line, its document."""
        import numpy as np

        return np.repeat(np.arange(len(self.counts)), self.counts)


def gathered(marked: Sequence[Marked]) -> Marks:
    """What documents tell of their lines, together."""
    import numpy as np

    return Marks(
        [one.site for one in marked],
        np.array([len(one.places) for one in marked], np.uint32),
        np.frombuffer(b"".join(one.marks for one in marked), ">u8").astype(np.uint64),
        np.fromiter(chain.from_iterable(one.places for one in marked), np.uint32),
        np.frombuffer(b"".join(one.longest for one in marked), ">u8").astype(np.uint64).reshape(-1, 3),
    )


class Returning(NamedTuple):
    """A line that may be furniture of its site."""

    mark: int
    site: str
    documents: int
    """Distinct documents that have it."""
    of: int
    """Documents of the site."""


def returning(read: Callable[[], Iterator[Marks]]) -> list[Returning]:
    """The lines that stand on enough documents of their site, in the order of their numbers.

    Args:
        read: gives the lines of all documents, in one order, as often as it is called.
    """
    import numpy as np

    sites: dict[str, int] = {}
    owned, longest, total = [np.zeros(0, np.int32)], [np.zeros((0, 3), np.uint64)], 0
    for block in read():
        owned.append(np.fromiter((sites.setdefault(site, len(sites)) for site in block.sites), np.int32))
        longest.append(block.longest.copy())  # a view would hold the bytes of the whole block
        total += len(block.marks)
    names, site_of, tell_apart = list(sites), np.concatenate(owned), np.concatenate(longest)
    sizes = np.bincount(site_of, minlength=len(names))
    least = np.maximum(LEAST_DOCUMENTS, LEAST_SHARE * sizes)
    bits = (total // SLICE).bit_length()
    found = []
    for part in range(1 << bits):
        marks, owners = _slice(read(), part, bits)
        bounds = np.flatnonzero(np.append(True, marks[1:] != marks[:-1])) if len(marks) else owners[:0]
        counts = np.diff(np.append(bounds, len(marks)))
        often = counts >= least[site_of[owners[bounds]]]
        for start, count in zip(bounds[often].tolist(), counts[often].tolist(), strict=True):
            having = owners[start : start + count]
            site = int(site_of[having[0]])
            distinct = sorted(len(np.unique(column)) for column in tell_apart[having].T)[1]
            if distinct >= least[site]:
                documents = min(count, distinct)
                found.append(Returning(int(marks[start]), names[site], documents, int(sizes[site])))
    return found


def _slice(
    blocks: Iterator[Marks], part: int, bits: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """The numbers that begin with some bits, sorted, and the document of each."""
    import numpy as np

    marks, owners, first = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], 0
    for block in blocks:
        # A shift by all 64 bits is undefined: it is parted in two.
        mine = block.marks >> np.uint64(63 - bits) >> np.uint64(1) == part
        marks.append(block.marks[mine])
        owners.append(block.owners[mine] + first)
        first += len(block.sites)
    values, places = np.concatenate(marks), np.concatenate(owners)
    order = np.argsort(values, kind="stable")
    return values[order], places[order]
