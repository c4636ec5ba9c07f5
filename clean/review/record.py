"""A run on disk, read back: the ledger's rows as documents, found by raw path, cleaned path or id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from clean import codec, edits
from clean.errors import EditError, InputError, OutputError, UsageError
from clean.model import Document, Edit, Patch
from clean.stages import STAGES
from clean.write import manifest as manifests

Row: TypeAlias = Mapping[str, Any]
"""A line of the ledger."""

ORDER = ("read", *STAGES, "duplicates", "guard")
"""Stages as they run; a ledger names only those that found something."""

STATE = ".clean"


def ledger_path(out: Path) -> Path:
    """Where the ledger of an output folder is."""
    return out / STATE / "ledger.jsonl"


def table(
    out: Path, name: str, *, start: int = 0, before: int = 0, length: int | None = None
) -> Iterator[Row]:
    """The rows of one of the JSON-lines files of a run; none where the file is not there.

    Args:
        out: the output folder.
        name: of the file.
        start: offset of the first row.
        before: how many rows stand before it.
        length: how many rows; None for all that follow.

    Raises:
        OutputError: a line that is not JSON, with its number.
    """
    path = out / STATE / name
    if not path.exists():
        return
    with path.open("rb") as lines:
        lines.seek(start)
        for number, line in enumerate(islice(lines, length), before + 1):
            if line.strip():
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    raise OutputError(
                        "ledger-damaged",
                        f"line {number} is not JSON ({error})",
                        where=str(path),
                        hint="Run `clean run` again: it writes the file anew.",
                    ) from error


def rows(out: Path, *, start: int = 0, before: int = 0, length: int | None = None) -> Iterator[Row]:
    """The rows of the ledger, or some of them; see `table`.

    Raises:
        OutputError: there is no ledger, or it is damaged.
    """
    if not ledger_path(out).exists():
        raise OutputError(
            "no-ledger",
            "no run is recorded here",
            where=str(out),
            hint="Run `clean run` first, or name the folder with --out.",
        )
    return table(out, "ledger.jsonl", start=start, before=before, length=length)


def cleaned_name(source: str) -> str:
    """The path of the cleaned text under the output folder: `a.txt`, but `b.html.txt` for `b.html.gz`."""
    bare = source.removesuffix(".gz")
    return bare if bare.endswith(".txt") else f"{bare}.txt"


def output_of(row: Row) -> str:
    """The path of the text of a ledger row under the output folder, as it is shown."""
    output = row.get("output")
    return output if isinstance(output, str) and output else cleaned_name(row["source"])


class Run:
    """The documents of one run. Texts are read when a document is asked for.

    Attributes:
        out: the output folder.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self._shard: tuple[str, Iterator[tuple[str, str]]] = "", iter(())
        self._last = "", "", ""
        self._files: dict[str, str] | None = None

    def rows(self) -> Iterator[Row]:
        """The rows of the ledger, in its order."""
        return rows(self.out)

    def documents(self) -> Iterator[Document]:
        """Every document that was cleaned, in the order of the ledger; failed ones are left out."""
        for row in self.rows():
            if row["status"] != "failed":
                yield self.document(row)

    def document(self, row: Row) -> Document:
        """The document of a row: its text, its trail, and where it came from; see `versions`."""
        return self.versions(row)[0]

    def versions(self, row: Row) -> tuple[Document, list[str]]:
        """The document of a row, with its text before each patch and, last, the present one.

        Raises:
            OutputError: the cleaned text is missing or is no longer what the ledger describes.
        """
        if row["status"] == "failed" and "text" not in row:
            raise InputError(
                "document-failed",
                "this document could not be processed, so there is nothing to compare",
                where=row["source"],
                hint=f"See {self.out / STATE / 'errors.jsonl'}.",
            )
        document = codec.ledger_document(row, self._text(row))
        try:
            return document, edits.versions(document)
        except EditError as error:
            raise OutputError(
                "text-changed",
                f"the cleaned text was changed after the run ({error.message})",
                where=str(self.out / output_of(row)),
                hint="Run `clean run` again, or undo the change.",
            ) from error

    def find(self, name: str) -> Document:
        """The one document with this id, raw path or cleaned path.

        Raises:
            UsageError: none, or several, have it.
        """
        return self.document(self.find_row(name))

    def find_row(self, name: str) -> Row:
        """The row of the one document with this id or path, else of the one whose file name begins so."""
        fits = _fits(self.out, name)
        exact: list[Row] = []
        loose: list[Row] = []
        begun: list[Row] = []
        for row in self.rows():
            if row["id"] == name or row["source"] == name:
                exact.append(row)
            elif fits(row):
                loose.append(row)
            elif row["source"].rpartition("/")[2].startswith(name):
                begun.append(row)
        found = exact or loose or begun
        if len(found) == 1:
            return found[0]
        if not found:
            raise UsageError(
                "unknown-document",
                "no document of the last run has this path or id",
                where=name,
                hint=f"Looked in {ledger_path(self.out)}.",
            )
        listed = ", ".join(row["id"] for row in found[:5])
        raise UsageError(
            "ambiguous-document",
            f"{len(found)} documents have this path",
            where=name,
            hint=f"Name one by its id: {listed}{' …' if len(found) > 5 else ''}.",
        )

    def file_of(self, row: Row) -> str:
        """The path of the text of a row under the output folder, as the file system has it."""
        shown = output_of(row)
        if "\\" not in shown:
            return shown
        if self._files is None:  # a name that is no UTF-8 is only shown in the ledger: the manifest has it
            manifest = manifests.load(self.out)
            outputs = {} if manifest is None else manifest.outputs
            self._files = {output.source: name for name, output in outputs.items()}
        return self._files.get(row["source"], shown)

    def _text(self, row: Row) -> str:
        if isinstance(row.get("text"), str):
            return str(row["text"])
        path = self.out / self.file_of(row)
        if row["status"] == "kept" and "record" not in row and path.is_file():
            # newline="": a text with CR in it must come back as it was written
            with path.open(encoding="utf-8", newline="") as file:
                return file.read()
        text = self._record(self.file_of(row), str(row["id"]))
        if text is None:
            raise OutputError(
                "no-text",
                "the text of this document is not in the output folder",
                where=str(path),
                hint="Run `clean run` again: it writes what is missing.",
            )
        return text

    def _record(self, shard: str, name: str) -> str | None:
        """The text of a record. In the order of the ledger, each shard is read once, and never held."""
        if self._last[:2] == (shard, name):
            return self._last[2]
        for anew in (False, True):
            if anew or self._shard[0] != shard:
                self._shard = shard, _records(self.out / shard)
            for found, text in self._shard[1]:
                if found == name:
                    self._last = shard, name, text
                    return text
        return None


