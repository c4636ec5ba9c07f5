"""One stage as a filter: text in, text out; JSON lines in, JSON lines out with the trail kept."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from clean.cli.options import config_of, config_options
from clean.errors import CleanError, InputError
from clean.model import Document, Origin
from clean.stages import SUMMARIES

if TYPE_CHECKING:
    from clean.read.limits import Reading
    from clean.read.records import Record
    from clean.read.source import Problem, Source


def _filter(name: str) -> click.Command:
    """The command of a stage."""

    @click.command(name, short_help=SUMMARIES[name])
    @click.argument("files", nargs=-1, metavar="[FILE…|-]")
    @click.option("--jsonl", is_flag=True, help="JSON lines out, whatever comes in.")
    @config_options
    def command(files: tuple[str, ...], *, jsonl: bool, **values: Any) -> int:
        from clean.pipeline import run_stage
        from clean.read.limits import Reading
        from clean.review.terminal import visible
        from clean.stages import build_stages

        config = config_of(values)
        (stage,) = build_stages(config, names=[name])
        reading = Reading(text_field=config.input.text_field, id_field=config.input.id_field)
        failures: list[CleanError] = []
        for document, rows in documents(files or ("-",), failures, reading, raw_markup=name == "extract"):
            try:
                cleaned = run_stage(document, stage)
            except CleanError as error:
                failures.append(type(error)(error.code, error.message, where=document.id, hint=error.hint))
                continue
            sys.stdout.buffer.write(_row(cleaned) if jsonl or rows else cleaned.text.encode())
        for failure in failures:
            click.echo(f"clean: {visible(str(failure))}", err=True)
        return 3 if failures else 0

    command.help = (
        f"{SUMMARIES[name]}\n\nReads FILEs, folders or standard input (-) and writes to standard output."
    )
    return command


def _row(document: Document) -> bytes:
    from clean import codec

    return codec.encode(codec.document_row(document))


def documents(
    names: Iterable[str],
    failures: list[CleanError],
    reading: Reading | None = None,
    *,
    raw_markup: bool = False,
) -> Iterator[tuple[Document, bool]]:
    """The documents of files, folders and standard input, each with whether it came as a JSON row.

    Args:
        names: paths, or "-".
        failures: what could not be read is added here; the rest goes on.
        reading: bounds, and the fields of records.
        raw_markup: take standard input as HTML where it looks like it.
    """
    for name in names:
        try:
            if name == "-":
                yield from _from_stream(sys.stdin.buffer, failures, raw_markup=raw_markup)
            else:
                yield from _from_path(Path(name), failures, reading)
        except CleanError as error:
            failures.append(error)


def _from_stream(
    stream: BinaryIO, failures: list[CleanError], *, raw_markup: bool
) -> Iterator[tuple[Document, bool]]:
    head = stream.readline()
    if head.lstrip().startswith(b"{") and (row := _document_of(head)) is not None:
        yield row, True
        for number, line in enumerate(stream, 2):
            if not line.strip():
                continue
            document = _document_of(line)
            if document is None:
                failures.append(
                    InputError("bad-record", "is not a row with id and text", where=f"line {number}")
                )
            else:
                yield document, True
        return
    import hashlib

    from clean.read.document import from_bytes

    data = head + stream.read()
    markup = raw_markup or data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
    origin = Origin("-", hashlib.sha256(data).hexdigest())
    yield from_bytes("-", data, origin, markup=markup), False


def _document_of(line: bytes) -> Document | None:
    from clean import codec

    try:
        return codec.document_given(codec.decode(line))
    except InputError:
        return None


def _from_path(
    path: Path, failures: list[CleanError], reading: Reading | None
) -> Iterator[tuple[Document, bool]]:
    from clean.read.document import read_file
    from clean.read.limits import Reading
    from clean.read.records import records
    from clean.read.source import Problem, walk

    reading = reading or Reading()
    sources, problems = walk(path)
    failures += [_failure(problem) for problem in problems if problem.severity != "skipped"]
    for source in sources:
        if source.container:
            for record in records(source, reading):
                found = record if isinstance(record, Problem) else _from_record(source, record, reading)
                if isinstance(found, Document):
                    yield found, True
                elif found.severity != "skipped":
                    failures.append(_failure(found))
            continue
        try:
            yield read_file(source, reading.limits), False
        except CleanError as error:
            failures.append(type(error)(error.code, error.message, where=source.name, hint=error.hint))


def _from_record(source: Source, record: Record, reading: Reading) -> Document | Problem:
    """The document of a record; a row that another command wrote knows where it is from."""
    from clean.read.records import record_document

    row = _document_of(record.data) if b'"origin"' in record.data else None
    return row if row is not None and row.origin else record_document(source, record, reading)


def _failure(problem: Problem) -> InputError:
    place = problem.source if problem.record is None else f"{problem.source}, record {problem.record}"
    return InputError(problem.code, problem.message, where=place, hint=problem.hint)


extract = _filter("extract")
unicode = _filter("unicode")
boilerplate = _filter("boilerplate")
entries = _filter("entries")
translation = _filter("translation")
names = _filter("names")
