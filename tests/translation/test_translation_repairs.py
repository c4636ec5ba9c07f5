"""Each repair on texts of our own, and near misses that must stay as they are."""

# ruff: noqa: E501

import pytest

from clean.model import Document
from clean.pipeline import run_stage
from clean.rules.load import load_rules
from clean.rules.prove import prove
from clean.stages.translation import RULES, Translation
from clean.translation import marks, repairs

STAGE = Translation()


def test_packs_prove_themselves():
    rules = load_rules("translation")
    assert len(rules) >= 50
    assert [str(failure) for failure in prove(rules, lambda some: Translation(tuple(some)))] == []


REPAIRED = [
    (
        "glued-sentence",
        "The council accused the port of hiding the losses of the ferry lineThis is a charge that it denied.",
        "The council accused the port of hiding the losses of the ferry line. This is a charge that it denied.",
    ),
    (
        "glued-sentence",
        "Envoys spent the week in a hotel outside WarsawHowever they never met the prime minister.",
        "Envoys spent the week in a hotel outside Warsaw. However they never met the prime minister.",
    ),
    (
        "glued-clause",
        "According to the Daily PostLondon's transport office said the line would open.",
        "According to the Daily Post, London's transport office said the line would open.",
    ),
    (
        "glued-full-stop",
        "The letters were found under the floor.They had been there since the war.",
        "The letters were found under the floor. They had been there since the war.",
    ),
    (
        "glued-full-stop",
        "The mayor opened the new bridge.What’s left is the road to it.",
        "The mayor opened the new bridge. What’s left is the road to it.",
    ),
    (
        "glued-quotation-mark",
        "The mayor was angry.“We have waited for ten years,” she told the council.",
        "The mayor was angry. “We have waited for ten years,” she told the council.",
    ),
    (
        "glued-quotation-mark",
        "“We have waited for ten years,”she told the council.",
        "“We have waited for ten years,” she told the council.",
    ),
    (
        "repeated-orphan",
        "Crowds lined the avenue and waved at the cars of the three visiting ministers. Ministers.",
        "Crowds lined the avenue and waved at the cars of the three visiting ministers.",
    ),
    (
        "said-twice",
        "The mine will stay closed, the company also said. It said on Tuesday. Miners protested.",
        "The mine will stay closed, the company also said on Tuesday. Miners protested.",
    ),
    (
        "measure-seam",
        "The grain deal covers 40,000 metric tons Wheat or barley; wheat is scarce.",
        "The grain deal covers 40,000 metric tons of wheat or barley; wheat is scarce.",
    ),
    (
        "seam-ordinal",
        "The mayor began her long Third term in the town hall on Monday, and the council came.\n\nFor most, the third term is the last.",
        "The mayor began her long third term in the town hall on Monday, and the council came.\n\nFor most, the third term is the last.",
    ),
    ("doubled-word", "It was one of of the oldest mills.", "It was one of the oldest mills."),
    ("doubled-word", "The the mill was sold to a a bank.", "The mill was sold to a bank."),
    ("doubled-word", "They agreed to to meet among among friends.", "They agreed to meet among friends."),
    ("doubled-pair", "She stood in the in the rain.", "She stood in the rain."),
    (
        "telegram-channel",
        "On his Telegram channel the mayor is loud. The governor said in a telegram that two trains were hit.",
        "On his Telegram channel the mayor is loud. The governor said on Telegram that two trains were hit.",
    ),
    (
        "closing-quote-twice",
        "The mayor called the plan “a gift to the whole valley.” ”",
        "The mayor called the plan “a gift to the whole valley.”",
    ),
    ("closing-quote-twice", 'She called it "a gift to us." "', 'She called it "a gift to us."'),
    ("closing-quote-twice", "She called it “a gift.””", "She called it “a gift.”"),
    (
        "space-inside-quotes",
        "She called the plan “ a gift ” to the city.",
        "She called the plan “a gift” to the city.",
    ),
    (
        "doubled-verb",
        "The mayor was was seen at the fair on Sunday.",
        "The mayor was seen at the fair on Sunday.",
    ),
    ("doubled-verb", "A fire broke out at at the old mill.", "A fire broke out at the old mill."),
    (
        "two-dots",
        "The council closed the old mill on the river for good.. Its owner has left.",
        "The council closed the old mill on the river for good. Its owner has left.",
    ),
    (
        "glued-straight-quote",
        'The mill stays shut until Monday."The owner is ill," said his wife.',
        'The mill stays shut until Monday. "The owner is ill," said his wife.',
    ),
    (
        "glued-full-stop",
        "The mill stays shut until Monday.The owner is ill.",
        "The mill stays shut until Monday. The owner is ill.",
    ),
    (
        "glued-straight-quote",
        'It shut on Monday."He is ill," she said. "His son is away," he said."Nobody came," and "not one".',
        'It shut on Monday. "He is ill," she said. "His son is away," he said. "Nobody came," and "not one".',
    ),
    ("glued-straight-quote", '"The owner is ill,"said his wife.', '"The owner is ill," said his wife.'),
    (
        "space-inside-straight-quotes",
        'She called the plan " a gift " to the city.',
        'She called the plan "a gift" to the city.',
    ),
    (
        "space-inside-straight-quotes",
        '"The owner is ill, " said his wife.',
        '"The owner is ill," said his wife.',
    ),
    (
        "mixed-quotes",
        'She called the plan “a gift" to the city.',
        "She called the plan “a gift” to the city.",
    ),
    ("mixed-quotes", "She called it “a ‘gift.'\"", "She called it “a ‘gift.’”"),
    ("mixed-quotes", "\"We wait,'' he said.", '"We wait," he said.'),
    ("mixed-quotes", '“We have waited, " he said.', "“We have waited,” he said."),
    (
        "turned-quote",
        "She said: ”We wait.” He said: “So do we.”",
        "She said: “We wait.” He said: “So do we.”",
    ),
]


