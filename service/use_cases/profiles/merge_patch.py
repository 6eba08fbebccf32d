"""Apply merge patches to profiles (RFC 7396, section 2)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from service.errors.requests import FieldError, InvalidRequest
from service.matching.phone import stored_numbers
from service.matching.profiles import KEY_OF_FIELD
from service.model.amazon import RESERVED_ATTRIBUTES
from service.model.limits import (
    MAX_ATTRIBUTES,
    MAX_PROFILE_SEARCH_KEY_VALUES,
    MAX_PROFILE_SEARCH_KEYS,
    MAX_RESERVED_ATTRIBUTES,
)
from service.model.profile import (
    EMPTY_PROFILE,
    Address,
    EmailAddress,
    KeyValues,
    PhoneNumber,
    Profile,
    ProfilePatch,
)
from service.model.search_key import BUILT_IN
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases import sensitive_values

_EMPTY_ADDRESS = dict.fromkeys(Address.__annotations__)

REQUIRED_NAMES = ("first_name", "business_name")
"""The fields of which a profile needs at least one."""

_NAMELESS = "A profile needs a first name or a business name: keep this one, or send the other one too."

_BUILT_IN = "This search key is built in: its values are fields of the profile, such as phone_numbers."
_UNDEFINED = "No custom search key has this name; define it first."


def apply_patch(old: Profile, patch: ProfilePatch, domain: Domain, *, requires_name: bool = True) -> Profile:
    """Return the profile with the patch applied and the phone numbers parsed; raises ``InvalidRequest``.

    With ``requires_name``, rejects a patch that has any of ``REQUIRED_NAMES`` and leaves the profile none.
    """
    current = cast("Mapping[str, object]", old)
    merged = {name: _merge_field(name, current[name], value) for name, value in patch.items()}
    new = cast("Profile", {**old, **merged})
    removed = [name for name in REQUIRED_NAMES if name in patch] if requires_name else []
    if removed and all(new.get(name) is None for name in REQUIRED_NAMES):
        raise InvalidRequest([FieldError(f"/{name}", _NAMELESS) for name in removed])
    new["keys"] = _with_sensitive_values(new["keys"], old["keys"], patch.get("keys") or (), domain)
    new["phone_numbers"] = _read_numbers(new["phone_numbers"], old["phone_numbers"], domain.default_region)
    # Keep members that a newer release may have stored and that this release does not know.
    new["email_addresses"] = [
        cast("EmailAddress", {"type": None, **address}) for address in new["email_addresses"]
    ]
    new["addresses"] = [cast("Address", {**_EMPTY_ADDRESS, **address}) for address in new["addresses"]]
    return new


def has_name(profile: Profile) -> bool:
    """Return whether the profile has any of ``REQUIRED_NAMES``."""
    return any(cast("Mapping[str, object]", profile)[name] is not None for name in REQUIRED_NAMES)


def _merge_field(name: str, old: object, value: object) -> object:
    if value is None:
        return cast("Mapping[str, object]", EMPTY_PROFILE)[name]
    if isinstance(old, Mapping) and isinstance(value, Mapping):
        # Requests have no white space around names, but profiles of older releases may.
        trimmed = {member.strip(): part for member, part in old.items()}
        return {member: part for member, part in {**trimmed, **value}.items() if part is not None}
    return value


def _with_sensitive_values(
    new: KeyValues, old: KeyValues, patched: Iterable[str], domain: Domain
) -> KeyValues:
    """Return the values of all keys that have values. Wraps the values of patched sensitive keys.

    Raises ``InvalidRequest`` if a patched key with values is not a custom search key, or for a wrong mask.
    """
    values = {key: key_values for key, key_values in new.items() if key_values}
    added = [name for name in patched if name in values]
    undefined = [key for key in added if key not in domain.custom_keys]
    if undefined:
        raise InvalidRequest(
            [FieldError(f"/keys/{key}", _BUILT_IN if key in BUILT_IN else _UNDEFINED) for key in undefined]
        )
    for key in map(domain.custom_keys.__getitem__, added):
        if key.sensitive:
            sent = cast("Sequence[str]", values[key.name])
            stored = cast("Sequence[SensitiveValue]", old.get(key.name, ()))
            values[key.name] = sensitive_values.merge_values(key, sent, stored)
    return values


def _read_numbers(
    numbers: Sequence[PhoneNumber], old: Sequence[PhoneNumber], region: str
) -> list[PhoneNumber]:
    """Return the numbers, each with its E.164 form.

    If the client sends a stored number back with its ``e164``, the stored form is kept, because the domain's
    default region may have changed. If the ``e164`` differs from the stored form, the stored number with the
    same text is used: it may have been parsed again since the response. All other numbers are parsed.
    """
    parsed_before = [number for number in old if number["e164"]]
    by_text = {number["value"].strip(): number for number in parsed_before}
    by_both = {(number["value"].strip(), number["e164"]): number for number in parsed_before}

    def parse(number: PhoneNumber) -> Mapping[str, object]:
        value, e164 = number["value"], number.get("e164")
        stored = by_both.get((value, e164), by_text.get(value)) if e164 else None
        return stored or stored_numbers.read(value, region)

    return [
        cast("PhoneNumber", {**number, **parse(number), "type": number.get("type")}) for number in numbers
    ]


def check_sizes(profile: Profile) -> None:
    """Raise ``InvalidRequest`` if the profile has too many attributes, custom search keys or their values."""
    reserved = sum(name.startswith(RESERVED_ATTRIBUTES) for name in profile["attributes"])
    sizes = (
        ("attributes", len(profile["attributes"]) - reserved, MAX_ATTRIBUTES),
        ("attributes", reserved, MAX_RESERVED_ATTRIBUTES),
        ("keys", len(profile["keys"]), MAX_PROFILE_SEARCH_KEYS),
    )
    errors = [
        FieldError(f"/{name}", f"A profile has at most {limit} of them.")
        for name, size, limit in sizes
        if size > limit
    ]
    if sum(len(values) for values in profile["keys"].values()) > MAX_PROFILE_SEARCH_KEY_VALUES:
        too_many = f"A profile has at most {MAX_PROFILE_SEARCH_KEY_VALUES} values of custom keys."
        errors.append(FieldError("/keys", too_many))
    if errors:
        raise InvalidRequest(errors)


def reread_numbers(profile: Profile, domain: Domain) -> list[PhoneNumber]:
    """Return the phone numbers of a stored profile, parsed by the rules of this release."""
    region = domain.default_region
    numbers = profile["phone_numbers"]
    return [cast("PhoneNumber", {**stored_numbers.read_again(number, region)}) for number in numbers]


def numbers_in(fields: ProfilePatch) -> list[str]:
    """Return the phone numbers in a request."""
    return [number["value"] for number in fields.get("phone_numbers") or ()]


def named_keys(fields: ProfilePatch, *, removable: bool = False) -> set[str]:
    """Return the search keys that the request names: built-in ones with values, and all custom ones.

    If ``removable``, also returns built-in search keys whose fields the request empties.
    """
    built_in = (
        key for field, key in KEY_OF_FIELD.items() if fields.get(field) or (removable and field in fields)
    )
    return {*built_in, *(fields.get("keys") or ())}
