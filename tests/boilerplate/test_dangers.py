"""Article text that looks like furniture, each kind seen in real pages. None of it may go."""

import pytest

from clean.model import Document
from clean.pipeline import run_stage
from clean.rules.load import load_rules
from clean.stages.boilerplate import Boilerplate

ABOVE = "The council voted on Tuesday to close the old bridge for repairs."
BELOW = "Traffic will be sent over the new road until spring, officials said."

INSIDE = {
    "question that returns": "How did you feel?\nTired but glad to be home, and hungry as well.\n\n" * 6,
    "meal plan": "Breakfast: oats\nLunch: soup\nDinner: fish\n\n" * 3 + "Snack: an apple",
    "cue word in prose": "Viewers can sign up for a free 7-day trial, but few do and fewer pay.",
    "cue word in prose again": "Readers who share this article on Facebook see more, the study found.",
    "embedded post": "“What a night!”\n— Anna Holm (@annaholm) June 5, 2014",
    "separator": "___",
    "entry times": "10:45\nThe ship leaves the harbour with all on board.\n11.20am\nThe ship is back.",
    "capital subhead": "WHAT HAPPENS NEXT",
    "capital subhead with a cue": "MORE THAN A BRIDGE",
    "scroll in a sentence": "The page told readers to scroll down for video, and there was none.",
    "quotation": "“We will not go back.”\n“Never again,” she said.\n“Ask them.”",
    "recipe": "2 cups flour\n1 tsp salt\n3 eggs\nButter\nMix and bake",
    "results": "Norway 3, Sweden 1\nDenmark 0, Finland 0\nTable: Norway 9, Sweden 6",
    "tour dates": "May 5 – Oslo, Harbour Hall\nMay 7 – Bergen, Grieg Hall\nMay 9 – Stavanger",
    "books": "The Old Man and the Sea\nThe Sun Also Rises\nFor Whom the Bell Tolls\nA Farewell to Arms",
    "list of companies": "The firms are:\nGoogle\nFacebook\nTwitter",
    "names": "Anna Holm\nTom Berg\nEva Lind",
    "reported order": "“Follow me on Twitter,” he told the crowd, and they did.",
    "speech": "Mayor: Good evening.\nHolm: Share it? Why?\nMayor: Because.",
    "question subhead": "What do you think of the bridge?",
    "dashes": "- The bridge is shut.\n- The road is open.\n- Nobody was hurt.",
    "address": "Letters go to Harbour Street 9, Oslo",
    "cookies": "The bakery uses cookies to lure children, and it works.",
    "copyright in prose": "Copyright lasts for 70 years, the court held in May.",
    "photo in prose": "The photo shows a man on the bridge with a dog under his arm.",
    "by in prose": "By Monday evening nine people had died.",
    "poem": "I wandered by the river\nThe river knew my name\nI asked it for the hour",
    "label in prose": "Related: the word has nine letters, and he wrote them all wrong.",
    "credit in prose": "Heavy rain contributed to the crash, police said.",
    "menu words in prose": "Home is where the heart is, the song says.",
    "numbered list": "1. Close the bridge\n2. Open the road\n3. Tell the people",
    "short answers": "Yes.\nNo.\nMaybe.",
    "subheads": "Education\nThe schools stay open and buses will run, the council says.\nHealth\nIt moves.",
    "chant": "No more bridges!\nNo more bridges!\nNo more bridges!",
}


@pytest.fixture(scope="module")
def stage():
    return Boilerplate(load_rules("boilerplate"))


@pytest.mark.parametrize("case", INSIDE)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_stays_inside_an_article(stage, case, gap):
    text = f"{ABOVE}{gap}{INSIDE[case].strip()}{gap}{BELOW}\n"

    assert run_stage(Document("-", text), stage).text == text


TAIL = [
    "tour dates",
    "recipe",
    "results",
    "numbered list",
    "books",
    "short answers",
    "embedded post",
    "poem",
    "meal plan",
]


@pytest.mark.parametrize("case", TAIL)
def test_stays_at_the_end_where_no_header_says_otherwise(stage, case):
    text = f"{ABOVE}\n\n{BELOW}\n\n{INSIDE[case].strip()}\n"

    assert run_stage(Document("-", text), stage).text == text


@pytest.mark.parametrize("header", ["Related stories", "Read more"])
@pytest.mark.parametrize("time", ["22h45 :", "10:45", "+++ 15:34"])
def test_a_header_does_not_take_the_heading_of_an_entry(stage, header, time):
    heading = f"{time} Talks begin in the harbour town"
    text = f"{ABOVE}\n\n{header}\n\n{heading}\n\n{BELOW}\n"

    result = run_stage(Document("x", text), stage)

    assert heading in result.text
    assert header not in result.text
