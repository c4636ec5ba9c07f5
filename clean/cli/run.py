"""`clean run`: the whole pipeline, from a folder to a folder."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from clean.cli.options import config_options, configured
from clean.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clean.config import Config, Loaded
    from clean.dedup.corpus import Keep
    from clean.dedup.find import Settings
    from clean.execute.collect import Find, Judged, Summary
    from clean.execute.run import Closing
    from clean.execute.whole import Whole
    from clean.model import Stage
    from clean.review.decisions import Decisions
    from clean.stages.corpus import Concerned


@click.command("run", short_help="The whole pipeline, from a folder to a folder.")
@click.argument("raw", type=click.Path(path_type=Path), default=Path("raw"))
@click.argument("out", type=click.Path(path_type=Path), default=Path("cleaned"))
@config_options
@click.option("--only", multiple=True, metavar="STAGE", help="These stages alone.")
@click.option("--skip", multiple=True, metavar="STAGE", help="Not these stages.")
@click.option(
    "-j", "--jobs", type=click.IntRange(0), help="Worker processes [default: one a core, none if small]."
)
@click.option(
    "--format", "kind", type=click.Choice(["text", "jsonl", "parquet"]), help="Output for containers."
)
@click.option("--engine", type=click.Choice(["local", "spark"]), help="Where the work is done.")
@click.option("--master", metavar="URL", help="Of spark, as in local[2] or yarn [default: of spark-submit].")
@click.option(
    "--text-field", metavar="NAME", help="Field of the text in JSONL, CSV, Parquet [default: text]."
)
@click.option("--id-field", metavar="NAME", help="Field of the id in them [default: id].")
@click.option("--max-removed", metavar="SHARE", help="Hold back what would lose more, as in 60%; exit 4.")
@click.option("--dry-run", is_flag=True, help="Do everything, write nothing.")
@click.option("--diff", "show_diff", is_flag=True, help="Show what changed; exit 1 if anything did.")
@click.option("--fresh", is_flag=True, help="Use nothing of a former run again.")
@click.option("--salvage", is_flag=True, help="Keep what can be read of a damaged .gz or .zst.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors.")
@click.option("-v", "--verbose", is_flag=True, help="Every problem, not the first ten.")
@click.option("--log-json", is_flag=True, help="The account of the run as JSON lines, on standard error.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours of --diff."
)
@click.option(
    "--progress", type=click.Choice(["auto", "always", "never"]), default="auto", help="Progress bar."
)
def command(
    raw: Path,
    out: Path,
    *,
    dry_run: bool,
    show_diff: bool,
    fresh: bool,
    salvage: bool,
    master: str | None,
    quiet: bool,
    verbose: bool,
    log_json: bool,
    color: str,
    progress: str,
    **values: Any,
) -> int:
    """Clean the folder RAW into the folder OUT. RAW is never modified.

    Only what changed since the last run is done again. OUT/.clean has the ledger of every change.
    """
    from clean.cli.account import Meter, tell

    loaded = loaded_from(values)
    meter = Meter(sys.stderr, wanted=progress, silent=quiet or log_json)
    with tempfile.TemporaryDirectory(prefix="clean-") as scratch:
        target = Path(scratch) if dry_run else out
        how = {"fresh": fresh, "salvage": salvage}
        summary = run_with(raw, target, loaded, progress=meter, decided=out, master=master, **how)
        meter.end()
        tell(summary, target, sys.stderr, quiet=quiet, verbose=verbose, as_json=log_json, dry_run=dry_run)
        if loaded.config.report and not summary.idle and not dry_run:
            from clean.execute.child import processes
            from clean.review.report import write_report

            page = write_report(out, jobs=processes(loaded.config.jobs))
            if not quiet and not log_json:
                click.echo(f"review it: {page}", err=True)
        if show_diff:
            from clean.cli.diff import command as diff

            diff.main(["--out", str(target), "--color", color], standalone_mode=False)
    return summary.exit_code or int(show_diff and summary.changed > 0)


def loaded_from(values: dict[str, Any]) -> Loaded:
    """The configuration from the options of `run` and `check`."""
    flags = {
        "only": ",".join(values.pop("only", ())) or None,
        "skip": ",".join(values.pop("skip", ())) or None,
        "jobs": values.pop("jobs", None),
        "format": values.pop("kind", None),
        "engine": values.pop("engine", None),
        "input__text_field": values.pop("text_field", None),
        "input__id_field": values.pop("id_field", None),
        "max_removed": values.pop("max_removed", None),
    }
    return configured(values, **flags)


def run_with(
    raw: Path,
    out: Path,
    loaded: Loaded,
    *,
    progress: Any = None,
    fresh: bool = False,
    salvage: bool = False,
    decided: Path | None = None,
    master: str | None = None,
) -> Summary:
    """The run that a configuration asks for.

    Args:
        raw: input folder.
        out: output folder.
        loaded: the configuration, and where its values came from.
        progress: see `execute.run.run`.
        fresh: use nothing of a former run again.
        salvage: keep what can be read of damaged compressed streams.
        decided: the output folder whose remembered decisions are kept to.
        master: of Spark, where that is the engine.
    """
    from clean.execute.run import run
    from clean.read.limits import Limits, Reading
    from clean.review.decisions import Decisions, load
    from clean.stages import recipe
    from clean.write.files import STATE

    config = loaded.config
    decisions = Decisions() if decided is None else load(decided)
    limits = config.limits
    bounds = Limits(
        limits.seconds, limits.memory_mb << 20, limits.megabytes * 1_000_000, limits.ratio, limits.elements
    )
    asked = loaded.sources["max_removed"] != "default"
    elsewhere = find = None
    if config.engine == "spark":
        from clean.execute import spark

        elsewhere = partial(spark.process, master)
        find = partial(spark.find_in, master, out / STATE / "work")
    elif master is not None:
        hint = "Say --engine spark."
        raise UsageError("master-without-spark", "--master is of the engine spark", hint=hint)
    return run(
        raw,
        out,
        partial(_stages, config, decisions),
        duplicates=comparison(config),
        mark=config.duplicates.mark,
        judging=partial(_judge, decisions, find),
        decided=decisions.digest("duplicates"),
        closing=closing_of(config, decisions),
        recipe=recipe(config) + decisions.digest(),
        jobs=config.jobs,
        elsewhere=elsewhere,
        reading=Reading(bounds, config.input.text_field, config.input.id_field, salvage),
        shard_format="parquet" if config.format == "parquet" else "jsonl",
        max_removed=config.max_removed if asked else None,
        progress=progress,
        fresh=fresh,
    )


def _stages(config: Config, decisions: Decisions) -> tuple[Stage, ...]:
    """The stages of a configuration, made to keep to what a person decided."""
    from clean.review.decisions import deciding
    from clean.stages import build_stages

    return deciding(build_stages(config), decisions)


def closing_of(config: Config, decisions: Decisions) -> Closing | None:
    """What a run closes with; None where no stage asks the whole run."""
    from clean.stages import whole_asked

    return partial(_closing, config, decisions) if whole_asked(config) else None


def _closing(config: Config, decisions: Decisions, whole: Whole) -> Concerned | None:
    """The stage that knows the whole run, made to keep to what a person decided."""
    from clean.review.decisions import deciding
    from clean.stages import corpus_stage

    found = corpus_stage(config, whole)
    return None if found is None else found._replace(stage=deciding((found.stage,), decisions)[0])


def _judge(
    decisions: Decisions, find: Find | None, whole: Whole, settings: Settings, mark: bool
) -> tuple[Iterable[dict[str, Any]], Judged]:
    """The duplicates without those that a person took back."""
    from clean.execute.collect import judge
    from clean.review.decisions import deciding, keeping

    table, found = judge(whole, settings, mark, find)
    found = found._replace(stage=deciding((found.stage,), decisions)[0])
    return keeping(table, decisions) if decisions else table, found


def comparison(config: Config) -> Settings | None:
    """How documents are compared; None where the stage is left out."""
    if "duplicates" in config.skip or (config.only and "duplicates" not in config.only):
        return None
    from clean.dedup.find import Settings

    chosen = config.duplicates
    return Settings(cast("Keep", chosen.survivor), chosen.document_threshold, chosen.entry_threshold)
