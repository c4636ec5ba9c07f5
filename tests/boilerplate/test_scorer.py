"""The learned scorer: acts alone on pages that look scraped raw, and says how sure it was."""

import gzip
import json

import numpy as np
import pytest

from clean.boilerplate import features, scorer
from clean.boilerplate.words import read
from clean.lines import Lines
from clean.model import Document, Edit
from clean.pipeline import run_stage
from clean.rules.load import load_rules
from clean.stages.boilerplate import Boilerplate

MENU = "Skip to content|Toggle navigation|Sign in|Subscribe now|My account|Privacy Policy|Terms of Use"
MENU += "|Cookie Policy|Contact us|About us|Advertise with us|Do not sell my personal information|Back to top"
TOPICS = "Harbour|Rivers|Bridges|Roads|Tides|Ferries|Lisbon|Oslo|Bergen|Towers|Islands|Fishing|Sailing"
ARTICLE = "\n\n".join(
    f"The council said on {day} that the old bridge would be closed, and that the traffic, grown by "
    f"a third since the new school was opened, would be sent over the {road} until the spring of next year."
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    for road in ("new road", "river road")
)


@pytest.fixture(scope="module")
def stage():
    return Boilerplate(load_rules("boilerplate"))


def raw_page():
    menu = "\n".join(MENU.split("|") + TOPICS.split("|"))
    return f"{menu}\n\nOld bridge to be closed\n\n{ARTICLE}\n\n{menu}\n"


def learned(stage, text):
    found = stage(Document("-", text))
    return [f for f in found if isinstance(f, Edit) and f.rule == "boilerplate/learned"]


def test_raw_page_loses_its_menus_and_keeps_its_article(stage):
    edits = learned(stage, raw_page())
    cleaned = run_stage(Document("-", raw_page()), stage).text

    assert len(edits) >= 10
    assert all(scorer.DELETE <= edit.because["probability"] <= 1 for edit in edits)
    assert all(paragraph in cleaned for paragraph in ARTICLE.split("\n\n"))
    assert "Ferries" not in cleaned


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["no blank lines", "all apart"])
def test_whoever_scrapes_decides_about_blank_lines(stage, gap):
    text = gap.join(line for line in raw_page().split("\n") if line) + "\n"
    cleaned = run_stage(Document("-", text), stage).text

    assert all(paragraph in cleaned for paragraph in ARTICLE.split("\n\n"))
    assert "Ferries" not in cleaned


def test_off_means_off():
    off = Boilerplate(load_rules("boilerplate"), scorer=False)

    assert learned(off, raw_page()) == []
    assert off.version != Boilerplate(load_rules("boilerplate")).version


def test_class_of_its_edits_can_be_kept():
    stage = Boilerplate(load_rules("boilerplate"), keep=frozenset({"nav", "title"}))

    assert learned(stage, raw_page()) == []


@pytest.mark.parametrize("extra", ["", "\n\nLeave a Reply\nName\n", "\n\nShare it\n\nUpdate on\n" * 12])
def test_article_with_some_furniture_is_not_a_raw_page(stage, extra):
    text = "Old bridge to be closed\n\n" + ARTICLE + "\n\n" + "\n".join(TOPICS.split("|")) + extra

    assert learned(stage, text) == []


@pytest.mark.parametrize(
    ("chances", "raw"),
    [
        ([0.9] * 8 + [0.1] * 5 + [0.9] * 8, True),
        ([0.9] * 6 + [0.1, *[0.9] * 20, 0.1] + [0.9] * 5, False),
        ([0.1] * 5 + [0.9] * 30, False),
        ([0.9] * 30 + [0.1] * 5, False),
        ([0.7] * 30 + [0.1] * 5 + [0.7] * 30, False),
        ([0.9] * 8 + [0.4] + [0.9] * 8, True),
        ([None] * 8 + [0.1] * 5 + [0.9] * 6, True),
        ([None] * 20 + [0.1] * 5 + [0.9] * 5, False),
        ([0.9] * 30, False),
        ([None] * 30, False),
        ([], False),
    ],
    ids=[
        "both ends", "inside", "below", "above", "unsure", "an unsure article", "rules take some",
        "rules take most", "no article", "rules take all", "nothing",
    ],
)  # fmt: skip
def test_looks_raw_where_furniture_stands_above_and_below(chances, raw):
    assert scorer.looks_raw(np.array(chances, np.float64)) is raw


