"""Documents through the pipeline to rows: the one function that every executor calls.

A document that fails costs itself alone: its row has an `error` and the text as it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from clean import codec, edits
from clean.codec import Row
from clean.errors import CleanError, GuardError
from clean.execute.guards import guarded
from clean.model import Document
from clean.pipeline import Pipeline, run_stage
from clean.read.source import Problem
from clean.read.text import STAGE


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
    for document in documents:
        if isinstance(document, Problem):
            yield {"problem": document._asdict()}
        else:
            yield _clean(document, pipeline, max_removed)


def _clean(document: Document, pipeline: Pipeline, max_removed: float | None) -> Row:
    stage = "guard"
    cleaned = document
    try:
        for step in pipeline.stages:
            stage = step.name
            cleaned = run_stage(cleaned, step)
        stage = "guard"
        return codec.document_row(guarded(cleaned, max_removed))
    except CleanError as error:
        return failed_row(document, error.code, error.message, error.hint, stage)
    except MemoryError:
        raise  # the bound of a worker: it dies, and its supervisor looks for the document
    except Exception as error:
        # A defect in a stage. The other documents must not suffer, and the row says which stage it was.
        message = f"{type(error).__name__}: {error}"[:500]
        return failed_row(
            document, "internal-error", message, "Please report this, with the document.", stage
        )


def guarded_row(document: Document, max_removed: float | None) -> Row:
    """The row of a document that other commands cleaned; one that is held back has its raw text again."""
    try:
        return codec.document_row(guarded(document, max_removed))
    except GuardError as error:
        read = tuple(patch for patch in document.trail if patch.stage == STAGE)
        raw = replace(document, text=edits.raw(document), trail=read)
        return failed_row(raw, error.code, error.message, error.hint, "guard")


def failed_row(document: Document, code: str, message: str, hint: str, stage: str) -> Row:
    """The row of a document that could not be cleaned."""
    row = codec.document_row(document)
    row["error"] = {"code": code, "message": message, "hint": hint, "stage": stage}
    return row
