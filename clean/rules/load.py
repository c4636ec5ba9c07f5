"""Read rule packs, and refuse a bad one before any output, naming file, rule and field."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from clean.errors import PackError
from clean.plugins import entry_points
from clean.rules.compile import compile_pattern
from clean.rules.model import ACTIONS, CLASSES, LINE_ACTIONS, PLACES, Pack, Rule

PACKS = Path(__file__).parent.parent / "packs"
"""The packs that come with the program."""

PLUGINS = "clean.packs"
"""Entry point group of packages of somebody else's whose folder holds packs, laid out like `packs/`."""

HOMES = ("boilerplate", "sites", "translation")
"""Folders that packs lie in."""

_PACK_KEYS = {"stage", "language", "site", "why"}
_TEXT_KEYS = {
    "id", "class", "do", "why", "match", "where", "previous", "next", "new", "note", "cue", "problems",
}  # fmt: skip
_NUMBER_KEYS = {"max_words", "times"}
_LIST_KEYS = {"phrases", "changes", "leaves", "shadowed_by"}
_RULE_KEYS = _TEXT_KEYS | _NUMBER_KEYS | _LIST_KEYS
_REQUIRED = ("id", "class", "do", "why", "changes", "leaves")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def load_pack(path: Path, *, prove: bool = True) -> Pack:
    """One pack file.

    Args:
        path: a TOML file with a table `pack` and tables `rule`.
        prove: demand examples and near misses, as every shipped pack must have.

    Raises:
        PackError: file, line, rule and field, and what is wrong there.
    """
    try:
        source = path.read_text(encoding="utf-8")
        data = tomllib.loads(source)
    except (OSError, UnicodeDecodeError) as error:
        raise PackError("pack-unreadable", f"cannot be read: {error}", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise PackError("pack-not-toml", f"is not TOML: {error}", where=str(path)) from error
    _only(data, {"pack", "rule"}, str(path))
    head = data.get("pack", {})
    _only(head, _PACK_KEYS, f"{path}: [pack]")
    stage, language, site = head.get("stage", ""), head.get("language", "*"), head.get("site", "")
    if not stage:
        raise PackError(
            "pack-field", "names no stage", where=f"{path}: [pack]", hint='Add stage = "boilerplate".'
        )
    rows = data.get("rule", [])
    places = _line_numbers(source)
    rules = tuple(
        _rule(row, stage, language, site, f"{path.name}:{line}", prove=prove)
        for row, line in zip(rows, places, strict=True)
    )
    if not path.is_relative_to(PACKS):
        # The shipped ones are known to compile: their proofs run as tests. Finding out again takes a second.
        for rule in rules:
            _check_patterns(rule)
    _unique(rules)
    return Pack(path, stage, language, site, head.get("why", ""), rules)


def _rule(row: Mapping[str, Any], stage: str, language: str, site: str, origin: str, *, prove: bool) -> Rule:
    where = f"{origin}: {row.get('id', 'rule')}"
    _only(row, _RULE_KEYS, where)
    _check_fields(row, where, prove=prove)
    return Rule(
        id=row["id"],
        stage=stage,
        kind=row["class"],
        do=row["do"],
        why=row["why"],
        match=row.get("match", ""),
        phrases=tuple(row.get("phrases", ())),
        where=row.get("where", "anywhere"),
        previous=row.get("previous", ""),
        next=row.get("next", ""),
        new=row.get("new", ""),
        note=row.get("note", ""),
        cue=row.get("cue", ""),
        max_words=row.get("max_words", 0),
        times=row.get("times", 1),
        changes=tuple((before, after) for before, after in row.get("changes", ())),
        leaves=tuple(row.get("leaves", ())),
        problems=row.get("problems", ""),
        shadowed_by=tuple(row.get("shadowed_by", ())),
        language=language,
        site=site,
        origin=origin,
    )


def _check_patterns(rule: Rule) -> None:
    for field in ("match", "previous", "next", "cue"):
        if getattr(rule, field):
            compile_pattern(getattr(rule, field), f"{rule.origin}: {rule.id}.{field}")


def _check_fields(row: Mapping[str, Any], where: str, *, prove: bool) -> None:
    for field in _REQUIRED if prove else _REQUIRED[:4]:
        if not row.get(field):
            raise PackError("rule-incomplete", f"the field {field!r} is missing", where=where)
    for field, value in row.items():
        wanted = str if field in _TEXT_KEYS else int if field in _NUMBER_KEYS else list
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise PackError("rule-field", f"{field} must be {_described(wanted)}", where=where)
    for field, allowed in (("class", CLASSES), ("do", ACTIONS), ("where", PLACES)):
        if field in row and row[field] not in allowed:
            raise PackError(
                "rule-field", f"{field} = {row[field]!r} is not one of {', '.join(allowed)}", where=where
            )
    if not _ID.fullmatch(row["id"]):
        raise PackError(
            "rule-field", f"id = {row['id']!r} is not lower-case words joined by hyphens", where=where
        )
    if not row.get("match") and not row.get("phrases"):
        raise PackError("rule-incomplete", "neither `match` nor `phrases` is given", where=where)
    if row.get("phrases") and row["do"] not in LINE_ACTIONS:
        raise PackError(
            "rule-field", f"`phrases` are whole lines and do not go with {row['do']}", where=where
        )
    if row["do"] == "note" and not row.get("note"):
        raise PackError("rule-incomplete", "do = 'note' needs the key `note`", where=where)
    if any(not isinstance(pair, list) or len(pair) != 2 for pair in row.get("changes", ())):
        raise PackError("rule-field", "each of `changes` is a pair [before, after]", where=where)


def _described(kind: type) -> str:
    return {str: "a text", int: "a number", list: "a list"}[kind]


def _only(table: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    for key in table:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(sorted(allowed))}."
            raise PackError("unknown-key", f"unknown key {key!r}", where=where, hint=hint)


def _unique(rules: Sequence[Rule]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.name in seen:
            raise PackError(
                "rule-twice", f"{rule.name} is also at {seen[rule.name].origin}", where=rule.origin
            )
        seen[rule.name] = rule


def _line_numbers(source: str) -> list[int]:
    """The line of each `[[rule]]`: tomllib keeps no positions."""
    return [number for number, line in enumerate(source.split("\n"), 1) if line.strip() == "[[rule]]"]


def pack_files(stage: str, extra: Sequence[Path] = ()) -> list[Path]:
    """The pack files of a stage, shipped, installed and then the user's own, each in order of path."""
    files: list[Path] = []
    for folder in (PACKS, *installed(), *extra):
        files += sorted((folder / stage).glob("*.toml"))
        if stage == "boilerplate":
            files += sorted((folder / "sites").glob("*.toml"))
    return files


def refuse_strays(folder: Path) -> None:
    """Refuse a folder of a user's packs that is not there, or has a pack where none is ever read.

    Raises:
        PackError: naming the first of them.
    """
    homes = ", ".join(f"{home}/" for home in HOMES)
    if not folder.is_dir():
        hint = f"Name a folder that has {homes} or some of these."
        raise PackError("pack-folder", "there is no such folder of packs", where=str(folder), hint=hint)
    places = {folder / home for home in HOMES}
    for path in sorted((*folder.glob("*.toml"), *folder.glob("*/*.toml"))):
        if path.parent not in places and b"[[rule]]" in path.read_bytes():
            hint = f"Packs are read from {homes} in the folder that --packs names."
            raise PackError("pack-misplaced", "a pack that would never be read", where=str(path), hint=hint)


@cache
def installed() -> tuple[Path, ...]:
    """The pack folders of installed packages, in order of the entry points' names.

    Raises:
        PackError: an entry point that cannot be imported, or is no package with a folder.
    """
    folders = []
    for point in entry_points(PLUGINS):
        try:
            folders.append(Path(next(iter(point.load().__path__))))
        except Exception as error:  # whatever somebody else's package raises when it is imported
            raise PackError(
                "pack-plugin",
                f"{point.value!r} is no importable package: {error}",
                where=f"entry point {point.name!r} of {PLUGINS}",
                hint="Repair or uninstall that package.",
            ) from error
    return tuple(folders)


def digest(paths: Iterable[Path]) -> str:
    """First 8 hex digits of a digest over the files' bytes, for the version of a stage."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
        total.update(b"\0")
    return total.hexdigest()[:8]


def load_rules(stage: str, extra: Sequence[Path] = ()) -> tuple[Rule, ...]:
    """All rules of a stage, shipped, installed and the user's own, in order of file.

    Raises:
        PackError: a bad pack, one rule name twice, or a pack of the user's where none is read.
    """
    for folder in extra:
        refuse_strays(folder)
    rules = [
        rule
        for path in pack_files(stage, extra)
        for rule in load_pack(path, prove=path.is_relative_to(PACKS)).rules
    ]
    _unique(rules)
    return tuple(rules)
