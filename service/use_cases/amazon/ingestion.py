"""Store an object with the profile to which it belongs, and update that profile.

**Which profile.** The values of the keys with the identifier PROFILE are looked up, in the order of the keys.
A value that several profiles have, or that the domain ignores, is skipped. SECONDARY keys follow if no other
key finds a profile. If these find none either, an object that was stored before stays with its profile. For
another object, a profile is created, if the object type allows it.

**What the profile gets.** The members that the fields of the object set, and the values of the keys, which
are added to the values that it has. LOOKUP_ONLY keys only find profiles. NEW_ONLY keys are added to new
profiles only.

An object is written after its profile, and removed if the profile was erased meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.errors.amazon import NoProfileForObject
from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound
from service.matching.terms import QueryTerm
from service.model.audit import AuditAction
from service.model.match import Tier
from service.model.object_types import StandardIdentifier
from service.store.amazon.objects import NewObject, Owner
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.aliases import follow_merge
from service.use_cases.amazon.claims import claim_if_unowned, claimed_hashes, new_object_id
from service.use_cases.amazon.mapping import KeyValue, MappedObject, own_values, parse_object
from service.use_cases.amazon.profile_writer import (
    NOT_HELD,
    ProfileShape,
    ProfileWriter,
    release_own_values,
)
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.profiles.create import MAX_ATTEMPTS
from service.use_cases.queries import RequestValue, query_terms
from service.use_cases.sensitive_values import GuessLimit, limit_guesses

WHOLE_VALUES = frozenset({Tier.UNIQUE, Tier.EXACT, Tier.FULL_NAME})
"""The tiers of whole values. A doubtful variant of a value does not decide which profile an object has."""
_POINTER = "/Object"
_NO_PROFILE = (
    "No profile, or more than one, has a value of a PROFILE key of the object, and its object type does not "
    "allow profile creation; create the profile first, or define the type with AllowProfileCreation."
)


def put_object(
    stores: Stores,
    settings: Domain,
    mapped: MappedObject,
    shape: ProfileShape,
    guess_limit: GuessLimit | None = None,
) -> Audited[str]:
    """Store an object and update its profile. Return the ID of the object.

    ``settings`` is the domain as it is now. Raises ``NoProfileForObject``, ``InvalidRequest``,
    ``UniqueKeyTaken``, ``TooManySensitiveValues`` and ``DatastoreUnavailable``.
    """
    values = [
        RequestValue(key, each.value, _POINTER)
        for each in mapped.values
        if (key := settings.key(each.key.search_key)) is not None
    ]
    limit_guesses(values, settings.default_region, guess_limit)
    return _Ingestion(stores, settings, mapped, ProfileWriter(stores, settings, mapped, shape)).run()


@dataclass(frozen=True, slots=True)
class _Ingestion:
    """The storage of one object."""

    stores: Stores
    domain: Domain
    object: MappedObject
    writer: ProfileWriter

    def run(self) -> Audited[str]:
        """Store the object, and return its ID. Tries again if another request interferes."""
        lookups, accesses = list(self._lookups()), list[Access]()
        for _ in range(MAX_ATTEMPTS):
            found = self._find()
            object_id, changes = self._store(found)
            # An attempt that fails can have changed profiles.
            accesses += changes
            if object_id is not None:
                keys = {value.key.name for value, _ in lookups}
                searched = Access([AuditAction.SEARCHED], [found] if found else [], keys=keys)
                return Audited(object_id, [*([searched] if lookups else []), *accesses])
        raise DatastoreUnavailable

    def _lookups(self) -> Iterator[tuple[RequestValue, KeyValue]]:
        """Yield the values to look up, in order. Each is in both types: as looked up, and with its key."""
        tied = [each for each in self.object.values if each.key.has(StandardIdentifier.PROFILE)]
        for secondary in (False, True):
            for each in tied:
                key = self.domain.key(each.key.search_key)
                if key is not None and each.key.has(StandardIdentifier.SECONDARY) is secondary:
                    yield RequestValue(key, each.value, _POINTER), each

    def _find(self) -> str | None:
        """Look up the values in order. Return the ID of the first profile that alone has a value, or None.

        Sends a command for each value, and those of ``query_terms``.
        """
        groups = [[value] for value, _ in self._lookups()]
        for terms in query_terms(self.stores, self.domain, groups, self.domain.ignored_terms):
            whole = whole_terms(terms)
            if not whole:
                continue
            found = self.stores.profiles.find_any(self.domain.name, whole, after=None, limit=2)
            if len(found) == 1:
                return found[0]["profile_id"]
        return None

    def _store(self, found: str | None) -> tuple[str | None, Sequence[Access]]:
        """Return the object's ID, or None if the storage must be tried again, and the accesses to audit."""
        stores, name, mapped = self.stores, self.domain.name, self.object
        own = stores.objects.seal.object_hashes(name, mapped.object_type.name, mapped.unique_values)
        claims = [] if found else claimed_hashes(stores, self.domain, self._claimed_values())
        same, other = stores.objects.find_owners(name, own, claims)
        profile_id = found or (same.profile_id if same is not None and not same.is_claim else None)
        if profile_id is not None:
            return self._update(same, profile_id)
        if not mapped.object_type.allow_profile_creation:
            raise NoProfileForObject(_NO_PROFILE)
        same, owner = claim_if_unowned(stores, name, same, other, [*own, *claims])
        if owner is None:
            return None, []
        if found := self._find():
            return self._update(same, found)
        return self._write(same, owner.profile_id, self.writer.create(owner.profile_id))

    def _update(self, same: Owner | None, profile_id: str) -> tuple[str | None, Sequence[Access]]:
        """Update the profile and write the object. Returns what ``_store`` returns.

        ``same`` is the stored object that is replaced, or the claim for the object, or None.
        """
        try:
            accesses = self.writer.update(profile_id)
        except ProfileNotFound:
            # The erasure of the profile may have been interrupted before it removed the objects.
            self.stores.objects.remove_of_profiles(self.domain.name, [profile_id])
            return None, []
        return self._write(same, profile_id, accesses)

    def _claimed_values(self) -> Iterator[RequestValue]:
        """Yield the values that will find the new profile for other objects."""
        for value, each in self._lookups():
            if not each.key.has(StandardIdentifier.LOOKUP_ONLY) and value.key.name not in NOT_HELD:
                yield value

    def _write(
        self, same: Owner | None, profile_id: str, accesses: Sequence[Access]
    ) -> tuple[str | None, Sequence[Access]]:
        """Write the object. ``accesses`` are those of its profile's write. Returns what ``_store`` returns.

        The ID is None if another request has meanwhile added or removed the object, or erased the profile.
        """
        objects, mapped = self.stores.objects, self.object
        new = NewObject(
            object_id=new_object_id() if same is None else same.object_id,
            object_type=mapped.object_type.name,
            profile_id=profile_id,
            unique_values=mapped.unique_values,
            content=mapped.content,
            key_paths=mapped.key_paths,
            time=now(),
        )
        write = objects.insert if same is None else objects.replace
        if not write(self.domain.name, new):
            return None, accesses
        if follow_merge(self.stores, self.domain.name, profile_id) is None:
            objects.remove_of_profiles(self.domain.name, [profile_id])
            return None, accesses
        if same is not None and not same.is_claim and same.profile_id != profile_id:
            # The object has moved to another profile.
            values = own_values(mapped.object_type, parse_object(mapped.content))
            released = release_own_values(self.stores, self.domain.name, same.profile_id, values)
            return new.object_id, [*accesses, *released]
        return new.object_id, accesses


def whole_terms(terms: Sequence[QueryTerm]) -> list[str]:
    """Return the index terms of the query terms that stand for a whole value, sorted."""
    return sorted({term.lookup for term in terms if term.tier in WHOLE_VALUES})
