"""The rules of the packs, by site and by language, compiled when the first document comes that needs them."""

from __future__ import annotations

from collections.abc import Sequence

from clean.rules.match import Matcher
from clean.rules.model import Rule


class Rulebook:
    """Which rules act on a document.

    Attributes:
        languages: of the rules, "*" for those that act on every language.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.languages = frozenset(rule.language for rule in rules)
        self._of_sites = [rule for rule in rules if rule.site]
        self._sites = {rule.site for rule in self._of_sites}
        self._general = [rule for rule in rules if not rule.site]
        self._matchers: dict[tuple[str, str], Matcher | None] = {}

    def matchers(self, language: str, host: str) -> list[Matcher]:
        """The matchers for a document of a host, in the order in which their rules decide.

        Pages in every language hold English furniture: the rules for all languages go with those for English,
        which saves a search of the text.
        """
        found = [self._of_host(host)]
        if language not in ("", "en", "*"):
            found.append(self._of_language(language))
        found.append(self._of_language("en", "*"))
        return [matcher for matcher in found if matcher is not None]

    def _of_language(self, *codes: str) -> Matcher | None:
        if self.languages.isdisjoint(codes):
            return None
        key = codes[0], ""
        if key not in self._matchers:
            chosen = [rule for code in codes for rule in self._general if rule.language == code]
            self._matchers[key] = Matcher(chosen) if chosen else None
        return self._matchers[key]

    def _of_host(self, host: str) -> Matcher | None:
        # Hosts are many and rules for them few: nothing is remembered about a host that has none.
        if not (host and any(_is_host(host, site) for site in self._sites)):
            return None
        key = "", host
        if key not in self._matchers:
            self._matchers[key] = Matcher([rule for rule in self._of_sites if _is_host(host, rule.site)])
        return self._matchers[key]


def _is_host(host: str, site: str) -> bool:
    """Whether a rule of a site is for this host: the host itself or one below it."""
    return host == site or host.endswith(f".{site}")
