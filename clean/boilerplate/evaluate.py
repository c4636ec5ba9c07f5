"""How well a configuration does on labelled lines of one's own: precision, recall, and article text lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from clean.boilerplate.head import letters

LEAST_WORDS = 3
LEAST_SHARED = 0.75


class Labelled(NamedTuple):
    """A raw text and what a person says of its lines."""

    name: str
    text: str
    labels: Mapping[int, str]
    """By line number from 1: "drop", or "either" for a line that is not scored; every other line stays."""
    kinds: Mapping[int, str] = {}
    """Class of a line to drop, for the counts by class."""


class Mistake(NamedTuple):
    """A line that went though it should stay ("lost"), or stayed though it should go ("left")."""

    what: str
    name: str
    line: int
    text: str


class Score(NamedTuple):
    """Counts over all documents."""

    drop: int
    drop_gone: int
    keep: int
    keep_lost: int
    keep_chars: int
    keep_lost_chars: int
    by_class: Mapping[str, tuple[int, int]]
    """Class of furniture to (lines, lines that are gone)."""
    mistakes: tuple[Mistake, ...]

    @property
    def recall(self) -> float:
        """Share of the lines to drop that are gone."""
        return self.drop_gone / self.drop if self.drop else 1.0

    @property
    def precision(self) -> float:
        """Share of the lines that are gone that were to go."""
        gone = self.drop_gone + self.keep_lost
        return self.drop_gone / gone if gone else 1.0

    @property
    def loss(self) -> float:
        """Share of the characters of article lines that are gone."""
        return self.keep_lost_chars / self.keep_chars if self.keep_chars else 0.0


def evaluate(documents: Iterable[Labelled], clean: Callable[[str], str]) -> Score:
    """Clean each text and compare it with its labels.

    A raw line stands when its letters come next in the cleaned text, or most of them: repairs are allowed.
    """
    total: Counter[str] = Counter()
    classes: dict[str, list[int]] = {}
    mistakes: list[Mistake] = []
    for document in documents:
        for number, line, stands in _standing(document.text, clean(document.text)):
            label = document.labels.get(number, "keep")
            if label == "keep":
                size = len(line.strip())
                total.update(keep=1, keep_chars=size)
                if not stands:
                    total.update(keep_lost=1, keep_lost_chars=size)
                    mistakes.append(Mistake("lost", document.name, number, line))
            elif label == "drop":
                of_class = classes.setdefault(document.kinds.get(number, ""), [0, 0])
                of_class[0] += 1
                of_class[1] += not stands
                total.update(drop=1, drop_gone=not stands)
                if stands:
                    mistakes.append(Mistake("left", document.name, number, line))
    by_class = {kind: (lines, gone) for kind, (lines, gone) in sorted(classes.items())}
    return Score(
        drop=total["drop"],
        drop_gone=total["drop_gone"],
        keep=total["keep"],
        keep_lost=total["keep_lost"],
        keep_chars=total["keep_chars"],
        keep_lost_chars=total["keep_lost_chars"],
        by_class=by_class,
        mistakes=tuple(mistakes),
    )


def labels_of_gold(raw: str, gold: str) -> dict[int, str]:
    """Labels from a pair of texts: lines that are not in the gold text are to go."""
    return {number: "drop" for number, _, stands in _standing(raw, gold) if not stands}


def _standing(raw: str, cleaned: str) -> Iterator[tuple[int, str, bool]]:
    """Each raw line that has letters, by number from 1, and whether it stands in the cleaned text."""
    kept = [(key, line) for line in cleaned.split("\n") if (key := letters(line))]
    every = [(number, line, letters(line)) for number, line in enumerate(raw.split("\n"), 1)]
    whole = {key for _, _, key in every}
    at = 0
    for number, line, key in every:
        if not key:
            continue
        if at + 1 < len(kept) and kept[at][0] not in whole and kept[at + 1][0] == key:
            at += 1  # a line that was repaired beyond recognition must not hide all that follow it
        stands = at < len(kept) and (
            kept[at][0] == key or (kept[at][0] not in whole and _alike(kept[at][1], line))
        )
        yield number, line, stands
        at += stands


def _alike(cleaned: str, raw: str) -> bool:
    """Whether a line is another one repaired or trimmed: most words of the shorter stand in the longer."""
    words, others = Counter(cleaned.casefold().split()), Counter(raw.casefold().split())
    least = min(words.total(), others.total())
    return least >= LEAST_WORDS and (words & others).total() >= LEAST_SHARED * least
