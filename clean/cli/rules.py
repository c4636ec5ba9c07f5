"""`clean rules`: list, show and test the rules of the packs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clean.cli.learn import candidates, learn
from clean.errors import UsageError
from clean.review.terminal import visible

if TYPE_CHECKING:
    from clean.model import Stage
    from clean.rules.model import Rule

PACKED = ("boilerplate", "translation")
"""Stages that read rule packs."""

_PACKS = click.option(
    "--packs",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder with packs of your own.",
)


@click.group("rules", short_help="List, show, test and write rules.")
def command() -> None:
    """List, show, test and write rules."""


@command.command("list")
@click.option("--class", "kind", help="Only this class.")
@click.option("--language", help="Only this language.")
@click.option("--stage", type=click.Choice(PACKED), help="Only this stage.")
@_PACKS
def list_rules(kind: str | None, language: str | None, stage: str | None, folders: tuple[Path, ...]) -> None:
    """One rule a line: name, class, action, why."""
    shown = 0
    for rule in _all_rules(folders):
        if (
            kind not in (None, rule.kind)
            or language not in (None, rule.language)
            or stage not in (None, rule.stage)
        ):
            continue
        line = f"{rule.name:44} {rule.kind:10} {rule.do:12} {rule.language:3} {rule.why}"
        click.echo(visible(line))
        shown += 1
    click.echo(f"{shown} rules", err=True)


@command.command("show")
@click.argument("name")
@_PACKS
def show(name: str, folders: tuple[Path, ...]) -> None:
    """Everything about one rule: pattern, reason, examples, near misses."""
    rule = _find(name, _all_rules(folders))
    click.echo(visible(f"{rule.name}   {rule.origin}"))
    for label in (
        "kind",
        "do",
        "why",
        "match",
        "where",
        "previous",
        "next",
        "new",
        "note",
        "problems",
        "site",
    ):
        value = getattr(rule, label)
        if value:
            click.echo(visible(f"  {label:9} {value}"))
    for phrase in rule.phrases:
        click.echo(visible(f"  phrase    {phrase}"))
    for before, after in rule.changes:
        click.echo(f"  changes   {before!r}\n       to   {after!r}")
    for text in rule.leaves:
        click.echo(f"  leaves    {text!r}")


@command.command("test")
@_PACKS
@click.option("--stage", type=click.Choice(PACKED), help="Only this stage.")
def test(folders: tuple[Path, ...], stage: str | None) -> int:
    """Let every pack prove itself: examples, near misses, undo. Exit 1 where one fails."""
    from clean.rules.load import load_rules
    from clean.rules.prove import prove

    failed = proved = 0
    for name in PACKED if stage is None else (stage,):
        rules = load_rules(name, folders)
        for failure in prove(rules, _builder(name)):
            click.echo(str(failure))
            failed += 1
        proved += len(rules)
    click.echo(f"{proved} rules, {failed} failures", err=True)
    return 1 if failed else 0


@command.command("why-not")
@click.argument("name")
@click.argument("place", metavar="FILE[:LINE]")
@_PACKS
def why_not(name: str, place: str, folders: tuple[Path, ...]) -> int:
    """Why a rule did not fire on a line: which of its conditions fails. Without LINE: where it came near."""
    from clean.cli.explain import split_place
    from clean.cli.stage import documents
    from clean.config import Config
    from clean.errors import CleanError
    from clean.lines import Lines
    from clean.pipeline import run_stage
    from clean.review.near import near_rules
    from clean.review.terminal import visible
    from clean.stages import build_stages

    rule = _find(name, _all_rules(folders))
    file, first, last = split_place(place)
    failures: list[CleanError] = []
    (characters,) = build_stages(Config(), names=["unicode"])
    shown = 0
    for document, _ in documents([file], failures):
        lines = Lines(run_stage(document, characters).text)
        for position, number in enumerate(lines.filled):
            if first is not None and not first <= number + 1 <= (last or first):
                continue
            for _, near in near_rules([rule], lines, position):
                click.echo(f"{number + 1}: {visible(lines.all[number][:80])}\n    {near.why}")
                shown += 1
    for failure in failures:
        raise failure
    if not shown:
        click.echo("its words do not stand there" if first else "it came near no line", err=True)
    return 0


@command.command("new")
@click.argument("host")
@click.argument("page", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Write it there instead of printing it."
)
def new(host: str, page: Path, output: Path | None) -> None:
    """Print the skeleton of a site pack for HOST, from one saved PAGE: look it through before you use it.

    Put it into DIR/sites/HOST.toml and give DIR to `clean run --packs`.
    """
    from clean.boilerplate.skeleton import skeleton
    from clean.cli.stage import documents
    from clean.config import Config
    from clean.errors import CleanError
    from clean.pipeline import run_stage
    from clean.stages import build_stages

    failures: list[CleanError] = []
    found = [document for document, _ in documents([str(page)], failures)]
    if not found:
        raise failures[0] if failures else UsageError("no-page", "holds no page", where=str(page))
    first = found[0]
    for stage in build_stages(Config(), names=["extract", "unicode"]):
        first = run_stage(first, stage)
    (stage,) = build_stages(Config(), names=["boilerplate"])
    text = skeleton(host.removeprefix("www."), first, stage)
    if output is None:
        click.echo(text, nl=False)
    elif output.exists():
        raise UsageError("file-exists", "is there already", where=str(output), hint="Give another path.")
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}", err=True)


command.add_command(learn)
command.add_command(candidates)


def _builder(stage: str) -> Callable[[Sequence[Rule]], Stage]:
    def build(rules: Sequence[Rule]) -> Stage:
        if stage == "boilerplate":
            from clean.stages.boilerplate import Boilerplate

            built: Stage = Boilerplate(tuple(rules), frozenset())
            return built
        from clean.stages.translation import Translation

        return Translation(tuple(rules))

    return build


def _all_rules(folders: Sequence[Path]) -> list[Rule]:
    from clean.rules.load import load_rules

    return [rule for stage in PACKED for rule in load_rules(stage, folders)]


def _find(name: str, rules: Sequence[Rule]) -> Rule:
    import difflib

    for rule in rules:
        if name in (rule.name, rule.id):
            return rule
    near = difflib.get_close_matches(name, [rule.name for rule in rules], n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]!r}?" if near else "`clean rules list` lists them."
    raise UsageError("unknown-rule", f"there is no rule {name!r}", hint=hint)
