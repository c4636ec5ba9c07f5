"""`clean duplicates`: near-duplicates of a folder or a file, as rows of clusters."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from clean.cli.options import config_of, preparing
from clean.errors import UsageError
from clean.review.terminal import visible

if TYPE_CHECKING:
    from clean.config import Config
    from clean.dedup.corpus import Keep
    from clean.dedup.find import Settings, Verdict
    from clean.dedup.gather import Plan
    from clean.dedup.sketch import Sketches, Unit
    from clean.model import Document, Finding, Stage
    from clean.read.source import Problem, Source

LARGE = 4_000_000_000
"""Bytes of input above which DuckDB is taken: in memory a text takes about 1.5 KB a hundred words."""


@click.command("duplicates", short_help="Near-duplicates of a folder or a file, as clusters.")
@click.argument("source", metavar="[INPUT]", type=click.Path(path_type=Path), default=Path("raw"))
@click.option("--clusters", metavar="OUT", type=click.Path(path_type=Path), help="Write the rows here.")
@click.option("--documents", metavar="OUT", type=click.Path(path_type=Path), help="And here what stays.")
@click.option(
    "--keep",
    type=click.Choice(["longest", "newest", "first", "sound"]),
    help="Which copy stays [default: longest].",
)
@click.option("--threshold", type=click.FloatRange(0, 1, min_open=True), help="Least similarity, 0 to 1.")
@click.option("--mark", is_flag=True, help="With --documents: note duplicates instead of leaving them out.")
@click.option(
    "--against", metavar="INDEX", type=click.Path(path_type=Path), help="Also with what was seen before."
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "memory", "duckdb", "spark"]),
    default="auto",
    help="duckdb spills to disk; it is taken for more than four gigabytes. spark needs the extra.",
)
@click.option("--master", metavar="URL", help="Of spark, as in local[2] or yarn [default: of spark-submit].")
@click.option("--memory", default="2GB", show_default=True, help="Bound of duckdb.")
@preparing
@click.option("-q", "--quiet", is_flag=True, help="Only errors.")
def command(
    source: Path,
    *,
    clusters: Path | None,
    documents: Path | None,
    unit: Unit,
    as_is: bool,
    against: Path | None,
    engine: str,
    master: str | None,
    memory: str,
    jobs: int,
    quiet: bool,
    **values: Any,
) -> int:
    """Find texts that say the same in nearly the same words, and texts that stand in others.

    INPUT is a folder, or a file of JSON lines, CSV or Parquet with `id` and `text` [default: raw]. Each row
    of the result is a member of a cluster: cluster, id, unit, survivor, kept, similarity, relation (exact,
    near, contained). Texts without a duplicate do not appear. Boilerplate is stripped before texts are
    compared: share lines and comment forms make strangers alike.
    """
    from clean.dedup.gather import gather, workers
    from clean.read.source import walk

    config = config_of({"file": values["file"], "pairs": values["pairs"]})
    settings = _settings(config, values)
    plan = plan_of(config, unit, as_is=as_is, sound=settings.keep == "sound")
    sources, problems = walk(source)
    against = against or (Path(config.duplicates.against) if config.duplicates.against else None)
    if engine == "spark":
        if against is not None:
            hint = "Leave --engine away: an index is a file of DuckDB."
            raise UsageError("engine-unsupported", "Spark does not compare with an index", hint=hint)
        from clean.execute.spark import compared

        rows, texts = compared(master, sources, plan, settings, problems)
    else:
        sketches = gather(sources, plan, problems, workers(sources, jobs))
        large = engine == "duckdb" or (engine == "auto" and _bytes(sources) > LARGE)
        if against is not None or large:
            rows, texts = _with_duckdb(sketches, unit, settings, against, memory)
        else:
            rows, texts = _in_memory(sketches, unit, settings)
    _write(clusters, map(_line, rows))
    if documents is not None:
        _write(documents, _documents(sources, plan, rows, mark=values["mark"]))
    if not quiet:
        click.echo(_account(rows, texts, unit), err=True)
    return tell(problems)


def tell(problems: list[Problem]) -> int:
    """Name what could not be read on standard error; the exit code."""
    for problem in problems:
        if problem.severity != "skipped":
            line = f"clean: {problem.source}: {problem.message}. {problem.hint}".rstrip()
            click.echo(visible(line), err=True)
    return 3 if any(problem.severity == "failed" for problem in problems) else 0


def _bytes(sources: list[Source]) -> int:
    return sum(Path(source.path).stat().st_size for source in sources)


def _in_memory(sketches: Iterable[Sketches], unit: Unit, settings: Settings) -> tuple[list[Verdict], int]:
    from clean.dedup.corpus import Corpus
    from clean.dedup.find import solve

    corpus = Corpus()
    for part in sketches:
        corpus.add(part)
    texts = len(corpus)
    return solve(corpus, unit, settings), texts


def _with_duckdb(
    sketches: Iterable[Sketches], unit: Unit, settings: Settings, against: Path | None, memory: str
) -> tuple[list[Verdict], int]:
    import tempfile

    from clean.dedup import duck, index, store

    if against is not None and index.info(against).unit != unit:
        raise UsageError(
            "index-unit",
            f"an index of another unit than {unit}",
            where=str(against),
            hint="Name the unit of the index with --unit.",
        )
    with tempfile.TemporaryDirectory(prefix="clean-") as folder:
        connection = store.connect(Path(folder) / "run.duckdb", memory=memory, also=against)
        try:
            store.create(connection, unit)
            texts = store.write(connection, sketches)
            return duck.solve(connection, unit, settings, seen=against is not None), texts
        finally:
            connection.close()


def _settings(config: Config, values: dict[str, Any]) -> Settings:
    """The settings of the configuration, with those of the command line before them."""
    from clean.dedup.find import Settings

    chosen = config.duplicates
    threshold = values["threshold"]
    keep = cast("Keep", values["keep"] or chosen.survivor)
    return Settings(
        keep,
        chosen.document_threshold if threshold is None else threshold,
        chosen.entry_threshold if threshold is None else threshold,
    )


def plan_of(config: Config, unit: Unit, *, as_is: bool, sound: bool) -> Plan:
    """What is done to a document before it is compared; damage is sought only if it matters."""
    from clean.dedup.gather import Plan
    from clean.read.limits import Limits, Reading
    from clean.stages.duplicates import texts_of_unit

    names = [] if as_is else ["unicode", "boilerplate"]
    if sound:
        names = ["unicode", *names[1:], "translation", "names"]
    limits = Limits(bytes=config.limits.megabytes * 1_000_000, ratio=config.limits.ratio)
    reading = Reading(limits, config.input.text_field, config.input.id_field)
    return Plan(unit, partial(_stages, config, tuple(names), unit), texts_of_unit, reading)


def _stages(config: Config, names: tuple[str, ...], unit: Unit) -> tuple[Stage, ...]:
    from clean.stages import build_stages

    stages = build_stages(config, names=names) if names else ()
    return (*stages, *map(_PagesOnly, build_stages(config, names=["entries"]))) if unit == "entry" else stages


@dataclass(frozen=True, slots=True)
class _PagesOnly:
    """A stage that leaves records alone: with `--unit entry` a record is an entry, a file a page of them."""

    stage: Stage

    @property
    def name(self) -> str:
        """The stage's own."""
        return self.stage.name

    @property
    def version(self) -> str:
        """The stage's own."""
        return self.stage.version

    @property
    def after(self) -> tuple[str, ...]:
        """The stage's own."""
        return self.stage.after

    def __call__(self, document: Document) -> Iterable[Finding]:
        """The stage's findings, on a file."""
        record = document.origin is not None and document.origin.record is not None
        return () if record else self.stage(document)


