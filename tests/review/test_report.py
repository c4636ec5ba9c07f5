from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from fixture import TEXTS, write_run

from clean import edits
from clean.cli.report import command
from clean.errors import OutputError, UsageError
from clean.model import Document, Edit, Origin, Patch
from clean.review import content
from clean.review.report import write_report
from clean.review.risk import edit_reasons, items


def data(path: Path) -> object:
    """The value in a data script."""
    text = path.read_text()
    assert text.startswith("Clean.data(")
    return json.loads(text[text.index(",") + 1 : -3])


def test_the_index_counts_what_the_ledger_holds(out: Path) -> None:
    page = write_report(out)
    index = data(page.parent / "data/index.js")
    ledger = [json.loads(line) for line in (out / ".clean/ledger.jsonl").read_text().splitlines()]
    every = [e for row in ledger for patch in row["trail"] for e in patch["edits"]]

    assert isinstance(index, dict)
    assert [row[0] for row in index["docs"]] == [row["id"] for row in ledger]
    assert sum(row[3] for row in index["docs"]) == sum(len(e["old"]) for e in every)
    assert sum(row[5] for row in index["docs"]) == sum(rule["edits"] for rule in index["rules"]) == len(every)
    assert sum(index["histogram"]) == len(ledger)
    assert index["clusters"][0]["members"] == [
        ["copy.txt", False, 0.91, "near", "live.txt"],
        ["live.txt", True, 0.91, "near", "live.txt"],
    ]
    assert all(rule["samples"] for rule in index["rules"])


def test_documents_are_in_their_shards(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "SHARD_BYTES", 500)
    page = write_report(out)
    index = data(page.parent / "data/index.js")

    assert isinstance(index, dict)
    assert len({row[7] for row in index["docs"]}) >= 2
    for row in index["docs"]:
        shard = data(page.parent / f"data/docs-{row[7]}.js")
        assert isinstance(shard, list)
        assert shard[row[8]]["raw"] == TEXTS[row[0]]


def test_the_number_of_processes_does_not_show(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "SHARD_BYTES", 900)
    monkeypatch.setattr(content, "ROUND", 2)
    monkeypatch.setattr(content, "SHORT", 1)
    monkeypatch.setenv("CLEAN_START_METHOD", "fork")  # a copy has what was patched

    def files(jobs: int) -> dict[str, bytes]:
        folder = write_report(out, jobs=jobs).parent
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    alone = files(1)
    assert len(content.stretches(out, 2)) == 2 < len(content.stretches(out, 9))
    assert files(2) == files(9) == alone
    assert sum(name.startswith("docs-") for name in alone) > 2


def test_a_single_page_has_every_shard(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "SHARD_BYTES", 500)
    page = write_report(out, single=True).read_text()

    index = data(write_report(out).parent / "data/index.js")
    assert isinstance(index, dict)
    places = {row[7] for row in index["docs"] if row[7] >= 0}
    assert len(places) >= 2
    for place in places:
        assert f'Clean.data("docs-{place}",' in page


def test_a_report_written_again_leaves_nothing_old_behind(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "SHARD_BYTES", 100)
    write_report(out)
    monkeypatch.undo()
    page = write_report(out)

    assert sorted(path.name for path in (page.parent / "data").iterdir()) == ["docs-0.js", "index.js"]
    assert write_report(out).read_bytes() == page.read_bytes()


def test_no_text_of_a_document_can_end_a_script(out: Path) -> None:
    single = write_report(out, single=True).read_text()

    assert "<script>alert" not in single
    assert single.count("</script>") == single.count("<script>") == 11
    assert "unsafe" not in single.partition("</head>")[0].partition("<style>")[0]


