"""The configuration: one value, where each part of it came from, and a clear word about anything unknown.

Flags beat the environment (`CLEAN_BOILERPLATE_SCORER=false`), which beats the file (`clean.toml`, or `[tool.clean]` of
`pyproject.toml`), which beats the defaults. A key is a field of `Config`, or `section.field` of one of its sections.
"""  # noqa: E501

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from clean.errors import ConfigError
from clean.rules.model import CLASSES

FILES = ("clean.toml", "pyproject.toml")
"""Looked for in the working folder, in this order; the first that has a configuration is used."""

KEPT = ("title", "separator")
"""Classes of boilerplate that stay unless they are asked to go."""


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Settings of the stage `boilerplate`."""

    scorer: bool = True
    """Use the learned line scorer, on pages that look scraped raw."""
    site_lines: bool = True
    """Delete lines that stand on many documents of a site; in a run over a folder."""
    language: str = ""
    """ISO 639-1 code of every document; where empty, the page says it, or its text."""
    site: str = ""
    """Host of the documents that name none, as in "www.example.org": its site rules act on them."""


@dataclass(frozen=True, slots=True)
class Names:
    """Settings of the stage `names`."""

    files: tuple[str, ...] = ()
    """Gazetteer files of one's own, JSON lines."""
    consensus: bool = True
    """Compare names with those of the other documents of a run."""
    one_form: bool = False
    """Write each known name in one form throughout (Kim Jong-un and Kim Jong Un are both right)."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Settings of the stage `translation`."""

    quotations: bool = True
    """Compare quotations with those of the other documents of a run, and suggest the sounder wording."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model's second opinion on flagged sentences; off while there is no url. Needs the extra `llm`."""

    url: str = ""
    """Base address of an OpenAI-compatible endpoint, as in "http://127.0.0.1:8080/v1"."""
    model: str = ""
    key_variable: str = "CLEAN_MODEL_KEY"
    """Environment variable that holds the key, which is never recorded."""
    seconds: float = 30.0
    """For one answer."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Settings of the stage `duplicates`."""

    document_threshold: float = 0.2
    """Least idf-weighted Jaccard similarity of two documents."""
    entry_threshold: float = 0.32
    """The same for two entries."""
    survivor: str = "longest"
    """First key of the order that decides which copy stays: longest, newest, first, sound."""
    mark: bool = False
    """Note duplicates instead of dropping them."""
    against: str = ""
    """An index of what was seen before."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one document; beyond them it fails with a code, and only it."""

    seconds: float = 30.0
    memory_mb: int = 1024
    megabytes: int = 50
    """Decompressed."""
    ratio: int = 200
    """Decompressed to compressed."""
    elements: int = 200_000
    """Of a page; one of more is read without a tree, and flagged."""


@dataclass(frozen=True, slots=True)
class Input:
    """How records become documents."""

    text_field: str = "text"
    id_field: str = "id"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set."""

    only: tuple[str, ...] = ()
    """Run these stages alone."""
    skip: tuple[str, ...] = ()
    """Leave these stages out."""
    select: tuple[str, ...] = ()
    """Use these rules alone: names, or beginnings of names such as "boilerplate/"."""
    ignore: tuple[str, ...] = ()
    """Leave these rules out."""
    keep: tuple[str, ...] = ()
    """Classes of boilerplate to keep, besides title and separator."""
    drop: tuple[str, ...] = ()
    """Classes of boilerplate to delete, though they are kept by default."""
    apply: tuple[str, ...] = ()
    """Rules whose suggestions are carried out, as in "translation/drifted-quotation"."""
    packs: tuple[str, ...] = ()
    """Folders with rule packs of one's own."""
    jobs: int = 0
    """Worker processes; 0 takes one a core when the input is large."""
    format: str = "text"
    """text, jsonl or parquet: what is written for inputs that are containers of records."""
    engine: str = "local"
    """local or spark."""
    max_removed: float = 0.6
    """A document that would lose a larger share of its text is held back and flagged."""
    report: bool = True
    """Write the review page at the end of a run."""
    boilerplate: Boilerplate = field(default_factory=Boilerplate)
    names: Names = field(default_factory=Names)
    translation: Translation = field(default_factory=Translation)
    model: Model = field(default_factory=Model)
    duplicates: Duplicates = field(default_factory=Duplicates)
    limits: Limits = field(default_factory=Limits)
    input: Input = field(default_factory=Input)

    @property
    def kept_classes(self) -> frozenset[str]:
        """Classes of boilerplate that stay."""
        return (frozenset(KEPT) | frozenset(self.keep)) - frozenset(self.drop)


CHOICES: Mapping[str, tuple[str, ...]] = {
    "format": ("text", "jsonl", "parquet"),
    "engine": ("local", "spark"),
    "duplicates.survivor": ("longest", "newest", "first", "sound"),
    "keep": CLASSES,
    "drop": CLASSES,
}
"""Keys whose values are of a closed set."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration, and for each key where its value came from: "default", a file, a variable, "flag"."""

    config: Config
    sources: Mapping[str, str]


