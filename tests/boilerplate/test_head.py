"""The head of a page where titles are dropped: one title goes, and nothing that only looks like one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clean.boilerplate import head
from clean.model import Document, Json
from clean.pipeline import run_stage
from clean.rules.load import load_rules
from clean.stages.boilerplate import Boilerplate

TITLE = "Old bridge to be closed until spring"
DECK = "Traders on the quay fear for their Christmas business"
PROSE = "The council met on Monday and decided that the bridge over the river is to be closed. " * 3


@pytest.mark.parametrize(
    ("declared", "lines", "left"),
    [
        (None, [TITLE, DECK, PROSE], [DECK, PROSE]),
        (None, [TITLE, DECK, "Mayor defends her plan", PROSE], [DECK, "Mayor defends her plan", PROSE]),
        (TITLE, [TITLE, DECK, PROSE], [DECK, PROSE]),
        (f"{TITLE} | Harbour Post", [TITLE.upper(), DECK, PROSE], [DECK, PROSE]),
        (TITLE, [DECK, PROSE], [DECK, PROSE]),
        (TITLE, [PROSE], [PROSE]),
    ],
)
def test_one_title_goes(declared: str | None, lines: list[str], left: list[str]) -> None:
    stage = Boilerplate(load_rules("boilerplate"), keep=frozenset())
    meta: dict[str, Json] = {} if declared is None else {"title": declared}
    done = run_stage(Document("a.txt", "\n\n".join([*lines, PROSE, PROSE]), meta), stage)

    assert done.text == "\n\n".join([*left, PROSE, PROSE])
    assert done.meta["title"] == (declared or TITLE)


@given(
    st.text(st.characters(codec=None), max_size=30) | st.text(st.sampled_from("aB9 _-.,é٣ß’\n"), max_size=30)
)
def test_letters_are_what_is_no_sign(line: str) -> None:
    assert head.letters(line) == re.sub(r"[\W_]+", "", line.casefold())
