"""A model's second opinion on flagged sentences: optional, off by default, and never believed without proof.

    stage = SecondOpinion(Endpoint("http://127.0.0.1:8080/v1", "any-model"))

It asks an OpenAI-compatible endpoint about sentences that `translation` flagged, and about no others. An
answer that passes every guard becomes an edit under `translation/model`; any other is noted as refused,
with the reason. A model may set the form of a sentence right; it may not bring in a number, a name or a
content word, nor turn a negation. Names are not its business: flags of the stage `names` are never sent.

A run with this stage is no longer reproducible, which is why no pipeline has it unless it is asked for. It
needs the extra `llm` (httpx).
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from clean import __version__
from clean.edits import OffsetMap
from clean.errors import ConfigError
from clean.model import Document, Edit, Finding, Json, Note
from clean.translation.english import line_at
from clean.translation.quotations import content_words

RULE = "translation/model"
RULES = {RULE: "A model's repair of a flagged sentence that passed every guard, or its refusal."}

SHORTEST, LONGEST = 0.7, 1.3
"""Length of an answer in characters, as a part of the sentence's."""
MOST_CHARACTERS = 800
"""Longer sentences are not sent."""
MOST_SENTENCES = 40
"""A document's sentences that are sent at most."""
MOST_BYTES = 65_536
"""A longer response is not read to its end."""

PROMPT = (
    "The sentence below was damaged by machine translation. Repair its grammar and punctuation. Use only "
    "words that are in it. Keep every name, number, quotation and negation as it is. If you are not "
    "certain, repeat the sentence unchanged. Answer with the sentence alone."
)

