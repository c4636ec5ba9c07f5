"""What other installed packages add to the program: their entry points."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint, EntryPoints


def entry_points(group: str) -> list[EntryPoint]:
    """The entry points of a group, in order of name."""
    return sorted(_installed().select(group=group), key=lambda point: point.name)


@cache
def _installed() -> EntryPoints:
    """Those of every group: the files of all packages are read once, and never for the help alone."""
    from importlib.metadata import entry_points

    return cast("EntryPoints", entry_points())
