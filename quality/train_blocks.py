"""Train the scorer of blocks; with --check, measure it on sites it has not seen first.

usage: train_blocks.py [--data DIR] [--check] [--out clean/extract/weights.json]

DIR (or CLEAN_DATA, default ../shared/data) holds pages/aed and pages/wcxb. Needs lightgbm and scikit-learn,
which the program itself does not. A block counts as article if three fifths of its word trigrams are in the
human text; each page weighs the same.

Human texts err: some are the first third of an article, some belong to another state of the page. So models
that have not seen a site judge its pages first. What they contradict with near certainty hardly counts in the
final training, and pages on which they find less than half of the human text do not count at all.

Two forests are trained: one judges alone, the other knows trafilatura's opinion. The second learns from all
pages twice, the second time without that opinion, so that it does not rely on it.
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

from clean.extract.features import asked, features, layout
from clean.extract.opinion import ask, key, opened, shares
from clean.extract.scorer import forest, learnt, margins, parse, probabilities, table
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
    alone: dict[str, Any]
    """Columns without trafilatura's opinion."""
    asked: dict[str, Any]
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
    tree, look = opened(linear.page.html), layout(linear.text, blocks)
    alone = features(look, blocks, keys, key(str(linear.meta.get("title") or "")), linear.page.declared)
    told = shares(keys, ask(tree) or ())
    gold = words(row["text"])
    grams = set(zip(gold, gold[1:], gold[2:], strict=False))
    flat = f" {' '.join(gold)} "
    right = np.array([_of_article(words(text), grams, flat) for text in texts])
    sizes = np.array([max(1, len(words(text))) for text in texts])
    return Sample(
        name, row["id"], site_of(row.get("site") or row.get("url") or row["id"]), row["text"], linear, texts,
        [block.path for block in blocks], alone, asked(alone, look, told), right,
        np.minimum(sizes, 400) / max(200, sizes[right].sum()),
    )  # fmt: skip


def _of_article(text: list[str], grams: set[tuple[str, ...]], flat: str) -> bool:
    if len(text) < 3:
        return bool(text) and f" {' '.join(text)} " in flat
    inside = sum(gram in grams for gram in zip(text, text[1:], text[2:], strict=False))
    return inside >= 0.6 * (len(text) - 2)


def train(learn: Sequence[Sample], paths: Vocabulary, texts: Vocabulary) -> bytes:
    """The weights as the package reads them."""
    alone: dict[str, dict[str, Any]] = {}
    told: dict[str, dict[str, Any]] = {}
    for rest, fold in parts(learn, INNER_FOLDS):
        path, text = fit_words(rest, paths), fit_words(rest, texts)
        for one in fold:
            alone[one.id] = learnt(one.alone, one.paths, one.texts, path, text)
            told[one.id] = one.asked | {name: alone[one.id][name] for name in ("path words", "text words")}
    weight = {one.id: one.weight for one in learn}
    for rest, fold in parts(learn, INNER_FOLDS):
        judge = fit_trees([(one, told, weight[one.id]) for one in rest])
        for one in fold:
            chances = probabilities(margins(told[one.id], forest(**judge)))
            found = "\n".join(text for text, p in zip(one.texts, chances, strict=True) if p >= 0.5)
            clear = score([(one.gold, found)]).f1 >= 0.5
            doubted = np.abs(chances - one.right) > CONTRADICTED
            weight |= {one.id: one.weight * np.where(doubted, DOUBTED, 1.0) * clear}
    without = [(one, alone, weight[one.id]) for one in learn]
    with_it = [(one, told, weight[one.id]) for one in learn]
    less = [(one, alone, UNASKED * weight[one.id]) for one in learn]
    provenance = {
        "by": "quality/train_blocks.py", "pages": sum(bool(any(weight[one.id])) for one in learn),
        "blocks": sum(len(one.texts) for one in learn), "settings": SETTINGS, "rounds": ROUNDS,
        "data": [
            "AndyTheFactory/article-extraction-dataset (Apache-2.0)",
            "Murrough-Foley/web-content-extraction-benchmark, dev, article pages (CC-BY-4.0)",
        ],
    }  # fmt: skip
    path, text = fit_words(learn, paths), fit_words(learn, texts)
    forests = {"alone": fit_trees(without), "asked": fit_trees(with_it + less)}
    found = {"provenance": provenance, "path": path, "text": text, **forests}
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


