"""`clean explain`: why a line is gone, changed or kept."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from clean.cli.diff import OUT
from clean.errors import UsageError

_PLACE = re.compile(r"(.+):(\d{1,9})(?:-(\d{1,9}))?")


@click.command("explain", short_help="Why a line is gone, changed or kept.")
@click.argument("place", metavar="FILE[:LINE[-LINE]]")
@OUT
@click.option(
    "--rules/--no-rules", "ask_rules", default=True, help="Ask the rules which of them nearly fired."
)
def command(place: str, out: Path, *, ask_rules: bool) -> None:
    """Say why a line of the raw text is gone, changed or kept, with the rules and their evidence.

    LINE counts in the raw file. Without it, every line that is gone or changed is explained.
    """
    from clean.review import explain as explainer
    from clean.review.record import Run
    from clean.review.terminal import visible

    run = Run(out)
    name, first, last = split_place(place)
    document = run.find(name)
    found = list(explainer.explain(document, first or 1, last))
    if first is None:
        found = [item for item in found if item.status != "kept" or item.notes]
    reasons: dict[str, str] = {}
    if ask_rules:
        from clean.review.near import add_near
        from clean.review.report import rule_reasons

        reasons = rule_reasons({mark.stage for item in found for mark in item.marks})
        found = add_near(document, found) if first is not None else found
    if document.dropped is not None:
        because = explainer.in_words(document.dropped.because)
        sys.stdout.write(f"The whole document was dropped by {document.dropped.rule}: {visible(because)}\n")
    for note in explainer.document_notes(document):
        sys.stdout.write(f"The whole document: {visible(explainer.said_of(note))}\n")
    if last is not None and last != first:
        found = [item for item in found if item.status != "kept" or item.old[0].strip()]
    for item in found:
        for line in explainer.as_text(item, reasons):
            sys.stdout.write(visible(line) + "\n")


def split_place(place: str) -> tuple[str, int | None, int | None]:
    """`a.txt:12` or `a.txt:12-20` in its parts; other colons belong to the name.

    >>> split_place("a.txt:12")
    ('a.txt', 12, 12)
    """
    match = _PLACE.fullmatch(place)
    if not match:
        return place, None, None
    first = int(match[2])
    last = int(match[3]) if match[3] else first
    if first < 1 or last < first:
        raise UsageError("bad-line", "lines count from 1 upwards", where=place)
    return match[1], first, last
