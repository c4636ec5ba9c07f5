"""`clean eval RAW GOLD`: how well a configuration does on labelled lines of one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clean.cli.options import config_of, config_options
from clean.errors import InputError, UsageError

if TYPE_CHECKING:
    from clean.boilerplate.evaluate import Labelled


@click.command("eval", short_help="Precision and recall on labelled lines of your own.")
@click.argument("raw", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("gold", type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--show", type=click.IntRange(0), default=10, help="Mistakes to show [default: 10].")
@config_options
def command(raw: Path, gold: Path, *, as_json: bool, show: int, **values: Any) -> None:
    """Clean the texts of the folder RAW and compare them with GOLD.

    GOLD is a folder of texts of the same names as they should be, or a file of JSON lines with `doc`, `line` (from
    1), `label` (keep, drop or either) and perhaps `class`; lines without a row are to stay.
    """  # noqa: E501
    from clean.boilerplate.evaluate import evaluate
    from clean.model import Document
    from clean.pipeline import Pipeline
    from clean.review.terminal import visible
    from clean.stages import build_stages

    pipeline = Pipeline(build_stages(config_of(values)))
    labelled = list(_from_texts(raw, gold) if gold.is_dir() else _from_rows(raw, gold))
    if not labelled:
        raise UsageError("nothing-labelled", "no text of RAW has labels", where=str(gold))
    score = evaluate(labelled, lambda text: pipeline(Document("text", text)).text)
    figures = {
        "documents": len(labelled),
        "drop_recall": round(score.recall, 4),
        "article_lost": round(score.loss, 5),
        "drop_precision": round(score.precision, 4),
        "by_class": {kind or "unnamed": f"{gone}/{lines}" for kind, (lines, gone) in score.by_class.items()},
    }
    if as_json:
        click.echo(json.dumps(figures))
        return
    for mistake in score.mistakes[:show]:
        click.echo(f"{mistake.what:5} {mistake.name}:{mistake.line}  {visible(mistake.text[:120])}")
    if len(score.mistakes) > show:
        click.echo(f"      and {len(score.mistakes) - show} more (--show)")
    for name, value in figures.items():
        click.echo(f"{name:15} {value}")


def _from_texts(raw: Path, gold: Path) -> Iterator[Labelled]:
    from clean.boilerplate.evaluate import Labelled, labels_of_gold

    for path in sorted(raw.glob("*.txt")):
        twin = gold / path.name
        if twin.is_file():
            text = path.read_text("utf-8")
            yield Labelled(path.name, text, labels_of_gold(text, twin.read_text("utf-8")))


def _from_rows(raw: Path, gold: Path) -> Iterator[Labelled]:
    from clean.boilerplate.evaluate import Labelled

    labels: dict[str, dict[int, str]] = {}
    kinds: dict[str, dict[int, str]] = {}
    for number, line in enumerate(gold.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            name, at, label = str(row["doc"]).removesuffix(".txt"), int(row["line"]), str(row["label"])
        except (ValueError, KeyError, TypeError) as error:
            hint = 'Each line is {"doc": …, "line": …, "label": …}.'
            raise InputError(
                "bad-record", f"no label: {error}", where=f"{gold}:{number}", hint=hint
            ) from error
        # A line of which only a part goes is scored by nobody here: it neither stays nor goes.
        labels.setdefault(name, {})[at] = label if label in ("keep", "drop") else "either"
        kinds.setdefault(name, {})[at] = str(row.get("class", ""))
    for path in sorted(raw.glob("*.txt")):
        yield Labelled(
            path.name, path.read_text("utf-8"), labels.get(path.stem, {}), kinds.get(path.stem, {})
        )
