"""What a request needs to know of its domain, remembered by each worker for a few seconds."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic
from typing import Any

from service.matching.search_keys import query_terms, whole_value_terms
from service.model.domain_settings import DEFAULT_MATCH_KEYS, DEFAULT_MATCH_MODES, DEFAULT_SHARED_ABOVE
from service.model.search_key import BUILT_IN, SearchKey
from service.store.domains import definitions
from service.store.domains.search_keys import SearchKeyStore
from service.store.domains.settings import SettingsStore


@dataclass(frozen=True, kw_only=True)
class Domain:
    """One customer base: its settings, the defaults filled in, and its custom search keys by name."""

    name: str
    default_region: str
    match_keys: Mapping[str, Sequence[str]]
    match_modes: Mapping[str, str]
    search_value_falls_back: bool
    unique_by_name: bool
    shared_above: int
    ignored_values: Mapping[str, Sequence[str]]
    custom_keys: Mapping[str, SearchKey]

    @cached_property
    def ignored_entries(self) -> frozenset[str]:
        """The lookup entries that never match, in whichever way the value is written."""
        return frozenset(
            entry
            for name, values in self.ignored_values.items()
            if (key := self.key(name))
            for value in values
            for entry in _of_ignored(key, value, self.default_region)
        )

    @cached_property
    def fingerprints(self) -> frozenset[str]:
        """The fingerprints of the definitions of its custom search keys."""
        return frozenset(definitions.fingerprints(self.name, self.custom_keys))

    def writable(self, held: Collection[str] = ()) -> "Domain":
        """Return the domain without the search keys that are being removed, except those that are held."""
        keys = {name: key for name, key in self.custom_keys.items() if not key.removing or name in held}
        return self if len(keys) == len(self.custom_keys) else replace(self, custom_keys=keys)

    def key(self, name: str) -> SearchKey | None:
        """Return the search key of this name, built-in or custom, or None."""
        return BUILT_IN.get(name) or self.custom_keys.get(name)


def _of_ignored(key: SearchKey, value: str, region: str) -> Iterator[str]:
    """Yield what asks for the value, and what it is stored as: a name in either order, but no part of it."""
    yield from (token.lookup for token in query_terms(key, value, region))
    yield from whole_value_terms(key, value, region)


class DomainStore:
    """Reads domains; remembers each for ``seconds``, and reads it again when a name is not known."""

    def __init__(
        self,
        settings: SettingsStore,
        search_keys: SearchKeyStore,
        *,
        default_region: str,
        seconds: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Take the stores, the region of a domain that has set none, and a clock in seconds."""
        self.settings = settings
        self.search_keys = search_keys
        self._default_region = default_region
        self._seconds = seconds
        self._clock = clock
        self._remembered: dict[str, tuple[float, Domain]] = {}
        self._undefined: dict[str, set[str]] = {}

    def get(self, name: str, *, keys: Iterable[str] = ()) -> Domain:
        """Return the domain, read at most ``seconds`` ago, or now if it does not know one of ``keys``."""
        read_at, domain = self._remembered.get(name, (0.0, None))
        if domain is None or self._clock() - read_at >= self._seconds:
            return self.read(name)
        if any(domain.key(key) is None for key in keys):
            return self.read(name)
        return domain

    def get_with_fingerprints(self, name: str, fingerprints: Iterable[str]) -> Domain:
        """Return the domain, read now if it has no search key for one of the fingerprints.

        Another worker may have changed a definition since the domain was remembered. If the domain has no
        such key when it is read now, the key is undefined: its fingerprint then causes no more reads until
        the domain is read for another reason.
        """
        domain = self.get(name)
        undefined = self._undefined.get(name, set())
        if unknown := set(fingerprints) - domain.fingerprints - undefined:
            domain = self.read(name)
            self._undefined[name] = (undefined | unknown) - domain.fingerprints
        return domain

    def read(self, name: str) -> Domain:
        """Return the domain as it is in MongoDB now: two commands."""
        self._undefined.pop(name, None)
        read_at = self._clock()
        domain = self.with_defaults(name, self.settings.get(name), self.search_keys.all(name))
        known_at, known = self._remembered.get(name, (read_at, None))
        if domain == known:
            # With the entries that it has worked out: of the most values that is half a second.
            domain = known
        if known_at <= read_at:
            # Otherwise another thread has read the domain later, and finished first.
            self._remembered[name] = (read_at, domain)
        return domain

    def still_defines(self, name: str, keys: Mapping[str, SearchKey]) -> bool:
        """Return whether these search keys are still defined as given, and none is being removed.

        Without keys this sends no command, otherwise one.
        """
        if not keys:
            return True
        current = self.search_keys.named(name, keys)
        return all(
            (key := current.get(each)) is not None and not key.removing and key.definition == used.definition
            for each, used in keys.items()
        )

    def with_defaults(
        self, name: str, settings: Mapping[str, Any], custom_keys: Mapping[str, SearchKey]
    ) -> Domain:
        """Return the domain with the defaults in the place of what it has not set."""
        # A key may have been removed since it was set; what is left still tells who is calling.
        defined = BUILT_IN.keys() | custom_keys.keys()
        match_keys = {
            channel: tuple(key for key in keys if key in defined)
            for channel, keys in settings.get("match_keys", {}).items()
        }
        # What stands here stands in plain.
        plain = defined - {name for name, key in custom_keys.items() if key.sensitive}
        ignored_values = {
            key: values for key, values in settings.get("ignored_values", {}).items() if key in plain
        }
        return Domain(
            name=name,
            default_region=settings.get("default_region", self._default_region),
            match_keys={**DEFAULT_MATCH_KEYS, **match_keys},
            match_modes={**DEFAULT_MATCH_MODES, **settings.get("match_modes", {})},
            search_value_falls_back=settings.get("search_value_falls_back", True),
            unique_by_name=settings.get("unique_by_name", False),
            shared_above=settings.get("shared_above", DEFAULT_SHARED_ABOVE),
            ignored_values=ignored_values,
            custom_keys=custom_keys,
        )
