"""Create and update the profile of an object."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from service.errors.amazon import OutdatedObjectType
from service.errors.records import ProfileNotFound
from service.errors.requests import InvalidRequest
from service.model.amazon import PLACES
from service.model.audit import AuditAction
from service.model.object_types import StandardIdentifier
from service.model.profile import Profile, ProfilePatch
from service.model.search_key import BUILT_IN, SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.amazon.mapping import KeyValue, MappedObject
from service.use_cases.audit import Access
from service.use_cases.held_values import HeldValues
from service.use_cases.key_values import release_key_values, with_newest_values, with_values
from service.use_cases.profiles.change import audit_change, change_profile
from service.use_cases.profiles.create import IdempotencyRecord, insert_profile
from service.use_cases.profiles.merge_patch import apply_patch, named_keys
from service.use_cases.sensitive_values import guesses_in_profile, keys_of_held_values

_FINGERPRINT = "object"
"""The fingerprint of all profiles that are created for an object. No Idempotency-Key determines their IDs."""
NOT_HELD = frozenset({"name", "profile_id", "contact_id"})
"""Built-in search keys that only find the profile of an object: their values are not added to it."""
_NUMBERS = [name for name, place in PLACES.items() if place.field == "phone_numbers"]
_LISTS = (("phone", "phone_numbers"), ("email", "email_addresses"))


@dataclass(frozen=True, slots=True)
class ProfileShape:
    """Converts Amazon's members of a profile into patches of our fields."""

    new_fields: Callable[[Mapping[str, Any]], ProfilePatch]
    """Returns the patch of a new profile with these members."""
    changed_fields: Callable[[Profile, Mapping[str, Any]], ProfilePatch]
    """Returns the patch of a stored profile that sets these members."""


@dataclass(frozen=True, slots=True)
class ProfileWriter:
    """Writes the members and the values of an object to its profile."""

    stores: Stores
    domain: Domain
    object: MappedObject
    shape: ProfileShape

    def create(self, profile_id: str) -> Sequence[Access]:
        """Create the profile with this ID, or update it if another request has just created it.

        Returns the accesses to audit.
        """
        fields = self._new_fields()
        profile, existed = insert_new(self.stores, self.domain.name, fields, profile_id)
        if existed:
            return self.update(profile_id)
        created_at = profile["created_at"]
        return [Access([AuditAction.CREATED], [profile_id], keys=named_keys(fields), at=created_at)]

    def update(self, profile_id: str) -> Sequence[Access]:
        """Set the members of the profile, and add the values of the keys. Return the accesses to audit.

        The profile keeps only the newest values of custom search keys that do not find profiles, such as the
        numbers of orders. These are search keys without a PROFILE key in the object type. Raises
        ``OutdatedObjectType``, and the errors of ``change_profile``.
        """
        values, members = self._held_values(is_new=False), self.object.members
        kept = {
            each.key.search_key for each in self.object.values if each.key.has(StandardIdentifier.PROFILE)
        }
        kept |= BUILT_IN.keys()
        matched_keys = set[str]()

        def change(profile: Profile, settings: Domain) -> Profile:
            patch = self.shape.changed_fields(profile, members)
            changed = apply_patch(profile, patch, settings, requires_name=False)
            guesses = list(guesses_in_profile(values, settings))
            matched_keys.update(keys_of_held_values(guesses, profile, settings.default_region))
            for name, texts in values.items():
                add = with_values if name in kept else with_newest_values
                changed = _with_held(changed, name, texts, settings, add)
            return changed

        custom = [name for name in values if name not in BUILT_IN]
        numbers = [*(members[name] for name in _NUMBERS if name in members), *values.get("phone", ())]
        result = change_profile(
            self.stores, self.domain.name, profile_id, None, change, keys=custom, numbers=numbers
        )
        return audit_change(*result, [*values], matched_keys).accesses

    def _held_values(self, *, is_new: bool) -> dict[str, list[str]]:
        """Return the values that a new profile or a stored one gets, by the name of the search key."""
        values: dict[str, list[str]] = {}
        for each in self.object.values:
            is_held = not each.key.has(StandardIdentifier.LOOKUP_ONLY) and (
                is_new or not each.key.has(StandardIdentifier.NEW_ONLY)
            )
            if is_held and each.key.search_key not in NOT_HELD:
                values.setdefault(each.key.search_key, []).append(each.value)
        return values

    def _new_fields(self) -> ProfilePatch:
        """Return the fields of a new profile. Raises ``OutdatedObjectType``."""
        fields = {**self.shape.new_fields({**self.object.members, **self.object.inferred})}
        values = self._held_values(is_new=True)
        for name, field in _LISTS:
            entries = list(fields.get(field, ()))
            held = HeldValues(BUILT_IN[name], self.domain.default_region, (e["value"] for e in entries))
            for value in values.pop(name, ()):
                if value not in held:
                    held.add(value)
                    entries.append({"type": None, "value": value})
            if entries:
                fields[field] = entries
        if accounts := values.pop("account", None):
            fields.setdefault("account_number", accounts[0])
        keys = {name: list(self._distinct(name, texts)) for name, texts in values.items()}
        return {**fields, **({"keys": keys} if keys else {})}

    def _distinct(self, name: str, values: Sequence[str]) -> Iterator[str]:
        """Yield the values of a custom search key, each in one notation. Raises ``OutdatedObjectType``."""
        key = self.domain.key(name)
        if key is None:
            raise OutdatedObjectType(name)
        held = HeldValues(key, self.domain.default_region)
        for value in values:
            if value not in held:
                held.add(value)
                yield value


def release_own_values(
    stores: Stores, domain: str, profile_id: str, values: Sequence[KeyValue]
) -> list[Access]:
    """Remove the values of custom search keys from a profile that no longer has the object with these values.

    Returns the accesses to audit. Ignores search keys that are not defined any more, and a deleted profile.
    """
    accesses = list[Access]()
    for each in values:
        if (name := each.key.search_key) not in BUILT_IN:
            with suppress(InvalidRequest, ProfileNotFound):
                accesses += release_key_values(stores, domain, profile_id, name, [each.value]).accesses
    return accesses


def insert_new(stores: Stores, domain: str, fields: ProfilePatch, profile_id: str) -> tuple[Profile, bool]:
    """Create a profile with this claimed ID. Return it, and whether another request has just created it."""
    return insert_profile(stores, domain, fields, IdempotencyRecord(profile_id, (_FINGERPRINT,)))


def _with_held(
    profile: Profile,
    name: str,
    values: Sequence[str],
    settings: Domain,
    add: Callable[[Profile, SearchKey, Sequence[str], Domain], Profile],
) -> Profile:
    """Return the profile with the values. An account number is set only if the profile has none."""
    if name == "account":
        return {**profile, "account_number": profile["account_number"] or values[0]}
    key = settings.key(name)
    if key is None:
        raise OutdatedObjectType(name)
    return add(profile, key, values, settings)
