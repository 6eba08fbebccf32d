"""Read domains, cache each for a few seconds in each worker, and change settings."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic

from cachetools import LRUCache
from pymongo import ReturnDocument
from pymongo.collection import Collection

from service.model.domain_settings import (
    DEFAULT_MATCH_KEYS,
    DEFAULT_MATCH_MODES,
    DEFAULT_SEARCH_VALUE_FALLS_BACK,
    DEFAULT_SHARED_ABOVE,
    DEFAULT_UNIQUE_BY_NAME,
    DEFAULT_WARN_OF_DUPLICATES,
)
from service.model.search_key import BUILT_IN, SearchKey
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.domains.domain import Domain
from service.store.domains.search_keys import SearchKeyStore

MAX_CACHED_DOMAINS = 10_000


@dataclass(frozen=True, slots=True)
class _Reading:
    domain: Domain
    started_at: float
    """When the read started, by the clock of the store."""
    undefined: frozenset[str] = frozenset()
    """Fingerprints that are stored in profiles but belong to no search key of the domain."""


class SettingsStore:
    """The ``settings`` collection: one document for each domain, with only the settings that are set."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_errors
    def get(self, domain: str) -> Document:
        """Return the settings that the domain has set."""
        return _to_settings(self._collection.find_one({"_id": domain}))

    @translate_write_errors
    def change(self, domain: str, changes: Mapping[str, object]) -> Document:
        """Set each setting to its value, or remove it if the value is None. Return all that are now set.

        A name can be a path into a setting, such as ``match_keys.voice``. The caller validates names.
        """
        update: Document = {"$setOnInsert": {"domain": domain}}
        if new_values := {name: value for name, value in changes.items() if value is not None}:
            update["$set"] = new_values
        if removed := {name: "" for name, value in changes.items() if value is None}:
            update["$unset"] = removed
        document = self._collection.find_one_and_update(
            {"_id": domain}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        return _to_settings(document)


class DomainStore:
    """Reads domains and caches each for ``seconds``.

    ``default_region`` is used for domains that have not set this setting.
    """

    def __init__(
        self,
        settings: SettingsStore,
        search_keys: SearchKeyStore,
        *,
        default_region: str,
        seconds: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.settings = settings
        self.search_keys = search_keys
        self._default_region = default_region
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._cache: LRUCache[str, _Reading] = LRUCache(MAX_CACHED_DOMAINS)

    def get(self, name: str, *, keys: Iterable[str] = ()) -> Domain:
        """Return the cached domain if it is recent and has all search keys in ``keys``; else, read it."""
        reading = self._cached(name)
        if reading is None or any(reading.domain.key(key) is None for key in keys):
            return self.read(name)
        return reading.domain

    def get_with_fingerprints(self, name: str, fingerprints: Iterable[str]) -> Domain:
        """Return the domain. Read it again if the cached domain lacks any of the fingerprints.

        Another worker may have changed a definition since the domain was cached. A fingerprint that is still
        missing is remembered in the cache, and causes no more reads until the cached domain expires.
        """
        reading = self._cached(name) or self._read(name)
        unknown = set(fingerprints) - reading.domain.fingerprints - reading.undefined
        if not unknown:
            return reading.domain
        latest = self._read(name)
        undefined = (reading.undefined | unknown) - latest.domain.fingerprints
        self._store(name, replace(latest, undefined=undefined))
        return latest.domain

    def read(self, name: str) -> Domain:
        """Return the domain as it is in MongoDB now. Sends two commands."""
        return self._read(name).domain

    def still_defines(self, name: str, keys: Mapping[str, SearchKey]) -> bool:
        """Return whether all search keys still have the definitions in ``keys`` and none is being removed."""
        if not keys:
            return True
        current = self.search_keys.find_named(name, keys)
        return all(
            (key := current.get(each)) is not None and not key.removing and key.definition == used.definition
            for each, used in keys.items()
        )

    def _cached(self, name: str) -> _Reading | None:
        with self._lock:
            reading = self._cache.get(name)
        return None if reading is None or self._clock() >= reading.started_at + self._seconds else reading

    def _read(self, name: str) -> _Reading:
        started_at = self._clock()
        domain = self._with_defaults(name, self.settings.get(name), self.search_keys.all(name))
        with self._lock:
            cached = self._cache.get(name)
        if cached is not None and cached.domain == domain:
            # Keep the cached object with its ``ignored_terms``, which can take half a second to compute.
            domain = cached.domain
        reading = _Reading(domain, started_at)
        self._store(name, reading)
        return reading

    def _store(self, name: str, reading: _Reading) -> None:
        with self._lock:
            cached = self._cache.get(name)
            # Keep the result of another thread that started to read later but finished first.
            if cached is None or cached.started_at <= reading.started_at:
                self._cache[name] = reading

    def _with_defaults(self, name: str, settings: Document, custom_keys: Mapping[str, SearchKey]) -> Domain:
        # A search key may have been removed after it was set as a match key.
        defined = BUILT_IN.keys() | custom_keys.keys()
        match_keys = {
            channel: tuple(key for key in keys if key in defined)
            for channel, keys in settings.get("match_keys", {}).items()
        }
        # Settings are not encrypted, so ignored values of sensitive search keys are not used.
        not_sensitive = defined - {name for name, key in custom_keys.items() if key.sensitive}
        ignored_values = {
            key: values for key, values in settings.get("ignored_values", {}).items() if key in not_sensitive
        }
        return Domain(
            name=name,
            default_region=settings.get("default_region", self._default_region),
            match_keys={**DEFAULT_MATCH_KEYS, **match_keys},
            match_modes={**DEFAULT_MATCH_MODES, **settings.get("match_modes", {})},
            search_value_falls_back=settings.get("search_value_falls_back", DEFAULT_SEARCH_VALUE_FALLS_BACK),
            unique_by_name=settings.get("unique_by_name", DEFAULT_UNIQUE_BY_NAME),
            shared_above=settings.get("shared_above", DEFAULT_SHARED_ABOVE),
            warn_of_duplicates=settings.get("warn_of_duplicates", DEFAULT_WARN_OF_DUPLICATES),
            ignored_values=ignored_values,
            custom_keys=custom_keys,
        )


def _to_settings(document: Document | None) -> Document:
    return {name: value for name, value in (document or {}).items() if name not in {"_id", "domain"}}
