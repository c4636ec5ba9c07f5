"""The review page in a browser, opened from disk."""

from __future__ import annotations

import json
import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fixture import STAGES, TEXTS, documents, write_run

from clean import edits
from clean.cli.apply import command as apply_command
from clean.model import Document, Edit, Origin, Patch
from clean.pipeline import Pipeline
from clean.review.align import align
from clean.review.content import page_document
from clean.review.decisions import deciding
from clean.review.report import write_report
from clean.review.rows import blocks
from clean.review.serve import Session, make_server

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that fails its test on any console error, dialog, or request beyond its own files."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, accept_downloads=True)
    page = context.new_page()
    trouble: list[str] = []
    page.on(
        "console",
        lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    own = re.compile(r"(file|data|blob):|http://127\.0\.0\.1:")
    page.on("request", lambda request: None if own.match(request.url) else trouble.append(request.url))
    yield page
    context.close()
    assert trouble == []


def show(page: Any, report: Path, address: str = "") -> None:
    page.goto("about:blank")
    page.goto(f"file://{report}#{address}")
    page.wait_for_selector("main > *:not(noscript)")


def wait(condition: Callable[[], object]) -> None:
    """Wait in Python: the policy of the page forbids to evaluate a text in it again and again."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def settled(page: Any, view: str) -> None:
    page.wait_for_selector(f"main.view-{view}")


def test_every_view_by_keyboard(page: Any, out: Path) -> None:
    show(page, write_report(out))
    for key, view, head in zip(
        "12345",
        ("queue", "document", "rules", "clusters", "run"),
        ("Queue", "", "Rules", "Clusters", "Run"),
        strict=True,
    ):
        page.keyboard.press(key)
        settled(page, view)
        assert f"view={view}" in page.url
        assert page.locator("nav a[aria-current=page]").inner_text().lower() == view
        if head:
            wait(lambda head=head: page.locator("main h2").first.inner_text() == head)
    page.keyboard.press("?")
    assert page.locator("dialog.help").is_visible()
    page.keyboard.press("Escape")
    wait(lambda: page.locator("dialog").count() == 0)


def test_the_queue_by_keyboard(page: Any, out: Path) -> None:
    show(page, write_report(out), "view=queue")
    assert page.locator(".queue li").count() == 4
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator(".queue li.on").get_attribute("data-at") == "0"
    page.keyboard.press("e")
    page.wait_for_selector(".queue li.on .reject[aria-pressed=true]")
    page.keyboard.press("u")
    page.wait_for_selector(".queue li.on .reject[aria-pressed=false]")
    page.keyboard.press("Enter")
    settled(page, "document")
    assert page.locator(".inspector .card h3").first.inner_text().endswith("names")


def test_the_document_by_keyboard(page: Any, out: Path) -> None:
    show(page, write_report(out), "view=document&doc=live.txt")
    stops = page.locator("[data-stop]").count()
    seen = []
    for _ in range(stops):
        page.keyboard.press("j")
        seen.append(page.locator(".inspector .card code").first.inner_text())
    assert seen == [
        "boilerplate/share-line", "boilerplate/update-label", "names/mangled-name",
        "translation/doubled-stop", "boilerplate/share-line", "entries/near-duplicate",
        "names/suggestion", "boilerplate/comment-form",
    ]  # fmt: skip
    page.keyboard.press("n")
    wait(lambda: "plain.txt" in page.url)
    page.keyboard.press("p")
    wait(lambda: "live.txt" in page.url)
    settled(page, "document")
    wait(lambda: "live.txt" in page.locator(".dochead").inner_text())  # the view, not its address alone
    page.keyboard.press("/")
    page.keyboard.type("zh")
    page.keyboard.press("Enter")
    wait(lambda: "zh.txt" in page.url)


def test_the_slider_compares_any_two_stages(page: Any, out: Path) -> None:
    show(page, write_report(out), "view=document&doc=live.txt&from=boilerplate&to=names")
    assert page.locator(".sheet del").count() == 4
    assert page.locator(".sheet thead th").nth(1).inner_text() == "boilerplate"
    page.locator("input.to").focus()
    page.keyboard.press("ArrowLeft")
    wait(lambda: "to=translation" in page.url)
    assert page.locator(".sheet del").count() == 3


def test_counts_equal_the_ledger(page: Any, out: Path) -> None:
    ledger = [json.loads(line) for line in (out / ".clean/ledger.jsonl").read_text().splitlines()]
    every = [e for row in ledger for patch in row["trail"] for e in patch["edits"]]
    show(page, write_report(out), "view=run")
    tiles = dict(reversed(text.split("\n")) for text in page.locator(".tiles li").all_inner_texts())

    assert tiles["documents"] == str(len(ledger))
    assert tiles["dropped"] == "1"
    assert tiles["edits"] == str(len(every))
    assert tiles["characters removed"] == str(sum(len(e["old"]) for e in every))
    page.keyboard.press("3")
    settled(page, "rules")
    shown = {
        row.locator("code").first.inner_text(): int(row.locator("td").nth(1).inner_text())
        for row in page.locator("tbody tr").all()
    }
    for rule in {e["rule"] for e in every}:
        assert shown[rule] == sum(e["rule"] == rule for e in every)


def test_a_hostile_page_is_inert(page: Any, out: Path) -> None:
    for single in (False, True):
        report = write_report(out, single=single)
        for address in ("view=queue", "view=document&doc=b%2Fhostile.txt", "view=rules", "view=clusters"):
            show(page, report, address)
            assert page.locator("main img, main script, main iframe").count() == 0
        show(page, report, "view=document&doc=b%2Fhostile.txt")
        text = page.locator(".sheet").inner_text()
        assert "<script>alert('page')</script>" in text
        assert "⟨U+202E⟩evil" in text
        assert not {"\x1b", "\u202e"} & set(text)
        policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy


def test_text_runs_in_its_own_direction(page: Any, out: Path) -> None:
    show(page, write_report(out), "view=document&doc=ar.txt")

    assert page.locator("td.old").first.evaluate("cell => getComputedStyle(cell).direction") == "rtl"


def trail_of(seed: int) -> Document:
    """A text and a trail, awkward on purpose, with characters beyond the first plane."""
    chance = random.Random(seed)
    text = "".join(chance.choice("ab\n .é😀") for _ in range(chance.randrange(30)))
    document = Document("x", text, origin=Origin("x", "0"))
    for number in range(chance.randrange(4)):
        places = [
            Edit(
                start := chance.randrange(len(document.text) + 1),
                document.text[start : start + chance.randrange(8)],
                "".join(chance.choice("ab\n😀") for _ in range(chance.randrange(4))),
                f"s{number}/r{i}",
            )
            for i in range(4)
        ]
        script = edits.settle(places)
        patch = Patch(f"s{number}", "1", script)
        document = replace(document, text=edits.apply(document.text, script), trail=(*document.trail, patch))
    return document


def test_the_page_aligns_as_the_program_does(page: Any, out: Path) -> None:
    show(page, write_report(out))
    cases = [*documents(), *map(trail_of, range(600))]
    script = """(row) => {
        const unpacked = Clean.unpack(row);
        const side = (lines) => lines.map((line) => [line.text, line.ended]);
        const keys = (block) => block.marks.map((mark) => mark.key).sort();
        const found = Clean.blocks(Clean.align(unpacked, 0, unpacked.patches.length));
        return [unpacked.texts, found.map((b) => [side(b.old), side(b.new), b.equal, keys(b)])];
    }"""
    checked = 0
    for case in cases:
        raw = edits.raw(case)
        row = json.loads(json.dumps(page_document(case, raw, case.id, "kept"), default=dict))
        texts, found = page.evaluate(script, row)
        expected = [
            [
                [[line.text, line.ended] for line in block.old],
                [[line.text, line.ended] for line in block.new],
                block.equal,
                [] if block.equal else sorted(f"{mark.patch}.{mark.number}" for mark in block.marks),
            ]
            for block in blocks(align(raw, case.trail))
        ]
        assert texts == edits.versions(case)
        assert found == expected
        checked += len(found)
    assert checked > 1000


def test_a_rejected_edit_comes_back_in_the_text(page: Any, out: Path, tmp_path: Path) -> None:
    show(page, write_report(out), "view=document&doc=live.txt")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_selector("del.is-reject")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.press("u")
    assert page.locator("#decided").inner_text() == "1"
    page.locator("#export").click()
    with page.expect_download() as download:
        page.locator("#save").click()
    file = tmp_path / "decisions.json"
    download.value.save_as(file)
    assert len(json.loads(file.read_text())["decisions"]) == 1

    done = CliRunner().invoke(apply_command, [str(file), "--out", str(out)], catch_exceptions=False)

    assert "1 documents changed" in done.stdout
    assert (
        (out / "live.txt")
        .read_text()
        .startswith("Harbour live: Ferries return after storm\n\nShare it\n\nThe first")
    )
    assert edits.raw(documents({"live.txt": TEXTS["live.txt"]})[0]) == TEXTS["live.txt"]


def test_decisions_outlive_the_page(page: Any, out: Path) -> None:
    report = write_report(out)
    show(page, report, "view=rules")
    page.locator("tr[data-rule='boilerplate/share-line'] .reject").click()
    page.wait_for_selector("tr[data-rule='boilerplate/share-line'] .reject[aria-pressed=true]")
    show(page, report, "view=rules")

    assert (
        page.locator("tr[data-rule='boilerplate/share-line'] .reject").get_attribute("aria-pressed") == "true"
    )


def test_the_served_page_writes_at_once(page: Any, out: Path) -> None:
    write_report(out)
    session = Session(out, lambda raw, made: Pipeline(deciding(STAGES, made))(raw))
    server = make_server(session)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page.goto(
            f"http://127.0.0.1:{server.server_port}/{session.token}/index.html#view=document&doc=live.txt"
        )
        page.wait_for_selector("[data-stop]")
        before = page.locator("[data-stop]").count()
        page.keyboard.press("j")
        page.keyboard.press("e")
        wait(lambda: page.locator("[data-stop]").count() == before - 1)
        assert (out / "live.txt").read_text().count("Share it") == 1
        page.keyboard.press("u")
        wait(lambda: page.locator("[data-stop]").count() == before)
        assert "Share it" not in (out / "live.txt").read_text()
    finally:
        server.shutdown()
        server.server_close()


def test_every_control_has_a_name(page: Any, out: Path) -> None:
    report = write_report(out)
    for address in (
        "view=queue&at=0",
        "view=document&doc=live.txt",
        "view=rules",
        "view=clusters",
        "view=run",
    ):
        show(page, report, address)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('button, a, input, select, [role=img], [role=button]')]
            .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
            .map((e) => e.outerHTML)"""
        )
        assert nameless == []


