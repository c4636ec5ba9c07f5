"""Run stages over documents. `commit` is the only place that writes a document's text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from clean import edits
from clean.errors import ConfigError
from clean.model import Document, Drop, Edit, Finding, Json, Note, Patch, Stage

META_ONE = frozenset({"title", "byline", "published", "agency", "language", "translated_back"})
"""Notes with these keys become one value of the meta; what the page itself declared is kept."""

META_MANY = frozenset({"captions", "credits"})
"""Notes with these keys are collected in a list of the meta."""


def commit(document: Document, stage: Stage, findings: Iterable[Finding]) -> Document:
    """The document with a stage's findings made true, and recorded as one patch.

    A stage without findings leaves no patch. Notes about the page (title, byline, captions …) also go
    into the meta.

    Raises:
        EditError: an edit does not fit the text.
    """
    found = list(findings)
    if not found:
        return document
    script = edits.settle(item for item in found if isinstance(item, Edit))
    notes = tuple(sorted((item for item in found if isinstance(item, Note)), key=_place))
    drop = next((item for item in found if isinstance(item, Drop)), None)
    if not script and not notes and drop is None:
        return document
    return replace(
        document,
        text=edits.apply(document.text, script),
        meta=_with_notes(document.meta, notes),
        trail=(*document.trail, Patch(stage.name, stage.version, script, notes, drop)),
    )


def _place(note: Note) -> tuple[int, int, str, str]:
    return note.start, note.end, note.key, note.rule


def _with_notes(meta: Mapping[str, Json], notes: Sequence[Note]) -> Mapping[str, Json]:
    if not any(note.key in META_ONE or note.key in META_MANY for note in notes):
        return meta
    merged = dict(meta)
    for note in notes:
        if note.key in META_ONE:
            merged.setdefault(note.key, note.value)
        elif note.key in META_MANY:
            listed = merged.get(note.key)
            known = list(listed) if isinstance(listed, list) else []
            if note.value not in known:
                merged[note.key] = [*known, note.value]
    return merged


def run_stage(document: Document, stage: Stage) -> Document:
    """One stage on one document; a dropped document passes through untouched."""
    if document.dropped is not None:
        return document
    return commit(document, stage, stage(document))


@dataclass(frozen=True)
class Pipeline:
    """Stages in the order in which they run."""

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        check_order(self.stages)

    def __call__(self, document: Document) -> Document:
        """The document after every stage."""
        for stage in self.stages:
            document = run_stage(document, stage)
        return document

    def stream(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Each document after every stage, one at a time; memory does not grow with the input."""
        return map(self, documents)

    @property
    def digest(self) -> str:
        """Hex digest over names and versions of the stages: another digest, perhaps other output."""
        listed = "\n".join(f"{stage.name} {stage.version}" for stage in self.stages)
        return hashlib.sha256(listed.encode()).hexdigest()


def check_order(stages: Sequence[Stage]) -> None:
    """Refuse a list of stages whose order cannot work, or that names one stage twice.

    Raises:
        ConfigError: the stage, and what must come before it.
    """
    names = [stage.name for stage in stages]
    for at, stage in enumerate(stages):
        if stage.name in names[:at]:
            raise ConfigError("stage-twice", f"{stage.name!r} is listed twice", hint="List it once.")
        late = [name for name in stage.after if name in names[at:]]
        if late:
            raise ConfigError(
                "stage-order",
                f"the stage {stage.name!r} must run after {', '.join(map(repr, late))}",
                hint="Reorder the list of stages.",
            )
