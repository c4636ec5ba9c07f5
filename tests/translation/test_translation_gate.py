"""The gate never hides a finding: wherever a detector finds something, its cue is found too."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from clean.rules.gate import Gate
from clean.stages.translation import _DETECTORS, Translation
from clean.translation import flags, quotes, repairs

GATE = Gate([detector.cue for detector in _DETECTORS], "test")

LONG = "The ministers of both states met in the old port on the coast and spoke of the new bridge for hours"
FOUND_BY = {
    "glued_words": f"{LONG} and of the war in UkraineThis is what they said.",
    "glued_stops": f"{LONG} and things were added to the stash.The box was shut.",
    "glued_quotes": "The minister said:“We will wait,” and left.",
    "repeated_orphans": f"{LONG} beside large pictures of the two leaders. Leaders.",
    "said_twice": "A US official also said. He said in March. Ships left.",
    "measure_seams": f"{LONG} of munitions, and 260,000 metric tons Munitions or more came.",
    "seam_ordinals": f"{LONG} when the guest began his ceremony First visit to it, the first visit.",
    "doubled_words": "He was one of of the guests.",
    "doubled_verbs": "The mayor was was seen at the fair.",
    "two_dots": f"{LONG} in the rain.. Nobody came.",
    "contradictions": 'He called it “a gift" and left.',
    "telegrams": "On Telegram, he was shown. The governor said in a telegram that all is well.",
    "quote_findings": "He said “we wait” and left” the room.",
    "lower_case_starts": f"{LONG} and the war in Ukraine. is driven by the hope of a better life.",
    "seam_capitals": f"{LONG} on their behalf The brutal war went on for many long years.",
    "broken_off": f"{LONG}. It is a long-standing policy of\nThe end.\n{LONG}.\n{LONG}.\n{LONG}.",
    "particles": "It is a goal long overdue. Wally could become urgent.",
    "surnames": "Heng Qiu, a research fellow, spoke of peace. Zuibarov said: it is late.",
    "two_nations": "Russian leader Kim came. Russian leader Putin met North Korean leader Kim Jong Un.",
    "own_praise": "The Russian President spoke, praising Moscow for its support of Pyongyang.",
    "odd_pairs": "There were Russian North Korean flags.",
}
"""For each detector a text of its kind."""


def test_each_detector_has_an_example_that_opens_its_gate() -> None:
    found = 0
    for number, (find, *_) in enumerate(_DETECTORS):
        text = FOUND_BY[find.__name__]
        assert list(find(text)), find.__name__
        assert number in GATE.open(text), find.__name__
        found += 1
    assert found == len(FOUND_BY) == 21


def test_clean_text_opens_nothing() -> None:
    text = f"{LONG}.\n\n“It is late,” said Anna Berg, head of the port office in Rome. “We will wait.”\n" * 3
    assert GATE.open(text) == []


def _pieces() -> list[str]:
    """Words, marks and halves of the examples, which hypothesis puts together anew."""
    pieces = {" ", "\n", ".", ". ", ",", "“", "”", '"', "’s", "The", "the ", "é", "٣", "\u00a0", "„"}
    for text in FOUND_BY.values():
        words = text.split(" ")
        pieces.update(words)
        pieces.update(" ".join(words[at : at + 3]) for at in range(len(words)))
        pieces.update(word[:cut] for word in words for cut in (1, 3, -1))
    return sorted(pieces - {""})


def _cut(text: str, places: list[tuple[int, str]]) -> str:
    """The text with pieces of an example set in, or nothing in place of a character."""
    for place, new in places:
        at = place % (len(text) + 1)
        text = text[:at] + new + text[at + (not new) :]
    return text


SCRAPS = st.sampled_from(_pieces())
TEXTS = st.lists(SCRAPS, max_size=60).map("".join) | st.lists(SCRAPS, max_size=60).map(" ".join)
DAMAGED = st.builds(
    _cut,
    st.sampled_from(sorted(FOUND_BY.values())),
    st.lists(st.tuples(st.integers(0, 400), st.just("") | SCRAPS), max_size=3),
)


@given(TEXTS | DAMAGED | st.text(max_size=80))
@settings(max_examples=1500, deadline=None)
def test_what_a_closed_gate_hides_is_nothing(text: str) -> None:
    opened = set(GATE.open(text))
    for number, (find, cue, _) in enumerate(_DETECTORS):
        if number not in opened:
            assert not list(find(text)), (find.__name__, cue)


@given(TEXTS | DAMAGED)
@settings(max_examples=300, deadline=None)
def test_the_stage_finds_what_all_detectors_together_find(text: str) -> None:
    gated = Translation()
    every = gated._patterns(text, text.encode(), english=True)
    expected = [*every, *(item for find, *_ in _DETECTORS for item in find(text))]
    assert gated._find(text, english=True) == expected


PLAIN_UNTRUSTED = re.compile(r"[\"„″]|[.,!?]”\w|''|``|(?:^|[\s(—–])”\w|\w“|[.,!?…]“(?!\w)|“(?:$|[.,;:!?)])")
PLAIN_SEAM = re.compile(
    rf" (?<=[a-z]{{3}} )(?P<word>{flags._SEAM_WORDS}|[A-Z][a-z]{{3,}}ing) (?P<behind>[a-z]{{2,}})\b"
)


@given(st.text(st.sampled_from("\"„″“”'`ab .,!?…;)(—\u00a0"), max_size=8))
@settings(max_examples=1500)
def test_marks_are_mistrusted_as_by_the_plain_pattern(line: str) -> None:
    assert bool(quotes._UNTRUSTED.search(line)) == bool(PLAIN_UNTRUSTED.search(line))


SEAMS = st.lists(
    st.sampled_from(["the", "ships", "The", "A", "An", "Using", "Violating", "Rome", "x", "it", "_", "."])
)


@given(SEAMS.map(" ".join) | SEAMS.map("".join))
def test_seams_and_camels_are_those_of_the_plain_patterns(text: str) -> None:
    found = [
        (match.start() - 1, match.end())
        for match in flags._SEAM.finditer(text)
        if flags._SEAM_WORD.fullmatch(text[match.start() : match.start("behind") - 1])
    ]

    assert found == [match.span() for match in PLAIN_SEAM.finditer(text)]
    assert [match.start() for match in repairs._CAMEL.finditer(text)] == [
        match.end() for match in re.finditer(r"[a-z](?=[A-Z][a-z])", text)
    ]