class Vocabulary(NamedTuple):
    """The words of all blocks of all pages, counted once."""

    words: list[tuple[str, str]]
    """Kind and word, sorted."""
    matrix: Any
    """1 where a block (row) has a word (column)."""
    rows: dict[str, range]
    """Of each page, by its id."""


def paths_of(one: Sample) -> Iterator[set[tuple[str, str]]]:
    return ({(kind, word) for kind, found in path_words(path) for word in found} for path in one.paths)


def texts_of(one: Sample) -> Iterator[set[tuple[str, str]]]:
    return ({(kind, word) for kind, found in text_words(text) for word in found} for text in one.texts)


def vocabulary(
    found: Sequence[Sample], words_of: Callable[[Sample], Iterator[set[tuple[str, str]]]]
) -> Vocabulary:
    from scipy.sparse import csr_matrix

    numbers: dict[tuple[str, str], int] = {}
    columns, ends, rows = [], [0], {}
    for one in found:
        rows[one.id] = range(len(ends) - 1, len(ends) - 1 + len(one.texts))
        for block in words_of(one):
            columns += [numbers.setdefault(word, len(numbers)) for word in block]
            ends.append(len(columns))
    words = sorted(numbers)
    place = np.empty(len(words), np.int64)
    place[[numbers[word] for word in words]] = np.arange(len(words))
    ones = np.ones(len(columns), np.float32)
    matrix = csr_matrix((ones, place[columns], ends), shape=(len(ends) - 1, len(words)))
    matrix.sort_indices()
    return Vocabulary(words, matrix, rows)


def fit_words(learn: Sequence[Sample], known: Vocabulary) -> Weights:
    """The weight of each word, by logistic regression."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    matrix = known.matrix[np.concatenate([known.rows[one.id] for one in learn])]
    sites = {site: number for number, site in enumerate(sorted({one.site for one in learn}))}
    site = np.concatenate([[sites[one.site]] * len(one.texts) for one in learn])
    of_site = csr_matrix((np.ones(len(site), np.float32), (site, np.arange(len(site)))))
    spread = ((of_site @ matrix) > 0).sum(axis=0).A1
    common = np.flatnonzero(spread >= FEWEST_SITES)
    right, weight = (
        np.concatenate([one.right for one in learn]),
        np.concatenate([one.weight for one in learn]),
    )
    model = LogisticRegression(C=0.02, solver="liblinear", random_state=0)
    model.fit(matrix[:, common], right, sample_weight=weight / weight.mean())
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for number, value in zip(common, model.coef_[0], strict=True):
        if abs(value) >= LEAST_WEIGHT:
            kind, word = known.words[number]
            weights[kind][word] = round(float(value), 2)
    return dict(weights)


Weighted = tuple[Sample, dict[str, dict[str, Any]], Any]


def fit_trees(pages: Sequence[Weighted]) -> dict[str, Any]:
    """Trees as the package reads them, and the names of the columns they ask about.

    Args:
        pages: each with the columns of all pages, by id, and with the weights of its blocks.
    """
    import lightgbm

    names = sorted(set().union(*(columns[one.id] for one, columns, _ in pages)))
    rows = np.hstack([table(columns[one.id], names) for one, columns, _ in pages]).T
    right = np.concatenate([one.right for one, _, _ in pages])
    weight = np.concatenate([weights for _, _, weights in pages])
    used = weight > 0
    data = lightgbm.Dataset(rows[used], right[used], weight=weight[used] / weight[used].mean())
    booster = lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS)
    trees = [flatten(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    asked_for = sorted({number for tree in trees for number in tree["feature"]})
    for tree in trees:
        tree["feature"] = [asked_for.index(number) for number in tree["feature"]]
    return {"names": [names[number] for number in asked_for], "trees": trees}


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
    words = vocabulary(found, paths_of), vocabulary(found, texts_of)
    if options.check:
        texts = []
        for rest, fold in parts(found, FOLDS):
            model = parse(train(rest, *words))
            texts += [(one.set, (one.gold, extracted(one.linear, model))) for one in fold]
        for name in SETS:
            print("held out by site:", name, *score([pair for which, pair in texts if which == name]))
    options.out.write_bytes(train(found, *words))
    print(f"{len(found)} pages, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
