r"""For programs: clean a text, run a pipeline over documents, find duplicates among them.

>>> result = clean_text("Share it\n\nRates rose on Monday , the bank said. .\n")
>>> result.text
'Rates rose on Monday, the bank said.\n'
>>> [edit.rule for edit in result.edits][0]
'boilerplate/share-line'
>>> result.restore() == "Share it\n\nRates rose on Monday , the bank said. .\n"
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from clean import edits
from clean.config import Config, load
from clean.model import Document, Edit, Json, Note
from clean.pipeline import Pipeline


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
    text: str, *, name: str = "text", meta: Mapping[str, Json] | None = None, config: Config | None = None
) -> Result:
    """One plain text through every stage.

    Args:
        text: the text of one page, not markup.
        name: its id, for messages.
        meta: what is known of it: url, site, title …
        config: the defaults, without any file or environment, when None.
    """
    return Result(pipeline(config or Config())(Document(name, text, dict(meta or {}))))


def configured(**settings: object) -> Config:
    """A configuration from keys, with "__" for the dot of a section; no file or environment is read.

    >>> configured(keep=["byline"], duplicates__mark=True).duplicates.mark
    True
    """
    flags = {key.replace("__", "."): value for key, value in settings.items()}
    return load(flags, use_file=False, environment={}).config


@lru_cache(maxsize=4)
def pipeline(config: Config) -> Pipeline:
    """The pipeline of a configuration; built once, since compiling the packs takes a moment."""
    from clean.stages import build_stages

    return Pipeline(build_stages(config))
