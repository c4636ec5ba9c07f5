"""Lists of headlines, which two pages of one site may share whatever their stories are.

Where `boilerplate` has missed such a list, the two pages would look like copies, and a story would go. So
texts are compared without them; a text's content hash is that of all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

LEAST = 8
"""Headlines one after the other. A table of prices has shorter lines; of wrapped prose, some begin small."""

WORDS = 5
"""Words of a headline, at least."""

STORY = 300
"""Characters that must be left: what is a list and nothing else is compared as it is."""

_CLOSING = "”\"’')]» \t\r"
_STOPS = (".", "!", "?", "…", ":", ";", ",", "。", "！", "？")


def story(text: str) -> str:
    """A text without its lists of headlines; the same text where it has none.

    >>> story("Rates rose.") == "Rates rose."
    True
    """
    if text.count("\n") < LEAST:
        return text
    lines = text.split("\n")
    # Most lines are prose or blank, and their ends tell.
    perhaps = [n for n, line in enumerate(lines) if line[-1:] not in ".!?" and line.count(" ") >= WORDS - 1]
    if len(perhaps) < LEAST:
        return text
    headlines = [n for run in _runs(perhaps, lines) for n in run if _is_headline(lines[n])]
    listed = {n for run in _runs(headlines, lines) for n in run}
    if not listed:
        return text
    left = "\n".join(line for number, line in enumerate(lines) if number not in listed)
    return left if len(left) >= STORY else text


def _runs(numbers: Iterable[int], lines: Sequence[str]) -> Iterator[list[int]]:
    """Of some lines those that follow one another, blank ones aside: `LEAST` of them or more."""
    run: list[int] = []
    for number in numbers:
        if run and any(map(str.strip, lines[run[-1] + 1 : number])):
            if len(run) >= LEAST:
                yield run
            run = []
        run.append(number)
    if len(run) >= LEAST:
        yield run


def _is_headline(line: str) -> bool:
    """Whether a line may be a headline: some words, no small letter at its begin and no stop at its end."""
    bare = line.strip()
    return (
        not bare[:1].islower()
        and not bare.rstrip(_CLOSING).endswith(_STOPS)
        and sum(word[:1].isalpha() for word in bare.split()) >= WORDS
    )
