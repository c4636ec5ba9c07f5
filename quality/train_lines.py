"""Train the line scorer, and measure it on sites that it has not seen.

usage: train_lines.py [DATA] [--out FILE] [--folds DIR] [--check]

DATA (or CLEAN_DATA, default ../shared/data) holds pages/aed and pages/wcxb, lines, seeds. Needs catboost,
scikit-learn and html-text, which the program does not: run it in an environment of its own that can import
`clean`. With --folds the weights that have not seen a part of the sites are written to DIR as 0.json.gz and
so on, for `pages_as_text.py --folds`; with --check nothing else is written.

Learned from: whole pages with their human text, the same human texts as pages of their own (nothing to
delete), scraped articles with labelled lines; some pages with other blank lines than they have, or as if
there were no rules. The trees see what the words of a line say to somebody who has not seen the site, and
which lines the rules take. Pages on which the result contradicts the human text broadly are left out of a
second round: the text is cut off there, or of another state of the page.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from lines import data_folder, documents  # noqa: E402
from pages_as_text import FOLDS, TOKENS, f1_and_loss, fold_of, rows, visible  # noqa: E402

from clean.boilerplate import features, scorer  # noqa: E402
from clean.boilerplate.head import letters  # noqa: E402
from clean.boilerplate.words import Page, read  # noqa: E402
from clean.lines import Lines  # noqa: E402
from clean.model import Document, Edit  # noqa: E402
from clean.rules.load import load_rules  # noqa: E402
from clean.stages.boilerplate import Boilerplate  # noqa: E402

PAGES = ("aed", "wcxb")
LOST = 1.5
"""An article line lost costs so much more than a line of furniture left."""
MASS = {"aed": 1.0, "wcxb": 1.0, "lines": 0.25, "gold": 0.1}
"""What a page of each kind weighs, whatever its length."""
DOUBTFUL = 0.25
"""Share of the words of a page, or of its human text, that the other may contradict."""
WORDS = {"C": 3.0, "max_iter": 60, "tol": 1e-3}
BESIDE = 0.7
"""What the words of the lines beside a line weigh when they are fitted together."""
SPACED = 0.15
"""Share of the pages that are learned with other blank lines, as other scrapers set them."""
UNRULED = 0.2
"""Share of the pages that are learned as if no rule took a line, as in a language that has few rules."""
FIRST_TREES, NUMBER = 60, 180
"""Trees of the first round, and of the second."""
TREES: dict[str, Any] = {
    "depth": 6, "learning_rate": 0.14, "l2_leaf_reg": 5, "rsm": 0.3,
    "bootstrap_type": "Bernoulli", "subsample": 0.7, "border_count": 64, "random_seed": 7,
    "thread_count": 1, "verbose": 0, "allow_writing_files": False,
}  # fmt: skip
UNIT = 2.0**-14


class Sample(NamedTuple):
    """One page as the trainer sees it. Arrays have one item a line."""

    kind: str
    name: str
    site: str
    text: str
    gold: str
    page: Page
    furniture: Any
    """1 for lines to go, 0 for article, NaN where nobody can say."""
    words: Any
    """Words of the line, as the measure counts them."""
    taken: Any
    """Whether rules take the line."""

    def weight(self, power: float) -> Any:
        """What each line weighs."""
        weight = np.where(np.isnan(self.furniture), 0.0, (self.words + 1.0) ** power)
        weight[self.furniture == 0.0] *= LOST
        return weight / max(weight.sum(), 1e-9) * 100 * MASS[self.kind]


def shingles(words: Sequence[str], size: int = 4) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def labels(lines: Sequence[str], gold: str) -> Any:
    """Which lines are not in the human text: by shingles, short lines by the whole line between kept ones."""
    wanted = shingles(TOKENS(gold))
    whole = {letters(line) for line in gold.split("\n")}
    share = np.full(len(lines), np.nan)
    for position, line in enumerate(lines):
        if of_line := shingles(TOKENS(line)):
            share[position] = len(of_line & wanted) / len(of_line)
    sure = np.flatnonzero((share >= 0.6) & (np.array([len(TOKENS(line)) for line in lines]) >= 8))
    if not len(sure):
        return None
    result = np.ones(len(lines))
    for position, line in enumerate(lines):
        if np.isnan(share[position]):
            kept = sure[0] < position <= sure[-1] + 2 and letters(line) in whole
        else:
            kept = share[position] >= 0.5
        result[position] = 0.0 if kept else 1.0
    # A line that stands twice is article once: the copy nearer to the middle of the article.
    middle = np.median(sure)
    seen: dict[str, int] = {}
    for position in np.flatnonzero(result == 0.0):
        key = letters(lines[position])
        other = seen.get(key)
        if other is None or abs(position - middle) < abs(other - middle):
            seen[key], position = position, other
        if position is not None:
            result[position] = 1.0
    return result


def samples(data: Path) -> Iterator[Sample]:
    """All there is to learn from."""
    stage = Boilerplate(load_rules("boilerplate"), scorer=False)
    for kind in PAGES:
        for row in rows(data, kind, 0):
            name, site, gold = row["id"], row["site"], row["text"]
            text = visible(data, kind, name)
            furniture = labels(filled(text), gold)
            if furniture is not None:
                known = counts(text), taken(text, stage)
                yield Sample(kind, name, site, text, gold, read(text), furniture, *known)
            if filled(gold):
                nothing = np.zeros(len(filled(gold)))
                known = counts(gold), taken(gold, stage)
                yield Sample("gold", name, site, gold, gold, read(gold), nothing, *known)
    for name, text, by_line, _ in documents(data, "lines"):
        chosen = [by_line.get(number + 1, "keep") for number in Lines(text).filled]
        furniture = np.array([{"drop": 1.0, "keep": 0.0}.get(label, np.nan) for label in chosen])
        known = counts(text), taken(text, stage)
        yield Sample("lines", name, f"lines/{name}", text, text, read(text), furniture, *known)


def filled(text: str) -> list[str]:
    lines = Lines(text)
    return [lines.all[number].strip() for number in lines.filled]


def counts(text: str) -> Any:
    return np.array([len(TOKENS(line)) for line in filled(text)])


def taken(text: str, stage: Boilerplate) -> Any:
    """Which lines the stage deletes as a whole."""
    lines, gone = Lines(text), bytearray(len(text))
    for edit in stage(Document("-", text)):
        if isinstance(edit, Edit) and not edit.new:
            gone[edit.start : edit.start + len(edit.old)] = b"\1" * len(edit.old)
    spans = [lines.span(number) for number in lines.filled]
    return np.array([b"\0" not in gone[start:end] for start, end in spans], np.bool_)


def fit_words(chosen: Sequence[Sample]) -> dict[str, Any]:
    """Weights of terms in a line, in the line before it and in the line behind it, by logistic regression."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    blocks = []
    for one in chosen:
        classes, line = features.terms(one.page)
        size = len(one.page.numbers)
        value = 1 / np.sqrt(np.bincount(line, minlength=size))[line]
        own = sparse.csr_matrix((value, (line, classes)), shape=(size, features.TERMS))
        none = sparse.csr_matrix((1, features.TERMS))
        before, behind = sparse.vstack([none, own[:-1]]), sparse.vstack([own[1:], none])
        blocks.append(sparse.hstack([own, before * BESIDE, behind * BESIDE]).tocsr())
    model = LogisticRegression(**WORDS).fit(
        sparse.vstack(blocks).tocsr(),
        np.nan_to_num(np.concatenate([one.furniture for one in chosen])),
        sample_weight=np.concatenate([one.weight(0.5) for one in chosen]),
    )
    found = model.coef_[0].reshape(3, features.TERMS) * np.array([[1], [BESIDE], [BESIDE]])
    scales = np.percentile(np.abs(found), 99.95, axis=1) / 127
    table = np.clip(np.rint(found / scales[:, None]), -127, 127).astype(np.int8)
    return {
        "table": base64.b64encode(table.tobytes()).decode(),
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "base": round(float(model.intercept_[0]), 6),
    }


