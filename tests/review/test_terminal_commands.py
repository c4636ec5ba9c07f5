from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fixture import HOSTILE, TEXTS, write_run

from clean import edits
from clean.cli.diff import command as diff
from clean.cli.explain import command as explain
from clean.cli.restore import command as restore
from clean.cli.stats import command as stats
from clean.errors import OutputError, UsageError
from clean.review.record import Run
from clean.review.restore import without
from clean.review.terminal import clipped, visible, width, wrapped


def run(command: object, out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--out", str(out)], catch_exceptions=False)  # type: ignore[arg-type]


def test_each_changed_line_has_its_rule_in_the_margin(out: Path) -> None:
    lines = run(diff, out, "live.txt").output.splitlines()

    assert "boilerplate/share-line     │-Share it" in [line.strip(" 0123456789") for line in lines]
    assert any("names/mangled-name +1" in line and "│-The first ferry" in line for line in lines)
    marked = [line for line in lines if "│-" in line or "│+" in line]
    assert len(marked) == 16
    assert all("/" in line.partition("│")[0] for line in marked if "│-" in line)


def test_no_escape_of_a_document_reaches_the_terminal(out: Path) -> None:
    for form in ((), ("--word",), ("-y",), ("--stat",), ("--html",)):
        shown = run(diff, out, "b/hostile.txt", *form, "--color", "never").output
        assert not {"\x1b", "\u202e", "\u202c"} & set(shown), form
    assert "␛[31mred␛[0m and ⟨U+202E⟩evil" in run(diff, out, "b/hostile.txt").output


def test_html_holds_no_markup_of_the_document(out: Path) -> None:
    page = run(diff, out, "--html").output

    assert "&lt;img src=x onerror" in page
    assert "<img" not in page
    assert "<script" not in page
    assert page.count("<section>") == 5


def test_colour_only_where_it_is_wanted(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run(diff, out, "live.txt").output
    assert "\x1b[31m" in CliRunner().invoke(diff, ["--out", str(out), "--color", "always"], color=True).output
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(diff, out, "live.txt").output


@pytest.mark.parametrize(
    ("arguments", "has", "has_not"),
    [
        (("--from", "boilerplate", "--to", "names"), "Tass", "Share it"),
        (("--rule", "share-line"), "│-Share it", "│-Update on"),
        (("--rule", "boilerplate/up*"), "│-Update on", "│-Share it"),
        (("--class", "comment"), "│-Your mail", "│-Share it"),
        (("--word",), "the [-Tas news agency-]{+Tass news agency+} said[-. .-]{+.+}", "│+The first"),
        (("--side-by-side",), "said.", "│-"),
    ],
)
def test_forms(out: Path, arguments: tuple[str, ...], has: str, has_not: str) -> None:
    shown = run(diff, out, "live.txt", *arguments).output

    assert has in shown
    assert has_not not in shown


def test_stat_counts_what_the_ledger_holds(out: Path) -> None:
    shown = run(diff, out, "--stat").output.splitlines()
    ledger = [json.loads(line) for line in (out / ".clean/ledger.jsonl").read_text().splitlines()]
    removed = sum(len(e["old"]) for row in ledger for patch in row["trail"] for e in patch["edits"])

    assert shown[-1].startswith("5 documents")
    assert f"{removed:,} characters removed" in shown[-1]
    assert any("dropped: duplicates/near-duplicate" in line for line in shown)


@pytest.mark.parametrize("context", ["0", "1", "3"])
def test_the_patch_turns_raw_into_cleaned(out: Path, tmp_path: Path, context: str) -> None:
    for name, text in TEXTS.items():
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw" / name).write_bytes(text.encode())
    patch = run(diff, out, "-u", "-U", context).stdout_bytes

    done = subprocess.run(
        ["patch", "-p1", "--binary", "-d", str(tmp_path / "raw")],
        input=patch,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert b"fuzz" not in done.stdout
    kept = [name for name in TEXTS if name != "copy.txt"]
    assert len(kept) == 5
    for name in kept:
        assert (tmp_path / "raw" / name).read_bytes() == (out / name).read_bytes()


def test_a_closed_pipe_is_silent(out: Path) -> None:
    code = "from clean.cli.diff import command; command()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "--out", str(out), "-U", "9"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()
    process.stderr.close()


def test_restore_gives_the_raw_bytes(out: Path) -> None:
    for name, text in TEXTS.items():
        assert run(restore, out, name).stdout_bytes == text.encode()
    assert run(restore, out, str(out / "b" / "hostile.txt")).stdout_bytes == HOSTILE.encode()


def test_restore_of_a_rule_keeps_later_work(out: Path) -> None:
    text = run(restore, out, "live.txt", "--rule", "share-line").stdout_bytes.decode()

    assert text.count("Share it") == 2
    assert "Tass news agency said.\n" in text
    assert "Leave a comment" not in text
    with pytest.raises(UsageError, match="changed nothing here"):
        run(restore, out, "plain.txt", "--rule", "share-line")


def test_restore_explains_what_it_had_to_leave_out(tmp_path: Path) -> None:
    from fixture import Lookup

    from clean.model import Document, Origin
    from clean.pipeline import Pipeline

    stages = (
        Lookup("translation", (("the of", "of", "doubled-word", {}),)),
        Lookup("names", (("north of Tas", "north of Tass", "mangled-name", {}),)),
    )
    document = Pipeline(stages)(Document("a.txt", "It is north the of Tas.\n", origin=Origin("a.txt", "0")))
    write_run(tmp_path, [document])

    done = run(restore, tmp_path, "a.txt", "--rule", "doubled-word")

    assert done.stdout == "It is north the of Tas.\n"
    assert "names/mangled-name (stage names) left out" in done.stderr
    assert without(document, "mangled-name").document.text == "It is north of Tas.\n"


@pytest.mark.parametrize(
    ("place", "has"),
    [
        ("live.txt:3", ["lines 3–4: gone", "boilerplate/share-line: deleted “Share it”", "class “share”"]),
        ("live.txt:7", ["line 7: changed", "“. .” with “.”", "the probability is 0.93"]),
        ("live.txt:1", ["line 1: kept", "entries/entry noted entry"]),
        ("plain.txt:2", ["line 2: kept", "is furniture."]),
        ("copy.txt:1", ["dropped by duplicates/near-duplicate", "the copy that stays is “live.txt”"]),
    ],
)
def test_explain(out: Path, place: str, has: list[str]) -> None:
    shown = run(explain, out, place).output

    for words in has:
        assert words in shown


def test_explain_refuses_a_line_that_is_not_there(out: Path) -> None:
    with pytest.raises(UsageError, match="lines 1 to 17"):
        run(explain, out, "live.txt:99")


def test_stats_equal_the_ledger(out: Path) -> None:
    found = json.loads(run(stats, out, "--json").output)
    ledger = [json.loads(line) for line in (out / ".clean/ledger.jsonl").read_text().splitlines()]
    every = [e for row in ledger for patch in row["trail"] for e in patch["edits"]]

    assert found["documents"] == {"all": 6, "kept": 5, "dropped": 1, "failed": 0}
    assert found["total"]["edits"] == len(every) == 14
    for axis in ("rule", "class", "stage", "site", "file"):
        assert sum(row["edits"] for row in found[axis].values()) == len(every), axis
        assert sum(row["removed"] for row in found[axis].values()) == sum(len(e["old"]) for e in every)
    assert found["class"]["share"]["documents"] == 4
    assert "boilerplate/share-line" in run(stats, out, "--by", "rule").output


def test_a_document_is_found_by_id_raw_path_or_cleaned_path(out: Path) -> None:
    run_ = Run(out)
    for name in ("b/hostile.txt", "raw/b/hostile.txt", "hostile.txt", str(out / "b/hostile.txt")):
        assert run_.find(name).id == "b/hostile.txt"
    with pytest.raises(UsageError, match="no document"):
        run_.find("nowhere.txt")


def test_a_cleaned_text_changed_by_hand_is_noticed(out: Path) -> None:
    (out / "live.txt").write_text("something else\n")

    with pytest.raises(OutputError, match="changed after the run"):
        Run(out).find("live.txt")


def test_without_a_run_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="clean run"):
        run(stats, tmp_path)


def test_every_document_has_its_raw_text(out: Path) -> None:
    raws = {document.id: edits.raw(document) for document in Run(out).documents()}

    assert raws == TEXTS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb", "a    b"),
        ("\x00\x7f\x9b", "␀␡⟨U+009B⟩"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u2028", "⟨U+2028⟩"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_widths() -> None:
    from clean.review.terminal import Span

    assert (width("渡轮"), width("e\u0301"), clipped("渡轮恢复", 5)) == (4, 1, "渡轮…")
    lines = list(wrapped([Span("渡轮恢复通航 ferries return", "old")], 9))
    assert all(sum(width(span.text.rstrip()) for span in line) <= 9 for line in lines)
    assert "".join(span.text for line in lines for span in line) == "渡轮恢复通航 ferries return"


def test_the_command_offers_the_tables_there_are() -> None:
    from clean.cli import stats as command_module
    from clean.review import stats as module

    assert command_module.AXES == module.AXES
