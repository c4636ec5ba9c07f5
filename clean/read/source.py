"""The files of an input folder, in one order, and those that are refused without being opened.

Only regular files are read and no symbolic link is followed: a FIFO blocks for ever, a device never ends,
a link may lead anywhere. What is not read is named in a `Problem`; nothing is passed over silently.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from clean.errors import CleanError, InputError, UsageError
from clean.read.limits import LARGER

FORMATS = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
}
"""Format by the last suffix, after a compression suffix is taken off."""

PACKINGS = {".gz": "gzip", ".zst": "zstd"}

DOCUMENT_FORMATS = frozenset({"text", "html"})
"""One file, one document; every other format is a container of records."""

RESERVED = ".clean"
"""Name at the top of the output that belongs to the run."""

SUPPORTED = "Readable are .txt .html .htm .xhtml .jsonl .csv .parquet .warc .wet, each also with .gz or .zst."


class Source(NamedTuple):
    """One file to read."""

    name: str
    """The id of its document: relative to the input, with `/`; what is no UTF-8 is shown as `\\xff`."""
    path: str
    """As the operating system wants it."""
    format: str
    """text, html, jsonl, csv, parquet or warc."""
    packing: str = ""
    """gzip, zstd or nothing."""

    @property
    def container(self) -> bool:
        """Whether it holds records rather than being one document."""
        return self.format not in DOCUMENT_FORMATS


class Problem(NamedTuple):
    """Something that was not read, or not entirely: a row of `errors.jsonl`."""

    source: str
    code: str
    message: str
    hint: str = ""
    record: int | None = None
    """Number of the record in a container; None for the whole file."""
    stage: str = "read"
    severity: str = "failed"
    """failed: no output for it. damaged: the rest of the file was read. skipped: never meant as input."""

    @classmethod
    def of(cls, error: CleanError, source: str, *, record: int | None = None, stage: str = "read") -> Problem:
        """The problem that an error tells of."""
        return cls(source, error.code, error.message, error.hint, record, stage)


@contextmanager
def costing_itself() -> Iterator[None]:
    """Make what a reader, or a library behind it, did not foresee an error of this one input.

    Raises:
        InputError: "internal-error" for any other exception; memory is the business of whoever set its bound.
    """
    try:
        yield
    except (CleanError, OSError, MemoryError):
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"[:500]
        raise InputError("internal-error", what, hint="Please report this, with the input.") from error


def classify(name: str) -> tuple[str, str] | None:
    """Format and packing of a file name, or None where it is not supported.

    >>> classify("page.html.gz"), classify("CC-MAIN.warc.wet.gz"), classify("notes.docx")
    (('html', 'gzip'), ('warc', 'gzip'), None)
    """
    path = PurePosixPath(name.lower())
    packing = PACKINGS.get(path.suffix, "")
    kind = FORMATS.get(path.with_suffix("").suffix if packing else path.suffix)
    return None if kind is None else (kind, packing)


def printable(path: str) -> str:
    r"""A path as text that JSON can hold; what the file system decoded by escape is shown as `\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def rooted(raw: Path) -> tuple[Path, str]:
    """The folder or file to read, and the pattern that names below it must fit.

    >>> rooted(Path("nowhere/2024-*/**/*.txt"))
    (PosixPath('nowhere'), '2024-*/**/*.txt')
    """
    wild = [place for place, part in enumerate(raw.parts) if any(sign in part for sign in "*?[")]
    if not wild or raw.exists():
        return raw, ""
    return Path(*raw.parts[: wild[0]]), "/".join(raw.parts[wild[0] :])


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_fits(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])


def walk(root: Path, pattern: str = "") -> tuple[list[Source], list[Problem]]:
    """Every file below a folder, or the one file, sorted by name; and what will not be read.

    Args:
        root: a folder or a file.
        pattern: what names must fit, as of `rooted`; everything else is no input.

    Raises:
        UsageError: the input does not exist.
        InputError: the folder cannot be listed.
    """
    if not root.exists():
        raise UsageError(
            "input-missing", "no such file or folder", where=str(root), hint="Name a folder of files."
        )
    if not root.is_dir():
        found = classify(root.name)
        if found is None or not root.is_file():
            raise UsageError(
                "unsupported-format", "not a file that can be read", where=str(root), hint=SUPPORTED
            )
        return [Source(printable(root.name), str(root), *found)], []
    sources: list[Source] = []
    problems: list[Problem] = []
    folders = [("", str(root))]
    while folders:
        prefix, folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            if not prefix:
                raise InputError(
                    "unreadable", f"cannot list the folder ({error.strerror})", where=folder
                ) from error
            problems.append(_unreadable(printable(prefix), error))
            continue
        for entry in entries:
            relative = f"{prefix}/{entry.name}" if prefix else entry.name
            found_problem = _refused(entry, relative)
            if found_problem is not None:
                problems.append(found_problem)
            elif entry.is_dir(follow_symlinks=False):
                folders.append((relative, entry.path))
            else:
                kind = classify(entry.name)
                if kind is not None:
                    sources.append(Source(printable(relative), entry.path, *kind))
    if pattern:
        wanted = pattern.split("/")
        sources = [source for source in sources if _fits(source.name.split("/"), wanted)]
        problems = [problem for problem in problems if _fits(problem.source.split("/"), wanted)]
        if not sources and not problems:
            raise UsageError(
                "input-missing", "no file fits", where=pattern, hint="Quote it as in 'raw/*.txt'."
            )
    return sorted(sources), sorted(problems)


def _refused(entry: os.DirEntry[str], relative: str) -> Problem | None:
    name = printable(relative)
    if relative == RESERVED:
        # The output of a run may be the input of the next; of anything else nothing is passed over.
        own = Path(entry.path, "manifest.json").is_file()
        severity = "skipped" if own else "failed"
        return Problem(
            name, "reserved-name", "the name of the state of a run", "Rename it.", severity=severity
        )
    if entry.is_symlink():
        return Problem(
            name, "symlink", "a symbolic link; links are not followed", "Put the file itself there."
        )
    if entry.is_dir(follow_symlinks=False):
        return None
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return _unreadable(name, error)
    if not stat.S_ISREG(mode):
        return Problem(name, "not-regular-file", "not a regular file", "Only regular files are read.")
    if classify(entry.name) is None:
        severity = "skipped" if entry.name.startswith(".") else "failed"
        return Problem(name, "unsupported-format", "no format that can be read", SUPPORTED, severity=severity)
    return None


def _unreadable(name: str, error: OSError) -> Problem:
    code = "permission-denied" if isinstance(error, PermissionError) else "unreadable"
    return Problem(name, code, error.strerror or str(error), "Check the permissions, then run again.")


def read_bytes(path: str, most: int) -> bytes:
    """The bytes of a regular file, refused beyond `most`.

    Raises:
        InputError: too large, no regular file, not readable, or changed while it was read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno == errno.ELOOP:
            hint = "Put the file itself there."
            raise InputError("symlink", "a symbolic link; links are not followed", hint=hint) from error
        problem = _unreadable("", error)
        raise InputError(problem.code, problem.message, hint=problem.hint) from error
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise InputError("not-regular-file", "not a regular file", hint="Only regular files are read.")
        if before.st_size > most:
            raise too_large(before.st_size, most)
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise InputError("unreadable", error.strerror or str(error), hint="Check the disk.") from error
        after = os.fstat(handle)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(
        data
    ) != after.st_size:
        raise changed()
    return data


def changed() -> InputError:
    """The error for a file that somebody writes to."""
    return InputError("changed-while-read", "the file changed while it was read", hint="Run again.")


def too_large(size: int, most: int) -> InputError:
    """The error for what is beyond the bound of a document."""
    megabytes = f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size:,} bytes"
    return InputError(
        "too-large",
        f"{megabytes} in one document; the bound is {most / 1e6:,.0f} MB",
        hint=LARGER,
    )
