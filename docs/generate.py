"""Write what the documentation says about the program from the program itself.

`python docs/generate.py` writes the generated pages of `reference/`, the manual page `clean.1`, and the
output below every command in the other pages. `--check` writes nothing and exits 1 where something is not
current; `--no-sessions` leaves the commands alone, which take a minute.

A block marked `console` is a session: the lines that begin with "$ " are run, in a folder of the page's own
with the samples in `raw/`, and what they print is put below them. A block with a caption is written to the
file that the caption names. So no output in the documentation was typed by hand.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from clean import __version__, config
from clean.cli.main import COMMANDS, cli
from clean.errors import CleanError
from clean.rules.load import load_rules
from clean.stages import STAGES, SUMMARIES, reasons

DOCS = Path(__file__).parent
ROOT = DOCS.parent
SESSIONS = ("index.md", "tutorial.md", "how-to/*.md")
"""Pages with sessions."""

MARK = "<!-- Written by docs/generate.py: change the program instead. -->"

BLOCK = re.compile(
    r"^```(?P<kind>console|\{code-block\} \w+)\n(?::caption: (?P<file>\S+)\n\n?)?(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

COMMANDS_HEAD = f"""\
# Commands

{MARK}

What each command says with `--help`. `python -m clean` is the same as `clean`."""

CONFIGURATION_HEAD = f"""\
# Configuration

{MARK}

In `clean.toml`, or in the table `[tool.clean]` of `pyproject.toml`. `clean config init` writes a file with
every key; `clean config show` says what holds now and where each value came from. A flag beats the
environment, which beats the file: `duplicates.mark` is `--set duplicates.mark=true`, or
`CLEAN_DUPLICATES_MARK=true`. An unknown key is an error that names the nearest right one."""

RULES_HEAD = f"""\
# Stages and rules

{MARK}

The stages in the order in which they run, and every rule that may stand beside an edit, a flag or a drop. A
rule with a class stands in a pack: `clean rules show NAME` prints its pattern, examples and near misses. The
others are code."""

ERRORS_HEAD = f"""\
# Exit codes and errors

{MARK}

| exit | means |
|---|---|
| 0 | done |
| 1 | differences found (`clean check`, `--diff`), or a proof failed (`clean rules test`) |
| 2 | usage, configuration, or a rule pack that cannot be used; nothing was written |
| 3 | some inputs failed, or the disk did; the rest is written, and the same command goes on from there |
| 4 | a guard tripped: more would be removed than `--max-removed` allows |
| 70 | a defect in the program |
| 130 | interrupted; what is written is complete, and the same command goes on from there |

Every error says what happened, where, and what to do now. Its code is stable: it stands in
`OUT/.clean/errors.jsonl` for an input that failed."""

MANUAL_HEAD = f"""\
.TH CLEAN 1 "" "clean {__version__}" "User Commands"
.SH NAME
clean \\- clean scraped news, with an account of every character removed or changed
.SH SYNOPSIS
.B clean
.I COMMAND
[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]
.SH DESCRIPTION"""

FILES = {
    "clean.toml, pyproject.toml": "the configuration of the working folder",
    "OUT/.clean/ledger.jsonl": "every edit, one document a line",
    "OUT/.clean/report/index.html": "the review page",
}


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command and subcommand with its full name, in the order of the help page."""
    settings: dict[str, Any] = {**cli.context_settings, "terminal_width": 100, "max_content_width": 100}
    top = click.Context(cli, info_name="clean", **settings)
    yield "clean", cli, top
    for name in cli.list_commands(top):
        command = cli.get_command(top, name)
        assert command is not None
        context = click.Context(command, top, info_name=name)
        yield f"clean {name}", command, context
        if isinstance(command, click.Group):
            for inner, subcommand in command.commands.items():
                yield f"clean {name} {inner}", subcommand, click.Context(subcommand, context, info_name=inner)


def commands_page() -> str:
    """The help text of every command."""
    parts = [COMMANDS_HEAD]
    for name, _, context in commands():
        lines = "\n".join(line.rstrip() for line in context.get_help().split("\n")).strip()
        parts.append(f"{'#' * min(len(name.split()) + 1, 3)} {name}\n\n```text\n{lines}\n```")
    return "\n\n".join(parts) + "\n"