def _records(shard: Path) -> Iterator[tuple[str, str]]:
    """Id and text of each record of a shard."""
    if shard.suffix == ".parquet" and shard.is_file():
        import pyarrow.parquet

        for batch in pyarrow.parquet.ParquetFile(shard).iter_batches(columns=["id", "text"]):
            yield from zip(*batch.to_pydict().values(), strict=True)
    elif shard.is_file():
        with shard.open("rb") as lines:
            for row in map(orjson.loads, lines):
                yield row["id"], row["text"]


def _fits(out: Path, name: str) -> Callable[[Row], bool]:
    """Whether a row's raw or cleaned path ends in `name`, or `name` in it."""
    given = Path(name)
    try:
        inside = given.resolve().relative_to(out.resolve()).as_posix()
    except ValueError:
        inside = ""
    posix = f"/{given.as_posix()}"

    def fits(row: Row) -> bool:
        source = row["source"]
        cleaned = output_of(row)
        if inside:
            return bool(cleaned == inside)
        return posix.endswith((f"/{source}", f"/{cleaned}")) or f"/{source}".endswith(posix)

    return fits


def select(run: Run, names: Sequence[str]) -> Iterator[Document]:
    """The named documents in the order given, or all of them."""
    if not names:
        return run.documents()
    return (run.find(name) for name in names)


def cut_trail(
    document: Document, start: str, end: str, known: Iterable[str] = ORDER
) -> tuple[str, list[Patch]]:
    """The text after stage `start`, and the patches from there to the text after stage `end`.

    "raw" is the text before every stage, "cleaned" the present one.

    Raises:
        UsageError: a stage that is neither known nor in the trail, or `end` before `start`.
    """
    order = list(known)
    for patch in document.trail:
        if patch.stage not in order:
            order.append(patch.stage)
    first, last = _rank(start, order), _rank(end, order)
    if first > last:
        raise UsageError(
            "stages-reversed", f"{start!r} comes after {end!r}", hint="Exchange --from and --to."
        )
    ranks = [order.index(patch.stage) for patch in document.trail]
    before = sum(rank <= first for rank in ranks)
    patches = [patch for patch, rank in zip(document.trail, ranks, strict=True) if first < rank <= last]
    return edits.versions(document)[before], patches


def _rank(stage: str, order: Sequence[str]) -> int:
    if stage == "raw":
        return -1
    if stage == "cleaned":
        return len(order)
    if stage not in order:
        raise UsageError(
            "unknown-stage", f"no stage is called {stage!r}", hint=f"Known: raw, {', '.join(order)}, cleaned."
        )
    return order.index(stage)


def kind(mark_stage: str, edit: Edit) -> str:
    """The class of an edit: what its rule found (share, comment …), or else the stage."""
    found = edit.because.get("class")
    return found if isinstance(found, str) else mark_stage
