"""`clean names`: list, add, check, why-not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from clean.cli.stage import names as as_filter
from clean.errors import InputError, UsageError
from clean.model import Document, Edit
from clean.names.gazetteer import TYPES, Name, distinct, load, parse
from clean.names.words import fold
from clean.review.terminal import visible

_FILES = click.option(
    "--names", "files", multiple=True, type=click.Path(path_type=Path), help="A gazetteer of your own."
)


class _Group(click.Group):
    """`clean names` without one of its commands is the stage as a filter, like `clean unicode`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As in click, with `filter` before anything that is no command."""
        known = {*self.commands, *ctx.help_option_names}
        if not ctx.resilient_parsing and (not args or args[0] not in known):
            args = ["filter", *args]
        return super().parse_args(ctx, args)


@click.group("names", cls=_Group, short_help="Mangled names: the stage as a filter, and its gazetteer.")
def command() -> None:
    """Mangled names: repaired with evidence, else suggested, else left.

    With FILEs or standard input this is the stage as a filter: `clean names < a.txt`. Its commands are about
    the gazetteer: which names are known, and what they do.
    """


command.add_command(as_filter, "filter")


@command.command("list")
@click.argument("words", nargs=-1)
@click.option("--type", "kind", type=click.Choice(TYPES), help="Only names of this type.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines with every field.")
@_FILES
def list_names(words: tuple[str, ...], kind: str | None, as_json: bool, files: tuple[Path, ...]) -> None:
    """One name a line: id, type, right forms, source. WORDS: only names with all of these."""
    shown = 0
    for name in load(files):
        everything = fold(" ".join((name.id, *name.forms, *name.topic, name.native)))
        if kind not in (None, name.type) or not all(fold(word) in everything for word in words):
            continue
        shown += 1
        if as_json:
            click.echo(json.dumps(_row(name), ensure_ascii=False))
        else:
            click.echo(visible(f"{name.id:32} {name.type:12} {' · '.join(name.forms)}   {name.source}"))
    click.echo(f"{shown} names", err=True)


@command.command("add")
@click.argument("name")
@click.option("--type", "kind", type=click.Choice(TYPES), required=True, help="What it names.")
@click.option("--topic", "topics", multiple=True, required=True, help="A word of its world: its country.")
@click.option("--source", required=True, help="wikidata:Q…, geonames:… or a URL.")
@click.option("--alias", "aliases", multiple=True, help="Another right form.")
@click.option("--mangled", multiple=True, help="A form that is certainly wrong.")
@click.option("--cue", "cues", multiple=True, help="A word that stands beside it.")
@click.option("--not-with", multiple=True, help="A word that speaks of something else of that name.")
@click.option("--native", default="", help="The name in its own script.")
@click.option("--id", "identifier", default="", help="Default: from the name.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("names.jsonl"),
    show_default=True,
    help="The gazetteer file; made if it is not there.",
)
def add(
    name: str,
    kind: str,
    topics: tuple[str, ...],
    source: str,
    aliases: tuple[str, ...],
    mangled: tuple[str, ...],
    cues: tuple[str, ...],
    not_with: tuple[str, ...],
    native: str,
    identifier: str,
    file: Path,
) -> None:
    """Write NAME as one line of a gazetteer file, if the line is valid and does no harm."""
    from clean.names.check import listed

    lists = {"aliases": aliases, "mangled": mangled, "cues": cues, "topic": topics, "not_with": not_with}
    row: dict[str, object] = {"id": identifier or _identifier(name), "name": name, "type": kind}
    row |= {field: list(values) for field, values in lists.items() if values}
    row |= {"native": native} if native else {}
    row["source"] = source
    line = json.dumps(row, ensure_ascii=False)
    entry = parse(line, f"{file} (new line)")
    distinct((*load([file] if file.exists() else []), entry))
    harm = next(listed([entry]), None)
    if harm is not None:
        raise UsageError("names-harmful", harm.why, where=harm.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    gap = "" if not before or before.endswith("\n") else "\n"
    with file.open("a", encoding="utf-8") as out:
        out.write(f"{gap}{line}\n")
    click.echo(f"{entry.id} → {file}. Use it: clean run --names {file}", err=True)


@command.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), help="A folder of clean text to replay.")
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], against: Path | None) -> None:
    """Are the names of FILES (or the shipped ones) valid, and do they leave clean text alone?

    Exit 1 where an entry would change text of the folder, or lists a known word as mangled.
    """
    from clean.names.check import listed, replayed
    from clean.stages.names import Names

    names = load(files)
    asked = [name for name in names if not files or not name.where.startswith("packs/names/")]
    harms = list(listed(asked))
    documents = 0
    if against is not None:
        texts = list(_texts(against))
        documents = len(texts)
        harms += replayed(frozenset(name.id for name in asked), texts, Names(names))
    for harm in harms:
        click.echo(visible(f"{harm.where}: {harm.name}: {harm.why}"))
    replay = f", {documents} documents replayed" if against is not None else ""
    click.echo(f"{len(asked)} names checked{replay}, {len(harms)} harmful", err=True)
    if harms:
        context.exit(1)


@command.command("why-not")
@click.argument("phrase")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_FILES
def why_not(phrase: str, file: Path, files: tuple[Path, ...]) -> None:
    """Which evidence was missing for a repair of PHRASE in the text FILE ("-": standard input)."""
    from clean.names import surroundings, why
    from clean.stages.names import Names

    text = sys.stdin.buffer.read().decode(errors="replace") if str(file) == "-" else _text(file)
    stage = Names(load(files))
    made = [finding for finding in stage(Document(str(file), text)) if isinstance(finding, Edit)]
    for answer in why.why_not(phrase, surroundings.of(text), stage.index, made):
        place = f"{file}:{answer.line}: " if answer.line else ""
        click.echo(visible(f"{place}{answer.word} {answer.text}"))


def _row(name: Name) -> dict[str, object]:
    fields = "id name type aliases mangled cues topic not_with native romanisation source".split()
    return {field: getattr(name, field) for field in fields if getattr(name, field)}


def _identifier(name: str) -> str:
    letters = "".join(letter if letter.isalnum() else "-" for letter in fold(name))
    return "-".join(part for part in letters.split("-") if part)


def _texts(folder: Path) -> Iterator[Document]:

    paths = sorted(folder.rglob("*.txt")) if folder.is_dir() else [folder]
    if not paths:
        raise InputError(
            "no-text", "holds no .txt file", where=str(folder), hint="Give a folder of clean text."
        )
    for path in paths:
        yield Document(str(path), _text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError("unreadable", f"cannot be read: {error.strerror}", where=str(path)) from error
