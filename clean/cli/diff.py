"""`clean diff`: what a run changed, with the rule beside each change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from clean.review.diff import Changes, Wanted

OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("cleaned"),
    show_default=True,
    help="Output folder of the run.",
)
COLOUR = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colours."
)


@click.command("diff", short_help="Raw against cleaned, the rule beside each change.")
@click.argument("files", nargs=-1, metavar="[FILE…]")
@OUT
@click.option(
    "--from", "start", default="raw", metavar="STAGE", help="The text after this stage [default: raw]."
)
@click.option("--to", "end", default="cleaned", metavar="STAGE", help="… against the text after this one.")
@click.option(
    "--rule", "rules", multiple=True, metavar="RULE", help="Only what this rule did; * stands for any text."
)
@click.option(
    "--class", "classes", multiple=True, metavar="CLASS", help="Only this class: share, comment, nav …"
)
@click.option("--word", "form", flag_value="word", help="Changed words inside their line.")
@click.option("--side-by-side", "-y", "form", flag_value="side", help="Two columns.")
@click.option("--unified", "-u", "form", flag_value="unified", help="A patch that patch(1) and delta read.")
@click.option("--stat", "form", flag_value="stat", help="One line a document.")
@click.option("--html", "form", flag_value="html", help="A page of its own, on standard output.")
@click.option(
    "--context", "-U", type=click.IntRange(0), default=None, help="Unchanged lines around a change."
)
@COLOUR
def command(
    files: tuple[str, ...],
    out: Path,
    start: str,
    end: str,
    rules: tuple[str, ...],
    classes: tuple[str, ...],
    form: str | None,
    context: int | None,
    color: str,
) -> None:
    """Show what the last run changed, with the rule beside each change.

    FILE is a raw path, a cleaned path or a document id; without any, all documents are shown. The raw text is
    the cleaned one with its edits undone, so nothing is guessed.
    """
    from clean.review import diff as differ
    from clean.review.record import Run, select
    from clean.review.terminal import wants_colour

    test = differ.wanted(rules, classes)
    documents = select(Run(out), files)
    found = (differ.changes(document, start, end) for document in documents)
    if form == "html":
        from clean.review.html import page

        sys.stdout.write(page(change for change in found if differ.has(change, test)))
        return
    colour = wants_colour(sys.stdout, color)
    for line in _lines(found, form, test, context, colour=colour):
        sys.stdout.write(line)


def _lines(
    found: Iterator[Changes],
    form: str | None,
    test: Wanted,
    context: int | None,
    *,
    colour: bool,
) -> Iterator[str]:
    from clean.review import diff as differ
    from clean.review.hunks import unified
    from clean.review.terminal import painted, terminal_columns

    columns = terminal_columns()
    if form == "stat":
        counts = [differ.count(change, test) for change in found]
        shown = [count for count in counts if count.gone or count.changed or count.dropped]
        for spans in differ.stat(shown, columns=columns):
            yield painted(spans, colour=colour) + "\n"
        return
    for change in found:
        if form == "unified":
            around = 3 if context is None else context
            yield from unified(change, test, context=around, safe=sys.stdout.isatty())
            continue
        around = 1 if context is None else context
        if form == "side":
            output = differ.side_by_side(change, test, context=around, columns=columns)
        else:
            output = differ.by_line(change, test, context=around, columns=columns, words=form == "word")
        for spans in output:
            yield painted(spans, colour=colour).rstrip() + "\n"
