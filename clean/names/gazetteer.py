"""The gazetteer: names of the news world, one JSON object a line, and how such a file is read.

A line of `packs/names/rivers.jsonl`:

    {"id": "taedong", "name": "Taedong", "type": "river", "aliases": ["Daedong"], "topic": ["Pyongyang"],
     "source": "https://en.wikipedia.org/wiki/Taedong_River"}

`name` is the form that a repair writes, `aliases` are forms that are right as well and stay, `mangled` are
forms that are certainly wrong and always repaired. `cues` (besides those of the type), `topic` and `not_with`
are words that speak for or against the name where they stand near. `native` and `romanisation` tell people
where a spelling comes from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from clean.errors import PackError
from clean.names.words import WORD

TYPES = (
    "person",
    "place",
    "river",
    "building",
    "newspaper",
    "news_agency",
    "broadcaster",
    "org",
    "ship",
    "weapon",
)
"""What a name may name."""

_TEXTS = ("id", "name", "type", "native", "romanisation", "source")
_LISTS = ("aliases", "mangled", "cues", "topic", "not_with")
_FIELDS = frozenset((*_TEXTS, *_LISTS))
_REQUIRED = ("id", "name", "type", "topic", "source")
_SOURCES = ("wikidata:Q", "geonames:", "https://", "http://")


@dataclass(frozen=True, slots=True)
class Name:
    """One entry of the gazetteer."""

    id: str
    name: str
    type: str
    topic: tuple[str, ...]
    source: str
    aliases: tuple[str, ...] = ()
    mangled: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    native: str = ""
    romanisation: str = ""
    where: str = ""
    """File and line it was read from, for messages."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Every right form, the preferred one first."""
        return (self.name, *self.aliases)


def shipped() -> tuple[Name, ...]:
    """The gazetteer that comes with the program."""
    folder = resources.files("clean") / "packs" / "names"
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".jsonl")), key=lambda item: item.name
    )
    names: list[Name] = []
    for item in files:
        names += read(item.read_text(encoding="utf-8"), f"packs/names/{item.name}")
    return distinct(names)


def load(paths: Sequence[Path] = ()) -> tuple[Name, ...]:
    """The shipped names and those of the user's files.

    Raises:
        PackError: a file cannot be read or a line cannot be used; file, line and field are named.
    """
    names = list(shipped())
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise PackError(
                "names-unreadable", f"cannot read the names: {error.strerror}", where=str(path)
            ) from error
        except UnicodeDecodeError as error:
            raise PackError(
                "names-not-utf-8",
                f"is not UTF-8 at byte {error.start}",
                where=str(path),
                hint="Save it as UTF-8.",
            ) from error
        names += read(text, str(path))
    return distinct(names)


def read(text: str, source: str) -> Iterator[Name]:
    """The names of one file; blank lines are skipped.

    Raises:
        PackError: with the place as `file:line`, and the field in the message.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield parse(line, f"{source}:{number}")


def parse(line: str, where: str) -> Name:
    """One line of a gazetteer file.

    Raises:
        PackError: not JSON, an unknown, missing or ill-typed field, or a value that cannot be meant.
    """
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise PackError(
            "names-not-json", f"not JSON at column {error.colno}: {error.msg}", where=where
        ) from error
    if not isinstance(row, dict):
        raise PackError("names-not-object", "a name is a JSON object", where=where)
    _check_fields(row, where)
    values: dict[str, Any] = {field: row[field] for field in _TEXTS if field in row}
    values |= {field: tuple(row[field]) for field in _LISTS if field in row}
    name = Name(**values, where=where)
    _check_values(name)
    return name


def _check_fields(row: Mapping[str, object], where: str) -> None:
    for field in () if row.keys() <= _FIELDS else row:
        if field not in _FIELDS:
            known = ", ".join((*_TEXTS, *_LISTS))
            raise PackError(
                "names-unknown-field", f"unknown field {field!r}", where=where, hint=f"Known: {known}."
            )
    for field in _REQUIRED:
        if not row.get(field):
            raise PackError("names-missing-field", f"the field {field!r} is missing or empty", where=where)
    for field in _TEXTS:
        value = row.get(field, "")
        if not isinstance(value, str) or value != value.strip():
            raise PackError("names-bad-field", f"{field!r} must be text without outer spaces", where=where)
    for field in _LISTS:
        if field not in row:
            continue
        value = row[field]
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise PackError("names-bad-field", f"{field!r} must be a list of texts", where=where)


def _check_values(name: Name) -> None:
    if name.type not in TYPES:
        raise PackError(
            "names-bad-type",
            f"'type' is {name.type!r}",
            where=name.where,
            hint=f"One of: {', '.join(TYPES)}.",
        )
    if not name.source.startswith(_SOURCES):
        raise PackError(
            "names-bad-source",
            f"'source' is {name.source!r}",
            where=name.where,
            hint="Give wikidata:Q…, geonames:… or a URL.",
        )
    both = sorted(set(name.mangled) & set(name.forms))
    if both:
        raise PackError("names-contradiction", f"{both[0]!r} is both 'mangled' and right", where=name.where)
    if WORD.search(name.name) is None:
        raise PackError("names-bad-field", f"'name' {name.name!r} has no letter", where=name.where)
    for form in name.mangled:
        if not form[0].isupper():
            raise PackError(
                "names-bad-field", f"'mangled' form {form!r} must begin with a capital", where=name.where
            )


def distinct(names: Iterable[Name]) -> tuple[Name, ...]:
    """The names, when every id is used once and no mangled form is somebody's right form.

    Raises:
        PackError: an id used twice, or a mangled form that is right elsewhere.
    """
    found: dict[str, Name] = {}
    right: dict[str, Name] = {}
    for name in names:
        if name.id in found:
            raise PackError(
                "names-id-twice",
                f"the id {name.id!r} stands at {found[name.id].where} too",
                where=name.where,
                hint="Choose another id.",
            )
        found[name.id] = name
        for form in name.forms:
            right.setdefault(form, name)
    for name in found.values():
        clash = next((form for form in name.mangled if form in right), None)
        if clash is not None:
            raise PackError(
                "names-contradiction",
                f"'mangled' form {clash!r} is right for {right[clash].id!r} ({right[clash].where})",
                where=name.where,
            )
    return tuple(found.values())


def digest(names: Iterable[Name]) -> str:
    """Eight hex digits over everything that decides; changes when any entry does."""
    listed = "\n".join(
        repr((name.id, name.forms, name.mangled, name.type, name.cues, name.topic, name.not_with))
        for name in names
    )
    return hashlib.sha256(listed.encode()).hexdigest()[:8]
