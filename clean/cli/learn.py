"""`clean rules learn` and `clean rules candidates`: rules are proposed; none is active until confirmed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from clean.cli.diff import OUT


@click.command("learn", short_help="Propose rules from decisions.")
@click.argument("file", type=click.Path(path_type=Path), metavar="[DECISIONS.JSON]", required=False)
@OUT
def learn(file: Path | None, out: Path) -> None:
    """Propose rules from DECISIONS.JSON, or from the decisions that OUT remembers, as TOML.

    Each is counted against the whole last run: the lines it would meet, and those that speak against it.
    """
    from clean.errors import UsageError
    from clean.review import decisions
    from clean.review import learn as learner
    from clean.review.record import Run

    found = decisions.load(out) if file is None else decisions.read(file)
    proposals, doubts = learner.learn(found, Run(out).documents())
    if not proposals and not doubts:
        raise UsageError(
            "nothing-to-learn",
            "no line was marked as furniture and no deletion was taken back",
            where=str(file or out),
            hint="Press a line number in the review page, or reject an edit.",
        )
    sys.stdout.write(learner.to_toml(proposals, doubts))


@click.command("candidates", short_help="Propose rules from lines that repeat.")
@OUT
@click.option(
    "--least", type=click.IntRange(2), default=3, show_default=True, help="Documents a line must stand in."
)
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="Proposals; 0 for all.")
def candidates(out: Path, least: int, limit: int) -> None:
    """Propose rules from lines that were kept and stand in several documents of the last run, as TOML."""
    from clean.review import learn as learner
    from clean.review.record import Run

    found = learner.candidates(Run(out).documents(), least)
    sys.stdout.write(learner.to_toml(found[:limit] if limit else found))
    click.echo(f"{len(found)} lines stand in {least} documents or more", err=True)
