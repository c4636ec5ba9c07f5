"""Small stages for tests of the run: one that deletes, one that is poison to some documents."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clean.model import Document, Edit, Finding, Note, Stage
from clean.stages.corpus import Concerned, Whole


@dataclass(frozen=True, slots=True)
class Advert:
    """Deletes lines that say ADVERT, and flags shouting."""

    name: str = "advert"
    version: str = "1"
    after: tuple[str, ...] = ()

    def __call__(self, document: Document) -> Iterator[Finding]:
        for match in re.finditer(r"ADVERT.*\n?", document.text):
            yield Edit(match.start(), match[0], "", "advert/line")
        for match in re.finditer(r"[A-Z]{12,}", document.text):
            yield Note(match.start(), match.end(), "flag", {"why": "shouting"}, "advert/shouting")


@dataclass(frozen=True, slots=True)
class Poison:
    """Dies of some documents, as a library written in C might."""

    name: str = "poison"
    version: str = "1"
    after: tuple[str, ...] = ()

    def __call__(self, document: Document) -> Iterator[Finding]:
        if "SEGFAULT" in document.text:
            ctypes.string_at(0)
        if "SPIN" in document.text:
            hashlib.pbkdf2_hmac("sha256", b"x", b"y", 400_000_000)  # minutes in C; no signal handler runs
        if "MEMORY" in document.text:
            bytearray(8_000_000_000)
        if "RAISE" in document.text:
            raise RuntimeError("a defect")
        yield from ()


SLOWLY = "CLEAN_TESTS_RUN_SLOWLY"
"""Variable of a process that is to be interrupted; the run that ends its work need not wait as well."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Takes its time where `SLOWLY` is set, and finds nothing."""

    name: str = "slow"
    version: str = "1"
    after: tuple[str, ...] = ()

    def __call__(self, document: Document) -> Iterator[Finding]:
        if SLOWLY in os.environ:
            time.sleep(0.05)
        yield from ()


@dataclass(frozen=True, slots=True)
class Closing:
    """Knows the whole run: flags the word Monday, and dies of some documents as `Poison` does."""

    name: str = "closing"
    version: str = "1"
    after: tuple[str, ...] = ()

    def __call__(self, document: Document) -> Iterator[Finding]:
        yield from Poison()(document)
        at = document.text.find("Monday")
        if at >= 0:
            yield Note(at, at + 6, "flag", {"why": "a day"}, "closing/day")


def closing(whole: Whole) -> Concerned:
    """Concerned are every third document, and those that begin with a capital P."""
    numbers = [number for number, _, _ in whole.names()]
    flags = np.zeros(max(numbers) + 1, np.bool_)
    flags[numbers[::3]] = True
    for number, text in zip(numbers, whole.texts(np.ones_like(flags)), strict=True):
        flags[number] |= text.startswith("P")
    return Concerned(Closing(), flags)


def build() -> tuple[Stage, ...]:
    return (Advert(),)


def build_other() -> tuple[Stage, ...]:
    return (Advert(version="2"),)


def build_poison() -> tuple[Stage, ...]:
    return (Poison(), Advert())


def build_slow() -> tuple[Stage, ...]:
    return (Slow(), Advert())


def build_real() -> tuple[Stage, ...]:
    from clean.config import Config
    from clean.stages import build_stages

    return build_stages(Config())


@dataclass(frozen=True, slots=True)
class Titled:
    """Notes the first line as the title, and cuts a word out: it depends on what went before."""

    cut: str = "sharply"
    name: str = "titled"
    after: tuple[str, ...] = ("advert",)

    @property
    def version(self) -> str:
        return f"cuts {self.cut}"

    def __call__(self, document: Document) -> Iterator[Finding]:
        first = document.text.partition("\n")[0]
        yield Note(0, len(first), "title", f"{first} ({self.cut})", "titled/first")
        for match in re.finditer(self.cut, document.text):
            yield Edit(match.start(), match[0], "", "titled/word")


@dataclass(frozen=True, slots=True)
class Broken:
    """Fails on a word, or does nothing."""

    word: str = ""
    name: str = "broken"
    after: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        return f"fails on {self.word}"

    def __call__(self, document: Document) -> Iterator[Finding]:
        if self.word and self.word in document.text:
            raise RuntimeError(self.word)
        yield from ()


def build_three(advert: str = "1", cut: str = "sharply", broken: str = "") -> tuple[Stage, ...]:
    return (Advert(version=advert), Titled(cut), Broken(broken))
