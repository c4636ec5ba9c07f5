"""Errors that a person can act on: what happened, where, and what to do now.

    CleanError
    ├── UsageError      exit 2   a command line that makes no sense
    ├── ConfigError     exit 2   a configuration file, key or value
    ├── PackError       exit 2   a rule pack or gazetteer file
    ├── InputError      exit 3   one input; every other goes on
    ├── OutputError     exit 3   the disk, a lock, a ledger that does not fit
    ├── GuardError      exit 4   a guard tripped: too much removed
    └── EditError       exit 70  an edit does not fit its text: a defect in this program

The parameters are attributes, so errors survive pickling between processes and go to
`errors.jsonl` field by field.
"""

from __future__ import annotations

from typing import ClassVar


class CleanError(Exception):
    """An error with a stable code, a place and a hint."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        """Stable, in kebab or snake case, for machines: "not-utf-8"."""
        self.message = message
        """One sentence for people, without the place and the full stop."""
        self.where = where
        """File, line, rule or key."""
        self.hint = hint
        """What to do now."""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f". {self.hint}" if self.hint else ""
        return f"{place}{self.message}{advice}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.message, self.where, self.hint)


def _rebuild(kind: type[CleanError], code: str, message: str, where: str, hint: str) -> CleanError:
    return kind(code, message, where=where, hint=hint)


class UsageError(CleanError):
    """A command line that makes no sense."""

    exit_code = 2


class ConfigError(CleanError):
    """A configuration file, key or value that cannot be used."""

    exit_code = 2


class PackError(CleanError):
    """A rule pack or gazetteer file that cannot be used; refused before any output."""

    exit_code = 2


class InputError(CleanError):
    """One input that cannot be read; every other goes on."""

    exit_code = 3


class OutputError(CleanError):
    """The disk, a lock, or a ledger that does not fit."""

    exit_code = 3


class GuardError(CleanError):
    """A guard tripped: more would be removed than is allowed."""

    exit_code = 4


class EditError(CleanError):
    """An edit does not fit its text. A stage that proposes one has a defect."""

    exit_code = 70
