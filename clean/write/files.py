"""Files that are complete or absent: temporary name in the same folder, fsync, replace, fsync of the folder.

Also the names of the output files, which follow from the names of the inputs and from nothing else.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from clean.errors import OutputError
from clean.read.source import RESERVED, Source, printable
from clean.write.failpoint import passing

STATE = RESERVED
"""Folder inside the output for everything that is not a cleaned document."""

TEMPORARY = re.compile(r"^\.tmp-clean[0-9]+-[0-9]+$")
"""Names of files in the making; a 255-byte name has no room for a suffix."""

LONGEST_NAME = 255
"""Bytes of a file name on the usual file systems."""

_FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "the file is too big",
    errno.EROFS: "the file system is read-only",
}


class Folder:
    """An output folder, written file by file. Every file at its final name is complete.

    Attributes:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._made = 0
        self._unsynced: set[Path] = set()

    def put(self, name: str, data: bytes) -> str:
        """Write a file, unless it holds these bytes already. Returns the SHA-256 in hex.

        Raises:
            OutputError: the disk is full, read-only, or refuses in another way.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self.root / name
        if not _holds(path, data):
            with self.writing(name) as file:
                file.write(data)
        return digest

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """A file that takes its final name when the block ends well, and vanishes when it does not."""
        path = self.root / name
        self._made += 1
        temporary = path.parent / f".tmp-clean{os.getpid()}-{self._made}"
        try:
            self._make_parents(path.parent)
            try:
                with temporary.open("xb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                passing("after_temporary")
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        except OSError as error:
            if error.filename not in (None, str(temporary), str(path), str(path.parent)):
                raise  # the block failed at something else
            raise disk_error(error, path) from error
        passing("after_replace")
        self._unsynced.add(path.parent)

    def remove(self, name: str) -> None:
        """Remove a file that a former run wrote, and the folders that it leaves empty."""
        path = self.root / name
        try:
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent == self.root or any(parent.iterdir()):
                    break
                parent.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            raise disk_error(error, path) from error
        passing("after_remove")

    def sync(self) -> None:
        """Make every name written since the last call last: fsync of the folders."""
        for folder in sorted(self._unsynced):
            if folder.is_dir() and hasattr(os, "O_DIRECTORY"):
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        self._unsynced.clear()

    def sweep(self, names: Iterable[str]) -> None:
        """Remove what killed runs were writing, in the folders of these files."""
        for folder in sorted({(self.root / name).parent for name in names}):
            if folder.is_dir():
                for entry in os.scandir(folder):
                    if TEMPORARY.match(entry.name) and entry.is_file(follow_symlinks=False):
                        Path(entry.path).unlink(missing_ok=True)

    def _make_parents(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            self._unsynced.add(folder.parent)


def disk_error(error: OSError, path: Path) -> OutputError:
    """The one clear line for a disk that refuses."""
    what = _FULL.get(error.errno or 0, error.strerror or str(error))
    return OutputError(
        "disk",
        f"cannot write: {what}",
        where=printable(str(path)),
        hint="Nothing is lost: make room or name another output, then run the same command again.",
    )


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and not path.is_symlink() and path.read_bytes() == data
    except OSError:
        return False


def digest_file(path: str | Path) -> str:
    """SHA-256 of a file in hex, read piece by piece."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def output_names(sources: Iterable[Source], root: str, shard_suffix: str) -> dict[str, str]:
    """Where each source goes, relative to the output, as the operating system wants it; keyed by source name.

    `a.txt` stays, `b.html` and `b.html.gz` become `b.html.txt`, `c.jsonl.gz` becomes `c.jsonl`. Where two
    inputs would meet, the unpacked one has the short name and the other keeps its whole name.

    Args:
        sources: all of the run, in order.
        root: the input folder, or the folder of the one input file.
        shard_suffix: ".jsonl" or ".parquet", for containers.
    """
    names: dict[str, str] = {}
    listed = sorted(sources, key=lambda source: (source.packing != "", source))
    wholes = [os.path.relpath(source.path, root) for source in listed]
    # A folder may have the name that a file beside it would get: `b.html`, and `b.html.txt/c.txt`.
    taken = {str(parent) for whole in wholes for parent in Path(whole).parents}
    for source, whole in zip(listed, wholes, strict=True):
        suffix = shard_suffix if source.container else ".txt"
        bare = whole.rpartition(".")[0] if source.packing else whole
        short = _fitting(_suffixed(bare, suffix), source.name)
        long = _fitting(whole + suffix, source.name)
        keys = (f"{source.name}{number or ''}" for number in count())
        others = (_fitting(f"{whole}-{_short_digest(key)}{suffix}", key) for key in keys)
        name = next(name for name in chain((short, long), others) if name not in taken)
        taken.add(name)
        names[source.name] = name
    return names


def _suffixed(name: str, suffix: str) -> str:
    return name if name.endswith(suffix) else name + suffix


def _fitting(name: str, source: str) -> str:
    folder, slash, last = name.rpartition("/")
    encoded = os.fsencode(last)
    if len(encoded) <= LONGEST_NAME:
        return name
    stem, _, suffix = last.rpartition(".")
    tail = f"-{_short_digest(source)}.{suffix}"
    room = LONGEST_NAME - len(os.fsencode(tail))
    return folder + slash + os.fsencode(stem)[:room].decode("utf-8", "ignore") + tail


def _short_digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]
