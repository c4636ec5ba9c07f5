"""The skeleton of a site pack from one saved page: the lines around its article, as rules to look through."""

from __future__ import annotations

import json
from collections.abc import Iterator

from clean.boilerplate.view import Form, View
from clean.lines import Lines
from clean.model import Document, Edit, Stage

MOST_RULES = 40
"""More lines than that are a menu: let the site's repeated lines find them."""


def skeleton(host: str, document: Document, stage: Stage) -> str:
    """The text of `packs/sites/HOST.toml`: a rule for each line around the article that no rule takes.

    Every rule comes with the example that proves it, and a near miss; the reader deletes the rules that are
    wrong and says why the others are right.

    Args:
        host: of the site, without "www.".
        document: one page of it, as text.
        stage: the boilerplate stage as it is.
    """
    lines = Lines(document.text)
    gone = {lines.number_at(f.start) for f in stage(document) if isinstance(f, Edit) and not f.new}
    view = View.of(lines).without(gone)
    above, below = _paragraphs(view)
    rules = [
        _rule(number, line, place, above, below)
        for number, (line, place) in enumerate(_around(view), 1)
        if number <= MOST_RULES
    ]
    return "\n".join([_head(host), *rules])


def _around(view: View) -> Iterator[tuple[str, str]]:
    """Short lines before the first and behind the last paragraph, each once."""
    seen = set()
    for position, line in enumerate(view.text):
        place = "head" if position < view.first else "tail" if position > view.last else ""
        if place and line not in seen and view.form[position] < Form.PROSE and len(line) <= 120:
            seen.add(line)
            yield line, place


def _paragraphs(view: View) -> tuple[str, str]:
    prose = [line for line, form in zip(view.text, view.form, strict=True) if form == Form.PROSE]
    first = "The council voted on Tuesday to close the old bridge for repairs."
    second = "Traffic will be sent over the new road until spring, officials said."
    return (prose[0][:300] if prose else first), (prose[-1][:300] if len(prose) > 1 else second)


def _head(host: str) -> str:
    head = '[pack]\nstage = "boilerplate"\nlanguage = "*"\n'
    return f'{head}site = {_quoted(host)}\nwhy = "What {host} prints around its articles."\n'


def _rule(number: int, line: str, place: str, above: str, below: str) -> str:
    before, after = f"{above}\n{below}\n", f"{above}\n{below}\n"
    before = f"{line}\n{before}" if place == "head" else f"{before}{line}\n"
    return "\n".join(
        [
            "[[rule]]",
            f'id = "line-{number}"',
            'class = "nav"',
            'do = "delete-line"',
            f'where = "{place}"',
            'why = "Say what it is and why it is not the article."',
            f"phrases = [{_quoted(line)}]",
            f"changes = [[{_quoted(before)}, {_quoted(after)}]]",
            f"leaves = [{_quoted(f'{above} {line}')}]",
            "",
        ]
    )


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON's escapes are its escapes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
