"""Restore the profiles of a merge from snapshots, under the current search keys, without I/O."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.matching.profiles import index
from service.matching.search_keys import identifying_terms
from service.model.merge import NotRestored, RestoreProblem
from service.model.profile import KeyValues, Profile
from service.model.search_key import KeyType, SearchKey
from service.model.sensitive import HIDDEN, SensitiveValue, plain_of
from service.store.domains.domain import Domain
from service.store.merges.plans import NewState
from service.use_cases.profiles.revert import is_taken

Value = str | SensitiveValue


@dataclass(frozen=True, slots=True)
class Conditions:
    """What decides which values of search keys can be restored.

    ``key_types`` has the types of the search keys when the profiles were merged, by name. ``owners`` has the
    IDs of the profiles that have unique index terms now, by term.
    """

    domain: Domain
    key_types: Mapping[str, KeyType]
    owners: Mapping[str, str]

    def with_owner(self, terms: Collection[str], profile_id: str) -> "Conditions":
        """Return the conditions after a profile has got unique index terms."""
        return replace(self, owners={**self.owners, **dict.fromkeys(terms, profile_id)})

    def has_same_type(self, name: str) -> bool:
        """Return whether a search key has the type that it had when the profiles were merged."""
        key = self.domain.custom_keys.get(name)
        return key is not None and key.type is self.key_types.get(name)

    def problem(self, name: str, value: Value) -> RestoreProblem | None:
        """Return why a value cannot be restored, or None."""
        key = self.domain.custom_keys.get(name)
        if key is None:
            return RestoreProblem.UNDEFINED
        if isinstance(value, SensitiveValue) and not key.sensitive:
            return RestoreProblem.NOT_SENSITIVE
        if not self._is_valid(key, value):
            return RestoreProblem.INVALID
        return RestoreProblem.TAKEN if is_taken(name, self.domain, self.owners, value) else None

    def _is_valid(self, key: SearchKey, value: Value) -> bool:
        plain = plain_of(value)
        if plain is None:
            # The value stays encrypted, until its master key is set again.
            return True
        if key.sensitive and plain.startswith(HIDDEN):
            return False
        # A value without index terms was not necessarily valid under another type.
        return self.has_same_type(key.name) or bool(self._terms(key, [value]))

    def owner(self, name: str, values: Sequence[Value]) -> str | None:
        """Return the ID of a profile that has one of the values, or None. Always None for sensitive keys."""
        key = self.domain.custom_keys[name]
        terms = () if key.sensitive else self._terms(key, values)
        return next((self.owners[term] for term in terms if term in self.owners), None)

    def _terms(self, key: SearchKey, values: Sequence[Value]) -> list[str]:
        region = self.domain.default_region
        return [term for value in values for term in identifying_terms(key, value, region)]


def restore(
    source: Profile, conditions: Conditions, *, version: int, time: datetime
) -> tuple[NewState, list[NotRestored]]:
    """Return the profile to insert, and which of its values it does not get back.

    ``version`` is the current version of the target, which clients have read under the ID of ``source``.
    """
    domain, values, problems = conditions.domain, dict[str, Sequence[Value]](), list[NotRestored]()
    for name, stored in source["keys"].items():
        reasons = [conditions.problem(name, value) for value in stored]
        if kept := [value for value, reason in zip(stored, reasons, strict=True) if reason is None]:
            values[name] = kept
        for reason in dict.fromkeys(filter(None, reasons)):
            lost = [value for value, each in zip(stored, reasons, strict=True) if each is reason]
            owner = conditions.owner(name, lost) if reason is RestoreProblem.TAKEN else None
            problems.append(
                NotRestored(profile_id=source["profile_id"], key=name, reason=reason, owner_id=owner)
            )
    restored: Profile = {**source, "keys": values, "updated_at": time}
    restored["version"] = max(source["version"], version) + 1
    restored.pop("lookup", None)
    restored_index = index(restored, domain.custom_keys, domain.default_region, source)
    return NewState(profile=restored, index=restored_index), problems


def keys_to_restore(keys: KeyValues, held: KeyValues, conditions: Conditions) -> KeyValues:
    """Return those of the values of search keys that the target of a merge can have after the undo.

    A value that the target has now (``held``) always stays. Another value is left out if it cannot be
    restored, or if its search key has another type than before: then the key was removed and defined again,
    and all its values were removed before that.
    """

    def kept(name: str, values: Sequence[Value]) -> Iterator[Value]:
        for value in values:
            is_restored = conditions.has_same_type(name) and conditions.problem(name, value) is None
            if value in held.get(name, ()) or is_restored:
                yield value

    restored = {name: list(kept(name, values)) for name, values in keys.items()}
    return {name: values for name, values in restored.items() if values}


def unique_terms(profile: Profile, domain: Domain) -> set[str]:
    """Return the unique index terms of a snapshot under the current definitions of search keys."""
    defined = {name: values for name, values in profile["keys"].items() if name in domain.custom_keys}
    current: Profile = {**profile, "keys": defined}
    return set(index(current, domain.custom_keys, domain.default_region, profile).unique)