def fit_trees(chosen: Sequence[tuple[Sample, Any]], number: int) -> dict[str, Any]:
    """So many symmetric trees over (sample, features)."""
    from catboost import CatBoostClassifier

    model = CatBoostClassifier(**TREES, iterations=number).fit(
        np.hstack([matrix for _, matrix in chosen]).T,
        np.nan_to_num(np.concatenate([one.furniture for one, _ in chosen])),
        sample_weight=np.concatenate([one.weight(0.8) for one, _ in chosen]),
    )
    with tempfile.TemporaryDirectory() as folder:
        model.save_model(f"{folder}/model.json", format="json")
        data = json.loads(Path(f"{folder}/model.json").read_text())
    scale, (bias,) = data["scale_and_bias"]
    depth = TREES["depth"]
    trees = data["oblivious_trees"]
    # A tree that is less deep asks something that nobody affirms.
    questions = [
        [(split["float_feature_index"], split["border"]) for split in tree["splits"]]
        + [(0, 1e9)] * (depth - len(tree["splits"]))
        for tree in trees
    ]
    values = [tree["leaf_values"] + [0.0] * (2**depth - len(tree["leaf_values"])) for tree in trees]
    return {
        "feature": [[feature for feature, _ in tree] for tree in questions],
        "border": [[float(np.float32(border)) for _, border in tree] for tree in questions],
        "value": [[round(value * scale / UNIT) for value in tree] for tree in values],
        "bias": round(bias / UNIT),
        "unit": UNIT,
    }


def rows_by(words: dict[str, Any], one: Sample) -> Any:
    teller = scorer.Words(words)
    return features.matrix(one.page, *teller.surprise_and_chance(one.page), one.taken)


def unruled(one: Sample) -> Sample:
    """The sample, or by chance the same without what the rules know."""
    draw = random.Random(f"rules {one.kind} {one.name}")
    return one if draw.random() >= UNRULED else one._replace(taken=np.zeros_like(one.taken))


