"""CPU time grows at most as n to the 1.35 in every stage, on input that makes careless programs quadratic."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

from clean.boilerplate.marks import Marks, gathered
from clean.boilerplate.site_lines import marks_of
from clean.config import Config
from clean.execute.batch import unwatched
from clean.execute.facts import Asked, facts_of
from clean.model import Document, Origin
from clean.pipeline import run_stage
from clean.read.document import from_bytes
from clean.stages import STAGES, build_stages
from clean.stages.corpus import Said, corpus, said_by
from clean.stages.names import Names

if TYPE_CHECKING:
    from clean.stages.corpus import Flags

MOST = 1.35
ENOUGH = 0.5
"""Seconds at the largest size below which all is fast, and a clock too coarse to tell an exponent."""

PROSE = "Leaders met in the capital on Wednesday to discuss a new agreement, officials said. "


def word(number: int) -> str:
    """One of some thousands of words that no dictionary has."""
    parts = (number % 13, number // 13 % 11, number // 143 % 13)
    return "".join("bcdfgklmnprst"[part] + "aeiou"[part % 5] for part in parts)


def lines(unit: Callable[[int], str]) -> Callable[[int], str]:
    """A text of about so many characters, each piece of which is another one."""
    return lambda n: "".join(unit(k) for k in range(n // len(unit(1_000))))


TEXTS: dict[str, Callable[[int], str]] = {
    "prose": lambda n: (PROSE * 4 + "\n\n") * (n // 350),
    "one line": lambda n: PROSE * (n // len(PROSE)),
    "one word": lambda n: "a" * n,
    "tiny lines": lambda n: "a\n" * (n // 2),
    "blank lines": lambda n: "a" + "\n" * n + "b",
    "spaces": lambda n: "a" + " " * n + "b",
    "tabs and spaces": lambda n: "a" + " \t" * (n // 2) + "b\n",
    "same line": lambda n: "Share it\n" * (n // 9),
    "same paragraph": lambda n: (PROSE + "\n\n") * (n // 86),
    "marks": lambda n: "a" + "\u0301\u0327" * (n // 2),
    "descending marks": lambda n: "a" + "\u0301" * (n // 2) + "\u0327" * (n // 2),
    "mojibake": lambda n: "cafÃ© â€œnaÃ¯veâ€\u009d " * (n // 20),
    "entities": lambda n: "&amp;" * (n // 5),
    "ampersands": lambda n: "&" + "amp;" * (n // 4),
    "by": lambda n: "By " + "Aa" * (n // 2),
    "subscribe": lambda n: "subscribe newsletter " * (n // 21),
    "see also": lambda n: "See also " * (n // 9),
    "dots": lambda n: "a." * (n // 2),
    "stops apart": lambda n: ". " * (n // 2),
    "quotes": lambda n: "“" * n,
    "quotes and stops": lambda n: ".” ” " * (n // 5),
    "commas": lambda n: "," * n,
    "dashes": lambda n: "- " * (n // 2),
    "capitals": lambda n: "Kim Jong Putin " * (n // 15),
    "camel": lambda n: "UkraineThis" * (n // 11),
    "pipes": lambda n: "Home | " * (n // 7),
    "chevrons": lambda n: "Home » " * (n // 7),
    "brackets": lambda n: "(" * n,
    "braces": lambda n: "function(){" * (n // 11),
    "urls": lambda n: "http://a.b/" + "/" * n,
    "years": lambda n: "(95998) 2024-06-19 " * (n // 19),
    "times": lambda n: "".join(f"{k % 24:02}:{k % 60:02}\nUpdate {k}.\nShare it\n" for k in range(n // 26)),
    "headings": lambda n: "".join(f"## Update {k}\nEntry {k}.\n\n" for k in range(n // 24)),
    "near copies": lambda n: "".join(f"Entry {k % 7}: {k} points.\nShare it\n" for k in range(n // 32)),
    "chinese": lambda n: "中国和俄罗斯的领导人周三举行会谈。" * (n // 17),
    "zero width": lambda n: "a\u200b" * (n // 2),
    "marks of direction": lambda n: "\u202eabc\u202c" * (n // 5),
    "mojibake in words": lines(lambda k: f"Ã© {word(k)} "),
    "share lines": lines(lambda k: f"Share on {word(k).title()}\n"),
    "furniture and prose": lines(lambda k: f"Sign up for our newsletter\n{PROSE}{k}\n\n"),
    "menu": lines(lambda k: f"{word(k).title()} | {word(3 * k).title()} | {word(5 * k).title()}\n"),
    "bylines": lines(lambda k: f"By {word(k).title()} {word(3 * k).title()}\n"),
    "stamps": lambda n: "10:30\nNews.\n" * (n // 12),
    "live page": lines(lambda k: f"## {word(k).title()} {k}\n{k % 24:02}:{k % 60:02}\n{PROSE}\n\n"),
    "quotations": lines(lambda k: f"“{word(k)} {word(3 * k)},” he said. "),
    "quotes never closed": lines(lambda k: f"“{word(k)} "),
    "straight quotes": lines(lambda k: f'"{word(k)}" said "'),
    "translated back": lines(lambda k: f"According to reports , the {word(k)} . The said {word(3 * k)} . "),
    "unknown names": lines(lambda k: f"{word(k).title()} {word(3 * k).title()} met. "),
    "names without a stop": lines(lambda k: f"{word(k).title()} "),
    "places": lines(lambda k: f"{word(k).title()} River and {word(3 * k).title()} Province. "),
    "mangled names": lines(lambda k: f"Kumsus{'aeiou'[k % 5]}n Palace, Kim J{'aeiou'[k % 5]}ng Un. "),
    "emoji": lambda n: "👩\u200d👩\u200d👧\u200d👦" * (n // 7),
}  # fmt: skip

PAGES: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "".join(f"<p>Short {k}.</p>" for k in range(n // 16)),
    "nested": lambda n: "<div>" * (n // 11) + "deep" + "</div>" * (n // 11),
    "bold": lambda n: "<p>" + "a <b>x</b> " * (n // 11) + "</p>",
    "unclosed": lambda n: "<span>x " * (n // 8),
    "less than": lambda n: "<" * n,
    "comments": lambda n: "<!--" * (n // 4),
    "attributes": lambda n: "<p " + " ".join(f"a{k}=1" for k in range(n // 8)) + ">x</p>",
    "doctype": lambda n: "<!DOCTYPE " + "/" * n,
    "cells": lambda n: "<table><tr>" + "<td>c</td>" * (n // 10) + "</tr></table>",
    "links": lambda n: '<a href="/x">Read more</a> ' * (n // 27),
    "breaks": lambda n: "<p>" + "x<br>" * (n // 5) + "</p>",
    "publisher": lambda n: '<script type="application/ld+json">{' + '"publisher": ' * (n // 13) + "</script>",
    "author": lambda n: f'<meta name="author" content="{"(" * n}">',
    "live blog": lambda n: "".join(f"<h2>Update {k}</h2><p>Entry {k}.</p>" for k in range(n // 35)),
}  # fmt: skip


def exponent(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """The exponent of growth from n to 4 n; 0 where all is fast."""
    times = []
    for factor in (1, 2, 4):
        act = work(size * factor)
        spent = []
        gc.collect()
        gc.disable()  # what it costs to look through all objects grows with what earlier tests have left
        for _ in range(3):
            began = time.process_time()
            act()
            spent.append(time.process_time() - began)
            if spent[-1] > 2:
                break
        gc.enable()
        times.append(min(spent))
    if times[-1] < ENOUGH:
        return 0.0
    return math.log(times[-1] / max(times[0], 1e-4), 4)


def gentle(work: Callable[[int], Callable[[], object]], size: int) -> bool:
    """Whether the cost grows as promised: a busy machine spoils one look, a quadratic cost all three."""
    return any(exponent(work, size) <= MOST for _ in range(3))


@pytest.fixture(scope="module")
def stages() -> dict[str, object]:
    return {stage.name: stage for stage in build_stages(Config())}


def _text_work(
    stages: dict[str, object], name: str, make: Callable[[int], str]
) -> Callable[[int], Callable[[], object]]:
    def work(size: int) -> Callable[[], object]:
        document = Document("a.txt", make(size))
        if name == "entries":  # it reads what boilerplate left in the trail
            for former in ("unicode", "boilerplate"):
                document = run_stage(document, stages[former])  # type: ignore[arg-type]
        return lambda: run_stage(document, stages[name])  # type: ignore[arg-type]

    return work


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("name", [name for name in STAGES if name != "extract"])
def test_a_stage_grows_gently(stages: dict[str, object], name: str, kind: str) -> None:
    assert gentle(_text_work(stages, name, TEXTS[kind]), 40_000)


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
def test_what_the_run_must_know_of_a_document_grows_gently(kind: str) -> None:
    def work(size: int) -> Callable[[], object]:
        document = Document("a.txt", TEXTS[kind](size))
        return lambda: facts_of([document], [0], Asked(corpus=True, duplicates=True), unwatched)

    assert gentle(work, 40_000)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PAGES)
def test_reading_and_extracting_a_page_grow_gently(stages: dict[str, object], kind: str) -> None:
    def work(size: int) -> Callable[[], object]:
        data = f"<html><body><article><p>{PROSE * 5}</p>{PAGES[kind](size)}</article></body></html>".encode()

        def act() -> object:
            document = from_bytes("a.html", data, Origin("a.html", ""), markup=True)
            return run_stage(document, stages["extract"])  # type: ignore[arg-type]

        return act

    assert gentle(work, 60_000)


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
def test_reading_grows_gently(kind: str) -> None:
    def work(size: int) -> Callable[[], object]:
        data = TEXTS[kind](size).encode()
        return lambda: from_bytes("a.txt", data, Origin("a.txt", ""), markup=False)

    assert gentle(work, 400_000)


class Few:
    """The documents of a small run."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents

    def lines(self) -> Iterator[tuple[Sequence[int], Marks]]:
        yield range(len(self._documents)), gathered([marks_of(document) for document in self._documents])

    def names(self) -> Iterator[tuple[int, str, Said]]:
        return ((number, one.id, said_by(one)) for number, one in enumerate(self._documents))

    def texts(self, numbers: Flags) -> Iterator[str]:
        return (one.text for one in self.documents(numbers))

    def documents(self, numbers: Flags | None = None) -> Iterator[Document]:
        return (one for number, one in enumerate(self._documents) if numbers is None or numbers[number])


