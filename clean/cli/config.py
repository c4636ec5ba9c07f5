"""`clean config show` and `clean config init`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from clean.cli.options import config_options, configured
from clean.config import CHOICES, Config, keys, value_of
from clean.errors import UsageError


@click.group("config", short_help="The configuration, and where each value came from.")
def command() -> None:
    """The configuration, and where each value came from."""


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_options
def show(*, as_json: bool, **values: Any) -> None:
    """Every key with its value and where that came from."""
    loaded = configured(values)
    rows = [(key, value_of(loaded.config, key), loaded.sources[key]) for key in keys()]
    if as_json:
        import json

        table = {key: {"value": value, "from": source} for key, value, source in rows}
        click.echo(json.dumps(table, ensure_ascii=False, indent=2))
        return
    width = max(len(key) for key in keys())
    for key, value, source in rows:
        click.echo(f"{key:{width}}  {_toml(value):24}  # {source}")


@command.command("init")
@click.argument("path", type=click.Path(path_type=Path), default=Path("clean.toml"))
def init(path: Path) -> None:
    """Write a configuration file with every key, its default and its choices."""
    if path.exists():
        raise UsageError("file-exists", "is there already", where=str(path), hint="Give another path.")
    lines: list[str] = ["# Every key with its default. Delete what you do not change.", ""]
    section = ""
    for key in keys():
        before, _, name = key.rpartition(".")
        if before != section:
            lines += ["", f"[{before}]"]
            section = before
        choices = f"  # {', '.join(CHOICES[key])}" if key in CHOICES else ""
        lines.append(f"{name} = {_toml(value_of(Config(), key))}{choices}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"wrote {path}", err=True)


def _toml(value: object) -> str:
    import json

    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
