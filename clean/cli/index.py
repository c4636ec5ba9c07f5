"""`clean index`: the index of what was seen before, for `clean duplicates --against`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clean.cli.options import config_of, preparing

if TYPE_CHECKING:
    from clean.dedup.gather import Plan
    from clean.dedup.sketch import Sketches, Unit
    from clean.read.source import Problem

INDEX = click.argument("index", type=click.Path(path_type=Path))
SOURCES = click.argument(
    "sources", nargs=-1, required=True, metavar="INPUT…", type=click.Path(path_type=Path)
)


@click.group("index", short_help="The index of what was seen before.")
def command() -> None:
    """The index of what was seen before: hashes and signatures, never text.

    `clean index add archive.index archive/`, then `clean duplicates today/ --against archive.index`.
    """


@command.command("info")
@INDEX
def info(index: Path) -> int:
    """What an index holds, and how it was made."""
    from clean.dedup import index as indexes

    found = indexes.info(index)
    click.echo(f"{index}: {found.texts:,} texts ({found.contents:,} different), {found.bytes:,} bytes")
    for name, value in sorted(found.facts.items()):
        click.echo(f"  {name:<13} {value}")
    return 0


@command.command("add")
@INDEX
@SOURCES
@preparing
def add(index: Path, sources: tuple[Path, ...], **values: Any) -> int:
    """Add texts. One whose id is known replaces the old one. All are added, or none."""
    from clean.dedup import index as indexes

    problems: list[Problem] = []
    done = indexes.add(index, _sketches(sources, problems, values), values["unit"])
    renewed = f", {done.known:,} of them known before" if done.known else ""
    click.echo(f"{index}: {done.added:,} texts added{renewed}", err=True)
    return _told(problems)


@command.command("rebuild")
@INDEX
@SOURCES
@preparing
def rebuild(index: Path, sources: tuple[Path, ...], **values: Any) -> int:
    """Make an index anew from its texts; the old one stays until the new one is complete."""
    from clean.dedup import index as indexes

    problems: list[Problem] = []
    done = indexes.rebuild(index, _sketches(sources, problems, values), values["unit"])
    click.echo(f"{index}: {done:,} texts", err=True)
    return _told(problems)


@command.command("forget")
@INDEX
@click.argument("ids", nargs=-1, metavar="[ID…|-]")
def forget(index: Path, ids: tuple[str, ...]) -> int:
    """Take texts out by their ids; "-" reads one id a line from standard input."""
    from clean.dedup import index as indexes

    named = [line.rstrip("\n") for line in sys.stdin] if ids == ("-",) else list(ids)
    gone = indexes.forget(index, named)
    click.echo(f"{index}: {gone:,} texts forgotten", err=True)
    return 0


def _sketches(sources: Iterable[Path], problems: list[Problem], values: dict[str, Any]) -> Iterable[Sketches]:
    from clean.cli.duplicates import plan_of
    from clean.dedup.gather import gather, workers
    from clean.read.source import walk

    unit: Unit = values["unit"]
    config = config_of({"file": values["file"], "pairs": values["pairs"]})
    plan: Plan = plan_of(config, unit, as_is=values["as_is"], sound=False)
    for place in sources:
        found, refused = walk(place)
        problems += refused
        yield from gather(found, plan, problems, workers(found, values["jobs"]))


def _told(problems: list[Problem]) -> int:
    from clean.cli.duplicates import tell

    return tell(problems)