_SENTENCE_END = re.compile(r"[.!?]”? (?=[A-Z“])")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*")
_NEGATION = re.compile(
    r"(?i)\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|unless)\b|n['’]t\b"
)
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"")
_FUNCTION = frozenset(
    "The This These Those That There They He She It We You His Her Its Their Our A An In On At As For "
    "From With By And But Of To Or".split()
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers."""

    url: str
    """Base address, as in "http://127.0.0.1:8080/v1"."""
    model: str
    key: str = ""
    """Sent as a bearer token when given; never recorded."""
    seconds: float = 30.0
    """For one whole answer, however slowly it drips in."""


class Refusal(Exception):  # noqa: N818  (an outcome, not a defect)
    """No usable answer, and why."""


class _Sentence(NamedTuple):
    start: int
    end: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The stage `model`: asks about each flagged sentence once."""

    endpoint: Endpoint
    name: str = "model"
    version: str = __version__
    after: tuple[str, ...] = ("translation", "names")

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Edits for answers that pass the guards, notes with the key `refused` for the others."""
        for sentence in flagged_sentences(document)[:MOST_SENTENCES]:
            text = document.text[sentence.start : sentence.end]
            evidence: dict[str, Json] = {"model": self.endpoint.model, "flags": list(sentence.flags)}
            try:
                answer = ask(self.endpoint, text)
                reason = refusal(text, answer)
            except Refusal as refused:
                answer, reason = "", str(refused)
            if reason:
                value: dict[str, Json] = {"why": reason, "answer": answer[:MOST_CHARACTERS], **evidence}
                yield Note(sentence.start, sentence.end, "refused", value, RULE)
            else:
                yield Edit(sentence.start, text, answer, RULE, evidence)


def flagged_sentences(document: Document) -> list[_Sentence]:
    """The sentences of the present text that `translation` flagged, in order, each once."""
    found: dict[tuple[int, int], set[str]] = {}
    for number, patch in enumerate(document.trail):
        if patch.stage != "translation":
            continue
        maps = [OffsetMap(later.edits) for later in document.trail[number:]]
        for note in patch.notes:
            if note.key != "flag":
                continue
            start, end = note.start, note.end
            for offsets in maps:
                start, end = offsets.to_after(start), offsets.to_after(end)
            span = _sentence_around(document.text, start, end)
            if 0 < span[1] - span[0] <= MOST_CHARACTERS:
                found.setdefault(span, set()).add(note.rule)
    listed: list[_Sentence] = []
    for (start, end), rules in sorted(found.items()):
        if not listed or start >= listed[-1].end:
            listed.append(_Sentence(start, end, tuple(sorted(rules))))
    return listed


def _sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """From the sentence end before the flag to the one behind it, within the line."""
    first, last = line_at(text, start)
    for match in _SENTENCE_END.finditer(text, first, min(start, last)):
        first = match.end()
    behind = _SENTENCE_END.search(text, max(end - 1, first), last)
    return first, behind.end() - 1 if behind else last


def ask(endpoint: Endpoint, sentence: str) -> str:
    """The model's answer, stripped.

    Raises:
        Refusal: the endpoint cannot be reached, fails, stalls, or answers nonsense.
        ConfigError: httpx is not installed.
    """
    try:
        import httpx
    except ModuleNotFoundError as error:
        raise ConfigError(
            "extra-missing",
            "a model's second opinion needs httpx",
            hint="Install it: pip install 'unscrape[llm]'.",
        ) from error
    body = {
        "model": endpoint.model,
        "temperature": 0,
        "seed": 1,
        "messages": [{"role": "system", "content": PROMPT}, {"role": "user", "content": sentence}],
    }
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    address = endpoint.url.rstrip("/") + "/chat/completions"
    deadline = time.monotonic() + endpoint.seconds
    received = bytearray()
    try:
        with httpx.stream(
            "POST", address, json=body, headers=headers, timeout=endpoint.seconds, trust_env=False
        ) as response:
            if response.status_code != 200:
                raise Refusal(f"the endpoint answers with status {response.status_code}")
            for piece in response.iter_bytes():
                received += piece
                if len(received) > MOST_BYTES:
                    raise Refusal(f"the response is longer than {MOST_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise Refusal(f"no whole answer within {endpoint.seconds:g} s")
    except httpx.TimeoutException as error:
        raise Refusal(f"no answer within {endpoint.seconds:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Refusal(f"the endpoint cannot be reached: {type(error).__name__}") from error
    return _content(bytes(received))


def _content(received: bytes) -> str:
    try:
        answer: object = json.loads(received)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise Refusal("the response is not what the interface promises") from error
    if not isinstance(answer, str) or not answer.strip():
        raise Refusal("the answer is empty")
    return answer.strip()


def refusal(sentence: str, answer: str) -> str:
    """Why the answer must not replace the sentence; "" when it may.

    >>> refusal("Kim said in 2024. is late.", "Kim said in 2024 is late.")
    ''
    >>> refusal("Kim said in 2024. is late.", "Kim said in 2025 is late.")
    'the numbers differ'
    """
    if answer == sentence:
        return "the model leaves the sentence as it is"
    if "\n" in answer:
        return "more than one line"
    if not SHORTEST <= len(answer) / len(sentence) <= LONGEST:
        return f"the length is {len(answer) / len(sentence):.2f} of the sentence's"
    if Counter(_NUMBER.findall(sentence)) != Counter(_NUMBER.findall(answer)):
        return "the numbers differ"
    if len(_NEGATION.findall(sentence)) != len(_NEGATION.findall(answer)):
        return "a negation came or went"
    unknown = _names_differ(sentence, answer)
    if unknown:
        return f"the names differ: {unknown}"
    if _new_in_quotes(sentence, answer):
        return "words were put into a quotation"
    known = {word[:5] for word in content_words(sentence)[0]}
    brought = [word for word in content_words(answer)[0] if word[:5] not in known]
    return f"new words: {', '.join(brought)}" if brought else ""


def _names_differ(sentence: str, answer: str) -> str:
    """A capitalised word that came, went or was respelled; a capital in mid sentence may be lowered."""
    old, new = _words(sentence), _words(answer)
    came: list[str] = _CAPITALISED.findall(answer)
    for word in came:
        first = answer.startswith(word)
        if word not in old and not (word in _FUNCTION or (first and word.lower() in old)):
            return word
    folded = Counter(word.lower() for word in new.elements())
    stood: list[str] = _CAPITALISED.findall(sentence)
    for word in stood:
        if word not in _FUNCTION and not folded[word.lower()]:
            return word
    return ""


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\w’'-]+", text))


def _new_in_quotes(sentence: str, answer: str) -> bool:
    """Nobody may be quoted with a word that did not stand in a quotation before."""
    quoted = {word for match in _QUOTED.finditer(sentence) for word in _words(match[0].lower())}
    return any(word not in quoted for match in _QUOTED.finditer(answer) for word in _words(match[0].lower()))
