"""Train the scorer of blocks; with --check, measure it on sites it has not seen first.

usage: train_blocks.py [--data DIR] [--check] [--out clean/extract/weights.json]

DIR (or CLEAN_DATA, default ../shared/data) holds pages/aed and pages/wcxb. Needs lightgbm and scikit-learn,
which the program itself does not. A block counts as article if three fifths of its word trigrams are in the
human text; each page weighs the same.

Human texts err: some are the first third of an article, some belong to another state of the page. So models
that have not seen a site judge its pages first. What they contradict with near certainty hardly counts in the
final training, and pages on which they find less than half of the human text do not count at all. Pages come
twice, the second time without trafilatura's opinion: the scorer must do without it on large pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from clean.extract.features import features
from clean.extract.opinion import ask, key, shares
from clean.extract.scorer import forest, learnt, parse, probabilities, table
from clean.extract.tokens import Weights, path_words, text_words
from clean.read.html import Linear, linearise

sys.path.insert(0, str(Path(__file__).parent))
from pages import extracted, score, words

FOLDS = 3
INNER_FOLDS = 3
SETS = ("aed", "wcxb")
SETTINGS: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 7, "min_data_in_leaf": 30, "seed": 0,
    "bagging_fraction": 0.7, "bagging_freq": 1, "feature_fraction": 0.25, "lambda_l2": 5.0, "max_bin": 127,
    "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
ROUNDS = 200
LEAST_WEIGHT = 0.05
"""Of a word; smaller ones are left out."""
FEWEST_SITES = 3
"""On which a word must stand."""
CONTRADICTED = 0.92
"""Distance between label and judgement from which a label is doubted."""
DOUBTED = 0.02
"""Weight of such a block."""
UNASKED = 0.3
"""Weight of pages without the extractor's opinion."""


class Sample(NamedTuple):
    """One page, ready to learn from."""

    set: str
    id: str
    site: str
    gold: str
    linear: Linear
    texts: list[str]
    paths: list[str]
    columns: dict[str, Any]
    right: Any
    weight: Any


def site_of(address: str) -> str:
    host = (urlsplit(address).hostname or address) if "//" in address else address
    return ".".join(host.removeprefix("www.").split(".")[-2:])


def samples(data: Path) -> Iterator[Sample]:
    for name in SETS:
        with (data / "pages" / name / "gold.jsonl").open(encoding="utf-8") as file:
            for row in map(json.loads, file):
                path = data / "pages" / name / "html" / f"{row['id']}.html.gz"
                if path.exists():
                    linear = linearise(gzip.decompress(path.read_bytes()))
                    if linear.page.blocks:
                        yield sample(name, row, linear)


def sample(name: str, row: dict[str, Any], linear: Linear) -> Sample:
    blocks = linear.page.blocks
    texts = [linear.text[block.start : block.end] for block in blocks]
    keys = [key(text) for text in texts]
    opinion = ask(linear.page.html)
    told = shares(keys, opinion.paragraphs or ())
    columns = features(linear.text, blocks, keys, key(str(linear.meta.get("title") or "")), told)
    if opinion.body:
        columns["body"] = shares(keys, [opinion.body])
    gold = words(row["text"])
    grams = set(zip(gold, gold[1:], gold[2:], strict=False))
    flat = f" {' '.join(gold)} "
    right = np.array([_of_article(words(text), grams, flat) for text in texts])
    sizes = np.array([max(1, len(words(text))) for text in texts])
    return Sample(
        name, row["id"], site_of(row.get("site") or row.get("url") or row["id"]), row["text"], linear, texts,
        [block.path for block in blocks], columns, right,
        np.minimum(sizes, 400) / max(200, sizes[right].sum()),
    )  # fmt: skip


def _of_article(text: list[str], grams: set[tuple[str, ...]], flat: str) -> bool:
    if len(text) < 3:
        return bool(text) and f" {' '.join(text)} " in flat
    inside = sum(gram in grams for gram in zip(text, text[1:], text[2:], strict=False))
    return inside >= 0.6 * (len(text) - 2)


def train(learn: Sequence[Sample]) -> bytes:
    """The weights as the package reads them."""
    told: dict[str, dict[str, Any]] = {}
    for rest, fold in parts(learn, INNER_FOLDS):
        path, text = fit_words(rest, paths_of), fit_words(rest, texts_of)
        told |= {one.id: learnt(one.columns, one.paths, one.texts, path, text) for one in fold}
    names = sorted(set().union(*told.values()))
    weight = {one.id: one.weight for one in learn}
    for rest, fold in parts(learn, INNER_FOLDS):
        judge = forest(*fit_trees(rest, told, names, weight))
        for one in fold:
            chances = probabilities(told[one.id], judge)
            found = "\n".join(text for text, p in zip(one.texts, chances, strict=True) if p >= 0.5)
            clear = score([(one.gold, found)]).f1 >= 0.5
            doubted = np.abs(chances - one.right) > CONTRADICTED
            weight |= {one.id: one.weight * np.where(doubted, DOUBTED, 1.0) * clear}
    names, trees = fit_trees(learn, told, names, weight, unasked=UNASKED)
    provenance = {
        "by": "quality/train_blocks.py", "pages": sum(bool(any(weight[one.id])) for one in learn),
        "blocks": sum(len(one.texts) for one in learn), "settings": SETTINGS, "rounds": ROUNDS,
        "data": [
            "AndyTheFactory/article-extraction-dataset (Apache-2.0)",
            "Murrough-Foley/web-content-extraction-benchmark, dev, article pages (CC-BY-4.0)",
        ],
    }  # fmt: skip
    path, text = fit_words(learn, paths_of), fit_words(learn, texts_of)
    found = {"provenance": provenance, "features": names, "path": path, "text": text, "trees": trees}
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def parts(found: Sequence[Sample], count: int) -> Iterator[tuple[list[Sample], list[Sample]]]:
    """(the rest, one part) for each part; all pages of a site are in one part."""
    sites = sorted({one.site for one in found})
    random.Random(0).shuffle(sites)
    part = {site: n % count for n, site in enumerate(sites)}
    for number in range(count):
        yield (
            [one for one in found if part[one.site] != number],
            [one for one in found if part[one.site] == number],
        )


