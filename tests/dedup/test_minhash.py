"""Signatures are those of datasketch 2, bit for bit, and work in its index."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from datasketch.hashfunc import sha1_hash32
from hypothesis import given, settings
from hypothesis import strategies as st

from clean.dedup import minhash
from clean.dedup.shingles import normalise, of_texts, shingle_hash, shingles_of

STORIES = [
    "The ministry said on Monday that grain exports through the port would resume within a week.",
    "The ministry said on Tuesday that grain exports through the port would resume within a week.",
    "Two climbers were found alive after four nights on the north face, the rescue service said.",
    "Photo",
    "Share it",
    "Минобороны сообщило о новых поставках; 会談は続く",
]
KERNELS = [False, True]


def signatures(texts: list[str], fast: bool) -> np.ndarray:
    if fast:
        pytest.importorskip("numba")
    found = of_texts([normalise(text) for text in texts], fast=fast)
    return minhash.signatures(found.hashes, found.offsets, fast=fast)


@pytest.mark.parametrize("fast", KERNELS)
def test_signatures_equal_the_library_with_our_hash(fast: bool) -> None:
    shingles = [shingles_of(normalise(story)) for story in STORIES]
    theirs = MinHash.bulk(shingles, num_perm=128, seed=1, scheme="affine32", hashfunc=shingle_hash)

    assert [m.hashvalues.tolist() for m in theirs] == signatures(STORIES, fast).tolist()


@pytest.mark.parametrize("fast", KERNELS)
@settings(deadline=None)
@given(texts=st.lists(st.lists(st.binary(max_size=9), max_size=40), min_size=1, max_size=5))
def test_the_kernel_equals_the_library_with_its_own_hash(fast: bool, texts: list[list[bytes]]) -> None:
    if fast:
        pytest.importorskip("numba")
    hashes = np.array([sha1_hash32(shingle) for text in texts for shingle in text], np.uint32)
    offsets = np.cumsum([0, *map(len, texts)])
    ours = minhash.signatures(hashes, offsets, fast=fast)

    assert [m.hashvalues.tolist() for m in MinHash.bulk(texts, num_perm=128, seed=1)] == ours.tolist()


def test_ours_load_into_the_library() -> None:
    ours = signatures(STORIES, fast=False)
    permutations = np.array(minhash.permutations())
    loaded = [MinHash(hashvalues=row, permutations=permutations, scheme=minhash.SCHEME) for row in ours]
    theirs = MinHash(num_perm=128, seed=1, hashfunc=shingle_hash)
    theirs.update_batch(shingles_of(normalise(STORIES[0])))
    lsh = MinHashLSH(num_perm=126, params=(minhash.BANDS, minhash.ROWS))
    for place, m in enumerate(loaded):
        lsh.insert(place, MinHash(hashvalues=m.hashvalues[:126], scheme=minhash.SCHEME, seed=1))
    query = MinHash(hashvalues=theirs.hashvalues[:126], scheme=minhash.SCHEME, seed=1)

    assert loaded[0].jaccard(theirs) == 1.0
    assert loaded[0].jaccard(loaded[1]) == pytest.approx(0.6, abs=0.15)
    assert sorted(lsh.query(query)) == [0, 1]
    assert LeanMinHash(loaded[0]).jaccard(LeanMinHash(theirs)) == 1.0


def test_theirs_load_into_ours() -> None:
    texts = [shingles_of(normalise(story)) for story in STORIES]
    theirs = MinHash.bulk(texts, num_perm=128, seed=1, hashfunc=shingle_hash)
    keys = minhash.band_keys(np.array([m.hashvalues for m in theirs]))

    assert (keys == minhash.band_keys(signatures(STORIES, fast=False))).all()


def test_the_permutations_are_pinned() -> None:
    factors, summands = minhash.permutations()

    assert (factors[:3].tolist(), summands[-2:].tolist()) == PINNED
    assert (factors % 2 == 1).all()
    generator = np.random.RandomState(minhash.SEED)
    assert (factors // 2 == generator.randint(0, 1 << 31, minhash.PERMUTATIONS, dtype=np.uint32)).all()
    assert (summands == generator.randint(0, 1 << 32, minhash.PERMUTATIONS, dtype=np.uint32)).all()


PINNED = ([3582191691, 4270784983, 1892572953], [3616495149, 1195370327])


def test_a_signature_is_pinned() -> None:
    """What an index on disk holds must never change under the same scheme name."""
    assert signatures(STORIES[:1], fast=False)[0, :4].tolist() == SIGNATURE


SIGNATURE = [12713234, 200954813, 665337505, 201392698]


def test_buckets_are_shared_where_three_values_agree() -> None:
    first = np.arange(128, dtype=np.uint32)
    second = first.copy()
    second[3:] += 1
    keys = minhash.band_keys(np.array([first, second]))

    assert (keys[:, 0] == keys[:, 1]).tolist() == [True] + [False] * (minhash.BANDS - 1)
