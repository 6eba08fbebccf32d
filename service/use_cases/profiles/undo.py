"""Undo a change of a profile."""

from collections.abc import Mapping
from typing import cast

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, UniqueKeyTaken
from service.matching.profiles import index, wrap_sensitive
from service.model.profile import KeyValues, Profile
from service.model.sensitive import SensitiveValue
from service.store.stores import Stores
from service.use_cases.profiles.create import MAX_ATTEMPTS

_NOT_FIELDS = frozenset({"keys", "lookup", "updated_at", "version"})


def undo_change(stores: Stores, domain: str, before: Profile, new: Profile) -> tuple[int, bool]:
    """Undo a change whose search keys were redefined meanwhile.

    Returns the profile's version after that, and whether the profile is as it was before. It is not if
    another request has changed it since: then the fields and values which that request changed stay. Nor is
    it if a unique value that the change gave up has another owner. Raises ``ProfileNotFound``.
    """
    whole = True
    for _ in range(MAX_ATTEMPTS):
        latest = stores.profiles.get(domain, new["profile_id"])
        if latest is None:
            raise ProfileNotFound
        whole = whole and latest["version"] == new["version"]
        known = stores.domains.read(domain)
        earlier = wrap_sensitive(before if whole else latest, known.custom_keys)
        restored = wrap_sensitive(before if whole else _merged(before, new, latest), known.custom_keys)
        restored["version"] = latest["version"] + 1
        restored.pop("lookup")
        profile_index = index(restored, known.custom_keys, known.default_region, earlier)
        try:
            if stores.profiles.replace(domain, restored, profile_index, old=latest):
                return restored["version"], whole
        except UniqueKeyTaken:
            whole = False
    raise DatastoreUnavailable


def _merged(before: Profile, new: Profile, latest: Profile) -> Profile:
    """Return the latest profile without the change: fields that no later request changed are as before."""
    changed = cast("Mapping[str, object]", new)
    current = cast("Mapping[str, object]", latest)
    restored = {
        name: value
        for name, value in before.items()
        if name not in _NOT_FIELDS and name in current and current[name] == changed[name]
    }
    attributes = _without_change(before["attributes"], new["attributes"], latest["attributes"])
    keys = _without_new_values(latest["keys"], before["keys"], new["keys"])
    return cast("Profile", {**latest, **restored, "attributes": attributes, "keys": keys})


def _without_change(
    before: Mapping[str, str], new: Mapping[str, str], latest: Mapping[str, str]
) -> dict[str, str]:
    """Return the latest attributes; those that no later request changed are as before."""
    restored = dict(latest)
    for name in before.keys() | new.keys():
        if latest.get(name) == new.get(name):
            restored.pop(name, None)
            if name in before:
                restored[name] = before[name]
    return restored


def _without_new_values(keys: KeyValues, before: KeyValues, new: KeyValues) -> KeyValues:
    """Return ``keys`` without the values that the change added under new keys."""
    restored = dict(keys)
    for name in new.keys() - before.keys():
        added = set(map(_plain, new[name]))
        restored[name] = [value for value in keys.get(name, ()) if _plain(value) not in added]
    return {name: values for name, values in restored.items() if values}


def _plain(value: str | SensitiveValue) -> str | None:
    return value.plain() if isinstance(value, SensitiveValue) else value
