"""The review page of a run: static files that open from disk, without a server and without the network.

`OUT/.clean/report/` holds `index.html`, the assets of `page/`, and the data as scripts: `data/index.js` (what
the lists show) and `data/docs-N.js` (whole documents, loaded when one is opened). With `single` all of it is
inside `index.html`.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from clean.errors import UsageError
from clean.review.content import WHOLE, Content, Stretch, stretches
from clean.review.record import ORDER, STATE, rows, table
from clean.review.risk import Item
from clean.stages import STAGES

PAGE = Path(__file__).parent / "page"
SCRIPTS = (
    "base.js",
    "align.js",
    "decide.js",
    "document.js",
    "queue.js",
    "rules.js",
    "clusters.js",
    "run.js",
    "main.js",
)

SINGLE_LIMIT = 1_000

Json: TypeAlias = Any


def write_report(
    out: Path, *, single: bool = False, reasons: Mapping[str, str] | None = None, jobs: int = 1
) -> Path:
    """Write the page of the last run into its output folder.

    Args:
        out: the output folder; its ledger and texts are read.
        single: one file for all, to mail; up to 1,000 documents.
        reasons: rule to the `why` of its pack; read from the packs if not given.
        jobs: processes that gather the documents of a long ledger.

    Returns:
        The path of the page.

    Raises:
        OutputError: there is no ledger, or a text is not what it describes.
        UsageError: too many documents for one file.
    """
    folder = out / STATE / "report"
    data = folder / "data"
    if data.exists():
        shutil.rmtree(data)
    data.mkdir(parents=True)
    if single:
        count = sum(1 for _ in rows(out))
        if count > SINGLE_LIMIT:
            raise UsageError(
                "too-many-for-one-file",
                f"{count:,} documents are too many for one file",
                hint=f"Leave out --single, or review at most {SINGLE_LIMIT:,}.",
            )
        content, scripts = Content(), list[bytes]()
        content.read(out, WHOLE, lambda number, shard: scripts.append(_script(f"docs-{number}", shard)))
        page = _single_page([_script("index", _index(out, content, reasons)), *scripts])
    else:
        content = _gathered(out, data, jobs)
        (data / "index.js").write_bytes(_script("index", _index(out, content, reasons)))
        for name in ("style.css", *SCRIPTS):
            shutil.copyfile(PAGE / name, folder / name)
        page = page_html()
    path = folder / "index.html"
    path.write_bytes(page)
    return path


def _gathered(out: Path, data: Path, jobs: int) -> Content:
    """The content of the page, gathered by several processes where there is much; scripts go to `data`."""
    parts = stretches(out, jobs)
    if len(parts) == 1:
        return _gather(out, data, WHOLE)
    from concurrent.futures import ProcessPoolExecutor

    from clean.execute.child import attach, start_method, starting

    context, parent = starting(start_method())
    content = Content()
    with ProcessPoolExecutor(len(parts), context, attach, (parent,)) as pool:
        for part in pool.map(partial(_gather, out, data), parts):
            content.add(part)
    return content


def _gather(out: Path, data: Path, stretch: Stretch) -> Content:
    def store(number: int, shard: list[Json]) -> None:
        name = f"docs-{number}"
        (data / f"{name}.js").write_bytes(_script(name, shard))

    content = Content()
    content.read(out, stretch, store)
    return content


def page_html(policy: str = "", token: str = "") -> bytes:
    """The page that loads its scripts from beside it.

    Args:
        policy: further directives of the content security policy.
        token: of the server that takes decisions, if there is one.
    """
    tags = "\n".join(
        f'<script src="{name}" defer></script>' for name in ("base.js", "data/index.js", *SCRIPTS[1:])
    )
    rules = f"script-src 'self' file:; style-src 'self' file:; {policy}"
    return _filled('<link rel="stylesheet" href="style.css">', tags, rules, token)


def _single_page(data: Sequence[bytes]) -> bytes:
    style = (PAGE / "style.css").read_text(encoding="utf-8")
    first, *rest = ((PAGE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    scripts = [first, *(blob.decode() for blob in data), *rest]
    hashes = " ".join(map(_digest, scripts))
    return _filled(
        f"<style>{style}</style>",
        "\n".join(f"<script>{script}</script>" for script in scripts),
        f"script-src {hashes}; style-src {_digest(style)}; ",
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _filled(style: str, scripts: str, policy: str, token: str = "") -> bytes:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    for mark, value in (("@policy@", policy), ("@token@", token), ("@style@", style), ("@scripts@", scripts)):
        before, _, after = page.partition(mark)
        page = before + value + after
    return page.encode()


def _script(name: str, value: Json) -> bytes:
    r"""A value as a script. "<" becomes \u003c, else "</script>" in an article would end the script."""
    blob = orjson.dumps(value).replace(b"<", b"\\u003c")
    return b'Clean.data("' + name.encode() + b'",' + blob + b");\n"


def _index(out: Path, content: Content, reasons: Mapping[str, str] | None) -> Json:
    """What the lists and charts show."""
    versions = content.versions
    order = [*ORDER, *(stage for stage in versions if stage not in ORDER)]
    return {
        "digest": hashlib.sha256(content.named).hexdigest()[:16],
        "docs": orjson.Fragment(b"[" + content.listed + b"]"),
        "rules": content.sorted_rules(rule_reasons(versions) if reasons is None else reasons),
        "queue": [_queue_row(place, item) for _, place, item in content.sorted_queue()],
        "queued": content.queued,
        "clusters": list(_clusters(out)),
        "stages": [stage for stage in order if stage in versions],
        "versions": versions,
        "removed": content.removed,
        "histogram": content.histogram,
        "manifest": _manifest(out),
        "errors": [dict(row) for row in table(out, "errors.jsonl")][:200],
    }


def _queue_row(place: int, item: Item) -> Json:
    return [place, *item]


def _clusters(out: Path) -> Iterator[Json]:
    """Clusters with their members; a text that stands in another one is a pair of its own."""
    clusters: dict[tuple[str, str], list[Json]] = {}
    pairs: list[Json] = []
    for row in table(out, "duplicates.jsonl"):
        name, unit = str(row["id"]), row.get("unit", "document")
        kept = str(row.get("kept", ""))
        member = [name, bool(row.get("survivor")), row.get("similarity"), row.get("relation", ""), kept]
        if row.get("cluster") is None:
            members = [[kept, True, None, "", ""], member]
            pairs.append({"id": f"{name} in {kept}", "unit": unit, "members": members})
        else:
            clusters.setdefault((str(row["cluster"]), unit), []).append(member)
    for (name, unit), members in clusters.items():
        yield {"id": name, "unit": unit, "members": members}
    yield from pairs


def _manifest(out: Path) -> Json:
    path = out / STATE / "manifest.json"
    try:
        found = orjson.loads(path.read_bytes()) if path.exists() else {}
    except orjson.JSONDecodeError:
        return {}
    # The list of documents is what makes a manifest long, and the page has it already.
    return {key: value for key, value in found.items() if len(orjson.dumps(value)) < 20_000}


def rule_reasons(stages: Iterable[str]) -> dict[str, str]:
    """Rule to its reason, from the stages' code and from the packs; only for these stages.

    The packs are read as plain TOML: checking and compiling them takes longer than writing the page.
    """
    from clean.rules.load import pack_files

    found: dict[str, str] = {}
    for stage in sorted(stages):
        if stage not in (*STAGES, "duplicates"):
            continue
        try:
            found |= import_module(f"clean.stages.{stage}").RULES
        except (ImportError, AttributeError):
            continue
        for path in pack_files(stage):
            pack = tomllib.loads(path.read_text(encoding="utf-8"))
            site = pack["pack"].get("site", "")
            for rule in pack.get("rule", ()):
                found[f"{stage}/{site}:{rule['id']}" if site else f"{stage}/{rule['id']}"] = rule["why"]
    return found
