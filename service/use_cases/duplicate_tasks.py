"""The parts of a search for duplicates that can run in worker processes: read profiles, and compare pairs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from service.matching.duplicates.blocking import blocking_keys_of, kind_of
from service.matching.duplicates.comparison import Comparable, compare, prepare
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.duplicates.blocking import HashedKey, hash_of
from service.store.duplicates.pairs import Duplicate, Pair
from service.store.stores import Stores

Position = tuple[datetime, str]
"""The place of a profile in the order of creation: the time, and the profile's ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of the memory of each process.

    ``page`` profiles are read at once. ``pairs`` pairs are compared at once; they have up to twice as many
    profiles. ``prepared`` profiles are cached for later comparisons.
    """

    page: int = 1000
    pairs: int = 250
    prepared: int = 10_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Page:
    """The profiles after ``after``, up to and including ``until``. None means the beginning, or the end."""

    after: Position | None
    until: Position | None


@dataclass(frozen=True, slots=True)
class Slice:
    """Pairs to compare, at least one. ``ids`` maps the number of each profile to its ID."""

    pairs: Sequence[Pair]
    ids: Mapping[int, str]


class PageReader:
    """Reads the profiles of a page, and hashes their blocking keys with ``hash_key``."""

    def __init__(self, stores: Stores, domain: Domain, limits: Limits, hash_key: bytes) -> None:
        self._stores = stores
        self._domain = domain
        self._limits = limits
        self._hash_key = hash_key

    def __call__(self, page: Page) -> tuple[Page, list[tuple[str, Sequence[HashedKey]]]]:
        """Return the page, and the ID and the hashed blocking keys of each profile, oldest first.

        Raises ``DatastoreUnavailable``.
        """
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
        return [HashedKey(hash_of(self._hash_key, key), kind_of(key)) for key in blocking_keys_of(comparable)]


class SliceComparer:
    """Compares the pairs of a slice. Caches profiles, because later slices often have them too."""

    def __init__(self, stores: Stores, domain: Domain, limits: Limits) -> None:
        self._stores = stores
        self._domain = domain
        self._prepared = LRUCache[str, Comparable](limits.prepared)

    def __call__(self, slice_: Slice) -> tuple[int, list[Duplicate]]:
        """Return the number of the last pair, and the pairs that are duplicates, in their order.

        A profile that no longer exists when it is read has no duplicates. Raises ``DatastoreUnavailable``.
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


def make_page_reader(
    connect: Callable[[], Stores], domain: str, limits: Limits, hash_key: bytes
) -> PageReader:
    """Connect, read the domain, and return a page reader. Raises ``DatastoreUnavailable``."""
    stores = connect()
    return PageReader(stores, stores.domains.read(domain), limits, hash_key)


def make_slice_comparer(connect: Callable[[], Stores], domain: str, limits: Limits) -> SliceComparer:
    """Connect, read the domain, and return a slice comparer. Raises ``DatastoreUnavailable``."""
    stores = connect()
    return SliceComparer(stores, stores.domains.read(domain), limits)
