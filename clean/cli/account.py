"""What a run says on standard error: a meter while it works, a table and the problems when it ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from clean.review.record import table
from clean.review.terminal import visible

if TYPE_CHECKING:
    from clean.execute.collect import Summary

SHOWN = 10
"""Problems listed without -v."""

EVERY = 0.1
"""Seconds between two states of the meter."""


class Meter:
    """One line that is written over and over: documents, rate, removed so far, time left."""

    def __init__(self, stream: IO[str], *, wanted: str, silent: bool) -> None:
        self._stream = stream
        self._on = not silent and (wanted == "always" or (wanted == "auto" and stream.isatty()))
        self._began = self._last = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int, size: int, removed: int) -> None:
        """Show the state: documents done and in all, bytes read, characters removed."""
        now = time.monotonic()
        if not self._on or (now - self._last < EVERY and done < total):
            return
        self._last = now
        spent = max(now - self._began, 1e-3)
        left = f", {spent / done * (total - done):.0f} s left" if 0 < done < total else ""
        state = f"{done:,} of {total:,} documents, {size / spent / 1e6:.1f} MB/s, {removed:,} removed{left}"
        self._stream.write(f"\r{state:<79}")
        self._stream.flush()
        self._shown = True

    def end(self) -> None:
        """Leave the line empty."""
        if self._shown:
            self._stream.write(f"\r{'':<79}\r")
            self._stream.flush()


def tell(
    summary: Summary, out: Path, stream: IO[str], *, quiet: bool, verbose: bool, as_json: bool, dry_run: bool
) -> None:
    """The account of a run.

    Args:
        summary: what it did.
        out: where its tables are.
        stream: standard error.
        quiet: only problems.
        verbose: all of them.
        as_json: JSON lines instead of text.
        dry_run: nothing was kept.
    """
    problems = list(table(out, "errors.jsonl"))
    if as_json:
        for row in problems:
            stream.write(json.dumps({"event": "problem", **row}) + "\n")
        stream.write(json.dumps({"event": "done", **summary._asdict(), "exit": summary.exit_code}) + "\n")
        return
    shown = problems if verbose else problems[:SHOWN]
    if not summary.idle or verbose:
        for row in shown:
            record = "" if row["record"] is None else f", record {row['record']}"
            hint = f" {row['hint']}" if row["hint"] else ""
            line = f"{row['source']}{record}: {row['message']} [{row['code']}]{hint}"
            click.echo(visible(line), file=stream)
        if len(problems) > len(shown):
            click.echo(
                f"… and {len(problems) - len(shown)} more in {out / '.clean' / 'errors.jsonl'}", file=stream
            )
    if not quiet:
        for line in _table(summary, out, dry_run=dry_run):
            click.echo(line, file=stream)


def _table(summary: Summary, out: Path, *, dry_run: bool) -> Iterator[str]:
    if not summary.idle and summary.stages:
        yield f"{'stage':<12} {'documents':>10} {'edits':>10} {'removed':>12} {'flags':>8}"
        for name, row in summary.stages.items():
            documents, edits, removed, flags = (
                row[key] for key in ("documents", "edits", "removed", "flags")
            )
            yield f"{name:<12} {documents:>10,} {edits:>10,} {removed:>12,} {flags:>8,}"
    counted = f"{summary.kept:,} kept, {summary.dropped:,} dropped, {summary.failed:,} failed"
    if summary.held:
        counted += f" ({summary.held:,} held back by --max-removed)"
    if not summary.idle and summary.redone < summary.kept + summary.dropped:
        counted += f"; {summary.redone:,} of them new or done again"
    if summary.idle:
        yield f"nothing changed: {counted}; {out} is up to date"
    elif dry_run:
        yield f"{counted}; nothing was written"
    else:
        yield f"{counted}; texts in {out}, the account in {out / '.clean'}"
