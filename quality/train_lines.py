"""Train the line scorer: saved pages as text against human text, sites split between training and check.

usage: train_lines.py [DATA] [--out FILE] [--folds 5] [--trees 120] [--check-only]

Needs scikit-learn, which the program does not: run it in an environment of its own that can import `clean`.
Two looks: the first scores each line by its form and neighbours; the second also sees what the first made of
the lines around, predicted by models that had not seen the page's site. Weights are trees as plain arrays.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from lines import data_folder, documents  # noqa: E402

from clean.boilerplate import features, head, scorer  # noqa: E402
from clean.boilerplate.view import View  # noqa: E402
from clean.lines import Lines  # noqa: E402
from clean.model import Document  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402

TOKENS = re.compile(r"\w+").findall
OUT = ROOT / "clean" / "boilerplate" / "weights.json.gz"


class Page(NamedTuple):
    """One page as the trainer sees it."""

    site: str
    base: Any
    furniture: Any
    """1 for lines to go, 0 for article; NaN where nobody can say."""
    weight: Any


def shingles(words: list[str], size: int = 4) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def labels(view: View, gold: str) -> Any:
    """Which lines are not in the human text: by shingles, short lines by the whole line between kept ones."""
    wanted = shingles(TOKENS(gold))
    whole = {head.letters(line) for line in gold.split("\n")}
    size = len(view.text)
    share = np.zeros(size)
    for position, line in enumerate(view.text):
        words = TOKENS(line)
        of_line = shingles(words)
        share[position] = len(of_line & wanted) / len(of_line) if of_line else np.nan
    sure = np.flatnonzero((share >= 0.6) & (np.array([len(TOKENS(t)) for t in view.text]) >= 8))
    if not len(sure):
        return None
    # Long copies elsewhere (teasers, structured data) are not the article: keep the densest stretch.
    result = np.ones(size)
    low, high = sure[0], sure[-1]
    for position in range(size):
        if np.isnan(share[position]):
            kept = low < position <= high + 2 and head.letters(view.text[position]) in whole
        else:
            kept = share[position] >= 0.5
        result[position] = 0.0 if kept else 1.0
    # A line that stands twice is article once: the copy nearer to the middle of the article.
    middle = np.median(sure)
    seen: dict[str, int] = {}
    for position in np.flatnonzero(result == 0.0):
        key = head.letters(view.text[position])
        other = seen.get(key)
        if other is None:
            seen[key] = position
        elif abs(position - middle) < abs(other - middle):
            result[other] = 1.0
            seen[key] = position
        else:
            result[position] = 1.0
    return result


def view_of(stage: Boilerplate, document: Document) -> tuple[View, dict[int, str], int | None]:
    lines = Lines(document.text)
    view = View(lines)
    return view, *stage.evidence(document, lines, view)


def page(stage: Boilerplate, name: str, site: str, text: str, gold: str) -> Page | None:
    view, kinds, title = view_of(stage, Document(name, text))
    if len(view.text) < 5:
        return None
    furniture = labels(view, gold)
    if furniture is None:
        return None
    weight = np.sqrt(np.array([len(TOKENS(line)) + 1.0 for line in view.text]))
    # An article line lost costs more than a line of furniture left.
    weight = np.where(furniture == 0.0, weight * 1.5, weight)
    return Page(site, features.matrix(view, kinds, title), furniture, weight / weight.sum() * 100)


def pages(data: Path, stage: Boilerplate) -> list[tuple[str, Page]]:
    found = []
    for line in (data / "pages/aed/gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        text = (data / f"pages/aed/full/{row['id']}.txt").read_text("utf-8")
        made = page(stage, row["id"], row["site"], text, row["text"])
        if made:
            found.append((row["id"], made))
    return found


def labelled(data: Path, stage: Boilerplate) -> list[tuple[str, Page]]:
    """Scraped articles with labelled lines: mostly article, so that the scorer knows such pages too."""
    found = []
    for name, text, by_line in documents(data, "lines"):
        view, kinds, title = view_of(stage, Document(name, text))
        kept = np.array([by_line.get(n + 1, {}).get("label") == "drop" for n in view.numbers], dtype=float)
        weight = np.sqrt(np.array([len(TOKENS(line)) + 1.0 for line in view.text]))
        either = np.array([by_line.get(n + 1, {}).get("label") in ("either", "mixed") for n in view.numbers])
        weight = np.where(either, 0.0, weight)
        made = features.matrix(view, kinds, title)
        found.append((name, Page(f"lines/{name}", made, kept, weight / max(weight.sum(), 1e-9) * 25)))
    return found


def boost(rows: Any, wanted: Any, weight: Any, trees: int, leaves: int, seed: int = 7) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=trees,
        max_leaf_nodes=leaves,
        learning_rate=0.08,
        min_samples_leaf=40,
        l2_regularization=3.0,
        max_features=0.3,
        early_stopping=False,
        random_state=seed,
    )
    return model.fit(rows, wanted, sample_weight=weight)


def fold_of(site: str, folds: int) -> int:
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % folds


def export(model: Any) -> dict[str, Any]:
    """The trees as arrays: a leaf points at itself."""
    trees = []
    for (predictor,) in model._predictors:  # noqa: SLF001
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        at = np.arange(len(nodes))
        trees.append(
            {
                "feature": np.where(leaf, 0, nodes["feature_idx"]).tolist(),
                "threshold": [
                    round(float(v), 4) if not e else 0.0
                    for v, e in zip(nodes["num_threshold"], leaf, strict=True)
                ],
                "left": np.where(leaf, at, nodes["left"]).tolist(),
                "right": np.where(leaf, at, nodes["right"]).tolist(),
                "value": [
                    round(float(v), 5) if e else 0.0 for v, e in zip(nodes["value"], leaf, strict=True)
                ],
            }
        )
    return {"base": round(float(np.ravel(model._baseline_prediction)[0]), 6), "trees": trees}  # noqa: SLF001


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--trees", type=int, default=120)
    parser.add_argument("--leaves", type=int, default=16)
    parser.add_argument("--check-only", action="store_true")
    parser.add_argument(
        "--save-folds", type=Path, help="write the probability of each line, predicted unseen"
    )
    options = parser.parse_args()
    data = data_folder(options.data)
    if data is None:
        return
    stage = Boilerplate(load_rules("boilerplate"), scorer=False, language="en")
    named = pages(data, stage) + labelled(data, stage)
    every = [page for _, page in named]
    print(len(every), "pages", sum(len(p.furniture) for p in every), "lines", file=sys.stderr)
    fold = np.array([fold_of(p.site, options.folds) for p in every])

    def stack(chosen: list[int], rows: list[Any]) -> tuple[Any, Any, Any]:
        return (
            np.vstack([rows[i] for i in chosen]),
            np.concatenate([every[i].furniture for i in chosen]),
            np.concatenate([every[i].weight for i in chosen]),
        )

    base = [p.base for p in every]
    first: list[Any] = [None] * len(every)
    for k in range(options.folds):
        train = [i for i in range(len(every)) if fold[i] != k]
        model = boost(*stack(train, base), options.trees, options.leaves)
        for i in range(len(every)):
            if fold[i] == k:
                first[i] = model.predict_proba(base[i])[:, 1]
    seconds = [features.second(base[i], first[i]) for i in range(len(every))]
    final: list[Any] = [None] * len(every)
    for k in range(options.folds):
        train = [i for i in range(len(every)) if fold[i] != k]
        model = boost(*stack(train, seconds), options.trees, options.leaves, seed=8)
        for i in range(len(every)):
            if fold[i] == k:
                final[i] = model.predict_proba(seconds[i])[:, 1]
    for name, got in (("first look", first), ("second look", final)):
        wrong = Counter()
        for i, p in enumerate(every):
            kind = "lines" if p.site.startswith("lines/") else "pages"
            gone = got[i] >= scorer.SURE
            wrong[kind, "article"] += p.weight[p.furniture == 0].sum()
            wrong[kind, "lost"] += p.weight[(p.furniture == 0) & gone].sum()
            wrong[kind, "furniture"] += p.weight[p.furniture == 1].sum()
            wrong[kind, "found"] += p.weight[(p.furniture == 1) & gone].sum()
        for kind in ("pages", "lines"):
            lost = wrong[kind, "lost"] / wrong[kind, "article"]
            found = wrong[kind, "found"] / max(wrong[kind, "furniture"], 1e-9)
            print(f"{name}, unseen sites, {kind}: article lost {lost:.4f}, furniture found {found:.4f}")
    if options.save_folds:
        rows = {name: [round(float(v), 4) for v in final[i]] for i, (name, _) in enumerate(named)}
        options.save_folds.write_text(json.dumps(rows))
    if options.check_only:
        return
    everyone = list(range(len(every)))
    looks = [
        export(boost(*stack(everyone, base), options.trees, options.leaves)),
        export(boost(*stack(everyone, seconds), options.trees, options.leaves, seed=8)),
    ]
    scorer.write(
        options.out,
        {
            "format": scorer.FORMAT,
            "features": features.names(),
            "provenance": {
                "script": "quality/train_lines.py",
                "pages": "412 saved news pages, 213 sites (article-extraction-dataset, Apache-2.0), as text",
                "lines": "80 scraped articles with labelled lines (FNC-1 bodies, Apache-2.0)",
                "folds": options.folds,
                "trees": options.trees,
                "leaves": options.leaves,
            },
            "looks": looks,
        },
    )
    print(options.out, options.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
