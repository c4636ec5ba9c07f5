"""How many damaged names come back: gazetteer names, damaged as translation there and back damages them.

One word of each name is damaged in one way at a time and put into a sentence with a type word and a topic
word. A repair counts as right when a right form of the name stands there again, as wrong when another does;
the rest is abstention.

    python quality/mangle.py
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from clean.model import Document, Edit, Note
from clean.names.attested import attested
from clean.names.cues import CUES
from clean.names.index import Target
from clean.names.words import fold
from clean.stages.names import Names

VOWELS = {"a": "o", "e": "i", "i": "e", "o": "u", "u": "o"}
SWAPS = {
    "vowel": VOWELS,
    "consonant": {"k": "q", "v": "w", "b": "p", "d": "t", "g": "k", "z": "s", "r": "l", "f": "v"},
    "ending": {"y": "i", "i": "y"},
}


def damages(word: str) -> Iterator[tuple[str, str]]:
    """Kind of damage and damaged word, each kind once, past the first letter."""
    for kind, swaps in SWAPS.items():
        letters = range(len(word) - 1, 0, -1) if kind == "ending" else range(1, len(word))
        at = next((at for at in letters if word[at] in swaps), None)
        if at is not None:
            yield kind, word[:at] + swaps[word[at]] + word[at + 1 :]
    middle = len(word) // 2
    yield "doubled", word[:middle] + word[middle] + word[middle:]
    if "h" in word[1:]:
        yield "dropped h", word[0] + word[1:].replace("h", "", 1)
    vowels = [at for at, letter in enumerate(word) if letter in VOWELS and at > 0]
    if len(vowels) >= 2:
        first, last = vowels[0], vowels[-1]
        both = word[:first] + VOWELS[word[first]] + word[first + 1 : last] + VOWELS[word[last]]
        yield "two vowels", both + word[last + 1 :]


def main() -> None:
    stage = Names()
    known = attested().known
    outcome: Counter[tuple[str, str]] = Counter()
    for target in sorted({target for found in stage.index.targets.values() for target in found}, key=_order):
        if target.form != target.name.name or len(target.word) < 5:
            continue
        cue = (*target.name.cues, *CUES[target.name.type])[0]
        topic = target.name.topic[0]
        for kind, wrong in damages(target.word):
            if fold(wrong) in stage.index.right_words or fold(wrong) == fold(target.word):
                continue
            form = " ".join(wrong if at == target.at else word for at, word in enumerate(target.words))
            text = f"The matter was discussed in {topic} when the {cue} {form} was mentioned again."
            found = list(stage(Document("x", text)))
            edit = next((item for item in found if isinstance(item, Edit)), None)
            if edit is not None:
                same = edit.because.get("name") == target.name.id
                result = "right" if same or fold(edit.new) == fold(target.word) else "wrong"
                if result == "wrong":
                    print(f"wrong: {form} → {edit.new}")
            else:
                result = "suggested" if any(isinstance(item, Note) for item in found) else "left"
            outcome[kind, ("known word, " if known(wrong) else "") + result] += 1
    for (kind, result), count in sorted(outcome.items()):
        print(f"{kind:12} {result:24} {count:6}")


def _order(target: Target) -> tuple[str, str, int]:
    return target.name.id, target.form, target.at


if __name__ == "__main__":
    main()
