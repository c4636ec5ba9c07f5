from __future__ import annotations

import json
import threading
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from fixture import STAGES, TEXTS, documents, write_run
from hypothesis import given
from hypothesis import strategies as st

from clean import edits
from clean.cli.apply import command as apply_command
from clean.cli.learn import candidates as candidates_command
from clean.cli.learn import learn as learn_command
from clean.errors import InputError, UsageError
from clean.model import Document, Drop, Edit, Note, Origin
from clean.pipeline import Pipeline
from clean.review import decisions as decided_things
from clean.review.apply import apply
from clean.review.decisions import AROUND, Decision, Decisions, decided, deciding, from_json, keeping, to_json
from clean.review.learn import candidates, learn, to_toml
from clean.review.record import Run
from clean.review.serve import Session, make_server
from clean.rules.load import load_pack


def about(document: Document, rule: str, verdict: str = "reject", nth: int = 0) -> Decision:
    """A decision on the n-th edit or suggestion of a rule, as the page makes it."""
    found = []
    for patch, text in zip(document.trail, edits.versions(document), strict=False):
        for item in (*patch.edits, *patch.notes):
            if item.rule == rule:
                what = "edit" if isinstance(item, Edit) else "suggestion"
                old = text[item.start : item.end]
                new = item.new if isinstance(item, Edit) else str(item.value["new"])  # type: ignore[index,call-overload]
                before, after = (
                    text[max(0, item.start - AROUND) : item.start],
                    text[item.end : item.end + AROUND],
                )
                kind = str(item.because.get("class", "")) if isinstance(item, Edit) else ""
                found.append(
                    Decision(verdict, what, document.id, patch.stage, rule, old, new, before, after, kind)
                )
    return found[nth]


def document(name: str) -> Document:
    return next(one for one in documents() if one.id == name)


def test_a_rejected_deletion_comes_back_and_the_next_run_keeps_to_it(out: Path) -> None:
    made = Decisions([about(document("live.txt"), "boilerplate/share-line", nth=1)])

    done = apply(out, made)
    again = apply(out, Decisions())

    text = (out / "live.txt").read_text()
    assert done.changed == ("live.txt",)
    assert done.idle == 0
    assert again.changed == ()
    assert text.count("Share it") == 1
    assert "Tass news agency said.\n\nShare it\n\nFerry crews" in text
    found = Run(out).find("live.txt")
    assert edits.raw(found) == TEXTS["live.txt"]
    next_run = Pipeline(deciding(STAGES, decided_things.load(out)))
    assert next_run(Document("live.txt", TEXTS["live.txt"])).text == text


def test_an_accepted_suggestion_is_made_and_kept(out: Path) -> None:
    made = Decisions([about(document("live.txt"), "names/suggestion", "accept")])

    apply(out, made)

    text = (out / "live.txt").read_text()
    flags = [json.loads(line) for line in (out / ".clean/flags.jsonl").read_text().splitlines()]
    edit = next(e for patch in Run(out).find("live.txt").trail for e in patch.edits if e.new == "Coast Guard")
    assert "thanked the Coast Guard." in text
    assert edit.rule == "names/suggestion"
    assert edit.because["accepted"] is True
    assert [row["doc"] for row in flags] == ["b/hostile.txt"]
    assert Pipeline(deciding(STAGES, made))(Document("live.txt", TEXTS["live.txt"])).text == text


def test_a_rejected_suggestion_is_not_shown_again() -> None:
    made = Decisions([about(document("live.txt"), "names/suggestion", "reject")])

    now = Pipeline(deciding(STAGES, made))(Document("live.txt", TEXTS["live.txt"]))

    assert now.text == document("live.txt").text
    assert not [note for patch in now.trail for note in patch.notes if note.key == "suggestion"]


def test_a_rejected_drop_puts_the_document_back(out: Path) -> None:
    made = Decisions([Decision("reject", "drop", "copy.txt", "duplicates", "duplicates/near-duplicate")])

    apply(out, made)

    assert (out / "copy.txt").read_text() == TEXTS["copy.txt"]
    assert next(row for row in Run(out).rows() if row["id"] == "copy.txt")["status"] == "kept"
    assert (out / ".clean/duplicates.jsonl").read_bytes() == b""


def test_a_rejected_cluster_keeps_its_members() -> None:
    made = Decisions([Decision("reject", "cluster", unit="document", members=("live.txt", "copy.txt"))])
    rows = [
        {"cluster": "c", "id": "live.txt", "unit": "document", "survivor": True},
        {"cluster": "c", "id": "copy.txt", "unit": "document", "survivor": False},
        {"cluster": "d", "id": "x", "unit": "document", "survivor": True},
        {"cluster": "d", "id": "y", "unit": "document", "survivor": False},
    ]

    assert Pipeline(deciding(STAGES, made))(Document("copy.txt", TEXTS["copy.txt"])).dropped is None
    assert [row["id"] for row in keeping(rows, made)] == ["x", "y"]


