"""`clean restore`: the raw text again, or what one rule removed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from clean.cli.diff import OUT


@click.command("restore", short_help="Put back what a rule removed, or the raw text.")
@click.argument("file")
@OUT
@click.option("--rule", metavar="RULE", help="Put back only what this rule did (stage/id, or its id).")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write here instead of standard output.",
)
def command(file: str, out: Path, rule: str | None, output: Path | None) -> None:
    """Write the raw text of FILE, exactly as it was read; with --rule, the cleaned text without its work.

    FILE is a raw path, a cleaned path or a document id. The output folder is left alone: to make a run keep
    to your judgement, reject the edit in the report and use `clean apply`.
    """
    from clean import edits
    from clean.errors import UsageError
    from clean.review.record import Run
    from clean.review.restore import named, without
    from clean.review.terminal import visible

    document = Run(out).find(file)
    if rule is None:
        text = edits.raw(document)
    else:
        if not any(
            named(item.rule, rule)
            for patch in document.trail
            for item in (*patch.edits, *((patch.drop,) if patch.drop else ()))
        ):
            rules = sorted({edit.rule for patch in document.trail for edit in patch.edits})
            raise UsageError(
                "rule-did-nothing",
                f"{rule!r} changed nothing here",
                where=file,
                hint=f"These did: {', '.join(rules)}.",
            )
        restored = without(document, rule)
        text = restored.document.text
        for conflict in restored.conflicts:
            line = f"{conflict.edit.rule} (stage {conflict.stage}) left out: {conflict.why}"
            click.echo(visible(line), err=True)
    data = text.encode("utf-8", "surrogateescape")
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)