def keys(kind: type = Config, prefix: str = "") -> dict[str, Any]:
    """Every key with its type, in order of declaration."""
    found: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for item in fields(kind):
        if is_dataclass(hints[item.name]):
            found |= keys(hints[item.name], f"{item.name}.")
        else:
            found[prefix + item.name] = hints[item.name]
    return found


def value_of(config: Config, key: str) -> Any:
    """The value of a key."""
    value: Any = config
    for part in key.split("."):
        value = getattr(value, part)
    return value


def load(
    flags: Mapping[str, Any] | None = None,
    *,
    file: Path | None = None,
    folder: Path | None = None,
    use_file: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Loaded:
    """The configuration from all its sources.

    Args:
        flags: key to value, what the command line says; None and empty tuples say nothing.
        file: the file to use instead of looking for one.
        folder: where to look for one; the working folder when None.
        use_file: look for one at all.
        environment: variables; those of the process when None.

    Raises:
        ConfigError: an unknown key, with the nearest right one, or a value of the wrong kind.
    """
    values: dict[str, Any] = {}
    sources = dict.fromkeys(keys(), "default")
    named, table = _from_file(file, folder or Path()) if use_file else ("", {})
    _collect(_flat(table, named), named, values, sources)
    variables = os.environ if environment is None else environment
    for key in keys():
        variable = "CLEAN_" + key.upper().replace(".", "_")
        if variable in variables:
            _collect({key: variables[variable]}, f"environment {variable}", values, sources)
    given = {key: value for key, value in (flags or {}).items() if value is not None and value != ()}
    _collect(given, "flag", values, sources)
    return Loaded(_build(values), sources)


def assignments(pairs: Sequence[str]) -> dict[str, str]:
    """The flags `--set a.b=c` as a mapping.

    Raises:
        ConfigError: a pair without "=".
    """
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError("config-syntax", f"{pair!r} is not KEY=VALUE", where="--set")
        found[key.strip()] = value.strip()
    return found


def _from_file(file: Path | None, folder: Path) -> tuple[str, Mapping[str, Any]]:
    for path in [file] if file else [folder / name for name in FILES]:
        if file is None and not path.is_file():
            continue
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(
                "config-unreadable", f"cannot be read: {error.strerror}", where=str(path)
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            if path.name == "pyproject.toml" and file is None:
                continue
            raise ConfigError("config-not-toml", f"is not TOML: {error}", where=str(path)) from error
        if path.name == "pyproject.toml":
            table = table.get("tool", {}).get("clean", {})
            if not table and file is None:
                continue
        return str(path), table
    return "", {}


def _flat(table: Mapping[str, Any], where: str, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, where, f"{prefix}{key}.")
        else:
            found[prefix + key] = value
    return found


def _collect(given: Mapping[str, Any], source: str, values: dict[str, Any], sources: dict[str, str]) -> None:
    known = keys()
    for key, value in given.items():
        if key not in known:
            raise ConfigError("unknown-key", f"unknown key {key!r}", where=source, hint=_nearest(key, known))
        values[key] = _convert(key, value, known[key], source)
        sources[key] = source


def _nearest(key: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    if not near:
        near = difflib.get_close_matches(
            key.rpartition(".")[2], {k.rpartition(".")[2]: k for k in known}, n=1
        )
        near = [k for k in known if near and k.endswith(near[0])][:1]
    return f"Did you mean {near[0]!r}?" if near else "`clean config show` lists all keys."


def _convert(key: str, value: Any, kind: Any, source: str) -> Any:
    try:
        converted = _of_kind(value, kind)
    except (KeyError, TypeError, ValueError):
        wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}.get(
            kind, "a list"
        )
        raise ConfigError("config-value", f"{key} = {value!r} is not {wanted}", where=source) from None
    allowed = CHOICES.get(key)
    for item in converted if isinstance(converted, tuple) else (converted,):
        if allowed and item not in allowed:
            hint = f"Choose from {', '.join(allowed)}."
            raise ConfigError("config-value", f"{key} = {item!r} is not known", where=source, hint=hint)
    if isinstance(converted, int | float) and not isinstance(converted, bool) and converted < 0:
        raise ConfigError("config-value", f"{key} = {value!r} is below zero", where=source)
    return converted


def _of_kind(value: Any, kind: Any) -> Any:
    if kind is bool:
        if isinstance(value, str):
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                value.lower()
            ]
        if isinstance(value, bool):
            return value
        raise TypeError
    if kind in (int, float):
        if isinstance(value, bool):
            raise TypeError
        if isinstance(value, str) and value.endswith("%"):
            return kind(float(value[:-1]) / 100)
        return kind(value)
    if kind is str:
        if not isinstance(value, str):
            raise TypeError
        return value
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(part) for part in value)


def _build(values: Mapping[str, Any]) -> Config:
    config = Config()
    sections: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        sections.setdefault(section, {})[name] = value
    top = sections.pop("", {})
    for section, changed in sections.items():
        top[section] = replace(getattr(config, section), **changed)
    return replace(config, **top)
