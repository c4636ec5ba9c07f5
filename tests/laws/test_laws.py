"""The laws of the design, for every stage: on the sample pages and on texts put together from news and dirt.

reversible: undo gives the raw text. stable: a second run changes nothing. attributed: every edit names a rule
that exists. pure: the same document gives the same findings. conserving: no character from nowhere.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clean import edits
from clean.config import Config
from clean.model import Document, Stage
from clean.pipeline import Pipeline, run_stage
from clean.stages import STAGES, build_stages, reasons

RAW = Path(__file__).parents[2] / "raw"
SAMPLES = sorted(RAW.glob("*.txt"))


@cache
def stages() -> dict[str, Stage]:
    return {stage.name: stage for stage in build_stages(Config())}


@cache
def whole() -> Pipeline:
    return Pipeline(tuple(stages().values()))


@cache
def known_rules() -> frozenset[str]:
    return frozenset(reasons())


PARAGRAPHS = [
    "The regulator fined the operator 4.2 million on Thursday for leaving 310 cabinets unrepaired.",
    "“Bread does not know what time it is,” the baker said, “so why should the customers?”",
    "Talks ended at 3 a.m. without a result, according to the Korean Central News Agency and Interfax. .",
    "The delegation crossed the Taidong River , the Rodong Sunmoon newspaper said.",
    "Q: Did you see the comet?",
    "A: I did. “It was the the brightest thing in the sky.” ”",
    "Le président est arrivé mercredi à Paris pour signer un accord « historique ».",
    "Президент прибыл в столицу в среду, чтобы подписать новое соглашение о сотрудничестве.",
    "中国和俄罗斯的领导人周三举行会谈，讨论新的战略协议。",
    "You can sign up for a free seven-day trial, the company told customers who shared it.",
    "Salt, two eggs, 200 g of flour",
    "12 May — Porto — Coliseu",
    "cafÃ© owners said they were tired. Tired.",
]
DIRT = [
    "Share it",
    "Update on",
    "Source link",
    "Leave a Reply",
    "Your email address will not be published. Required fields are marked *",
    "Related",
    "- Council weighs new rules for night markets",
    "See also  Ten bridges that every engineer should visit",
    "Advertisement",
    "Sign up for our newsletter",
    "READ MORE: How the old guesthouse was built",
    "Photo: Getty Images",
    "By Marta Lindqvist",
    "10:42",
    "___",
    "",
    " ",
    "Follow us on Twitter",
    "© 2024 Coast Letter. All rights reserved.",
]
pages = st.lists(st.sampled_from([*PARAGRAPHS, *DIRT]), max_size=16).flatmap(
    lambda drawn: st.sampled_from(["\n", "\n\n", "\r\n"]).map(lambda end: end.join(drawn))
)
broken = st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | pages
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(document: Document, steps: list[Stage]) -> None:
    done = document
    for stage in steps:
        before = done
        done = run_stage(before, stage)
        assert done == run_stage(before, stage), f"{stage.name} is not pure"
    assert edits.raw(done) == document.text, "not reversible"
    made = [edit for patch in done.trail for edit in patch.edits]
    assert {edit.rule for edit in made} <= known_rules(), "an edit under a rule that does not exist"
    grown = Counter(done.text) - Counter(document.text)
    assert not grown - Counter("".join(edit.new for edit in made)), "a character from nowhere"


@pytest.mark.parametrize("name", STAGES)
@quick
@given(text=broken)
def test_each_stage_alone(name: str, text: str) -> None:
    check(Document("d", text), [stages()[name]])
    once = run_stage(Document("d", text), stages()[name])
    again = run_stage(Document("d", once.text), stages()[name])
    assert again.text == once.text, "not stable"


@settings(quick, max_examples=150)
@given(text=broken)
def test_the_whole_pipeline(text: str) -> None:
    check(Document("d", text), list(stages().values()))
    once = whole()(Document("d", text))
    # Half French and half English: without the furniture the balance tips. The meta has the language.
    meta = {"language": once.meta.get("language", "en")}
    assert whole()(Document("d", once.text, meta)).text == once.text, "not stable"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name[:3])
def test_the_samples(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    check(Document(path.name, text), list(stages().values()))
    once = whole()(Document(path.name, text))
    again = whole()(Document(path.name, once.text))
    assert again.text == once.text
    assert not any(patch.edits for patch in again.trail), "a second run proposes nothing"


def test_there_is_something_to_test() -> None:
    assert len(SAMPLES) == 5
    assert len(known_rules()) >= 150
