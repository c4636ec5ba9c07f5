"""Train the scorer of blocks; with --check, measure it on sites it has not seen first.

usage: train_blocks.py [--data DIR] [--check] [--out clean/extract/weights.json]

DIR (or CLEAN_DATA, default ../shared/data) holds pages/aed and pages/wcxb. Needs lightgbm, which the program
itself does not. A block counts as article if three fifths of its word trigrams are in the human text; each
page weighs the same. Pages on which no extractor gets half of the human text right are left out of training:
there the text belongs to another state of the page.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from clean.extract.features import NAMES, features
from clean.extract.opinion import ask, key, shares
from clean.extract.scorer import Forest, parse
from clean.read.html import Linear, linearise

sys.path.insert(0, str(Path(__file__).parent))
from pages import extracted, score, words

FOLDS = 5
SETS = ("aed", "wcxb")
SETTINGS: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 7, "min_data_in_leaf": 30, "seed": 0,
    "bagging_fraction": 0.7, "bagging_freq": 1, "feature_fraction": 0.4, "lambda_l2": 5.0, "verbose": -1,
    "num_threads": 2, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
ROUNDS = 200


class Sample(NamedTuple):
    """One page, ready to learn from."""

    set: str
    id: str
    site: str
    gold: str
    linear: Linear
    rows: list[list[float]]
    right: list[bool]
    weight: list[float]
    clear: bool
    """Whether an extractor finds the human text at all."""


def site_of(address: str) -> str:
    host = (urlsplit(address).hostname or address) if "//" in address else address
    return ".".join(host.removeprefix("www.").split(".")[-2:])


def samples(data: Path) -> Iterator[Sample]:
    for name in SETS:
        with (data / "pages" / name / "gold.jsonl").open(encoding="utf-8") as file:
            for row in map(json.loads, file):
                path = data / "pages" / name / "html" / f"{row['id']}.html.gz"
                if path.exists():
                    yield sample(name, row, gzip.decompress(path.read_bytes()))


def sample(name: str, row: dict[str, Any], page: bytes) -> Sample:
    linear = linearise(page)
    blocks = linear.page.blocks
    texts = [linear.text[block.start : block.end] for block in blocks]
    opinion = shares([key(text) for text in texts], ask(linear.page.html) or ())
    rows = features(linear.text, blocks, opinion, key(str(linear.meta.get("title") or "")))
    gold = words(row["text"])
    grams = set(zip(gold, gold[1:], gold[2:], strict=False))
    flat = f" {' '.join(gold)} "
    right = [_of_article(words(text), grams, flat) for text in texts]
    sizes = [max(1, len(words(text))) for text in texts]
    page_size = max(200, sum(size for size, fine in zip(sizes, right, strict=True) if fine))
    told = "\n".join(text for text, share in zip(texts, opinion, strict=True) if share >= 0.5)
    clear = (
        score([(row["text"], told)]).f1 >= 0.5 or score([(row["text"], _slower(linear.page.html))]).f1 >= 0.5
    )
    return Sample(
        name, row["id"], site_of(row.get("site") or row.get("url") or row["id"]), row["text"], linear, rows,
        right,
        [min(size, 400) / page_size for size in sizes], clear,
    )  # fmt: skip


def _slower(markup: str) -> str:
    """What trafilatura keeps with its backup extractors; where its fast mode fails is most to learn."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(markup, include_comments=False)
    return found.text if found else ""


def _of_article(text: list[str], grams: set[tuple[str, ...]], flat: str) -> bool:
    if len(text) < 3:
        return bool(text) and f" {' '.join(text)} " in flat
    inside = sum(gram in grams for gram in zip(text, text[1:], text[2:], strict=False))
    return inside >= 0.6 * (len(text) - 2)


def train(learn: list[Sample]) -> bytes:
    """The weights as the package reads them."""
    import lightgbm
    import numpy as np

    learn = [one for one in learn if one.clear and one.rows]
    table = np.vstack([np.asarray(one.rows, dtype=np.float64) for one in learn])
    right = np.concatenate([one.right for one in learn])
    weight = np.concatenate([one.weight for one in learn])
    data = lightgbm.Dataset(
        table, right, weight=weight / weight.mean(), feature_name=[f"f{n}" for n in range(len(NAMES))]
    )
    booster = lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS)
    trees = [flatten(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    provenance = {
        "by": "quality/train_blocks.py", "pages": len(learn), "blocks": len(right), "settings": SETTINGS,
        "rounds": ROUNDS,
        "data": [
            "AndyTheFactory/article-extraction-dataset (Apache-2.0)",
            "Murrough-Foley/web-content-extraction-benchmark, dev, article pages (CC-BY-4.0)",
        ],
    }  # fmt: skip
    nodes = max(len(tree["feature"]) for tree in trees)
    depth = max(tree.pop("depth") for tree in trees)
    for tree in trees:
        for name in ("feature", "threshold", "left", "right", "value"):
            tree[name] += [0] * (nodes - len(tree[name]))
    found = {"provenance": provenance, "features": NAMES, "depth": depth, "trees": trees}
    return json.dumps(found, separators=(",", ":")).encode() + b"\n"


def flatten(root: dict[str, Any]) -> dict[str, Any]:
    """A tree as columns; a leaf leads to itself."""
    flat: dict[str, Any] = {"feature": [], "threshold": [], "left": [], "right": [], "value": [], "depth": 0}

    def add(node: dict[str, Any], depth: int) -> int:
        at = len(flat["feature"])
        leaf = "leaf_value" in node
        flat["feature"].append(0 if leaf else node["split_feature"])
        flat["threshold"].append(0 if leaf else float(f"{node['threshold']:.6g}"))
        flat["value"].append(float(f"{node['leaf_value']:.5g}") if leaf else 0)
        flat["left"].append(at)
        flat["right"].append(at)
        flat["depth"] = max(flat["depth"], depth)
        if not leaf:
            flat["left"][at] = add(node["left_child"], depth + 1)
            flat["right"][at] = add(node["right_child"], depth + 1)
        return at

    add(root, 0)
    return flat


def held_out(found: list[Sample]) -> Iterator[tuple[Sample, Forest]]:
    """Each page with weights that have not seen its site."""
    import random

    sites = sorted({one.site for one in found})
    random.Random(0).shuffle(sites)
    fold = {site: n % FOLDS for n, site in enumerate(sites)}
    for number in range(FOLDS):
        forest = parse(train([one for one in found if fold[one.site] != number]))
        yield from ((one, forest) for one in found if fold[one.site] == number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CLEAN_DATA", "../shared/data")))
    parser.add_argument("--check", action="store_true", help="first measure on sites not seen, in five folds")
    parser.add_argument("--out", type=Path, default=Path("clean/extract/weights.json"))
    options = parser.parse_args()
    if not (options.data / "pages").is_dir():
        print(f"skipped: no pages in {options.data}")
        return
    found = list(samples(options.data))
    if options.check:
        texts = [(one.set, (one.gold, extracted(one.linear, forest))) for one, forest in held_out(found)]
        for name in SETS:
            print("held out by site:", name, *score([pair for which, pair in texts if which == name]))
    options.out.write_bytes(train(found))
    print(f"{len(found)} pages, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
