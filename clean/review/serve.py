"""The review page with a way back: decisions made in it are written at once, and the text is cleaned again.

For one person on this machine: 127.0.0.1 only, a random port, a random token in the address and in every
request that writes, and no other host name than the one that was announced.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson

from clean import edits
from clean.errors import CleanError
from clean.model import Document
from clean.review import decisions as decisions_
from clean.review.apply import apply, decided_document
from clean.review.content import page_document
from clean.review.decisions import Decisions
from clean.review.record import STATE, Row, Run
from clean.review.report import page_html

TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
LARGEST = 20_000_000
"""Bytes of a request; thousands of decisions fit in."""

Again = Callable[[Document, Decisions], Document]
"""Cleans a raw document anew, keeping to decisions."""


class Session:
    """What the server knows: the run as it was, and what has been decided since.

    Attributes:
        out: the output folder.
        token: in every address and every request that writes.
    """

    def __init__(self, out: Path, again: Again | None = None) -> None:
        self.out = out
        self.token = secrets.token_urlsafe(16)
        self._again = again
        self._before = decisions_.load(out)
        self._originals: dict[str, Row] = {}
        self._lock = threading.Lock()

    def decide(self, value: Any) -> dict[str, Any]:
        """Write the page's decisions and give back the document they were about, as it now is.

        Args:
            value: {"decisions": [...], "document": id}; the decisions are all of the page.

        Raises:
            CleanError: the decisions cannot be read, or the disk refuses.
        """
        made = decisions_.from_json({"version": 1, "decisions": value.get("decisions")}, "the page")
        name = str(value.get("document") or "")
        with self._lock:
            for one in sorted({name, *made.documents} - {"", *self._originals}):
                self._originals[one] = self._original(one)
            decisions_.save(self.out, self._before)  # what was taken back in the page is forgotten
            done = apply(self.out, made, self._originals)
            answer: dict[str, Any] = {"changed": list(done.changed)}
            if done.conflicts:
                answer["said"] = f"{len(done.conflicts)} later edits were left out"
            if name:
                answer["document"] = self._shown(name, self._before.merged(made))
            return answer

    def _original(self, name: str) -> Row:
        row = dict(Run(self.out).find_row(name))
        if "text" not in row:
            row["text"] = Run(self.out).document(row).text
        return row

    def _shown(self, name: str, decisions: Decisions) -> Any:
        row = self._originals[name]
        document = Run(self.out).document(row)
        raw = edits.raw(document)
        if self._again is not None and not any(patch.stage == "extract" for patch in document.trail):
            now = self._again(Document(document.id, raw, {}, (), document.origin), decisions)
        else:
            now = decided_document(document, decisions).document
        return page_document(now, raw, str(row["source"]), "dropped" if now.dropped else "kept")


def serve_report(
    out: Path, *, announce: Callable[[str], object], again: Again | None = None, open_it: bool = False
) -> None:
    """Serve the page of the last run until the keyboard interrupts.

    Args:
        out: the output folder; its report has been written.
        announce: told the address.
        again: cleans a document anew; None shows the trail with the decisions carried out.
        open_it: open the browser.
    """
    server = make_server(Session(out, again))
    address = f"http://127.0.0.1:{server.server_port}/{server.session.token}/index.html"
    announce(f"{address}\nDecisions are written to {out / decisions_.NAME}. Stop with Ctrl-C.")
    if open_it:
        import webbrowser

        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        announce("")
    finally:
        server.server_close()


class Server(ThreadingHTTPServer):
    """Knows its session."""

    daemon_threads = True
    session: Session


def make_server(session: Session) -> Server:
    """A server on a free port of 127.0.0.1, not yet serving."""
    server = Server(("127.0.0.1", 0), _Handler)
    server.session = session
    return server


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "clean"
    sys_version = ""

    def do_GET(self) -> None:
        """The page, its assets and its data."""
        if not self._trusted():
            return
        prefix = f"/{self.server.session.token}/"
        path = self.path.partition("?")[0]
        if not path.startswith(prefix):
            self._answer(HTTPStatus.NOT_FOUND, b"Not found\n", "text/plain")
            return
        name = path.removeprefix(prefix)
        if name in ("", "index.html"):
            page = page_html("connect-src 'self'; ", self.server.session.token)
            self._answer(HTTPStatus.OK, page, "text/html")
            return
        folder = (self.server.session.out / STATE / "report").resolve()
        file = (folder / name).resolve()
        if not file.is_relative_to(folder) or not file.is_file() or file.suffix not in TYPES:
            self._answer(HTTPStatus.NOT_FOUND, b"Not found\n", "text/plain")
            return
        self._answer(HTTPStatus.OK, file.read_bytes(), TYPES[file.suffix])

    def do_POST(self) -> None:
        """Decisions."""
        if not self._trusted():
            return
        given = self.headers.get("X-Clean-Token", "")
        if self.path != "/decisions" or not secrets.compare_digest(
            given.encode(), self.server.session.token.encode()
        ):
            self._answer(HTTPStatus.FORBIDDEN, b'{"error":"not allowed"}', "application/json")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b'{"error":"too large"}', "application/json")
            return
        try:
            answer = self.server.session.decide(orjson.loads(self.rfile.read(int(length))))
        except orjson.JSONDecodeError:
            self._answer(HTTPStatus.BAD_REQUEST, b'{"error":"not JSON"}', "application/json")
        except CleanError as error:
            self._answer(HTTPStatus.BAD_REQUEST, orjson.dumps({"error": str(error)}), "application/json")
        else:
            self._answer(HTTPStatus.OK, orjson.dumps(answer), "application/json")

    def _trusted(self) -> bool:
        """Refuse a page elsewhere that makes the browser ask here under a name of its own."""
        port = self.server.server_port
        hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        origin = self.headers.get("Origin")
        if self.headers.get("Host") in hosts and (origin is None or origin.removeprefix("http://") in hosts):
            return True
        self._answer(HTTPStatus.FORBIDDEN, b"Wrong host\n", "text/plain")
        return False

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: a line for every asset would bury the address."""
