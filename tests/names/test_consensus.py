"""Full names that a document tells the others, found in runs of capitalised words."""

from hypothesis import given
from hypothesis import strategies as st

from clean.names.consensus import FULL_NAME, full_names, named_in

WORDS = ("Kim", "Jong", "Kisida", "O", "of", "Åsa", "名前", "Up7", "Z" * 45, "\n", "  ", "-", "_", "٣", ".")
TEXTS = st.lists(st.sampled_from([*WORDS, " ", " ", " "]), max_size=14).map("".join)


@given(TEXTS)
def test_full_names_are_those_of_the_whole_text(text):
    assert full_names(text) == set(FULL_NAME.findall(text))


@given(TEXTS)
def test_names_are_parted_by_whether_every_word_is_attested(text):
    def known(word):
        return "" if word in ("Kisida", "Åsa") else "word"

    names = sorted({tuple(name.split(" ")) for name in FULL_NAME.findall(text)})
    sound = [" ".join(words) for words in names if all(map(known, words))]
    odd = [" ".join(words) for words in names if not all(map(known, words))]

    assert named_in(text, known) == (sound, odd)
