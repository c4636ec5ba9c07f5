"""Whether entries of a gazetteer do harm: looked at alone, and replayed over clean text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from clean.model import Document, Edit, Finding
from clean.names.attested import Attested, attested
from clean.names.gazetteer import Name
from clean.names.words import WORD


class Harm(NamedTuple):
    """One thing that an entry would do wrong."""

    name: str
    """Id of the entry."""
    where: str
    """File and line of the entry, or document and line of the text."""
    why: str


def listed(names: Iterable[Name], known: Attested | None = None) -> Iterator[Harm]:
    """Mangled forms that are words or names of their own."""
    lookup = (known or attested()).known
    for name in names:
        for form in name.mangled:
            words = WORD.findall(form)
            if len(words) == 1 and lookup(words[0]):
                yield Harm(
                    name.id, name.where, f"'mangled' form {form!r} is a known word; add a second word to it"
                )


def replayed(
    ids: frozenset[str], documents: Iterable[Document], stage: Callable[[Document], Iterable[Finding]]
) -> Iterator[Harm]:
    """The changes that entries with these ids make to text that is right."""
    for document in documents:
        for finding in stage(document):
            if isinstance(finding, Edit) and finding.because.get("name") in ids:
                line = document.text.count("\n", 0, finding.start) + 1
                yield Harm(
                    str(finding.because["name"]),
                    f"{document.id}:{line}",
                    f"would change {finding.old!r} to {finding.new!r}",
                )
