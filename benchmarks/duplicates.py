"""Signatures and joins against datasketch, rensa, gaoya and daft, in one run.

usage: python -m benchmarks.duplicates [TEXTS …] [--words 100] [--only NAME …] [--json]

Needs the extra `bench` for the other libraries; what is not installed is left out. Every measurement is a
process of its own: CPU seconds (user and system, this process and its threads) and peak memory, without the
time to make the texts. All signatures are of word 3-shingles with 128 permutations.

    text   text to signatures: normalise, shingle, hash, permute. datasketch and rensa have no shingles of
           their own and get those of `clean` without the kernel; daft gets normalised text, which favours it
    given  ready shingles to signatures, where datasketch still has to hash each with sha1
    join   signatures to candidate pairs (and for `clean` to verified clusters)
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any

from benchmarks import corpus

BATCH = 512

ROUNDS = 3
"""Of signatures, the best of so many; a join is done once."""


def normalised(texts: list[str]) -> list[str]:
    from clean.dedup.shingles import normalise

    return [normalise(text).decode() for text in texts]


def shingled(texts: list[str]) -> list[list[bytes]]:
    from clean.dedup.shingles import normalise, shingles_of

    return [shingles_of(normalise(text)) for text in texts]


def strings(texts: list[str]) -> list[list[str]]:
    return [[shingle.decode() for shingle in listed] for listed in shingled(texts)]


def clean_text(texts: list[str], *, fast: bool) -> Any:
    from clean.dedup import minhash, shingles

    found = []
    for at in range(0, len(texts), BATCH):
        some = texts[at : at + BATCH]
        part = shingles.of_encoded([shingles.encoded(text) for text in some], fast=fast)[2]
        found.append(minhash.signatures(part.hashes, part.offsets, fast=fast))
    return found


def clean_given(parts: list[Any], *, fast: bool) -> Any:
    from clean.dedup import minhash

    return [minhash.signatures(part.hashes, part.offsets, fast=fast) for part in parts]


def clean_parts(texts: list[str]) -> list[Any]:
    from clean.dedup import shingles

    some = [shingles.normalise(text) for text in texts]
    return [shingles.of_texts(some[at : at + BATCH]) for at in range(0, len(some), BATCH)]


def datasketch_given(shingles: list[list[bytes]]) -> Any:
    from datasketch import MinHash

    return MinHash.bulk(shingles, num_perm=128, seed=1)


def rensa_given(shingles: list[list[str]]) -> Any:
    from rensa import RMinHash  # type: ignore[import-not-found, unused-ignore]

    found = []
    for listed in shingles:
        one = RMinHash(num_perm=128, seed=1)
        one.update(listed)
        found.append(one.digest())
    return found


def datasketch_text(texts: list[str]) -> Any:
    return datasketch_given(shingled(texts))


def rensa_text(texts: list[str]) -> Any:
    return rensa_given(strings(texts))


def daft_text(texts: list[str]) -> Any:
    import daft  # type: ignore[import-not-found, unused-ignore]
    from daft import col

    frame = daft.from_pydict({"text": texts})
    signed = frame.select(
        col("text").minhash(num_hashes=128, ngram_size=3, seed=1, hash_function="xxhash3_64")
    )
    return signed.collect()


def clean_join(texts: list[str], *, fast: bool) -> Any:
    from clean.dedup import find
    from clean.dedup.corpus import Corpus
    from clean.dedup.sketch import Text, sketch

    whole = Corpus()
    for at in range(0, len(texts), BATCH):
        rows = [Text(str(at + n), text) for n, text in enumerate(texts[at : at + BATCH])]
        whole.add(sketch(rows, fast=fast))
    mark()
    return len(find.solve(whole, "document", find.DEFAULT))


def datasketch_join(texts: list[str]) -> Any:
    from datasketch import MinHashLSH

    signed = datasketch_given(shingled(texts))
    mark()
    index = MinHashLSH(num_perm=128, params=(42, 3))
    pairs = 0
    for place, one in enumerate(signed):
        pairs += len(index.query(one))
        index.insert(place, one)
    return pairs


def gaoya_join(texts: list[str]) -> Any:
    from gaoya.minhash import MinHashStringIndex  # type: ignore[import-not-found, unused-ignore]

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=0.3,
        num_bands=42,
        band_size=3,
        num_hashes=126,
        analyzer="word",
        lowercase=False,
        ngram_range=(3, 3),
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    return sum(map(len, index.par_bulk_query(texts))) if hasattr(index, "par_bulk_query") else len(texts)


Measure = tuple[str, Callable[[list[str]], Any] | None, Callable[[Any], Any]]
MEASURES: dict[str, Measure] = {
    "text clean[fast]": ("numba", None, lambda texts: clean_text(texts, fast=True)),
    "text clean": ("numpy", None, lambda texts: clean_text(texts, fast=False)),
    "text datasketch": ("datasketch", None, datasketch_text),
    "text rensa": ("rensa", None, rensa_text),
    "text daft xxh3": ("daft", normalised, daft_text),
    "given clean[fast]": ("numba", clean_parts, lambda parts: clean_given(parts, fast=True)),
    "given clean": ("numpy", clean_parts, lambda parts: clean_given(parts, fast=False)),
    "given datasketch": ("datasketch", shingled, datasketch_given),
    "given rensa": ("rensa", strings, rensa_given),
    "join clean[fast]": ("numba", None, lambda texts: clean_join(texts, fast=True)),
    "join datasketch": ("datasketch", None, datasketch_join),
    "join gaoya, signs too": ("gaoya", normalised, gaoya_join),
}
"""By name: the module it needs, what is prepared before the clock starts, what is measured."""

_marked: list[float] = []


def mark() -> None:
    """What was before is preparation."""
    _marked[:] = [cpu()]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(name: str, count: int, words: int, pipe: Any) -> None:
    _, prepare, work = MEASURES[name]
    texts = list(corpus.texts(count, words))
    # Libraries are loaded and kernels compiled before the clock starts.
    work(prepare(texts[:50]) if prepare else texts[:50])
    given: Any = prepare(texts) if prepare else texts
    used = []
    for _ in range(1 if name.startswith("join") else ROUNDS):
        _marked.clear()
        start = cpu()
        work(given)
        used.append(cpu() - (_marked[0] if _marked else start))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pipe.send({"cpu": min(used), "peak_mb": peak // 1024})


def run(name: str, count: int, words: int) -> dict[str, Any] | None:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=measure, args=(name, count, words, theirs))
    process.start()
    theirs.close()
    try:
        found: dict[str, Any] = ours.recv()
    except EOFError:
        return None
    finally:
        process.join()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--only", nargs="*", help="Measurements whose name begins so.")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = []
    last: dict[str, tuple[int, float]] = {}
    for count in given.texts:
        for name, (module, _, _) in MEASURES.items():
            if given.only and not any(name.startswith(prefix) for prefix in given.only):
                continue
            if find_spec(module) is None:
                print(f"{name:24} not installed", file=sys.stderr)
                continue
            found = run(name, count, given.words)
            if found is None:
                print(f"{name:24} {count:>9,} failed", file=sys.stderr)
                continue
            each = found["cpu"] / count * 1e6
            growth = ""
            if name in last:
                before, seconds = last[name]
                growth = f"n^{math.log(found['cpu'] / seconds) / math.log(count / before):.2f}"
            last[name] = count, found["cpu"]
            results.append({"name": name, "texts": count, **found, "growth": growth})
            figures = f"{found['cpu']:8.2f} s {each:8.2f} µs a text {found['peak_mb']:6} MB {growth}"
            print(
                f"{name:24} {count:>9,} {figures}", file=sys.stderr if given.json else sys.stdout, flush=True
            )
    if given.json:
        print(json.dumps(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
