"""`clean stats`: the last run in numbers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from clean.cli.diff import OUT

AXES = ("rule", "class", "stage", "site", "file")


@click.command("stats", short_help="Counts by rule, class, stage, site and file.")
@OUT
@click.option(
    "--by", "axes", multiple=True, type=click.Choice(AXES), help="Only this table; may be repeated."
)
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="Rows a table; 0 for all."
)
@click.option("--json", "as_json", is_flag=True, help="All numbers as JSON.")
def command(out: Path, axes: tuple[str, ...], limit: int, *, as_json: bool) -> None:
    """Count what the last run did, by rule, class, stage, site and file."""
    from clean.review.record import Run
    from clean.review.stats import as_text, stats, to_json

    found = stats(Run(out).rows())
    if as_json:
        sys.stdout.write(json.dumps(to_json(found), ensure_ascii=False, indent=2) + "\n")
        return
    for line in as_text(found, axes or AXES, limit):
        sys.stdout.write(line + "\n")
