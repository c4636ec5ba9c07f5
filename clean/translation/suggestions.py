"""Make edits of suggestions, for a user who asks for the suggestions of a rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from clean.model import Edit, Note


def accepted(text: str, notes: Iterable[Note], rules: Collection[str]) -> Iterator[Edit]:
    """The edits that carry out the suggestions of some rules.

    Args:
        text: the text that the notes' offsets are in.
        notes: of one stage on one document; only those with the key `suggestion` and a `new` wording count.
        rules: names of the rules whose suggestions are wanted, as in "translation/drifted-quotation".
    """
    for note in notes:
        if note.key != "suggestion" or note.rule not in rules or not isinstance(note.value, dict):
            continue
        new = note.value.get("new")
        if isinstance(new, str):
            evidence = {key: value for key, value in note.value.items() if key != "new"}
            yield Edit(
                note.start, text[note.start : note.end], new, note.rule, {"accepted": True, **evidence}
            )
