"""Restore the profiles of a merge from their snapshots, under the current definitions, without I/O."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from service.matching.profiles import index
from service.matching.search_keys import identifying_terms
from service.model.merge import NotRestored, RestoreProblem
from service.model.profile import KeyValues, Profile
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.merges.plans import NewState
from service.use_cases.profiles.revert import is_taken

Owners = Mapping[str, str]
"""The IDs of the profiles that have unique index terms now, by term."""


def restore(
    source: Profile, domain: Domain, owners: Owners, *, version: int, time: datetime
) -> tuple[NewState, list[NotRestored]]:
    """Return the profile to insert, and which of its values it does not get back.

    ``version`` is the last version that a client can have read under its ID.
    """
    values, problems = {}, list[NotRestored]()
    for name, stored in source["keys"].items():
        key = domain.custom_keys.get(name)
        if key is None:
            problems.append(_problem(source, name, RestoreProblem.UNDEFINED))
            continue
        kept = [value for value in stored if not is_taken(name, domain, owners, value)]
        if len(kept) < len(stored):
            taken = [value for value in stored if value not in kept]
            owner = None if key.sensitive else _owner(name, taken, domain, owners)
            problems.append(_problem(source, name, RestoreProblem.TAKEN, owner))
        if kept:
            values[name] = kept
    restored: Profile = {**source, "keys": values, "updated_at": time}
    restored["version"] = max(source["version"], version) + 1
    restored.pop("lookup", None)
    restored_index = index(restored, domain.custom_keys, domain.default_region, source)
    return NewState(profile=restored, index=restored_index), problems


def keys_to_restore(keys: KeyValues, held: KeyValues, domain: Domain, owners: Owners) -> KeyValues:
    """Return the values of search keys that the target of a merge can have after the undo.

    Those that it does not have now (``held``) are left out if the search key is not defined, or if another
    profile owns the value. This needs a search key that was defined again with another type.
    """
    kept = {
        name: [
            value
            for value in values
            if value in held.get(name, ())
            or (name in domain.custom_keys and not is_taken(name, domain, owners, value))
        ]
        for name, values in keys.items()
    }
    return {name: values for name, values in kept.items() if values}


def unique_terms(profile: Profile, domain: Domain) -> set[str]:
    """Return the unique index terms of a snapshot under the current definitions."""
    defined = {name: values for name, values in profile["keys"].items() if name in domain.custom_keys}
    current: Profile = {**profile, "keys": defined}
    return set(index(current, domain.custom_keys, domain.default_region, profile).unique)


def _owner(name: str, values: Sequence[str | SensitiveValue], domain: Domain, owners: Owners) -> str | None:
    terms: Collection[str] = [
        term
        for value in values
        for term in identifying_terms(domain.custom_keys[name], value, domain.default_region)
    ]
    return next((owners[term] for term in terms if term in owners), None)


def _problem(profile: Profile, key: str, reason: RestoreProblem, owner_id: str | None = None) -> NotRestored:
    return NotRestored(profile_id=profile["profile_id"], key=key, reason=reason, owner_id=owner_id)