def test_a_rejected_rule_is_off_everywhere(out: Path) -> None:
    apply(out, Decisions([Decision("reject", "rule", rule="boilerplate/share-line")]))

    texts = {document.id: document.text for document in Run(out).documents()}
    assert "Share it" in texts["live.txt"]
    assert "分享" in texts["zh.txt"]
    assert "شارك" in texts["ar.txt"]
    assert "Update on" not in texts["live.txt"]


def test_other_text_around_means_another_edit() -> None:
    made = Decisions([about(document("live.txt"), "boilerplate/update-label")])
    edit = Edit(4, "Update on\n\n", "", "boilerplate/update-label")

    assert decided("live.txt", "Oh.\nUpdate on\n\nElsewhere.", [edit], made) == [edit]
    assert decided("other.txt", TEXTS["live.txt"], [edit._replace(start=53)], made) == [
        edit._replace(start=53)
    ]
    assert (
        decided("live.txt", TEXTS["live.txt"].replace("Share it\n\n", ""), [edit._replace(start=42)], made)
        == []
    )


def test_versions_change_only_where_a_decision_changes_something() -> None:
    made = Decisions([about(document("live.txt"), "boilerplate/share-line")])
    accepted = Decisions([about(document("live.txt"), "boilerplate/share-line", "accept")])

    versions = {stage.name: stage.version for stage in deciding(STAGES, made)}
    assert [name for name, version in versions.items() if version != "test"] == ["boilerplate"]
    assert deciding(STAGES, accepted) == STAGES


