"""A model's second opinion against a local server that refuses, stalls, lies, rambles and rewrites names."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from clean import edits
from clean.model import Document
from clean.pipeline import run_stage
from clean.stages.translation import Translation
from clean.translation import model
from clean.translation.model import Endpoint, Refusal, SecondOpinion, ask, flagged_sentences, refusal

pytest.importorskip("httpx")

SENTENCE = (
    "The Danube pact of 1921 rests on the fear of both towns for their old harbours. is driven by trade."
)
TEXT = f"Mayor Ilse Brandt opened the hall on Friday.\n\n{SENTENCE}\n\nNobody else spoke. .\n"
GOOD = (
    "The Danube pact of 1921 rests on the fear of both towns for their old harbours and is driven by trade."
)


class Server:
    """Answers every request with what `reply` does; remembers what it was asked."""

    def __init__(self, reply):
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append((self.path, body, self.headers.get("Authorization")))
                reply(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def send(handler, body, status=200):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def says(content):
    row = {"choices": [{"message": {"role": "assistant", "content": content}}]}
    return lambda handler: send(handler, json.dumps(row).encode())


def stalls(handler):
    time.sleep(1.5)
    handler.close_connection = True


def drips(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        pass


def document():
    return run_stage(Document("a", TEXT), Translation())


def opinion(reply, seconds=5.0):
    with Server(reply) as server:
        before = document()
        after = run_stage(before, SecondOpinion(Endpoint(server.url, "stub", "secret", seconds)))
        return before, after, server.asked


def test_a_good_answer_becomes_an_edit_that_can_be_undone():
    before, after, asked = opinion(says(GOOD))
    assert after.text == before.text.replace(SENTENCE, GOOD)
    [edit] = after.trail[-1].edits
    assert edit.rule == model.RULE
    assert edit.because["flags"] == ["translation/verb-after-full-stop"]
    assert edits.raw(after) == TEXT
    [(path, body, key)] = asked  # one flagged sentence, one question
    assert path == "/v1/chat/completions"
    assert key == "Bearer secret"
    assert body["messages"][-1]["content"] == SENTENCE
    assert "secret" not in repr(after)


BAD = [
    ("a name rewritten", GOOD.replace("Danube", "Danubian"), "names differ"),
    ("a name brought in", GOOD.replace("both towns", "both towns Vienna"), "names differ"),
    ("a name dropped", GOOD.replace("The Danube pact", "The old pact"), "names differ"),
    ("a number changed", GOOD.replace("1921", "1923"), "numbers differ"),
    ("a number dropped", GOOD.replace(" of 1921", ""), "numbers differ"),
    ("a negation", GOOD.replace("is driven", "is not driven"), "negation"),
    ("new words", GOOD.replace("trade", "greed"), "new words: greed"),
    ("chatter", "Sure! Here is the sentence: " + GOOD, "length"),
    ("two lines", GOOD + "\n", ""),
    ("more lines", GOOD[:60] + "\n" + GOOD[60:], "more than one line"),
    ("an essay", GOOD * 3, "length"),
    ("one word", "Trade.", "length"),
    ("a quotation", GOOD.replace("is driven by trade", "“is driven by trade”"), "quotation"),
    ("no change", SENTENCE, "leaves the sentence"),
    ("an empty answer", "   ", "empty"),
    ("a list", ["x"], "empty"),
]


@pytest.mark.parametrize(("what", "answer", "reason"), BAD, ids=[what for what, _, _ in BAD])
def test_an_answer_is_refused_with_its_reason(what, answer, reason):
    before, after, _ = opinion(says(answer))
    if not reason:
        assert after.text != before.text
        return
    assert after.text == before.text
    [note] = after.trail[-1].notes
    assert note.key == "refused"
    assert reason in note.value["why"]


BROKEN = [
    ("refuses", lambda handler: send(handler, b"no", 429), "status 429"),
    ("fails", lambda handler: send(handler, b"oh", 500), "status 500"),
    ("redirects", lambda handler: send(handler, b"", 302), "status 302"),
    ("not json", lambda handler: send(handler, b"<html>"), "not what the interface promises"),
    ("other json", lambda handler: send(handler, b'{"choices": []}'), "not what the interface promises"),
    ("not utf-8", lambda handler: send(handler, b"\xff\xfe\x00"), "not what the interface promises"),
    ("a flood", lambda handler: send(handler, b"x" * 200_000), "longer than"),
    ("stalls", stalls, "within 0.4 s"),
    ("drips", drips, "within 0.4 s"),
]


@pytest.mark.parametrize(("what", "reply", "reason"), BROKEN, ids=[what for what, _, _ in BROKEN])
def test_a_broken_endpoint_changes_nothing(what, reply, reason):
    before, after, _ = opinion(reply, seconds=0.4)
    assert after.text == before.text
    [note] = after.trail[-1].notes
    assert reason in note.value["why"]


def test_nobody_listens():
    with Server(says(GOOD)) as server:
        url = server.url
    with pytest.raises(Refusal, match="cannot be reached"):
        ask(Endpoint(url, "stub", seconds=1), SENTENCE)
    with pytest.raises(Refusal, match="cannot be reached"):
        ask(Endpoint("no address", "stub", seconds=1), SENTENCE)


def test_only_flagged_sentences_are_asked_about():
    sound = run_stage(Document("a", "The mayor opened the hall on Friday. Nobody spoke.\n"), Translation())
    assert flagged_sentences(sound) == []
    [sentence] = flagged_sentences(document())
    assert document().text[sentence.start : sentence.end] == SENTENCE


def test_a_capital_in_mid_sentence_may_be_lowered():
    damaged = "They accused the port of losing the grain on their behalf The old quarrel over 3 ships."
    assert refusal(damaged, damaged.replace("The old", "the old")) == ""
