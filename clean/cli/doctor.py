"""`clean doctor`: is everything here that a run needs?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

import click

from clean import __version__


class Finding(NamedTuple):
    """One line of the report."""

    mark: str
    """ok, missing (an extra that is not installed) or wrong (a run cannot work)."""
    what: str
    detail: str


@click.command("doctor", short_help="Is everything here that a run needs?")
def command() -> int:
    """Check Python, packages, packs, configuration and working folder. Exit 3 if one is wrong."""
    findings = [*_python(), *_packages(), *_packs(), *_configuration(), *_folder()]
    for finding in findings:
        click.echo(f"{finding.mark:8} {finding.what:22} {finding.detail}")
    return 3 if any(finding.mark == "wrong" for finding in findings) else 0


def _python() -> Iterator[Finding]:
    yield Finding("ok", "clean", __version__)
    mark = "ok" if sys.version_info >= (3, 11) else "wrong"
    yield Finding(mark, "Python", f"{sys.version.split()[0]} ({sys.executable})")
    yield Finding(
        "ok",
        "processors",
        str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
    )


def _packages() -> Iterator[Finding]:
    for line in requires("unscrape") or ():
        requirement, _, marker = line.partition(";")
        extra = marker.partition("extra ==")[2].strip(" '\"")
        if extra in ("test", "lint"):
            continue
        name = next(part for part in _name_parts(requirement))
        try:
            yield Finding("ok", name, version(name) + (f"  [{extra}]" if extra else ""))
        except PackageNotFoundError:
            advice = f'pip install "unscrape[{extra}]"' if extra else "reinstall clean"
            yield Finding("missing" if extra else "wrong", name, advice)


def _name_parts(requirement: str) -> Iterator[str]:
    import re

    yield re.split(r"[\s<>=!~\[(;]", requirement.strip(), maxsplit=1)[0]


def _packs() -> Iterator[Finding]:
    from clean.cli.rules import PACKED
    from clean.errors import PackError
    from clean.rules.load import load_rules

    for stage in PACKED:
        try:
            yield Finding("ok", f"packs: {stage}", f"{len(load_rules(stage))} rules")
        except PackError as error:
            yield Finding("wrong", f"packs: {stage}", str(error))


def _configuration() -> Iterator[Finding]:
    from clean.config import load
    from clean.errors import ConfigError

    try:
        loaded = load()
    except ConfigError as error:
        yield Finding("wrong", "configuration", str(error))
        return
    given = sorted({source for source in loaded.sources.values() if source != "default"})
    yield Finding("ok", "configuration", ", ".join(given) or "defaults")


def _folder() -> Iterator[Finding]:
    here = Path.cwd()
    writable = os.access(here, os.W_OK)
    yield Finding(
        "ok" if writable else "wrong",
        "working folder",
        str(here) if writable else f"{here} cannot be written",
    )
