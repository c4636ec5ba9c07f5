"""`clean write`: JSON lines from a pipe to a folder, the same bytes as `clean run` would write."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from clean.cli.options import config_options

if TYPE_CHECKING:
    from clean.read.source import Problem


@click.command("write", short_help="JSON lines from a pipe to a folder, as `run` writes it.")
@click.argument("out", type=click.Path(path_type=Path))
@config_options
@click.option("--max-removed", metavar="SHARE", help="Hold back what lost more, as in 60%; exit 4.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors.")
def command(out: Path, *, max_removed: str | None, quiet: bool, **values: Any) -> int:
    """Write the documents of standard input into the folder OUT, with the ledger and the other tables.

    `clean unicode --jsonl raw/ | clean boilerplate | clean write OUT` does what `clean run` does with these
    stages. Duplicates among the documents are looked for unless the configuration leaves them out.
    """
    from clean.cli.account import tell
    from clean.cli.options import configured
    from clean.cli.run import closing_of, comparison
    from clean.execute.run import write_rows
    from clean.review.decisions import Decisions

    loaded = configured(values, max_removed=max_removed)
    config = loaded.config
    summary = write_rows(
        _rows(sys.stdin.buffer),
        out,
        duplicates=comparison(config),
        mark=config.duplicates.mark,
        closing=closing_of(config, Decisions()),
        max_removed=config.max_removed if loaded.sources["max_removed"] != "default" else None,
    )
    tell(summary, out, sys.stderr, quiet=quiet, verbose=False, as_json=False, dry_run=False)
    return summary.exit_code


def _rows(stream: BinaryIO) -> Iterator[dict[str, Any] | Problem]:
    from clean import codec
    from clean.errors import InputError
    from clean.read.source import Problem

    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            document = codec.document_given(codec.decode(line))
            row = codec.document_row(document)
            row.setdefault("origin", {"source": document.id, "sha256": "", "decoder": "utf-8"})
            _refuse_unsafe(str(row["origin"]["source"]))
        except InputError as error:
            yield Problem.of(error, "-", record=number)
        else:
            yield row


def _refuse_unsafe(name: str) -> None:
    """A name from a pipe becomes a path: it must stay inside the output, and out of its state.

    Raises:
        InputError: it does not.
    """
    from clean.errors import InputError
    from clean.read.source import RESERVED

    path = PurePosixPath(name)
    if (
        not path.parts
        or path.is_absolute()
        or ".." in path.parts
        or "\0" in name
        or path.parts[0] == RESERVED
    ):
        raise InputError(
            "unsafe-name", f"{name[:80]!r} is no place inside a folder", hint="Give it another id."
        )
