"""Apply the merge patch of a batch item: its lists replace those of the profile, or add to them."""

from collections.abc import Mapping, Sequence
from typing import cast

from service.errors.requests import FieldError, InvalidRequest
from service.model.batch import BatchItem, ListMode
from service.model.limits import MAX_LIST_ITEMS
from service.model.profile import LIST_FIELDS, KeyValues, Profile, ProfilePatch
from service.model.search_key import SearchKey
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases.held_values import HeldValues, Stored, items_not_held
from service.use_cases.profiles.merge_patch import apply_patch
from service.use_cases.sensitive_values import check_mask, is_mask


def patch_of(item: BatchItem, domain: Domain) -> ProfilePatch:
    """Return the item's patch, or an empty one. The patch of an upsert gets the value of ``match_on``."""
    patch = item.profile or {}
    key = None if item.match_on is None else domain.key(item.match_on[0])
    if item.match_on is None or key is None or not item.operation.adds_match_value:
        return patch
    keys = patch.get("keys") or {}
    values = keys.get(key.name) or []
    if item.match_on[1] in HeldValues(key, domain.default_region, values):
        return patch
    return {**patch, "keys": {**keys, key.name: [*values, item.match_on[1]]}}


def apply(profile: Profile, item: BatchItem, domain: Domain) -> Profile:
    """Return the profile with the item's patch applied. Raises ``InvalidRequest``.

    After an upsert, the profile has the value of ``match_on``, even if the patch removes the values of that
    search key.
    """
    merge = _merge if item.lists is ListMode.MERGE else apply_patch
    new = merge(profile, item.profile or {}, domain)
    key = None if item.match_on is None else domain.key(item.match_on[0])
    if item.match_on is not None and key is not None and item.operation.adds_match_value:
        _add_match_value(new, profile, key, item.match_on[1], domain.default_region)
    return new


def _add_match_value(new: Profile, old: Profile, key: SearchKey, value: str, region: str) -> None:
    """Add the value to ``new`` unless ``new`` has it. If ``old`` has the value, add it in that notation."""
    values = new["keys"].get(key.name, ())
    if value in HeldValues(key, region, values):
        return
    matched = HeldValues(key, region, [value])
    stored = [each for each in old["keys"].get(key.name, ()) if each in matched]
    added = stored or [SensitiveValue(value) if key.sensitive else value]
    _check_length([*values, *added], f"/keys/{key.name}")
    new["keys"] = {**new["keys"], key.name: [*values, *added]}


def _merge(profile: Profile, patch: ProfilePatch, domain: Domain) -> Profile:
    """Return the profile with the patch applied, but with the values of lists and search keys added.

    The profile keeps its own values, except those of a list or a search key that is null in the patch.
    """
    added: dict[str, object] = {
        name: items_not_held(name, values, cast("Mapping[str, Sequence[Stored]]", profile)[name], domain)
        for name, values in patch.items()
        if name in LIST_FIELDS and values is not None
    }
    if keys := patch.get("keys"):
        added["keys"] = {name: _new_values(name, values, profile, domain) for name, values in keys.items()}
    new = apply_patch(profile, {**patch, **added}, domain)
    result = cast("dict[str, object]", new)
    for name in added:
        if name != "keys":
            old, latest = cast("Mapping[str, Sequence[object]]", profile)[name], result[name]
            result[name] = [*old, *cast("Sequence[object]", latest)]
            _check_length(cast("Sequence[object]", result[name]), f"/{name}")
    if keys:
        new["keys"] = _with_held(new, profile, keys)
    return new


def _with_held(new: Profile, old: Profile, patched: Mapping[str, object]) -> KeyValues:
    """Return the search keys of ``new``. In a patched key, its values follow those of ``old``."""
    merged: dict[str, Sequence[str | SensitiveValue]] = {}
    for name in dict.fromkeys([*old["keys"], *new["keys"]]):
        values = list(new["keys"].get(name, ()))
        if patched.get(name) is not None:
            values = [*old["keys"].get(name, ()), *values]
            _check_length(values, f"/keys/{name}")
        if values:
            merged[name] = values
    return merged


def _new_values(
    name: str, values: Sequence[str] | None, profile: Profile, domain: Domain
) -> Sequence[str] | None:
    """Return the values of a custom search key that the profile does not have, each once and without masks.

    Returns the values of an undefined key unchanged. Raises ``InvalidRequest`` for a wrong mask.
    """
    key = domain.custom_keys.get(name)
    if key is None or values is None:
        return values
    stored = profile["keys"].get(name, ())
    held = HeldValues(key, domain.default_region, stored)
    added = []
    for position, value in enumerate(values):
        if is_mask(key, value):
            check_mask(value, stored, f"/keys/{name}/{position}")
        elif value not in held:
            held.add(value)
            added.append(value)
    return added


def _check_length(values: Sequence[object], pointer: str) -> None:
    if len(values) > MAX_LIST_ITEMS:
        too_many = f"A profile has at most {MAX_LIST_ITEMS} of them; send `lists: replace`, or fewer."
        raise InvalidRequest([FieldError(pointer, too_many)])
