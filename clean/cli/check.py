"""`clean check`: would anything change? Exit 0 or 1; nothing is written."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from clean.cli.diff import OUT
from clean.cli.options import config_options
from clean.cli.run import loaded_from, run_with


@click.command("check", short_help="Would anything change? Exit 0 or 1.")
@click.argument("raw", type=click.Path(path_type=Path), default=Path("raw"))
@config_options
@click.option("--only", multiple=True, metavar="STAGE", help="These stages alone.")
@click.option("--skip", multiple=True, metavar="STAGE", help="Not these stages.")
@click.option("-j", "--jobs", type=click.IntRange(0), help="Worker processes.")
@OUT
@click.option("-q", "--quiet", is_flag=True, help="No list, only the exit code.")
def command(raw: Path, *, out: Path, quiet: bool, **values: Any) -> int:
    """List the documents of RAW that a run would change or drop, and exit 1 if there are any.

    What was decided in the review of OUT is kept to, or of RAW itself where that is the output of a run.
    """
    from clean.review import decisions
    from clean.review.record import Run
    from clean.review.terminal import visible

    own = decisions.of_outputs(decisions.load(raw))
    with tempfile.TemporaryDirectory(prefix="clean-") as folder:
        scratch = Path(folder)
        decisions.save(scratch, own or decisions.load(out))
        summary = run_with(raw, scratch, loaded_from(values), decided=scratch)
        if not quiet:
            for row in Run(scratch).rows():
                edits = sum(len(patch["edits"]) for patch in row["trail"])
                if row["status"] == "kept" and not edits:
                    continue
                what = f"{edits} edits" if row["status"] == "kept" else row["status"]
                sys.stdout.write(f"{visible(row['id'])}: {what}\n")
    return summary.exit_code or int(summary.changed > 0)
