"""The manifest: what a finished run read and wrote. It is written last, and is the mark of completion.

No clock, no machine and no path of the machine stand in it, so equal runs have equal manifests.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from clean.write.files import STATE, Folder, digest_file

NAME = f"{STATE}/manifest.json"
PLAN = f"{STATE}/plan.json"
"""Names that an unfinished run may have written; gone when it is finished."""

FORMAT = 1


class Output(NamedTuple):
    """A file that a run wrote."""

    sha256: str
    source: str
    """Name of the source; empty for the files of the state."""


class Manifest(NamedTuple):
    """A finished run."""

    fingerprint: Mapping[str, Any]
    """Everything besides the inputs that decides the output."""
    inputs: Mapping[str, str]
    """SHA-256 by source name."""
    outputs: Mapping[str, Output]
    """By path relative to the output folder."""
    counts: Mapping[str, Any]
    """What the closing table says."""


def load(out: Path) -> Manifest | None:
    """The manifest of an output folder; None where no run was ever finished or its file is damaged."""
    try:
        row = orjson.loads((out / NAME).read_bytes())
        if row["format"] != FORMAT:
            return None
        outputs = {_path(key): Output(*values) for key, values in row["outputs"].items()}
        return Manifest(row["fingerprint"], row["inputs"], outputs, row["counts"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def save(folder: Folder, manifest: Manifest) -> None:
    """Write the mark of completion.

    Raises:
        OutputError: the disk refuses.
    """
    row = {
        "format": FORMAT,
        "fingerprint": manifest.fingerprint,
        "inputs": dict(sorted(manifest.inputs.items())),
        "outputs": dict(sorted((_key(name), list(output)) for name, output in manifest.outputs.items())),
        "counts": manifest.counts,
    }
    folder.put(NAME, orjson.dumps(row, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def intact(out: Path, manifest: Manifest) -> bool:
    """Whether every file that the run wrote is still there, unchanged."""
    try:
        return all(digest_file(out / name) == output.sha256 for name, output in manifest.outputs.items())
    except OSError:
        return False


def plan(folder: Folder, names: list[str]) -> None:
    """Record what is about to be written, so that a killed run leaves nothing that nobody knows of."""
    folder.put(PLAN, orjson.dumps(sorted(map(_key, names)), option=orjson.OPT_APPEND_NEWLINE))
    folder.sync()


def planned(out: Path) -> list[str]:
    """Names that an unfinished run was about to write."""
    try:
        names = orjson.loads((out / PLAN).read_bytes())
    except (OSError, ValueError):
        return []
    return [_path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []


_BYTES = "bytes:"


def _key(name: str) -> str:
    """A path as JSON can hold it, whatever its bytes are."""
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _BYTES + raw.hex()
    return _BYTES + raw.hex() if text.startswith(_BYTES) else text


def _path(key: str) -> str:
    return os.fsdecode(bytes.fromhex(key.removeprefix(_BYTES))) if key.startswith(_BYTES) else key
