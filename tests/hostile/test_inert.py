"""No network, pickle or eval; nothing from a document becomes a path; codes are those that the page lists."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clean.execute.guards import RULES

ROOT = Path(__file__).parent.parent.parent
CODE = sorted((ROOT / "clean").rglob("*.py"))
PAGE = (ROOT / "docs/reliability.md").read_text()

FORBIDDEN = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "socket",
    "urllib.request",
    "http",
    "ftplib",
    "smtplib",
    "requests",
}
NETWORK = {"httpx"}
"""Only where the user names an endpoint."""


def imports(path: Path) -> set[str]:
    """Every module that a file imports, and the packages around it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        found |= {name.rsplit(".", at)[0] for name in names for at in range(name.count(".") + 1)}
    return found


def calls(path: Path) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_reading_cleaning_and_writing_import_nothing_that_runs_or_reaches_out() -> None:
    core = [
        path
        for path in CODE
        if path.relative_to(ROOT / "clean").parts[0] in {"read", "write", "execute", "stages", "rules"}
    ]

    assert len(core) > 30
    for path in core:
        assert not imports(path) & (FORBIDDEN | NETWORK), path


def test_nothing_is_evaluated_anywhere() -> None:
    assert len(CODE) > 60
    for path in CODE:
        assert not calls(path) & {"eval", "exec"}, path
        assert not imports(path) & {"pickle", "marshal", "shelve", "dill"}, path


def written_codes() -> set[str]:
    """Codes that the reader and the run give to problems, as they stand in the code."""
    found = set()
    for path in CODE:
        if path.relative_to(ROOT / "clean").parts[0] not in {"read", "execute"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            strings = [
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            if name == "Problem" and len(strings) > 1 and isinstance(node.args[0], ast.Constant):
                found.add(strings[1])
            elif name in {"InputError", "GuardError", "_condemn", "failed_row"} and strings:
                found.add(strings[0])
    return {code for code in found if re.fullmatch(r"[a-z]+(-[a-z]+)*", code)}


def test_codes_are_those_of_the_page() -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE))
    written = written_codes()

    assert len(written) > 15
    assert written - listed == set()


def test_flags_are_those_of_the_page() -> None:
    listed = set(re.findall(r"^\| `(?:read|guard)/([a-z-]+)` \|", PAGE, re.MULTILINE))
    written = set()
    for path in (ROOT / "clean/read").glob("*.py"):
        if path.name in {"html.py", "metadata.py"}:
            continue
        written |= set(re.findall(r'(?<!\w)_?flag\(\s*"([a-z-]+)"', path.read_text()))

    assert len(written) > 5
    assert len(RULES) > 3
    assert (written | RULES) - listed == set()


def test_every_test_that_the_page_names_exists() -> None:
    names = re.findall(r"`([a-z]+/test_[a-z_]+\.py)(?:::(test_[a-z_0-9]+))?`", PAGE)

    assert len(names) > 12
    for file, function in names:
        text = (ROOT / "tests" / file).read_text()
        assert not function or f"def {function}(" in text, (file, function)


HOSTILE_NAMES = [
    b"new\nline.txt", b"-rf.txt", b"esc\x1b[31mred.txt", b"<img src=x onerror=alert(1)>.txt", b"a*b[1]?.txt",
    b"$(id)`id`.txt",
    b"\xff\xfe.txt", b"..dots.txt", b" .txt", b"back\\slash.txt", "rtl\u202etxt.exe.txt".encode(),
]  # fmt: skip


