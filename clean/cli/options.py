"""Options that several commands share, and the configuration they add up to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from clean.config import Config, Loaded, assignments, load

Command = TypeVar("Command", bound=Callable[..., Any])

_CONFIG = [
    click.option("-c", "--config", "file", type=click.Path(path_type=Path), help="Configuration file."),
    click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="As in duplicates.mark=true."),
    click.option("--select", multiple=True, metavar="RULE", help="Only rules whose name begins so."),
    click.option("--ignore", multiple=True, metavar="RULE", help="No rules whose name begins so."),
    click.option("--keep", multiple=True, metavar="CLASS", help="Boilerplate to keep: byline, caption …"),
    click.option("--drop", multiple=True, metavar="CLASS", help="Also delete: title, separator."),
    click.option("--apply", "accept", multiple=True, metavar="RULE", help="Carry out its suggestions."),
    click.option("--one-form", is_flag=True, default=None, help="Each known name in one form throughout."),
    click.option("--packs", multiple=True, metavar="DIR", help="A folder with rule packs of your own."),
    click.option("--names", "name_files", multiple=True, metavar="FILE", help="A gazetteer of your own."),
]

_PREPARING = [
    click.option(
        "--unit",
        type=click.Choice(["document", "entry"]),
        default="document",
        show_default=True,
        help="What is compared.",
    ),
    click.option("--as-is", is_flag=True, help="Take texts with their boilerplate."),
    _CONFIG[0],
    click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="As in input.text_field=body."),
    click.option(
        "-j", "--jobs", type=click.IntRange(0), default=0, help="Worker processes [default: one a core]."
    ),
]


def config_options(command: Command) -> Command:
    """Add the options that make up a configuration; the command gets them as `settings: Settings`."""
    return _decorated(command, _CONFIG)


def preparing(command: Command) -> Command:
    """Add the options that say which texts of the inputs are compared, and what is done to them before."""
    return _decorated(command, _PREPARING)


def _decorated(command: Command, options: list[Callable[[Any], Any]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def configured(values: dict[str, Any], **flags: object) -> Loaded:
    """The configuration of a command line.

    Args:
        values: what the shared options gave; these keys are taken out.
        flags: keys that other options of the command set; "__" stands for the dot of a section.

    Raises:
        ConfigError: an unknown key or a bad value.
    """
    file, pairs = values.pop("file", None), values.pop("pairs", ())
    given: dict[str, Any] = dict(assignments(pairs))
    for key in ("select", "ignore", "keep", "drop", "packs"):
        given[key] = _split(values.pop(key, ()))
    given["apply"] = _split(values.pop("accept", ()))
    given["names.one_form"] = values.pop("one_form", None)
    given["names.files"] = _split(values.pop("name_files", ()))
    given |= {key.replace("__", "."): value for key, value in flags.items()}
    return load(given, file=file)


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def config_of(values: dict[str, Any], **flags: object) -> Config:
    """`configured` without the sources."""
    return configured(values, **flags).config