def _closing(documents: list[Document]) -> Callable[[], object]:
    """The stage `corpus` made of documents, and run on those that it concerns."""

    def act() -> object:
        whole = Few(documents)
        found = corpus(whole, site_lines=True, quotations=True, names=NAMES, keep=frozenset())
        return found and [run_stage(one, found.stage) for one in whole.documents(found.documents)]

    return act


NAMES = Names()
BACK = {"translated_back": True}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
def test_a_long_document_among_others_costs_its_length(kind: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = TEXTS[kind](size)
        others = [Document(f"{n}.txt", f"{text[:9000]}\nPort number {n} opened.") for n in range(4)]
        return _closing([Document("long.txt", text, BACK), *others])

    assert gentle(work, 40_000)


WORDS = "harbour council bridge winter market teacher museum railway island doctor".split()
RUNS: dict[str, Callable[[int], str]] = {
    "the same lines": lambda n: f"{PROSE}{n}\nShare it\nHarbour Post Weather\n{n} comments\n",
    "names alike": lambda n: f"Vsevolod Khrapun{'aeiouy'[n % 6]}{'fvw'[n % 3]} met Boris Tudman {n}.\n",
    "the same quotation": lambda n: f"“Our {WORDS[n % 10]} has consistent support for policies,” she said.\n",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", RUNS)
def test_many_documents_cost_their_number(kind: str) -> None:
    def work(size: int) -> Callable[[], object]:
        texts = (PROSE + RUNS[kind](n) * 2 for n in range(size))
        return _closing([Document(f"{n}.txt", text, BACK if n % 2 else {}) for n, text in enumerate(texts)])

    assert gentle(work, 1_000)


@pytest.mark.slow
def test_the_measure_tells_quadratic_from_linear() -> None:
    def linear(size: int) -> Callable[[], object]:
        return lambda: sum(range(size))

    def quadratic(size: int) -> Callable[[], object]:
        return lambda: [sum(range(size // 100)) for _ in range(size // 100)]

    assert gentle(linear, 2_000_000)
    assert exponent(quadratic, 200_000) > MOST