def test_one_file_has_a_limit(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clean.review.report.SINGLE_LIMIT", 3)

    with pytest.raises(UsageError, match="6 documents are too many"):
        write_report(out, single=True)


def test_without_a_run_there_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no run"):
        write_report(tmp_path)


def test_a_small_report_is_fast(out: Path) -> None:
    write_report(out)
    begin = time.process_time()
    write_report(out)

    assert time.process_time() - begin < 1.0


def test_a_failed_document_is_listed(out: Path) -> None:
    failed = {"id": "bad.txt", "source": "bad.txt", "sha256": "", "status": "failed", "meta": {}, "trail": []}
    held = failed | {
        "id": "held.txt",
        "text": "Much.",
        "error": {"code": "too-much-removed", "message": "99 %"},
    }
    with (out / ".clean/ledger.jsonl").open("a") as ledger:
        ledger.write(json.dumps(failed) + "\n" + json.dumps(held) + "\n")
    index = data(write_report(out).parent / "data/index.js")

    assert isinstance(index, dict)
    assert [row[1] for row in index["docs"][-2:]] == ["failed", "failed"]
    assert index["queue"][0][2:6] == ["document", -1, -1, ["held back"]]


@pytest.mark.parametrize(
    ("edit", "reasons"),
    [
        (Edit(0, "Share it\n", "", "b/r", {"class": "share"}), []),
        (Edit(0, "Tas", "Tass", "names/r", {"probability": 0.7}), ["low confidence", "rewritten name"]),
        (Edit(0, "Tas", "Tass", "names/r", {"probability": 0.99}), ["rewritten name"]),
        (Edit(0, "He said “we are not going to leave this harbour”", "", "b/r"), ["quotation"]),
        (Edit(0, "By Ann Lee Brown", "", "b/r", {"class": "byline"}), ["names", "kept in meta"]),
        (Edit(0, "x" * 700, "", "b/r"), ["large"]),
        (
            Edit(0, "The ferry that left at nine came back before the storm broke.", "", "b/r"),
            ["sentence"],
        ),
    ],
)
def test_reasons(edit: Edit, reasons: list[str]) -> None:
    stage = edit.rule.partition("/")[0]

    assert list(edit_reasons(stage, edit, 10_000)) == reasons


def test_the_queue_is_about_risk() -> None:
    quotation = Edit(0, "He said “we are not going to leave this harbour at all”.\n", "", "boilerplate/x")
    label = Edit(len(quotation.old), "Share it\n", "", "boilerplate/share")
    text = "Rates rose.\n"
    document = Document("a", text, {}, (Patch("boilerplate", "1", (quotation, label)),), Origin("a", "0"))

    found = list(items(document, edits.versions(document)))

    assert [(item.what, item.number) for item in found] == [("edit", 0)]
    assert found[0].risk >= 5


def test_texts_of_any_script_come_through(tmp_path: Path) -> None:
    write_run(tmp_path)

    whole = (write_report(tmp_path).parent / "data/docs-0.js").read_text()

    assert "渡轮恢复通航" in whole
    assert "\\u003cscript>" in whole
    assert "<" not in whole


def test_contained_texts_are_pairs(out: Path) -> None:
    row = {
        "unit": "document",
        "survivor": False,
        "kept": "live.txt",
        "similarity": 0.8,
        "relation": "contained",
    }
    with (out / ".clean/duplicates.jsonl").open("a") as table:
        for name in ("zh.txt", "ar.txt"):
            table.write(json.dumps({**row, "id": name, "relation": "contained"}) + "\n")
    index = data(write_report(out).parent / "data/index.js")

    assert isinstance(index, dict)
    assert [len(cluster["members"]) for cluster in index["clusters"]] == [2, 2, 2]
    assert index["clusters"][1]["id"] == "zh.txt in live.txt"


def test_the_command_prints_the_path(out: Path) -> None:
    done = CliRunner().invoke(command, ["--out", str(out), "--single"], catch_exceptions=False)

    assert Path(done.stdout.strip()) == out / ".clean/report/index.html"
    assert not (out / ".clean/report/data/index.js").exists()
