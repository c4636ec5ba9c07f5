r"""For programs: clean a text, run a pipeline over documents, find duplicates among them.

>>> result = clean_text("Share it\n\nRates rose on Monday , the bank said. .\n")
>>> result.text
'Rates rose on Monday, the bank said.\n'
>>> [edit.rule for edit in result.edits]
['boilerplate/share-phrase', 'translation/space-before-comma', 'translation/full-stop-twice']
>>> result.restore() == "Share it\n\nRates rose on Monday , the bank said. .\n"
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from clean import edits
from clean.model import Document, Edit, Json, Note
from clean.pipeline import Pipeline

if TYPE_CHECKING:
    from clean.dedup.corpus import Keep
    from clean.dedup.find import Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """A cleaned text and the account of what was done to it."""

    document: Document

    @property
    def text(self) -> str:
        """The cleaned text."""
        return self.document.text

    @property
    def edits(self) -> list[Edit]:
        """Every edit, stage by stage; offsets are in the text that its stage received."""
        return [edit for patch in self.document.trail for edit in patch.edits]

    @property
    def notes(self) -> list[Note]:
        """Every flag, suggestion and recognised byline, stage by stage."""
        return [note for patch in self.document.trail for note in patch.notes]

    @property
    def meta(self) -> Mapping[str, Json]:
        """Title, byline, captions … as far as they were recognised."""
        return self.document.meta

    def restore(self) -> str:
        """The text as it was given, exactly."""
        return edits.raw(self.document)

    def _repr_html_(self) -> str:
        """The changes, for a notebook."""
        from clean.review.diff import changes
        from clean.review.html import notebook

        return notebook(changes(self.document))


def clean_text(
    text: str,
    *,
    name: str = "text",
    meta: Mapping[str, Json] | None = None,
    pipeline: Pipeline | None = None,
) -> Result:
    """One plain text through every stage.

    Args:
        text: the text of one page, not markup.
        name: its id, for messages.
        meta: what is known of it: url, site, title …
        pipeline: of `Pipeline.from_config`; the defaults, built once, when None.
    """
    return Result((pipeline or _defaults())(Document(name, text, dict(meta or {}))))


@cache
def _defaults() -> Pipeline:
    return Pipeline.from_config()


def duplicates(
    documents: Iterable[Document], *, keep: Keep = "longest", threshold: float | None = None
) -> list[Verdict]:
    """Which of these say the same: a verdict on each document that has a duplicate or stands in another.

    Texts are compared as they are. Clean them first: share lines and comment forms make strangers alike.

    >>> story = "The ministry said on Monday that grain exports through the port would resume soon."
    >>> found = duplicates([Document("a", story), Document("b", story + "!"), Document("c", "Rates rose.")])
    >>> for row in found:
    ...     print(row.id, row.survivor, row.kept, row.similarity, row.relation)
    a True a 1.0 exact
    b False a 1.0 exact

    Args:
        documents: in any order; the verdicts do not depend on it. Entries that the stage `entries` found in
            them are compared with one another as well. Dropped documents are left out.
        keep: which copy survives: the longest, the newest, the first, or the soundest.
        threshold: least weighted similarity, 0 to 1, instead of the measured ones for documents and entries.

    Returns:
        The rows of `duplicates.jsonl`: documents by cluster, the survivor first, then contained text, then
        the same for entries.
    """
    from clean.dedup.find import DEFAULT, Settings
    from clean.stages.duplicates import find_in

    if threshold is None:
        settings = DEFAULT if keep == "longest" else Settings(keep)
    else:
        settings = Settings(keep, threshold, threshold)
    return find_in(documents, settings)
