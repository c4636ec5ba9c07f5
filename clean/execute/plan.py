"""What a run has to do: the inputs with their digests, what a former run left, and the shards to process.

Shards are cut by the input alone, so the number of workers cannot show in the output.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from clean.errors import UsageError
from clean.read.source import Problem, Source, too_large, walk
from clean.write.files import digest_file

SHARD_FILES = 64
"""Most documents in a shard of files."""

SHARD_BYTES = 4_000_000
"""Bytes after which a shard ends: a second or so of work."""


class Held(NamedTuple):
    """Where the rows of an unchanged source stand in the ledger of the former run."""

    at: int
    rows: int


class Input(NamedTuple):
    """One source of this run."""

    source: Source
    sha256: str
    size: int
    held: Held | None = None


class Shard(NamedTuple):
    """Work for one worker at a time: some files, or one container."""

    key: str
    """Digest of what it holds and of what is done to it: the name of its part file."""
    inputs: tuple[Input, ...]


def places(raw: Path, out: Path) -> None:
    """Refuse an input that is not there, and an output that could touch the input.

    Raises:
        UsageError: no input; or the folders are one, or one lies in the other.
    """
    if not raw.exists():
        raise UsageError(
            "input-missing", "no such file or folder", where=str(raw), hint="Name a folder of files."
        )
    inside, outside = raw.resolve(), out.resolve()
    hint = "Name an output folder apart from the input."
    if inside == outside:
        raise UsageError("same-folder", "input and output are the same", where=str(out), hint=hint)
    if inside in outside.parents:
        raise UsageError("output-inside-input", "the output lies inside the input", where=str(out), hint=hint)
    if outside in inside.parents:
        raise UsageError("input-inside-output", "the input lies inside the output", where=str(raw), hint=hint)
    if out.exists() and not out.is_dir():
        raise UsageError("output-is-file", "the output is a file", where=str(out), hint="Name a folder.")


def take_stock(raw: Path, pattern: str, most: int) -> tuple[list[Input], list[Problem]]:
    """Every source with its digest, in order; and what cannot be read.

    Args:
        raw: the input.
        pattern: what names must fit; "" for all.
        most: bytes of one document; a larger one is not even opened (a sparse file may claim terabytes).

    Raises:
        UsageError, InputError: see `walk`.
    """
    sources, problems = walk(raw, pattern)
    inputs = []
    for source in sources:
        path = Path(source.path)
        try:
            size = path.stat().st_size
            if size > most and not source.container:
                problems.append(Problem.of(too_large(size, most), source.name))
                continue
            inputs.append(Input(source, digest_file(path), size))
        except OSError as error:
            code = "permission-denied" if isinstance(error, PermissionError) else "unreadable"
            hint = "Check the permissions, then run again."
            problems.append(Problem(source.name, code, error.strerror or str(error), hint))
    return inputs, sorted(problems)


def cut(inputs: Sequence[Input], fingerprint: str) -> Iterator[Shard]:
    """Shards of the inputs, in their order; a container is a shard of its own."""
    pending: list[Input] = []
    for one in inputs:
        if pending and (
            one.source.container
            or len(pending) == SHARD_FILES
            or sum(other.size for other in pending) + one.size > SHARD_BYTES
        ):
            yield _shard(pending, fingerprint)
            pending = []
        pending.append(one)
        if one.source.container:
            yield _shard(pending, fingerprint)
            pending = []
    if pending:
        yield _shard(pending, fingerprint)


def _shard(inputs: Sequence[Input], fingerprint: str) -> Shard:
    digest = hashlib.sha256(fingerprint.encode())
    for one in inputs:
        digest.update(f"\0{one.source.name}\0{one.sha256}".encode())
    return Shard(digest.hexdigest()[:32], tuple(inputs))


def unchanged(inputs: Sequence[Input], digests: Mapping[str, str]) -> bool:
    """Whether exactly these inputs, with these digests, were there before."""
    return {one.source.name: one.sha256 for one in inputs} == dict(digests)
