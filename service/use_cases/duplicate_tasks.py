"""The work of a search for duplicates that several processes share: read profiles, and compare pairs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from service.matching.duplicates.blocking import blocks, kind_of
from service.matching.duplicates.comparison import Comparable, compare, prepare
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.duplicates.blocking import HashedKey, hash_of
from service.store.duplicates.pairs import Duplicate, Pair
from service.store.stores import Stores

Position = tuple[datetime, str]
"""The place of a profile in the order of creation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is in memory at once: profiles that are read, pairs, and profiles prepared for comparisons.

    Twice as many profiles as pairs are read and prepared at once at most. Each process has these limits.
    """

    page: int = 1000
    pairs: int = 250
    prepared: int = 10_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Page:
    """The profiles after a position, up to another one or to the end."""

    after: Position | None
    until: Position | None


@dataclass(frozen=True, slots=True)
class Slice:
    """Pairs to compare, and the IDs of their profiles by their numbers."""

    pairs: Sequence[Pair]
    ids: Mapping[int, str]


class PageReader:
    """Reads the blocking keys of the profiles of a page."""

    def __init__(self, stores: Stores, domain: Domain, limits: Limits, hash_key: bytes) -> None:
        self._stores = stores
        self._domain = domain
        self._limits = limits
        self._hash_key = hash_key

    def __call__(self, page: Page) -> tuple[Page, list[tuple[str, Sequence[HashedKey]]]]:
        """Return the page, and the IDs of its profiles with their keys. Raises ``DatastoreUnavailable``."""
        found: list[tuple[str, Sequence[HashedKey]]] = []
        after = page.after
        while profiles := self._read(after):
            after = _position(profiles[-1])
            found += [
                (each["profile_id"], self._keys(each))
                for each in profiles
                if page.until is None or _position(each) <= page.until
            ]
            if page.until is not None and after >= page.until:
                break
        return page, found

    def _read(self, after: Position | None) -> Sequence[Profile]:
        lists = self._stores.profile_lists
        return lists.by_creation(
            self._domain.name, after=after, limit=self._limits.page, with_terms=True
        ).items

    def _keys(self, profile: Profile) -> list[HashedKey]:
        comparable = prepare(profile, self._domain.custom_keys, self._domain.ignored_terms)
        return [HashedKey(hash_of(self._hash_key, key), kind_of(key)) for key in blocks(comparable)]


class SliceComparer:
    """Compares the pairs of a slice."""

    def __init__(self, stores: Stores, domain: Domain, limits: Limits) -> None:
        self._stores = stores
        self._domain = domain
        self._prepared = LRUCache[str, Comparable](limits.prepared)

    def __call__(self, slice_: Slice) -> tuple[int, list[Duplicate]]:
        """Return the number of the last pair, and the duplicates. Raises ``DatastoreUnavailable``.

        Profiles that do not exist any more have no duplicates.
        """
        ids = set(slice_.ids.values())
        comparable = {each: self._prepared[each] for each in ids if each in self._prepared}
        for stored in self._stores.bulk_profiles.find(self._domain.name, ids.difference(comparable), ()):
            comparable[stored.profile["profile_id"]] = prepare(
                stored.profile, self._domain.custom_keys, self._domain.ignored_terms
            )
        self._prepared.update(comparable)
        duplicates = (_compare(pair, slice_.ids, comparable) for pair in slice_.pairs)
        return slice_.pairs[-1].number, list(filter(None, duplicates))


def _compare(pair: Pair, ids: Mapping[int, str], comparable: Mapping[str, Comparable]) -> Duplicate | None:
    one, other = comparable.get(ids[pair.one]), comparable.get(ids[pair.other])
    if one is None or other is None or (likeness := compare(one, other)) is None:
        return None
    return Duplicate(pair.one, pair.other, likeness.tier.rank, likeness.reasons)


def _position(profile: Profile) -> Position:
    return profile["created_at"], profile["profile_id"]


def reader(connect: Callable[[], Stores], domain: str, limits: Limits, hash_key: bytes) -> PageReader:
    """Connect, and return a reader."""
    stores = connect()
    return PageReader(stores, stores.domains.read(domain), limits, hash_key)


def comparer(connect: Callable[[], Stores], domain: str, limits: Limits) -> SliceComparer:
    """Connect, and return a comparer."""
    stores = connect()
    return SliceComparer(stores, stores.domains.read(domain), limits)