def test_dark_and_light_and_paper(page: Any, out: Path) -> None:
    show(page, write_report(out), "view=document&doc=live.txt")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.locator("#theme").click()
    dark = page.evaluate(paper)
    page.emulate_media(media="print")

    assert dark != light
    assert page.locator(".top").is_hidden()
    assert page.locator("del").first.is_visible()


def test_twenty_thousand_documents_are_usable(page: Any, tmp_path: Path) -> None:
    base = documents()
    many = [
        replace(document, id=f"{i % 7}/{i:05}.txt", origin=Origin(f"{i % 7}/{i:05}.txt", f"{i:064}"))
        for i, document in zip(range(20_000), base * (20_000 // len(base) + 1), strict=False)
    ]
    write_run(tmp_path, many)
    report = write_report(tmp_path)
    times = {}
    for view, address in {
        "queue": "view=queue",
        "document": "view=document&doc=3/19001.txt",
        "rules": "view=rules",
        "clusters": "view=clusters",
        "run": "view=run",
    }.items():
        page.goto("about:blank")
        begin = time.perf_counter()
        page.goto(f"file://{report}#{address}")
        page.wait_for_selector(f"main.view-{view} > *")
        times[view] = time.perf_counter() - begin
    print({view: round(seconds, 2) for view, seconds in times.items()})

    assert max(times.values()) < 10
    show(page, report, "view=queue")
    begin = time.perf_counter()
    page.keyboard.press("2")
    settled(page, "document")
    page.keyboard.press("/")
    page.keyboard.type("19999")
    assert page.locator(".picked a").count() == 1
    assert time.perf_counter() - begin < 10