def respaced(one: Sample) -> Sample:
    """The sample, or by chance the same with blank lines everywhere, nowhere, or some of those it had."""
    draw = random.Random(f"{one.kind} {one.name}")
    if draw.random() >= SPACED:
        return one
    blank = np.diff(one.page.numbers, prepend=-1) - 1
    share = draw.choice([0.0, 1.0, draw.random(), draw.random()])
    left = [sum(draw.random() < share for _ in range(number)) for number in blank.tolist()]
    gaps = np.maximum(blank, 1) if share == 1.0 else np.array(left)
    return one._replace(page=one.page._replace(numbers=np.cumsum(gaps + 1) - 1))


def unseen(
    every: Sequence[Sample], chosen: Sequence[int], number: int
) -> tuple[list[Any], list[Any], list[dict[str, Any]]]:
    """Features to learn from, probability of each line, and weights of each fold.

    Args:
        every: all samples.
        chosen: positions of those that are learned from.
        number: of trees.
    """
    fold = [fold_of(one.site) for one in every]
    pages = [i for i in chosen if every[i].kind != "gold"]
    words = [fit_words([every[i] for i in pages if fold[i] != k]) for k in range(FOLDS)]
    matrices = [rows_by(words[k], unruled(respaced(one))) for k, one in zip(fold, every, strict=True)]
    probability: list[Any] = [None] * len(every)
    weights = []
    for k in range(FOLDS):
        trees = fit_trees([(every[i], matrices[i]) for i in chosen if fold[i] != k], number)
        for i in range(len(every)):
            if fold[i] == k:
                probability[i] = scorer.Trees(trees).probability(rows_by(words[k], every[i]))
        weights.append({"words": words[k], "trees": trees})
    return matrices, probability, weights


def doubtful(one: Sample, probability: Any) -> bool:
    """Whether human text and scorer contradict each other over much of the page."""
    kept, wanted = probability < 0.5, one.furniture == 0
    extra = one.words[~wanted & (probability < 0.25)].sum()
    missed = one.words[wanted & (probability > 0.75)].sum()
    return bool(
        extra > DOUBTFUL * max(one.words[kept].sum(), 1)
        or missed > DOUBTFUL * max(one.words[wanted].sum(), 1)
    )


def report(every: Sequence[Sample], probability: Sequence[Any]) -> None:
    """F1 and loss on unseen sites, for the scorer alone on every page; and what it does to clean text."""
    for kind in PAGES:
        for limit in (0.4, 0.5, 0.6, 0.7, 0.8):
            pairs = (
                (one.gold, one.text, kept_text(one, p < max(limit, p.min() + scorer.MILD)))
                for one, p in zip(every, probability, strict=True)
                if one.kind == kind
            )
            print(f"{kind}, unseen sites, from {limit}: F1 %.4f, article lost %.4f" % f1_and_loss(pairs))
    for kind in MASS:
        chosen = [i for i, one in enumerate(every) if one.kind == kind]
        raw = [i for i in chosen if scorer.looks_raw(probability[i])]
        print(f"{kind}: {len(raw)} of {len(chosen)} look raw")


def kept_text(one: Sample, kept: Any) -> str:
    lines = one.text.split("\n")
    return "\n".join(lines[number] for number in one.page.numbers[kept])


def weights_file(path: Path, weights: dict[str, Any], learned: int) -> None:
    provenance = {
        "script": "quality/train_lines.py",
        "pages": "article-extraction-dataset (Apache-2.0) and web-content-extraction-benchmark (CC-BY-4.0): "
        f"visible text and human text of {learned} saved pages",
        "lines": "80 scraped articles with labelled lines (FNC-1 bodies, Apache-2.0)",
    }
    scorer.write(
        path, {"format": scorer.FORMAT, "features": features.names(), "provenance": provenance, **weights}
    )
    print(path, path.stat().st_size, "bytes")


def main() -> None:
    """Two rounds of folds, then everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?")
    parser.add_argument("--out", type=Path, default=scorer.WEIGHTS)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    data = data_folder(options.data)
    if data is None:
        return
    every = list(samples(data))
    _, probability, _ = unseen(every, range(len(every)), FIRST_TREES)
    chosen = [i for i, one in enumerate(every) if one.kind not in PAGES or not doubtful(one, probability[i])]
    print(f"{len(every)} samples, {len(every) - len(chosen)} pages contradict their human text")
    matrices, probability, by_fold = unseen(every, chosen, NUMBER)
    report(every, probability)
    learned = sum(every[i].kind in PAGES for i in chosen)
    if options.folds:
        options.folds.mkdir(parents=True, exist_ok=True)
        for k, weights in enumerate(by_fold):
            weights_file(options.folds / f"{k}.json.gz", weights, learned)
    if options.check:
        return
    trees = fit_trees([(every[i], matrices[i]) for i in chosen], NUMBER)
    words = fit_words([every[i] for i in chosen if every[i].kind != "gold"])
    weights_file(options.out, {"words": words, "trees": trees}, learned)


if __name__ == "__main__":
    main()