Words = Callable[[Sample], list[set[tuple[str, str]]]]


def paths_of(one: Sample) -> list[set[tuple[str, str]]]:
    return [{(kind, word) for kind, found in path_words(path) for word in found} for path in one.paths]


def texts_of(one: Sample) -> list[set[tuple[str, str]]]:
    return [{(kind, word) for kind, found in text_words(text) for word in found} for text in one.texts]


def fit_words(learn: Sequence[Sample], words_of: Words) -> Weights:
    """The weight of each word, by logistic regression."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    listed = [(one.site, found) for one in learn for found in words_of(one)]
    sites: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for site, found in listed:
        for word in found:
            sites[word].add(site)
    known = {word: n for n, word in enumerate(sorted(w for w in sites if len(sites[w]) >= FEWEST_SITES))}
    rows = [sorted(known[word] for word in found if word in known) for _, found in listed]
    ends = np.cumsum([0, *map(len, rows)])
    ones = np.ones(ends[-1], np.float32)
    matrix = csr_matrix((ones, np.concatenate(rows), ends), shape=(len(rows), len(known)))
    right, weight = (
        np.concatenate([one.right for one in learn]),
        np.concatenate([one.weight for one in learn]),
    )
    model = LogisticRegression(C=0.02, solver="liblinear", random_state=0)
    model.fit(matrix, right, sample_weight=weight / weight.mean())
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (kind, word), value in zip(known, model.coef_[0], strict=True):
        if abs(value) >= LEAST_WEIGHT:
            weights[kind][word] = round(float(value), 2)
    return dict(weights)


def fit_trees(
    learn: Sequence[Sample],
    told: dict[str, dict[str, Any]],
    names: Sequence[str],
    weights: dict[str, Any],
    unasked: float = 0.0,
) -> tuple[list[str], list[dict[str, list[Any]]]]:
    """Trees as the package reads them, and the names of the columns they ask about.

    Args:
        learn: pages.
        told: the columns of each page.
        names: of the columns to learn from.
        weights: of the blocks of each page.
        unasked: weight of the same pages without the extractor's opinion.
    """
    import lightgbm

    rows = np.hstack([table(told[one.id], names) for one in learn]).T
    right = np.concatenate([one.right for one in learn])
    weight = np.concatenate([weights[one.id] for one in learn])
    if unasked:
        without = rows.copy()
        without[:, [name == "o" or name.startswith("o ") for name in names]] = -1.0
        rows, right = np.vstack([rows, without]), np.concatenate([right, right])
        weight = np.concatenate([weight, unasked * weight])
    used = weight > 0
    data = lightgbm.Dataset(rows[used], right[used], weight=weight[used] / weight[used].mean())
    booster = lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS)
    trees = [flatten(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    asked = sorted({number for tree in trees for number in tree["feature"]})
    for tree in trees:
        tree["feature"] = [asked.index(number) for number in tree["feature"]]
    return [names[number] for number in asked], trees


def flatten(root: dict[str, Any]) -> dict[str, list[Any]]:
    """A tree as columns; -1 - n leads to the n-th value."""
    flat: dict[str, list[Any]] = {"feature": [], "threshold": [], "left": [], "right": [], "values": []}

    def add(node: dict[str, Any]) -> int:
        if "leaf_value" in node:
            flat["values"].append(float(f"{node['leaf_value']:.5g}"))
            return -len(flat["values"])
        at = len(flat["feature"])
        flat["feature"].append(node["split_feature"])
        flat["threshold"].append(float(f"{node['threshold']:.6g}"))
        flat["left"].append(0)
        flat["right"].append(0)
        flat["left"][at] = add(node["left_child"])
        flat["right"][at] = add(node["right_child"])
        return at

    add(root)
    return flat


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CLEAN_DATA", "../shared/data")))
    parser.add_argument(
        "--check", action="store_true", help="first measure on sites not seen, in three folds"
    )
    parser.add_argument("--out", type=Path, default=Path("clean/extract/weights.json"))
    options = parser.parse_args()
    if not (options.data / "pages").is_dir():
        print(f"skipped: no pages in {options.data}")
        return
    found = list(samples(options.data))
    if options.check:
        texts = []
        for rest, fold in parts(found, FOLDS):
            model = parse(train(rest))
            texts += [(one.set, (one.gold, extracted(one.linear, model))) for one in fold]
        for name in SETS:
            print("held out by site:", name, *score([pair for which, pair in texts if which == name]))
    options.out.write_bytes(train(found))
    print(f"{len(found)} pages, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