@pytest.mark.parametrize(
    ("above", "below", "asked"),
    [(4, 4, True), (20, 0, True), (4, 3, False), (0, 0, False)],
    ids=["both ends", "above", "too few", "none"],
)
def test_clean_article_with_many_short_lines_is_not_scored(above, below, asked):
    short = "\n".join(TOPICS.split("|") * 2)
    middle = f"{ARTICLE}\n\n{short}\n\n{ARTICLE}"
    text = "\n".join([*["Rivers"] * above, "“Not yet.”", middle, *["Tides"] * below])

    assert scorer.may_be_raw(Lines(text)) is asked


def test_lines_that_rules_take_are_not_taken_again():
    lines = Lines(raw_page())
    menu = {number for number in lines.filled if len(lines.all[number]) <= scorer.SHORT}
    rest = set(sorted(menu)[:10])

    assert len(scorer.furniture(lines, set())) >= 40
    assert scorer.furniture(lines, menu) == {}
    assert scorer.furniture(lines, rest).keys() <= menu - rest


def test_many_lines_are_scored_as_few_are():
    words, trees = scorer.load()
    page = read(raw_page() * 60)
    rows = features.matrix(page, *words.surprise_and_chance(page), np.zeros(len(page.numbers), np.bool_))

    whole = trees.probability(rows)
    parts = [trees.probability(part) for part in np.array_split(rows, 7, axis=1)]

    assert rows.shape[1] > 3_000
    assert np.array_equal(whole, np.concatenate(parts))


def test_trees_answer_as_asked_one_by_one():
    data = json.loads(gzip.decompress(scorer.WEIGHTS.read_bytes()))["trees"]
    page = read(raw_page())
    words, trees = scorer.load()
    rows = features.matrix(page, *words.surprise_and_chance(page), np.zeros(len(page.numbers), np.bool_))
    score = np.zeros(rows.shape[1], np.int64)
    for feature, border, value in zip(data["feature"], data["border"], data["value"], strict=True):
        for line in range(rows.shape[1]):
            asked = zip(feature, np.array(border, np.float32), strict=True)
            leaf = sum(bool(rows[name, line] > limit) << bit for bit, (name, limit) in enumerate(asked))
            score[line] += value[leaf]

    plain = 1 / (1 + np.exp(-(score + data["bias"]) * data["unit"]))

    assert len(set(plain.tolist())) > 20
    assert np.array_equal(trees.probability(rows), plain)


def test_weights_say_where_they_are_from():
    data = json.loads(gzip.decompress(scorer.WEIGHTS.read_bytes()))

    assert data["format"] == scorer.FORMAT
    assert data["features"] == features.names()
    assert {"script", "pages", "lines"} <= set(data["provenance"])
    assert scorer.WEIGHTS.stat().st_size < 400_000


@pytest.mark.parametrize("limit", ["DELETE", "MILD", "SURE", "RAW_LINES", "LONG", "MOST_LINES"])
def test_version_of_the_stage_knows_the_limits(monkeypatch, limit):
    before = Boilerplate(()).version
    monkeypatch.setattr(scorer, limit, getattr(scorer, limit) * 2)

    assert Boilerplate(()).version != before


def test_weights_of_other_features_are_refused(tmp_path):
    path = tmp_path / "weights.json.gz"
    scorer.write(path, {"format": scorer.FORMAT, "features": ["words"]})

    with pytest.raises(ValueError, match="trained for other features"):
        scorer.load(path)


def test_second_run_finds_nothing(stage):
    done = run_stage(Document("-", raw_page()), stage)

    assert [f for f in stage(Document("-", done.text)) if isinstance(f, Edit)] == []
