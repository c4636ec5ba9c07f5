"""The documentation says what the program does: all commands are there, pages are current, examples run."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import clean

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)

sys.path.insert(0, str(DOCS))
import generate  # noqa: E402

HAND_WRITTEN = [path for path in PAGES if generate.MARK not in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", generate.GENERATED)
def test_a_generated_page_is_current(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")

    assert written == generate.GENERATED[name](), "run `make docs`"


def test_every_command_is_on_the_reference_page_and_shown_in_use() -> None:
    names = [name for name, _, _ in generate.commands()]
    reference = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    used = "\n".join(path.read_text(encoding="utf-8") for path in HAND_WRITTEN)
    used += (ROOT / "README.md").read_text(encoding="utf-8")

    assert len(names) > 20
    assert [name for name in names if not re.search(rf"^#+ {name}$", reference, re.MULTILINE)] == []
    top = [name for name in names if len(name.split()) == 2]
    assert [name for name in top if name not in used] == []


def test_every_command_and_option_has_help() -> None:
    silent = []
    for name, command, context in generate.commands():
        if not (command.help or "").strip():
            silent.append(name)
        for parameter in command.get_params(context):
            if isinstance(parameter, click.Option) and not parameter.hidden and not parameter.help:
                silent.append(f"{name} {parameter.opts[-1]}")

    assert silent == []


def test_commands_named_in_the_pages_exist() -> None:
    known = {name for name, _, _ in generate.commands()}
    groups = {name for name, command, _ in generate.commands() if isinstance(command, click.Group)} - {
        "clean"
    }
    found = set()
    for path in [*HAND_WRITTEN, ROOT / "README.md"]:
        for words in re.findall(
            r"(?:`|^\$ |^|\| )clean ([a-z]+(?: [a-z][a-z-]+)?)", path.read_text("utf-8"), re.MULTILINE
        ):
            command = f"clean {words}"
            found.add(command if command.rpartition(" ")[0] in groups else " ".join(command.split()[:2]))

    assert len(found) > 15
    assert found - known - groups == set()


def test_relative_links_lead_somewhere() -> None:
    checked = 0
    for path in [*HAND_WRITTEN, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
            checked += 1
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}"

    assert checked > 20


def modules() -> list[str]:
    found = []
    for path in sorted((ROOT / "clean").rglob("*.py")):
        if ">>> " in path.read_text(encoding="utf-8"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(".".join(parts).removesuffix(".__init__"))
    return found


@pytest.mark.parametrize("name", modules())
def test_doctests(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))

    assert result.attempted > 0
    assert result.failed == 0


def test_doctests_were_found() -> None:
    assert len(modules()) >= 8


def test_public_names_are_sorted_and_complete() -> None:
    public = set(clean._HOMES) | {"__version__"}

    assert clean.__all__ == sorted(clean.__all__)
    assert set(clean.__all__) == public
    assert [name for name in clean.__all__ if not hasattr(clean, name)] == []
    python = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    assert [name for name in clean._HOMES if f"clean.{name}" not in python] == []
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        clean.nothing  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; import clean; print(*(name for name in sys.modules if name.startswith('clean')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["clean"]


def test_files_page_names_every_field_of_a_run(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    shutil.copy(ROOT / "raw" / "000_cbe40a1f5c4cd5e4.txt", raw)
    (raw / "bad.parquet").write_bytes(b"no such thing")
    from clean.cli.main import cli

    cli.main(["run", str(raw), str(tmp_path / "out"), "-q"], standalone_mode=False)
    page = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")

    seen = 0
    for path in sorted((tmp_path / "out" / ".clean").glob("*.jsonl")):
        assert path.name in page
        for line in path.read_text(encoding="utf-8").splitlines()[:1]:
            seen += 1
            assert [key for key in json.loads(line) if f"`{key}`" not in page] == []
    assert seen >= 3


@pytest.mark.slow
def test_the_sessions_in_the_pages_are_current() -> None:
    stale = [
        path.name for path, text in generate.wanted(sessions=True) if path.read_text(encoding="utf-8") != text
    ]

    assert stale == [], "run `make docs`"


@pytest.mark.slow
def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="`make docs` installs it")
    pytest.importorskip("furo", reason="`make docs` installs it")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(DOCS), str(tmp_path / "html")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "html" / "tutorial.html").exists()


def test_the_manual_page_is_valid_roff() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("needs groff")
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", str(DOCS / "clean.1")], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert "clean run [RAW] [OUT]" in re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
