"""Documents through the pipeline: the one function that every executor calls.

A document that fails costs itself alone: it keeps the text as it was read, and its outcome has an error. Some
documents go together, a stage at a time: what a stage needs stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from clean import codec, edits
from clean.codec import Row
from clean.errors import CleanError, InputError
from clean.execute.guards import STAGE as GUARD
from clean.execute.guards import guarded
from clean.model import Document, Json, Patch
from clean.pipeline import Pipeline, patched, run_stage
from clean.read.source import Problem
from clean.read.text import STAGE

BLOCK = 64
"""Documents that go together."""

CHARACTERS = 500_000
"""Characters after which no more documents join the others."""

Watch = Callable[[int], None]
"""Told the place of the document that comes next, before it is read or a stage reads it."""

Error = Mapping[str, Json]
"""Code, message, hint and stage of what went wrong."""


def unwatched(_place: int) -> None:
    """Watch nothing."""


class Known(NamedTuple):
    """A document of which a former run tells what the first stages found."""

    document: Document
    """As it was read."""
    patches: Mapping[str, Patch]
    """By stage, for those that found something."""
    stages: frozenset[str]
    """Those that would find the same again."""
    error: Error | None = None
    """What went wrong, and would again."""


class Outcome(NamedTuple):
    """What came of a document."""

    document: Document
    error: Error | None = None
    redone: bool = False
    """Some stage has read it: not all was known from a former run."""


Given = Document | Known | Problem


def cleaned(
    given: Iterable[Given], pipeline: Pipeline, max_removed: float | None = None, watch: Watch = unwatched
) -> Iterator[list[Outcome | Problem]]:
    """An outcome for each document, each problem as it is, in the order given; some at a time.

    Args:
        given: from a reader.
        pipeline: the stages of one document.
        max_removed: bound of the guard; None flags only.
        watch: told of each document before a stage reads it.
    """
    first = size = 0
    block: list[Known | Problem] = []
    for item in given:
        block.append(Known(item, {}, frozenset()) if isinstance(item, Document) else item)
        size += len(block[-1].document.text) if isinstance(block[-1], Known) else 0
        if len(block) == BLOCK or size >= CHARACTERS:
            yield _together(block, first, pipeline, max_removed, watch)
            first += len(block)
            size, block = 0, []
    if block:
        yield _together(block, first, pipeline, max_removed, watch)


def _together(
    block: Sequence[Known | Problem], first: int, pipeline: Pipeline, max_removed: float | None, watch: Watch
) -> list[Outcome | Problem]:
    found: list[Outcome | Problem] = [
        Outcome(item.document, item.error) if isinstance(item, Known) else item for item in block
    ]

    def each(stage: str, act: Callable[[Document], Document]) -> None:
        for place, (item, outcome) in enumerate(zip(block, found, strict=True)):
            if not isinstance(item, Known) or not isinstance(outcome, Outcome) or outcome.error is not None:
                continue
            if stage in item.stages:
                if stage in item.patches:
                    found[place] = outcome._replace(document=patched(outcome.document, item.patches[stage]))
                continue
            watch(first + place)
            done, error = _attempt(act, outcome.document, stage)
            redone = outcome.redone or stage != GUARD
            found[place] = Outcome(item.document if error is not None else done, error, redone)

    for step in pipeline.stages:
        each(step.name, partial(run_stage, stage=step))
    each(GUARD, partial(guarded, max_removed=max_removed))
    return found


def _attempt(
    act: Callable[[Document], Document], document: Document, stage: str
) -> tuple[Document, Error | None]:
    try:
        return act(document), None
    except CleanError as error:
        return document, _error(error.code, error.message, error.hint, stage)
    except MemoryError:
        raise  # the bound of a worker: it dies, and its supervisor looks for the document
    except Exception as error:
        # A defect in a stage. The other documents must not suffer, and the row says which stage it was.
        message = f"{type(error).__name__}: {error}"[:500]
        return document, _error("internal-error", message, "Please report this, with the document.", stage)


def in_blocks(outcomes: Iterable[Outcome | Problem]) -> Iterator[list[Outcome | Problem]]:
    """Outcomes, as many at a time as `cleaned` gives."""
    iterator = iter(outcomes)
    while block := list(islice(iterator, BLOCK)):
        yield block


def outcome_line(outcome: Outcome | Problem) -> bytes:
    """An outcome as a line of JSON, for another machine to write."""
    if isinstance(outcome, Problem):
        return codec.encode({"problem": outcome._asdict()})
    document, error, redone = outcome
    try:
        return codec.encode({"document": codec.document_row(document), "error": error, "redone": redone})
    except InputError as wrong:  # no reader gives such a text; a stage of somebody else's may
        return codec.encode({"problem": unwritable(document, wrong)._asdict()})


def outcome_from(line: bytes) -> Outcome | Problem:
    """The outcome on a line."""
    row = codec.decode(line)
    if "problem" in row:
        return Problem(**row["problem"])
    return Outcome(codec.document_from(row["document"]), row["error"], row["redone"])


def unwritable(document: Document, error: InputError) -> Problem:
    """The problem of a document that JSON cannot hold."""
    origin = document.origin
    source, record = (origin.source, origin.record) if origin else ("", None)
    return Problem.of(error, source, record=record)


def unwound(outcome: Outcome | Problem) -> Outcome | Problem:
    """What came of a document that other commands have cleaned: one that failed has its raw text again."""
    if isinstance(outcome, Problem) or outcome.error is None:
        return outcome
    document = outcome.document
    read = tuple(patch for patch in document.trail if patch.stage == STAGE)
    return outcome._replace(document=replace(document, text=edits.raw(document), trail=read))


def _error(code: str, message: str, hint: str, stage: str) -> Error:
    return {"code": code, "message": message, "hint": hint, "stage": stage}


def clean_batch(
    documents: Iterable[Document | Problem], pipeline: Pipeline, max_removed: float | None = None
) -> Iterator[Row]:
    """One row for each document or problem, in the order given.

    A row is that of `codec.document_row`, with `error` where the document failed; a problem becomes
    `{"problem": …}`.

    Args:
        documents: from a reader.
        pipeline: the stages of one document.
        max_removed: bound of the guard; None flags only.
    """
    for block in cleaned(documents, pipeline, max_removed):
        for item in block:
            if isinstance(item, Problem):
                yield {"problem": item._asdict()}
            elif item.error is None:
                yield codec.document_row(item.document)
            else:
                yield {**codec.document_row(item.document), "error": dict(item.error)}
