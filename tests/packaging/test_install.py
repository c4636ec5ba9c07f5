"""A second person's path: build, install into an empty environment, and walk the README."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, folder: Path, **variables: str) -> str:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packaging")


@pytest.fixture(scope="module")
def builder(folder: Path) -> Path:
    """A Python that has the build backend and nothing else."""
    run(sys.executable, "-m", "venv", "builder", folder=folder)
    python = folder / "builder" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "hatchling", folder=folder)
    return python


@pytest.fixture(scope="module")
def built(folder: Path, builder: Path) -> Path:
    """The folder of the wheel and the sdist; the wheel is built from the sdist, as an installer would."""
    dist = folder / "dist"
    run(builder, "-m", "hatchling", "build", "-t", "sdist", "-d", dist, folder=ROOT)
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    run(builder, "-m", "hatchling", "build", "-t", "wheel", "-d", dist, folder=source)
    return dist


@pytest.fixture(scope="module")
def installed(folder: Path, built: Path) -> Path:
    """The scripts of an empty environment into which the wheel was installed, with what it depends on."""
    run(sys.executable, "-m", "venv", "empty", folder=folder)
    (wheel,) = built.glob("*.whl")
    scripts = folder / "empty" / "bin"
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, folder=folder)
    return scripts


def test_the_archives_hold_what_they_should(built: Path) -> None:
    (wheel,), (sdist,) = built.glob("*.whl"), built.glob("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    tracked = run("git", "ls-files", "clean", folder=ROOT).split()

    # Every tracked file of the package, and nothing of the repository around it.
    assert len(tracked) > 100
    assert sorted(set(tracked) - set(names)) == []
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"clean", "unscrape"}
    assert any(name.endswith("share/man/man1/clean.1") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    with tarfile.open(sdist) as archive:
        members = {member.partition("/")[2] for member in archive.getnames()}
    assert {
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "tests/test_imports.py",
        "docs/tutorial.md",
    } <= members
    assert not [
        name for name in members if "__pycache__" in name or name.startswith((".venv", "docs/_build"))
    ]


def test_demo_run_report_and_one_rejected_edit(installed: Path, tmp_path: Path) -> None:
    clean = installed / "clean"
    run(clean, "demo", folder=tmp_path)
    demo = tmp_path / "clean-demo"
    run(clean, "run", demo / "raw", tmp_path / "mine", folder=tmp_path)
    run(clean, "report", "--out", tmp_path / "mine", folder=tmp_path)
    report = tmp_path / "mine" / ".clean" / "report" / "index.html"
    assert "<script" in report.read_text(encoding="utf-8")

    rows = [
        json.loads(line) for line in (tmp_path / "mine/.clean/ledger.jsonl").read_text("utf-8").splitlines()
    ]
    (row,) = (row for row in rows if row["id"] == "rodong-visit.txt")
    edit = next(e for patch in row["trail"] for e in patch["edits"] if patch["stage"] == "names")
    cleaned = tmp_path / "mine" / "rodong-visit.txt"
    assert edit["old"] not in cleaned.read_text("utf-8")
    decision = {
        "verdict": "reject",
        "what": "edit",
        "doc": row["id"],
        "rule": edit["rule"],
        "old": edit["old"],
    }
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps({"version": 1, "decisions": [decision]}))
    run(clean, "apply", decisions, "--out", tmp_path / "mine", folder=tmp_path)
    assert edit["old"] in cleaned.read_text("utf-8")


def test_both_names_the_module_and_the_man_page(installed: Path, tmp_path: Path) -> None:
    versions = {
        run(installed / "clean", "--version", folder=tmp_path),
        run(installed / "unscrape", "--version", folder=tmp_path),
        run(installed / "python", "-m", "clean", "--version", folder=tmp_path),
    }

    assert len(versions) == 1
    assert (installed.parent / "share" / "man" / "man1" / "clean.1").is_file()
    assert "wrong" not in run(installed / "clean", "doctor", folder=tmp_path).split()


def test_the_commands_of_the_readme_work(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    page = "Rates rose on Monday.\n\nShare it\n\nBanks fell , analysts said.\n" + "\nMore of the story.\n" * 6
    (tmp_path / "raw" / "000.txt").write_text(page)
    (tmp_path / "a.txt").write_text(page)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = next(
        block for block in re.findall(r"```\n(.*?)```", readme, re.DOTALL) if "clean boilerplate <" in block
    )
    commands = [line.partition(" #")[0].strip() for line in block.splitlines() if line.startswith("clean ")]

    assert len(commands) >= 4
    for command in commands:
        run("bash", "-c", command, folder=tmp_path, PATH=f"{installed}:{os.environ['PATH']}")
    assert "Share it" not in (tmp_path / "b.txt").read_text()
    assert "Share it" not in (tmp_path / "cleaned" / "000.txt").read_text()


def test_the_example_plugin_installs(installed: Path, builder: Path, folder: Path, tmp_path: Path) -> None:
    run(
        builder,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        tmp_path / "dist",
        folder=ROOT / "examples" / "plugin",
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    run(installed / "python", "-m", "pip", "install", "--quiet", "--no-deps", wheel, folder=tmp_path)
    try:
        (tmp_path / "raw").mkdir()
        (tmp_path / "raw" / "a.txt").write_text("The log is ISBN 978-3-16-148410-0.\n")
        run(installed / "clean", "run", folder=tmp_path)
        listed = run(installed / "clean", "rules", "list", folder=tmp_path)
    finally:
        run(
            installed / "python",
            "-m",
            "pip",
            "uninstall",
            "--yes",
            "--quiet",
            "unscrape-harbour",
            folder=tmp_path,
        )

    assert (tmp_path / "cleaned" / "a.txt").read_text() == "The log is ISBN 9783161484100.\n"
    assert "harbour-gazette.example:tide-box" in listed
