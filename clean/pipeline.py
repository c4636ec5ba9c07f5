"""Run stages over documents. `commit` makes a patch of findings; `patched` alone writes a document's text."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

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
    script = edits.settle([item for item in found if isinstance(item, Edit)])
    notes = tuple(sorted([item for item in found if isinstance(item, Note)], key=_place))
    drop = next((item for item in found if isinstance(item, Drop)), None)
    if not script and not notes and drop is None:
        return document
    return patched(document, Patch(stage.name, stage.version, script, notes, drop))


def patched(document: Document, patch: Patch) -> Document:
    """The document after a patch that a stage has made of its findings, now or in a former run.

    Raises:
        EditError: an edit does not fit the text.
    """
    return replace(
        document,
        text=edits.apply(document.text, patch.edits),
        meta=_with_notes(document.meta, patch.notes),
        trail=(*document.trail, patch),
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


@dataclass(frozen=True, slots=True)
class Passed:
    """A stage whose findings pass through a function: some fall away, others are made of them."""

    stage: Stage
    through: Callable[[Document, Iterable[Finding]], Iterable[Finding]]
    how: str
    """What the function does, for the version."""

    @property
    def name(self) -> str:
        """The stage's own."""
        return self.stage.name

    @property
    def version(self) -> str:
        """The stage's own, and what its findings pass through."""
        return f"{self.stage.version} {self.how}"

    @property
    def after(self) -> tuple[str, ...]:
        """The stage's own."""
        return self.stage.after

    def __call__(self, document: Document) -> Iterable[Finding]:
        """What is left of the findings, and what was made of them."""
        return self.through(document, self.stage(document))


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

    @classmethod
    def from_config(cls, file: str | os.PathLike[str] | None = None, /, **settings: object) -> Pipeline:
        """The pipeline of a configuration, without the stage `duplicates`, which needs a whole folder.

        The same call gives the same pipeline everywhere: no environment, no file but the named one is read.

        Args:
            file: a configuration file, as for `clean run --config`; None for the defaults.
            settings: keys on top of it, with "__" for the dot of a section: `duplicates__mark=True`.

        Raises:
            ConfigError: an unknown key or stage, or a value that cannot be used.
            PackError: a bad pack or gazetteer.

        >>> Pipeline.from_config(only=["unicode", "names"]).names
        ('unicode', 'names')
        """
        from clean.config import load
        from clean.stages import build_stages

        keys = {key.replace("__", "."): value for key, value in settings.items()}
        path = None if file is None else Path(file)
        loaded = load(keys, file=path, use_file=path is not None, environment={})
        return cls(build_stages(loaded.config))

    @property
    def names(self) -> tuple[str, ...]:
        """The stages' names, in order."""
        return tuple(stage.name for stage in self.stages)

    def stream(self, documents: Iterable[Document], *, jobs: int = 1) -> Iterator[Document]:
        """Each document after every stage, in the order given; memory does not grow with the input.

        Args:
            documents: read as they are needed.
            jobs: worker processes. Documents travel to them and back, so this pays for long texts only, and
                a script that asks for more than 1 needs the usual `if __name__ == "__main__"`. For files
                there is `clean run`, whose workers read their own.
        """
        return map(self, documents) if jobs <= 1 else _in_workers(self, documents, jobs)

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


BATCH = 32
"""Documents that travel to a worker at one time."""

_worker: list[Pipeline] = []
"""In a worker process, its pipeline: compiled packs do not travel with each batch."""


def _start(pipeline: Pipeline) -> None:
    _worker[:] = [pipeline]


def _work(batch: list[Document]) -> list[Document]:
    return list(map(_worker[0], batch))


def _in_workers(pipeline: Pipeline, documents: Iterable[Document], jobs: int) -> Iterator[Document]:
    """Batches in order; two a worker are on their way at any time."""
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    source = iter(documents)
    running: deque[Future[list[Document]]] = deque()
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (pipeline,)) as pool:
        while batch := list(islice(source, BATCH)):
            running.append(pool.submit(_work, batch))
            if len(running) > 2 * jobs:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()
