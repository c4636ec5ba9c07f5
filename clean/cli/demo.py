"""`clean demo`: a small folder of dirty pages, written and cleaned."""

from __future__ import annotations

from pathlib import Path

import click

from clean.errors import UsageError
from clean.rules.load import PACKS


@click.command("demo", short_help="A small folder of dirty pages to try things on.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("clean-demo"))
@click.option("--no-run", is_flag=True, help="Only write the pages.")
@click.pass_context
def command(context: click.Context, folder: Path, *, no_run: bool) -> None:
    """Write our own dirty pages to FOLDER/raw, and clean them into FOLDER/cleaned."""
    raw, out = folder / "raw", folder / "cleaned"
    if raw.exists() and any(raw.iterdir()):
        raise UsageError(
            "folder-exists", "is there already and not empty", where=str(raw), hint="Give another folder."
        )
    raw.mkdir(parents=True, exist_ok=True)
    pages = sorted((PACKS / "demo").iterdir())
    for page in pages:
        (raw / page.name).write_bytes(page.read_bytes())
    click.echo(f"wrote {len(pages)} pages to {raw}", err=True)
    if no_run:
        return
    from clean.cli.run import command as run

    context.invoke(run, raw=raw, out=out)
    click.echo(f"now: clean diff --out {out}    clean report --out {out}", err=True)