def configuration_page() -> str:
    """Every key with its default, its choices and what it does."""
    described = _field_docs()
    tables: dict[str, list[str]] = {}
    for key in list(config.keys()):
        section, _, name = key.rpartition(".")
        owner = type(config.value_of(config.Config(), section)) if section else config.Config
        choices = ", ".join(f"`{choice}`" for choice in config.CHOICES.get(key, ()))
        text = described.get((owner.__name__, name), "") + (f" One of {choices}." if choices else "")
        default = _toml(config.value_of(config.Config(), key))
        tables.setdefault(section, []).append(f"| `{name}` | `{default}` | {text} |")
    parts = [CONFIGURATION_HEAD]
    for section, rows in tables.items():
        title = f"## [{section}]" if section else "## The top of the file"
        parts.append("\n".join([title, "", "| key | default | what |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(list(value) if isinstance(value, tuple) else value).replace("'", '"')


def _field_docs() -> dict[tuple[str, str], str]:
    """The text below each field of the classes in `config.py`."""
    found = {}
    for node in ast.parse(Path(config.__file__).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for pair in zip(node.body, node.body[1:], strict=False):
                match pair:
                    case (
                        ast.AnnAssign(target=ast.Name(id=field)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ):
                        found[node.name, field] = " ".join(text.split())
    return found


def rules_page() -> str:
    """Every rule that may stand in a ledger, by stage."""
    packed = {rule.name: rule for stage in STAGES for rule in load_rules(stage)}
    listed = sorted(reasons().items())
    parts = [RULES_HEAD]
    for stage in (*STAGES, "duplicates"):
        rows = []
        for name, why in listed:
            if name.startswith(f"{stage}/"):
                rule = packed.get(name)
                kind, does = (rule.kind, rule.do) if rule else ("", "")
                rows.append(f"| `{name.partition('/')[2]}` | {kind} | {does} | {_cell(why)} |")
        parts.append(f"## {stage}\n\n{SUMMARIES.get(stage) or COMMANDS[stage][1]}")
        if rows:
            parts.append("\n".join(["| rule | class | does | why |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    """A text as a cell of a Markdown table, with nothing in it that Markdown would read as its own."""
    return re.sub(r"([\\|<>*_`&\[\]{}])", r"\\\1", " ".join(text.split()))


def errors_page() -> str:
    """Every code of an error, found in the source."""
    kinds = {kind.__name__: kind.exit_code for kind in CleanError.__subclasses__()}
    found: set[tuple[str, int, str]] = set()
    for path in sorted((ROOT / "clean").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=kind), args=[ast.Constant(value=str(code)), message, *_]) if (
                    kind in kinds
                ):
                    found.add((code, kinds[kind], _message(message)))
    rows = [f"| `{code}` | {exit_code} | {_cell(message)} |" for code, exit_code, message in sorted(found)]
    return "\n".join([ERRORS_HEAD, "", "| code | exit | message |", "|---|---|---|", *rows]) + "\n"


def _message(node: ast.expr) -> str:
    """A message, with … for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(map(_message, values))
        case ast.IfExp(body=body, orelse=orelse):
            return f"{_message(body)} / {_message(orelse)}"
        case _:
            return "…"


def manual() -> str:
    """The manual page: one for all commands."""
    lines = [MANUAL_HEAD, *_paragraphs(cli.help or ""), ".SH COMMANDS"]
    for name, command, context in commands():
        if command is cli:
            continue
        usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
        lines += [f".SS {_roff(f'{name} {usage}'.strip())}", *_paragraphs(command.help or "")]
        for parameter in command.get_params(context):
            record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
            if record and parameter.name != "help":
                lines += _entry(f"\\fB{_roff(record[0])}\\fR", record[1])
    lines.append(".SH EXIT STATUS")
    for code, means in re.findall(r"^\| (\d+) \| (.+) \|$", ERRORS_HEAD, re.MULTILINE):
        lines += _entry(f"\\fB{code}\\fR", means.replace("`", ""))
    lines.append(".SH FILES")
    for file, what in FILES.items():
        lines += _entry(f"\\fI{_roff(file)}\\fR", what)
    return "\n".join(lines) + "\n"


def _entry(term: str, text: str) -> list[str]:
    return [".TP", term, _roff(text) or "\\&"]


def _paragraphs(text: str) -> list[str]:
    r"""Paragraphs of a help text; one that begins with "\b" keeps its lines, as in click."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        if paragraph.lstrip().startswith("\b"):
            kept = paragraph.strip().removeprefix("\b").strip("\n").split("\n")
            lines += [".PP", ".nf", *map(_roff, kept), ".fi"]
        else:
            lines += [".PP", _roff(" ".join(paragraph.split()))]
    return lines[1:]


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


GENERATED: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands_page,
    "reference/configuration.md": configuration_page,
    "reference/rules.md": rules_page,
    "reference/errors.md": errors_page,
    "clean.1": manual,
}


def session(page: str) -> str:
    """A page with the present output below its commands."""
    with tempfile.TemporaryDirectory(prefix="clean-docs-") as folder:
        for name in ("raw", "examples"):
            shutil.copytree(ROOT / name, Path(folder, name))
        return BLOCK.sub(lambda match: _block(match, Path(folder)), page)


def _block(match: re.Match[str], folder: Path) -> str:
    if match["file"]:
        path = folder / match["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match["body"], encoding="utf-8")
    if match["kind"] != "console":
        return match[0]
    shown: list[str] = []
    for line in match["body"].split("\n"):
        if line.startswith("$ "):
            shown += [line, *_output(line[2:], folder)]
    return "```console\n" + "\n".join(shown) + "\n```"


def _output(command: str, folder: Path) -> list[str]:
    kept = {key: os.environ[key] for key in ("HOME", "PYTHONPATH") if key in os.environ}
    path = f"{Path(sys.executable).parent}:{os.defpath}"
    done = subprocess.run(  # noqa: S603 - the commands of our own pages
        ["/bin/bash", "-c", command],
        cwd=folder,
        env={**kept, "PATH": path, "COLUMNS": "88", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode in (126, 127) or re.search(r"^(clean: |Traceback|Usage: )", done.stdout, re.MULTILINE):
        raise SystemExit(f"a command of a page does not work: {command}\n{done.stdout}")
    return [line.rstrip() for line in done.stdout.rstrip("\n").split("\n")] if done.stdout else []


def wanted(*, sessions: bool) -> Iterator[tuple[Path, str]]:
    """Every file that this script writes, with what should stand in it."""
    for name, write in GENERATED.items():
        yield DOCS / name, write()
    if sessions:
        for path in sorted(path for pattern in SESSIONS for path in DOCS.glob(pattern)):
            yield path, session(path.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which are not current."""
    check = "--check" in arguments
    stale = False
    for path, text in wanted(sessions="--no-sessions" not in arguments):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale = True
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        said = "is not current: run `make docs`" if check else "written"
        sys.stdout.write(f"{path.relative_to(ROOT)} {said}\n")
    return int(stale and check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