@given(
    st.lists(
        st.builds(
            Decision,
            st.sampled_from(["accept", "reject"]),
            st.sampled_from(["edit", "suggestion", "drop", "rule", "line"]),
            *[st.text(max_size=5)] * 7,
        )
    )
)
def test_decisions_survive_their_file(made: list[Decision]) -> None:
    assert from_json(json.loads(json.dumps(to_json(Decisions(made))))) == Decisions(made)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "version 1"),
        ({"version": 2, "decisions": []}, "version 1"),
        (
            {"version": 1, "decisions": [{"verdict": "maybe", "what": "edit"}]},
            "decision 1: verdict is 'maybe'",
        ),
        ({"version": 1, "decisions": [{"verdict": "reject", "what": "edit", "doc": "a"}]}, "rule is missing"),
        ({"version": 1, "decisions": [{"verdict": "reject", "what": "rule", "rule": 5}]}, "rule is no text"),
        (
            {"version": 1, "decisions": [{"verdict": "reject", "what": "cluster", "members": "a"}]},
            "members is no list",
        ),
    ],
)
def test_a_bad_file_is_refused(value: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        from_json(value)


def test_the_command_tells_what_it_did(out: Path, tmp_path: Path) -> None:
    one = about(document("live.txt"), "boilerplate/share-line")
    gone = one._replace(before="never", after="never")
    line = Decision("reject", "line", "plain.txt", old="is furniture.")
    file = tmp_path / "decisions.json"
    file.write_text(json.dumps(to_json(Decisions([one, gone, line]))))

    done = CliRunner().invoke(apply_command, [str(file), "--out", str(out)], catch_exceptions=False)

    assert "3 decisions, 1 documents changed\n  live.txt\n" in done.stdout
    assert "1 lines were marked as furniture" in done.stdout
    assert "1 of the decisions changed nothing" in done.stderr
    assert (out / ".clean/report/index.html").exists()


def test_rules_are_learned_and_can_be_loaded(tmp_path: Path) -> None:
    last = "More from the port"
    pages = {
        f"p{i}.txt": f"Rates rose {i}.\n\nGet our harbour letter every {day}\n\nBanks fell.\n{last}\n"
        for i, day in enumerate(["Monday", "Friday morning"])
    }
    pages["q.txt"] = (
        "Get our harbour letter every day, a reader wrote to the paper last week, and never open it again.\n"
    )
    found = [Document(name, text, origin=Origin(name, "0")) for name, text in pages.items()]
    made = Decisions(
        [
            Decision("reject", "line", "p0.txt", old="Get our harbour letter every Monday"),
            Decision("reject", "line", "p1.txt", old="Get our harbour letter every Friday morning"),
            Decision("reject", "line", "p1.txt", old="More from the port"),
            *(
                Decision(
                    "reject",
                    "edit",
                    f"k{i}",
                    rule="boilerplate/nav-x",
                    old="Port\n",
                    before=str(i),
                    kind="nav",
                )
                for i in range(3)
            ),
        ]
    )

    proposals, doubts = learn(made, found)

    by_id = {proposal.id: proposal for proposal in proposals}
    assert by_id["furniture-lines"].phrases == ("More from the port",)
    assert (by_id["furniture-lines"].support, by_id["furniture-lines"].documents) == (2, 2)
    pattern = by_id["furniture-1"]
    assert pattern.match.startswith("^Get our harbour letter every.{0,")
    assert pattern.support == 2
    assert pattern.changes[0] == (
        "Rates rose 0.\n" + "Get our harbour letter every Monday\nBanks fell.",
        "Rates rose 0.\nBanks fell.",
    )
    assert by_id["kept-nav-lines"].do == "keep"
    assert [(doubt.rule, doubt.rejected) for doubt in doubts] == [("boilerplate/nav-x", 3)]
    pack = tmp_path / "learned.toml"
    pack.write_text(to_toml(proposals, doubts))
    assert len(tomllib.loads(pack.read_text())["rule"]) == 3
    assert {rule.id for rule in load_pack(pack, prove=False).rules} == set(by_id)


def test_lines_that_speak_against_a_rule_are_counted() -> None:
    made = Decisions(
        [
            Decision("reject", "line", "a", old="Read more: storms"),
            Decision("reject", "line", "a", old="Read more: ferries and the long way home"),
            Decision("reject", "edit", "b", rule="boilerplate/x", old="Read more: tides\n", kind="nav"),
        ]
    )
    page = Document("a", "Read more: storms\nRead more: tides\nRead more: ferries and the long way home\n")

    proposals, _ = learn(made, [page])

    furniture = next(proposal for proposal in proposals if proposal.do == "delete-line")
    assert furniture.support == 3
    assert furniture.contradictions == ("Read more: tides",)


def ask(address: str, *, body: object = None, **headers: str) -> tuple[int, bytes]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        address, data, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_the_server_writes_decisions_and_trusts_nobody_else(out: Path) -> None:
    from clean.review.report import write_report

    write_report(out)
    session = Session(out, lambda raw, made: Pipeline(deciding(STAGES, made))(raw))
    server = make_server(session)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    reject = to_json(Decisions([about(document("live.txt"), "boilerplate/share-line")]))["decisions"]
    body = {"decisions": reject, "document": "live.txt"}
    try:
        assert ask(f"{root}/{session.token}/index.html")[0] == 200
        assert ask(f"{root}/{session.token}/data/index.js")[0] == 200
        assert ask(f"{root}/index.html")[0] == 404
        assert ask(f"{root}/{session.token}/../ledger.jsonl")[0] == 404
        assert ask(f"{root}/{session.token}/index.html", Host="evil.example")[0] == 403
        assert ask(f"{root}/decisions", body=body)[0] == 403
        assert ask(f"{root}/decisions", body=body, X_Clean_Token="wrong")[0] == 403
        assert (
            ask(f"{root}/decisions", body=body, X_Clean_Token=session.token, Origin="http://evil.example")[0]
            == 403
        )
        assert "Share it" not in (out / "live.txt").read_text()

        status, answer = ask(f"{root}/decisions", body=body, X_Clean_Token=session.token)
        assert status == 200
        assert json.loads(answer)["document"]["id"] == "live.txt"
        assert (out / "live.txt").read_text().count("Share it") == 1

        status, _ = ask(
            f"{root}/decisions", body={"decisions": [], "document": "live.txt"}, X_Clean_Token=session.token
        )
        assert status == 200
        assert "Share it" not in (out / "live.txt").read_text()
        assert not decided_things.load(out)
        assert ask(f"{root}/decisions", body={"decisions": [5]}, X_Clean_Token=session.token)[0] == 400
    finally:
        server.shutdown()
        server.server_close()


def test_findings_without_a_decision_pass_untouched() -> None:
    findings = [Edit(0, "a", "", "s/r"), Note(0, 1, "flag", {"why": "x"}, "s/f"), Drop("s/d")]

    assert decided("a", "a", findings, Decisions()) == findings


def test_lines_that_repeat_are_candidates() -> None:
    pages = [Document(f"p{i}", f"Story {i}.\nFollow the port\nFollow the port\n") for i in range(3)]

    found = candidates(pages)

    assert [(one.phrases, one.support, one.documents) for one in found] == [(("Follow the port",), 6, 3)]
    assert found[0].changes == (("Story 0.\nFollow the port\nFollow the port", "Story 0.\nFollow the port"),)
    assert candidates(pages, least=4) == []


def test_learn_and_candidates_print_packs(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.json"
    file.write_text(
        json.dumps(to_json(Decisions([Decision("reject", "line", "plain.txt", old="is furniture.")])))
    )

    learned = CliRunner().invoke(learn_command, [str(file), "--out", str(out)], catch_exceptions=False)
    write_run(tmp_path, documents({"a.txt": "One.\nFollow the port\n", "b.txt": "Two.\nFollow the port\n"}))
    repeated = CliRunner().invoke(
        candidates_command, ["--out", str(tmp_path), "--least", "2"], catch_exceptions=False
    )

    assert tomllib.loads(learned.stdout)["rule"][0]["phrases"] == ["is furniture."]
    assert "# Support: 1 lines in 1 documents." in learned.stdout
    assert tomllib.loads(repeated.stdout)["rule"][0]["phrases"] == ["Follow the port"]
    with pytest.raises(UsageError, match="no line was marked"):
        CliRunner().invoke(learn_command, ["--out", str(out)], catch_exceptions=False)
