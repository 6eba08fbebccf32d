"""The profiles of a round in memory: as they are stored, and as the items of the round change them.

``run`` explains rounds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.matching.profiles import Index
from service.model.batch import ItemResult
from service.model.profile import Profile
from service.store.profiles.bulk import StoredProfile
from service.use_cases.audit import Access
from service.use_cases.batch.items import PendingItem
from service.use_cases.profiles.change import Change


@dataclass(slots=True)
class Target:
    """A profile, and the changes that items of this round make to it. They are written together."""

    profile_id: str
    stored: StoredProfile | None = None
    """None if the profile is new."""
    profile: Profile | None = None
    """The profile after the planned items. Only its ``lookup`` is as stored. None if it is deleted."""
    unique: frozenset[str] = frozenset()
    """The unique index terms of ``profile``."""
    index: Index | None = None
    """The index of ``profile``. None if no item creates or changes the profile."""
    change: Change | None = None
    """The first change of a stored profile, which has the state before all changes. None if it is new."""
    is_deletion: bool = False
    if_match: int | None = None
    """The version to delete; None for any."""
    marks: list[str] = field(default_factory=list)
    """A mark for each planned item that creates or changes the profile; see ``progress``."""

    @property
    def must_write(self) -> bool:
        """Return whether the profile must be inserted, replaced or deleted."""
        return self.index is not None or self.is_deletion


@dataclass(frozen=True, slots=True)
class Planned:
    """An item, its result if the writes of the round succeed, and the accesses to audit then."""

    pending: PendingItem
    result: ItemResult
    target: Target | None = None
    """The profile of the item. None if there is none, or if an earlier attempt completed the item."""
    accesses: Sequence[Access] = ()
    created: Profile | None = None
    """The profile that the item creates, as it is before later items change it. None for other items."""


class Targets:
    """The profiles of a round by ID and by unique index term.

    If an item adds a term to a profile or removes it, no item for another profile may use the term in the
    same round: the order of the writes is undefined. Such an item is deferred to the next round, and so are
    all later items for the same profile or with the same terms.
    """

    def __init__(self, stored: Iterable[StoredProfile], aliases: Mapping[str, str] | None = None) -> None:
        """``aliases`` maps the IDs of merged profiles to the IDs of the profiles in which they live on."""
        self._aliases = aliases or {}
        self._by_id = {
            each.profile["profile_id"]: Target(each.profile["profile_id"], each, each.profile, each.unique)
            for each in stored
        }
        self._owners = {term: target.profile_id for target in self._by_id.values() for term in target.unique}
        # The terms that items of this round add or remove, each with the ID of the item's profile.
        self._claims: dict[str, str] = {}
        self._marks: dict[str, Mapping[int, tuple[str, int]]] = {}
        self._deferred_ids: set[str] = set()
        self._deferred_terms: set[str] = set()

    def __iter__(self) -> Iterator[Target]:
        return iter(self._by_id.values())

    def get(self, profile_id: str) -> Target | None:
        """Return the profile with this ID, or the profile in which it lives on after a merge, or None."""
        return self._by_id.get(self._aliases.get(profile_id, profile_id))

    def marks_of(self, batch_id: str) -> Mapping[int, tuple[str, int]]:
        """Return the marks of a batch: the ID of the profile and the version, by the item's position."""
        if batch_id not in self._marks:
            prefix = f"{batch_id}:"
            marks = (
                (target.profile_id, mark.removeprefix(prefix).split(":"))
                for target in self._by_id.values()
                for mark in (target.stored.marks if target.stored else ())
                if mark.startswith(prefix)
            )
            self._marks[batch_id] = {int(mark[0]): (profile_id, int(mark[1])) for profile_id, mark in marks}
        return self._marks[batch_id]

    def owners(self, terms: Iterable[str]) -> dict[str, set[str]]:
        """Return which of these unique index terms profiles have, by the ID of the profile."""
        owners: dict[str, set[str]] = {}
        for term in terms:
            if term in self._owners:
                owners.setdefault(self._owners[term], set()).add(term)
        return owners

    def is_free(self, terms: Iterable[str], target: Target | None) -> bool:
        """Return whether an item for the target, if it has one, may use these terms in this round."""
        own = None if target is None else target.profile_id
        return own not in self._deferred_ids and not any(
            term in self._deferred_terms or self._claims.get(term, own) != own for term in terms
        )

    def defer(self, terms: Iterable[str], target: Target | None) -> None:
        """Defer all later items of the round that have this target or any of these terms."""
        self._deferred_terms.update(terms)
        if target is not None:
            self._deferred_ids.add(target.profile_id)
            self._deferred_terms |= target.unique

    def set_unique(self, target: Target, unique: Iterable[str]) -> None:
        """Replace the unique index terms of the target. A new target is added to the targets."""
        new = frozenset(unique)
        self._by_id[target.profile_id] = target
        for term in target.unique - new:
            if self._owners.get(term) == target.profile_id:
                del self._owners[term]
        self._owners |= dict.fromkeys(new, target.profile_id)
        self._claims |= dict.fromkeys(target.unique ^ new, target.profile_id)
        target.unique = new

    def end_round(self) -> None:
        """Treat the changes of the round as written, so that the next round of a dry run can use them."""
        self._by_id = {id_: target for id_, target in self._by_id.items() if not target.is_deletion}
        for target in self._by_id.values():
            target.index, target.change = None, None
        self._claims.clear()
        self._deferred_ids.clear()
        self._deferred_terms.clear()

    def remove(self, target: Target) -> None:
        """Remove a new target, because it will not be written."""
        self.set_unique(target, ())
        del self._by_id[target.profile_id]
