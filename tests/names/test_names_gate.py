"""What the stage leaves out of its look costs nothing: words that it passes over, no rule would touch."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from clean.model import Document, Finding
from clean.names import find, surroundings
from clean.names.attested import knows
from clean.names.consensus import FULL_NAME
from clean.names.words import CAPITALISED, capitalised, runs
from clean.stages.names import Names, _without_overlaps

STAGE = Names()
PIECES = st.sampled_from(
    [
        "But", "They", "Year", "Policy", "North", "Korea", "Korean", "leader", "Kim", "Jong", "Un",
        "Kumsosun", "Kumsusan", "Kum susan", "Kum-Susan", "Rodongsinmun", "newspaper", "Rodong Sinmun",
        "CNA", "KCNA", "Palace", "Korean Central News Agency", "Vladimir", "Putin", "Poutin", "Zelensky",
        "Zelenskyy", "Volodymyr", "Navalny", "Navalni", "president", "Mr", "said", "of the", "in",
        ". The", ", ", "(", ")", "\n", "\n\n", "2023", "_", "é", "Yonhop", "Yonhap", "news agency",
        "iPhone", "COVID19", "Éric", "Ĳssel", "Taidong", "Taedong", "River", "X",
        "Xinhau", "Xinhua", "Tas", "Tass", "agency", "China", "HindustanTimes", "Hindustan Times", "Bushher",
        "Rodong X", "Kum",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=30).map("".join)


def ungated(document: Document) -> list[Finding]:
    """Every rule asked about every capitalised word."""
    around = surroundings.of(document.text)
    sounds: dict[str, list[str]] = {}
    for word in sorted(around.capitalised):
        if 4 < len(word) <= 30:
            sounds.setdefault(find.phonetic.key(word), []).append(word)
    listed = sorted(word for word in around.capitalised if len(word) <= 30)
    index = STAGE.index
    found = [
        *find.certain(around, index),
        *find.acronyms(around, index),
        *find.broken(listed, around, index, knows),
        *find.alike(listed, around, index, knows, lambda form, _: ""),
        *find.surnames(find.sound_alike(sounds.values()), around, index, knows),
        *find.two_forms(around, index),
    ]
    if not found or not surroundings.english(document.text):
        return []
    return list(_without_overlaps([item for item in found if not around.in_address(item.start, item.end)]))


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_the_stage_finds_what_its_rules_find_at_every_word(text: str) -> None:
    document = Document("example", text)

    assert list(STAGE(document)) == ungated(document)


def test_the_texts_have_something_to_find() -> None:
    texts = [
        "The Korean Central News Agency (KCNA) of North Korea said so. The agency CNA of Pyongyang said so.",
        "Leader Kim Jong Un stood before the Kumsosun Palace, the Kumsusan Palace of the Sun, in Pyongyang.",
        "The news agency Yonhop of South Korea, Seoul, said so; Yonhap News did not.",
        "Vladimir Putin spoke in Russia. Then Vladimir Poutin left the palace.",
    ]

    assert all(list(STAGE(Document("example", text))) for text in texts)
    assert all(list(STAGE(Document("example", text))) == ungated(Document("example", text)) for text in texts)


@given(TEXTS | st.text(max_size=60))
@settings(max_examples=600)
def test_capitalised_words_are_those_of_the_pattern(text: str) -> None:
    assert capitalised(text) == set(CAPITALISED.findall(text))


LONG_WORDS = st.sampled_from(
    ["A" + "b" * 39, "A" + "b" * 40, "A" + "b" * 41, "É" + "é" * 90, "C", "De", "fg"]
)


@given(TEXTS | st.text(max_size=60) | st.lists(LONG_WORDS).map(" ".join))
@settings(max_examples=600)
def test_full_names_stand_in_runs_of_capitalised_words(text: str) -> None:
    assert set(FULL_NAME.findall("\n".join(runs(text)))) == set(FULL_NAME.findall(text))
