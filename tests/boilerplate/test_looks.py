"""What the stage does not look at again holds nothing: against looking at the text of what is left."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from clean.model import Document, Edit
from clean.rules.load import load_rules
from clean.stages.boilerplate import Boilerplate

STAGES = [
    Boilerplate(load_rules("boilerplate"), keep=frozenset(keep), scorer=scorer)
    for keep in (("title", "separator"), ())
    for scorer in (True, False)
]
TITLE = "Old bridge over the river to be closed"
PROSE = [
    f"The council said on {day} that the old bridge would be closed, and that the traffic, grown by a third "
    "since the new school was opened, would be sent over the river road until the spring of next year."
    for day in ("Monday", "Tuesday", "Wednesday")
]
LINE = st.sampled_from(
    [
        *PROSE, TITLE, "", "", " ", "The bridge was built in 1932, he said:", "Not yet.", "Ann Lee",
        "Share", "Share this article", "Related stories", "Read more", "Written by", "Advertisement",
        "Ships Are Back In Port Again", "Trains Run Late Again Today", "Mayor Says Bridge Will Close",
        "Sign up for our newsletter", "Leave a Reply", "Your email address will not be published.", "Email",
        "Privacy Policy", "Terms of Use", "All rights reserved", "Skip to content", "Comments", "12",
    ]
)  # fmt: skip
MENU = "Home\nWorld\nSport\nTides\nFerries\nOslo\nLisbon\nSign in\nSubscribe now\nMy account"
PART = LINE | st.just(MENU) | st.just("\n\n".join(PROSE))


@given(st.lists(PART, max_size=30).map("\n".join), st.sampled_from([{}, {"title": TITLE}]))
@settings(max_examples=150, deadline=None)
def test_another_look_at_what_is_left_is_told_from_the_lines_that_stay(
    text: str, meta: dict[str, str]
) -> None:
    for stage in STAGES:
        found = list(stage(Document("-", text, meta)))
        with patch.object(Boilerplate, "_is_last", return_value=False):
            assert found == list(stage(Document("-", text, meta)))


def test_a_look_is_spared() -> None:
    text = "\n".join([MENU, "", TITLE, "", *PROSE * 4, "", "Share this article", MENU])
    with patch.object(Boilerplate, "_once", autospec=True, side_effect=Boilerplate._once) as once:
        found = list(STAGES[0](Document("-", text)))

    assert sum(isinstance(finding, Edit) for finding in found) >= 20
    assert once.call_count == 1
