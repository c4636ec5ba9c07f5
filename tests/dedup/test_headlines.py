"""Lists of headlines: the search by runs against one line after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clean.dedup.headlines import LEAST, STORY, story

HEADLINE = "Harbour Reopens After Nine Long Weeks"
LINES = [
    HEADLINE,
    HEADLINE,
    HEADLINE,
    "",
    "",
    " \t",
    "      ",
    "Two words",
    "and this one begins with a small letter",
    "The crane stood still for nine weeks.",
    "“The crane stood still for nine weeks.”",
    "The crane stood still, the clerk said:",
    "1 2 3 4 5 6 7",
    "Ａ ｂ ｃ ｄ ｅ。",
]


def listed(lines: list[str]) -> list[int]:
    """The numbers of headlines that stand in a run, one line after the other."""
    runs: list[list[int]] = [[]]
    for number, line in enumerate(lines):
        bare = line.strip()
        words = [word for word in bare.split() if word[0].isalpha()]
        stopped = bare.rstrip("”\"’')]» \t\r").endswith((*".!?…:;,。！？",))
        if len(words) >= 5 and line.count(" ") >= 4 and not bare[0].islower() and not stopped:
            runs[-1].append(number)
        elif bare:
            runs.append([])
    return [number for run in runs if len(run) >= LEAST for number in run]


@given(st.lists(st.sampled_from(LINES), max_size=60), st.booleans())
def test_runs_are_those_of_a_plain_look(lines: list[str], filled: bool) -> None:
    lines = [
        *lines,
        "The ferry was late again on Monday, and nobody at the pier could say why. " * 5,
    ] * filled or lines
    gone = set(listed(lines))
    left = "\n".join(line for number, line in enumerate(lines) if number not in gone)

    assert story("\n".join(lines)) == (left if len(left) >= STORY else "\n".join(lines))


def test_a_list_goes_and_the_story_stays() -> None:
    paragraph = "The ferry was late again on Monday, and nobody at the pier could say why. " * 5
    headlines = "\n".join([HEADLINE] * LEAST)

    assert story(f"{paragraph}\n{headlines}\n{paragraph}") == f"{paragraph}\n{paragraph}"
    assert story(f"{paragraph}\n{headlines[1:]}\n") == f"{paragraph}\n{headlines[1:]}\n"
