"""The stages, in the order in which they run. The command, the config key and the docs page use these names.

`extract` to `names` look at one document; `duplicates` looks across them and acts on a table of verdicts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from clean import __version__
from clean.errors import ConfigError
from clean.model import Document, Finding, Note, Stage
from clean.pipeline import Passed
from clean.plugins import entry_points

if TYPE_CHECKING:
    from clean.config import Config
    from clean.stages.corpus import Concerned, Whole
    from clean.stages.names import Names

SUMMARIES: Mapping[str, str] = {
    "extract": "HTML: keep the blocks of the article, name the others.",
    "unicode": "Mojibake, controls, line ends, blank lines.",
    "boilerplate": "Share lines, comment forms, related lists, navigation, promos, ad code.",
    "entries": "Entries of a live blog; later copies of an entry go.",
    "translation": "Damage of machine translation: repaired where certain, else flagged.",
    "names": "Mangled names: repaired with evidence, else suggested, else left.",
}
"""Name and one line of help of each stage that looks at one document, in order."""

STAGES: tuple[str, ...] = tuple(SUMMARIES)

PLUGIN_GROUPS = ("clean.stages", "clean.packs")
PLUGINS = "clean.stages"
"""Entry point group of stages of somebody else's: a function of the configuration that gives a stage."""


def selected(
    select: tuple[str, ...], ignore: tuple[str, ...], _document: Document, findings: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings under rules that are on."""
    for finding in findings:
        off = any(finding.rule.startswith(prefix) for prefix in ignore)
        if not off and (not select or any(finding.rule.startswith(prefix) for prefix in select)):
            yield finding


def accepting(rules: tuple[str, ...], document: Document, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, and an edit for each suggestion of these rules."""
    from clean.translation.suggestions import accepted

    found = list(findings)
    yield from found
    notes = [finding for finding in found if isinstance(finding, Note)]
    yield from accepted(document.text, notes, rules)


def build_stages(config: Config, *, names: Iterable[str] | None = None) -> tuple[Stage, ...]:
    """The stages of one document that a configuration asks for, ready to run.

    Args:
        config: decides which stages, and fills in their constructors.
        names: these stages instead of those that `only` and `skip` leave.

    Raises:
        ConfigError: an unknown stage.
        PackError: a bad pack or gazetteer.
    """
    makers = {**_MAKERS, **_plugins()}
    chosen = list(names) if names is not None else [n for n in makers if not config.only or n in config.only]
    for name in (*config.only, *config.skip, *chosen):
        if name not in makers and name not in {"read", "duplicates", "write"}:
            raise ConfigError(
                "unknown-stage",
                f"there is no stage {name!r}",
                hint=f"Stages: {', '.join(makers)}, duplicates.",
            )
    stages = [makers[name](config) for name in makers if name in chosen and name not in config.skip]
    if names is None and config.model.url:
        stages.append(_model(config))
    return tuple(_as_asked(stage, config) for stage in stages)


def _as_asked(stage: Stage, config: Config) -> Stage:
    """The stage without the rules that are off, and with the suggestions that were asked for carried out."""
    if config.select or config.ignore:
        how = f"select={','.join(config.select)} ignore={','.join(config.ignore)}"
        stage = Passed(stage, partial(selected, config.select, config.ignore), how)
    if config.apply:
        stage = Passed(stage, partial(accepting, config.apply), f"apply={','.join(config.apply)}")
    return stage


def corpus_stage(config: Config, whole: Whole) -> Concerned | None:
    """The stage that knows every document of a run; None where they have nothing to tell one another.

    Args:
        config: decides what is compared.
        whole: every document as the other stages left it.
    """
    from clean.stages.corpus import corpus

    asked = whole_asked(config)
    found = corpus(
        whole,
        site_lines="boilerplate" in asked,
        quotations="translation" in asked,
        names=_names(config) if "names" in asked else None,
        keep=config.kept_classes,
    )
    return None if found is None else found._replace(stage=_as_asked(found.stage, config))


def whole_asked(config: Config) -> frozenset[str]:
    """The stages that ask the whole run too: for lines of a site, quotations, names on which texts agree."""
    wanted = {
        "boilerplate": config.boilerplate.site_lines,
        "translation": config.translation.quotations,
        "names": config.names.consensus,
    }
    on = {name for name in STAGES if name not in config.skip and (not config.only or name in config.only)}
    return frozenset(name for name, asked in wanted.items() if asked and name in on)


def recipe(config: Config) -> str:
    """Digest of all that decides what stages find: configuration, packs, gazetteers, plug-ins."""
    from clean.rules.load import PACKS

    # How the work is done shows in nothing that is written.
    asked = replace(config, jobs=0, engine="local", report=True, format="text")
    total = hashlib.sha256(repr(asked).encode())
    folders = [PACKS, *_folders(config)]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in (*paths, *map(Path, config.names.files)):
        total.update(str(path.name).encode() + b"\0" + (path.read_bytes() if path.is_file() else b""))
    for group in PLUGIN_GROUPS:
        for point in entry_points(group):
            total.update(f"{group} {point.name} {point.value} {point.dist}".encode())
    return total.hexdigest()[:16]


def reasons() -> dict[str, str]:
    """Every rule that may stand in a ledger, with its reason: those of the packs and those of the code."""
    from clean.rules.load import load_rules

    found: dict[str, str] = {}
    for stage in (*STAGES, "duplicates"):
        module = import_module(f"clean.stages.{stage}")
        found |= module.RULES
        found |= {rule.name: rule.why for rule in load_rules(stage)}
    return found


def _extract(config: Config) -> Stage:
    from clean.stages.extract import Extract

    # the title of a page is in its meta; it stays in the text only where it is asked for
    return Extract(frozenset(config.keep))


def _unicode(_config: Config) -> Stage:
    from clean.stages.unicode import Unicode

    return Unicode()


def _boilerplate(config: Config) -> Stage:
    from clean.rules.load import load_rules
    from clean.stages.boilerplate import Boilerplate

    asked = config.boilerplate
    rules = load_rules("boilerplate", _folders(config))
    return Boilerplate(rules, config.kept_classes, asked.scorer, asked.language, asked.site)


def _entries(_config: Config) -> Stage:
    from clean.stages.entries import Entries

    return Entries()


def _translation(config: Config) -> Stage:
    from clean.stages.translation import translation

    return translation(_folders(config))


def _names(config: Config) -> Names:
    from clean.stages.names import stage

    return stage([Path(file) for file in config.names.files], one_form=config.names.one_form)


def _model(config: Config) -> Stage:
    from clean.translation.model import Endpoint, SecondOpinion

    chosen = config.model
    key = os.environ.get(chosen.key_variable, "")
    endpoint = Endpoint(chosen.url, chosen.model, key, chosen.seconds)
    return SecondOpinion(endpoint, version=f"{__version__}+{chosen.model}")


def _folders(config: Config) -> tuple[Path, ...]:
    return tuple(Path(folder) for folder in config.packs)


def _plugins() -> dict[str, Callable[[Config], Stage]]:
    """Stages of installed packages, behind our own, in order of name."""
    return {point.name: point.load() for point in entry_points(PLUGINS) if point.name not in _MAKERS}


_MAKERS: dict[str, Callable[[Config], Stage]] = {
    "extract": _extract,
    "unicode": _unicode,
    "boilerplate": _boilerplate,
    "entries": _entries,
    "translation": _translation,
    "names": _names,
}
