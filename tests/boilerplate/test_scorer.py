"""The learned scorer: acts alone on pages that look scraped raw, and says how sure it was."""

import gzip
import json

import numpy as np
import pytest

from clean.boilerplate import features, scorer
from clean.boilerplate.view import View
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
    assert all(scorer.SURE <= edit.because["probability"] <= 1 for edit in edits)
    assert all(paragraph in cleaned for paragraph in ARTICLE.split("\n\n"))
    assert "Ferries" not in cleaned


def test_off_means_off():
    off = Boilerplate(load_rules("boilerplate"), scorer=False)

    assert learned(off, raw_page()) == []
    assert off.version != Boilerplate(load_rules("boilerplate")).version


@pytest.mark.parametrize("extra", ["", "\n\nLeave a Reply\nName\n", "\n\nShare it\n\nUpdate on\n" * 12])
def test_article_with_some_furniture_is_not_a_raw_page(stage, extra):
    text = "Old bridge to be closed\n\n" + ARTICLE + "\n\n" + "\n".join(TOPICS.split("|")) + extra

    assert learned(stage, text) == []


def test_weights_say_where_they_are_from():
    data = json.loads(gzip.decompress(scorer.WEIGHTS.read_bytes()))

    assert data["format"] == scorer.FORMAT
    assert data["features"] == features.names()
    assert {"script", "pages", "lines"} <= set(data["provenance"])
    assert scorer.WEIGHTS.stat().st_size < 400_000


def test_one_row_a_line_and_one_column_a_name():
    view = View(Lines(raw_page()))

    rows = features.matrix(view, {0: "nav"}, None)

    assert rows.shape == (len(view.text), len(features.names()))
    assert np.isfinite(rows).all()


def test_second_run_finds_nothing(stage):
    done = run_stage(Document("-", raw_page()), stage)

    assert [f for f in stage(Document("-", done.text)) if isinstance(f, Edit)] == []
