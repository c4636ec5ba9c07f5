"""The changes of some documents as one plain page, without scripts: for mail, and for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from clean.review.diff import Changes
from clean.review.record import kind
from clean.review.rows import Block, Line
from clean.review.terminal import visible

CONTEXT = 2
"""Unchanged lines around a change."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'"

STYLE = """
.clean-diff{font:14px/1.5 system-ui,sans-serif;color-scheme:light dark;max-width:100em;margin:1em auto}
.clean-diff h2{font-size:1.05em;margin:2em 0 .5em}
.clean-diff table{border-collapse:collapse;width:100%;table-layout:fixed}
.clean-diff td{vertical-align:top;padding:.1em .6em;white-space:pre-wrap;overflow-wrap:anywhere}
.clean-diff td.n{width:3.5em;text-align:right;opacity:.55;font-variant-numeric:tabular-nums}
.clean-diff td.r{width:16em;font-size:.85em;opacity:.8}
.clean-diff tr.gap td{opacity:.55;font-size:.85em;padding:.5em .6em}
.clean-diff del{background:#d33a2c2e;text-decoration-color:#d33a2c99}
.clean-diff ins{background:#2a9d4a33;text-decoration:none}
"""


def page(changes: Iterable[Changes]) -> str:
    """A whole page."""
    body = "\n".join(map(fragment, changes))
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n<title>Changes</title>\n'
        f"<style>{STYLE}body{{background:Canvas;color:CanvasText}}</style>\n"
        f'<main class="clean-diff">\n{body}\n</main>\n'
    )


def fragment(change: Changes) -> str:
    """The changes of one document, raw on the left and cleaned on the right."""
    rows = "\n".join(_rows(change.blocks)) or '<tr class="gap"><td colspan="4">nothing changed</td></tr>'
    dropped = f"<p>The whole document was dropped by {_safe(change.dropped)}.</p>" if change.dropped else ""
    return f"<section><h2>{_safe(change.source)}</h2>{dropped}<table>\n{rows}\n</table></section>"


def notebook(change: Changes) -> str:
    """The same for a notebook cell, with its own style."""
    return f'<style>{STYLE}</style><div class="clean-diff">{fragment(change)}</div>'


def _rows(blocks: Sequence[Block]) -> Iterator[str]:
    near = {
        j for i, block in enumerate(blocks) if not block.equal for j in range(i - CONTEXT, i + CONTEXT + 1)
    }
    hidden = 0
    for i, block in enumerate(blocks):
        if i not in near:
            hidden += 1
            continue
        if hidden:
            yield _gap(hidden)
            hidden = 0
        rules = {} if block.equal else {mark.edit.rule: kind(mark.stage, mark.edit) for mark in block.marks}
        named = "<br>".join(f"{_safe(rule)} <small>{_safe(found)}</small>" for rule, found in rules.items())
        number = block.old[0].number if block.old else ""
        old = "\n".join(_side(line, "del") for line in block.old)
        new = "\n".join(_side(line, "ins") for line in block.new)
        sides = f'<td dir="auto">{old}</td><td dir="auto">{new}</td>'
        yield f'<tr><td class="n">{number}</td>{sides}<td class="r">{named}</td></tr>'
    if hidden:
        yield _gap(hidden)


def _gap(lines: int) -> str:
    said = f"⋯ {lines} unchanged line{'s' if lines > 1 else ''}"
    return f'<tr class="gap"><td></td><td colspan="3">{said}</td></tr>'


def _side(line: Line, tag: str) -> str:
    return "".join(
        f'<{tag} title="{_safe(" ".join(dict.fromkeys(m.edit.rule for m in part.marks)))}">'
        f"{_safe(part.text, changed=True)}</{tag}>"
        if part.marks
        else _safe(part.text)
        for part in line.parts
    )


def _safe(text: str, *, changed: bool = False) -> str:
    return escape(visible(text, changed=changed))
