"""`clean apply`: carry out decisions made in the review page."""

from __future__ import annotations

from pathlib import Path

import click

from clean.cli.diff import OUT


@click.command("apply", short_help="Carry out decisions made in the review page.")
@click.argument("file", type=click.Path(path_type=Path), metavar="DECISIONS.JSON")
@OUT
def command(file: Path, out: Path) -> None:
    """Carry out the decisions in DECISIONS.JSON: put rejected deletions back, make accepted suggestions.

    They are remembered in OUT/.clean/decisions.json, and every later run keeps to them.
    """
    from clean.execute.lock import locked
    from clean.review import decisions
    from clean.review.apply import apply
    from clean.review.record import ledger_path, rows
    from clean.review.report import write_report
    from clean.review.terminal import visible

    found = decisions.read(file)
    if not ledger_path(out).exists():
        rows(out)  # raises: without a run there is nothing to apply them to
    with locked(out):
        done = apply(out, found)
        write_report(out)
    click.echo(f"{len(found.all)} decisions, {len(done.changed)} documents changed")
    for name in done.changed:
        click.echo(f"  {visible(name)}")
    for name, conflict in done.conflicts:
        click.echo(visible(f"{name}: {conflict.edit.rule} was left out: {conflict.why}"), err=True)
    for name in done.waiting:
        click.echo(f"{visible(name)}: it is a record of a container; `clean run` will write it", err=True)
    if done.idle:
        said = "changed nothing: it is already so, or the text is another now"
        click.echo(f"{done.idle} of the decisions {said}", err=True)
    lines = sum(decision.what == "line" for decision in found.all)
    if lines:
        click.echo(f"{lines} lines were marked as furniture: `clean rules learn {file}` proposes rules")