def test_names_reach_neither_the_terminal_nor_another_place(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for name in HOSTILE_NAMES:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/raw/" + name)).write_bytes(b"Rates rose.  \n")
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/raw/bad" + name)).write_bytes(bytes(20))
    ids = ["../../x", "/etc/cron.d/x", "a/b", "..", "", "\u0000", "x" * 5000, "\u001b[2J"]
    rows = "".join(json.dumps({"id": name, "text": "\u001b[31mRates rose.\u0007"}) + "\n" for name in ids)
    (tmp_path / "raw/ids.jsonl").write_text(rows)

    run = subprocess.run(
        [sys.executable, "-m", "clean", "run", "raw", "out", "-v", "--only", "unicode"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip

    assert run.returncode == 3
    assert b"\x1b" not in run.stderr
    assert b"\x07" not in run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "raw"]
    outputs = {os.fsencode(path.name) for path in (tmp_path / "out").iterdir() if path.name != ".clean"}
    assert outputs == {*HOSTILE_NAMES, b"ids.jsonl"}
    assert (tmp_path / "out/.clean/report/index.html").exists()


def test_no_command_lets_a_name_or_a_text_act_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for name in HOSTILE_NAMES:
        text = b"\x1b[2JRates rose.\xe2\x80\xae  \n\n\nShare \x1b]0;it\x07\n"
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/raw/" + name)).write_bytes(text)
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/raw/bad" + name)).write_bytes(bytes(20))
    head = '[pack]\nstage = "boilerplate"\nlanguage = "en"\n[[rule]]\nid = "a"\nclass = "promo"\n'
    pack = (
        head + 'do = "delete-line"\nmatch = "^x$"\nwhy = "\\u001b[31m"\nchanges = [["a\\nx\\nb", "a\\nb"]]\n'
    )
    (tmp_path / "packs/boilerplate").mkdir(parents=True)
    (tmp_path / "packs/boilerplate/x.toml").write_text(pack)
    commands = {
        "run": ["run", "raw", "cleaned", "-v"],
        "diff": ["diff"],
        "word": ["diff", "--word"],
        "side": ["diff", "-y"],
        "stat": ["diff", "--stat"],
        "stats": ["stats"],
        "check": ["check", "raw"],
        "explain": ["explain", "a*b[1]?.txt"],
        "ambiguous": ["explain", ".txt"],
        "missing": ["explain", "\x1b[31m"],
        "filter": ["entries", "raw"],
        "duplicates": ["duplicates", "raw", "--clusters", "c.jsonl"],
        "rules": ["rules", "list", "--packs", "packs"],
        "why-not": ["rules", "why-not", "boilerplate/share-line", "raw/a*b[1]?.txt"],
    }
    said = {}
    for name, command in commands.items():
        done = subprocess.run(
            [sys.executable, "-m", "clean", *command], cwd=tmp_path, capture_output=True, check=False
        )
        assert b"defect" not in done.stderr, (name, done.stderr)
        said[name] = done.stderr if name == "filter" else done.stdout + done.stderr

    for name, output in said.items():
        assert not set(output) & {0x1B, 0x07}, (name, output)
        assert "\u202e".encode() not in output, name
    assert "␛[2J" in said["diff"].decode()
    assert "new␊line.txt" in said["stats"].decode()
    assert "␛[31m" in said["rules"].decode()


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not here")
def test_a_run_without_a_network_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a.html").write_text(
        '<!DOCTYPE html [<!ENTITY % r SYSTEM "http://127.0.0.1:9/x.dtd"> %r;]><html><body><article><p>'
        + "Leaders met in the capital on Wednesday, officials said. " * 5
        + '</p><img src="http://127.0.0.1:9/x.png"></article></body></html>'
    )
    command = [sys.executable, "-m", "clean", "run", "raw"]
    alone = subprocess.run(
        ["unshare", "-rn", *command, "alone", "-q"], cwd=tmp_path, capture_output=True, check=False
    )
    if b"unshare" in alone.stderr:
        pytest.skip("no user namespaces here")

    usual = subprocess.run([*command, "usual", "-q"], cwd=tmp_path, capture_output=True, check=False)

    assert alone.returncode == usual.returncode == 0
    assert (tmp_path / "alone/a.html.txt").read_bytes() == (tmp_path / "usual/a.html.txt").read_bytes()
    assert b"Leaders met" in (tmp_path / "usual/a.html.txt").read_bytes()