def _line(row: Verdict) -> bytes:
    from clean.codec import encode

    return encode(row._asdict())


def _documents(sources: list[Source], plan: Plan, rows: list[Verdict], *, mark: bool) -> Iterator[bytes]:
    """The documents that stay, read once more, as JSON lines with what was done to them."""
    from clean import codec
    from clean.dedup.gather import documents, items
    from clean.model import Document
    from clean.stages.duplicates import Duplicates, table_of

    stages = (*plan.build(), Duplicates(table_of(rows), mark))
    for document in documents(items(sources, plan.reading, []), plan, stages):
        if isinstance(document, Document) and document.dropped is None:
            yield codec.encode(codec.document_row(document))


def _write(path: Path | None, lines: Iterable[bytes]) -> None:
    """To a file, which takes its name when it is complete, or to standard output."""
    if path is None or str(path) == "-":
        sys.stdout.buffer.writelines(lines)
        return
    from clean.write.files import Folder

    folder = Folder(path.parent)
    with folder.writing(path.name) as file:
        file.writelines(lines)
    folder.sync()


def _account(rows: list[Verdict], texts: int, unit: Unit) -> str:
    copies = sum(not row.survivor for row in rows)
    clusters = len({row.cluster for row in rows if row.cluster is not None})
    inside = len({row.id for row in rows if row.relation == "contained"})
    units = "entries" if unit == "entry" else "documents"
    return (
        f"{texts:,} {units}: {copies:,} copies in {clusters:,} clusters; "
        f"{inside:,} stand in another, whole or in part"
    )
