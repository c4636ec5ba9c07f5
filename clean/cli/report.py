"""`clean report`: the review page of the last run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clean.cli.diff import OUT

if TYPE_CHECKING:
    from clean.model import Document
    from clean.review.decisions import Decisions


@click.command("report", short_help="The review page.")
@OUT
@click.option("--single", is_flag=True, help="One file to mail, for at most 1,000 documents.")
@click.option("--open", "open_it", is_flag=True, help="Open it in the browser.")
@click.option("--serve", is_flag=True, help="Serve it on this machine alone and write decisions at once.")
def command(out: Path, *, single: bool, open_it: bool, serve: bool) -> None:
    """Write the review page of the last run and print where it is.

    The page is a folder of static files; it opens from disk and asks nothing of the network. A page of one
    file comes with --single.
    """
    from clean.execute.child import processes
    from clean.review.report import write_report

    path = write_report(out, single=single, jobs=processes())
    if serve:
        from clean.review.serve import serve_report

        serve_report(out, announce=click.echo, again=_again, open_it=open_it)
        return
    sys.stdout.write(f"{path}\n")
    if open_it:
        click.launch(str(path))


def _again(document: Document, decisions: Decisions) -> Document:
    """Clean one raw text as a run with the present configuration would."""
    from clean.config import load
    from clean.pipeline import Pipeline
    from clean.review.decisions import deciding
    from clean.stages import build_stages

    return Pipeline(deciding(build_stages(load({}).config), decisions))(document)