@pytest.mark.parametrize(("rule", "before", "after"), REPAIRED)
def test_repairs(rule, before, after):
    repaired = run_stage(Document("example", before), STAGE)
    assert repaired.text == after
    assert f"translation/{rule}" in {edit.rule for patch in repaired.trail for edit in patch.edits}
    again = run_stage(Document("example", after), STAGE)
    assert [edit for patch in again.trail for edit in patch.edits] == []


def test_every_rule_in_code_that_repairs_has_an_example():
    named = {f"translation/{rule}" for rule, _, _ in REPAIRED}
    assert {*repairs.RULES, *marks.RULES} <= named
    assert all(why and rule.startswith("translation/") for rule, why in RULES.items())


LEFT = [
    "She said that that was what he had had in mind, and the ship came in in May.",
    "He reads the The Times of London and plays in the The Hague orchestra.",
    "The person I spoke to to arrange the visit was on holiday.",
    "He had what he was up to to this day kept to himself, and to and fro he went.",
    "“Wonderful. Wonderful,” he said of the music. It was unreal. Unreal.",
    "The two men fought, the dogs barked. Dogs. That was all he could think of.",
    "We are on YouTube, LinkedIn, SoundCloud and BornThisWay, and use TypeScript and PostgreSQL in the office.",
    "Call String.Index or look at ASP.Net and Node.Js, or write to paul.Bond@example.org in the morning.",
    "The price of the tickets was . . . high. . . .",
    "He left at 5 p.m., she at 6 a.m. and the children in the U.S., then.",
    "An audience of… 10 had come to the count of 3… 2… 1…",
    "He met the First lady and the first lady of the north at the gate of the old town hall on Monday, in the rain.",
    "They met at noon. In May. On Monday. Nobody came to it.",
    "The ambassador said in a telegram that he was sorry.",
    "She posts on Telegram. The king said in a telegram, sent with condolences, that he mourned.",
    "Trucks carried 300 tons Tuesday and 200 tons Wednesday to the port.",
    "The label reads “5” and the pipe 3” wide; the “inner ‘tube’” is of rubber.",
    'He said "she told me "no." "',
    'He said "no ," then " yes " and then ” maybe to the judge.',
    "“First paragraph of a long quotation to the press.\n\n“Second paragraph of it.”",
    "It was, he wrote, “a long night.\n\nNobody slept.” was the last mark that he used.",
    "The code (( a , b )) and g(a , b) stays in the text.",
    "What he was was a liar, the house he lived in in May is sold, and the truth is is that he left.",
    "He waited on the pier.. and then he went home.",
    "The mill closed for good on that day in May.. Its owner waited... and left.",
    'The song “Rain” and the film "Heat" are his favourites.',
    'A screen 10" wide, a board 24" long and a man of 5\'10" were in the room.',
    '"We wait.\n\n"We have waited long," she said.',
    "She said: ”We wait.” He said: ”So do we.”",
    'He asked "who" and she said "nobody" and "you".',
]


@pytest.mark.parametrize("text", LEFT)
def test_leaves(text):
    document = run_stage(Document("example", text), STAGE)
    assert document.text == text


FOREIGN = [
    ("Der Minister sagte „das the the“ und ging in die the the Stadt.", "de"),
    ("Le ministre a dit que la ville a a été prise .", "fr"),
    ("大统领 。 。 平壤，， ……", "zh"),
    ("بيونغ يانغ ، ، قال . .", "ar"),
]


@pytest.mark.parametrize(("text", "language"), FOREIGN)
def test_other_languages_keep_their_words(text, language):
    document = run_stage(Document("example", text, {"language": language}), STAGE)
    letters = [character for character in text if character.isalpha()]
    assert [character for character in document.text if character.isalpha()] == letters
    assert document.text.count("the the") == text.count("the the")
    assert all(note.key != "flag" for patch in document.trail for note in patch.notes)


def test_chinese_punctuation_is_left_alone():
    text = "平壤。。首尔，，东京……\n"
    assert run_stage(Document("example", text), STAGE).text == text


def test_a_long_page_in_another_language_is_not_read_as_english():
    text = (
        "Die Stadt und der Hafen sind in der Nacht von Booten aus dem Norden erreicht worden. " * 20 + "a a b"
    )
    assert run_stage(Document("example", text), STAGE).text == text
