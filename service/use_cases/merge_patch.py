"""What a merge patch makes of a profile (RFC 7396, section 2)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.errors.requests import FieldError, InvalidRequest
from service.matching.phone import stored_numbers
from service.model.profile import Profile
from service.model.search_key import BUILT_IN
from service.store.domains.domain import Domain
from service.use_cases import sensitive_values

EMPTY: Mapping[str, Any] = {
    "first_name": None,
    "middle_name": None,
    "last_name": None,
    "phonetic_first_name": None,
    "phonetic_last_name": None,
    "business_name": None,
    "account_number": None,
    "birth_date": None,
    "gender": None,
    "party_type": None,
    "additional_information": None,
    "phone_numbers": (),
    "email_addresses": (),
    "addresses": (),
    "attributes": {},
    "keys": {},
}
"""A profile about which nothing is known."""

_EMAIL_ADDRESS: Mapping[str, Any] = {"type": None, "value": None}
_ADDRESS: Mapping[str, Any] = dict.fromkeys(
    (
        "type",
        "address_1",
        "address_2",
        "address_3",
        "address_4",
        "city",
        "county",
        "state",
        "province",
        "country",
        "postal_code",
    )
)

_MOST_MEMBERS = {"attributes": 200, "keys": 50}
"""A profile has at most so many of them, as many as one request may bring."""

MOST_KEY_VALUES = 200
"""Of all custom keys together: each is normalised anew with every change."""

_NEEDED_NAMES = ("first_name", "business_name")
_NAMELESS = "A profile needs a first name or a business name: keep this one, or send the other one too."

_BUILT_IN = "This search key is built in: its values are fields of the profile, such as phone_numbers."
_UNDEFINED = "No custom search key has this name; define it first."


def patched(old: Profile, patch: Mapping[str, Any], domain: Domain) -> Profile:
    """Return the profile with the patch merged in (RFC 7396, section 2) and every phone number read."""
    new = old | {name: _merged(name, old[name], value) for name, value in patch.items()}
    _check_name(new, patch)
    new["keys"] = {key: values for key, values in new["keys"].items() if values}
    brought = [key for key in patch.get("keys") or () if key in new["keys"]]
    _check_keys(brought, domain)
    for key in map(domain.custom_keys.__getitem__, brought):
        if key.sensitive:
            held = old["keys"].get(key.name, ())
            new["keys"][key.name] = sensitive_values.replaced(key, new["keys"][key.name], held)
    new["phone_numbers"] = _read_numbers(new["phone_numbers"], old["phone_numbers"], domain.default_region)
    new["email_addresses"] = [_EMAIL_ADDRESS | address for address in new["email_addresses"]]
    new["addresses"] = [_ADDRESS | address for address in new["addresses"]]
    return new


def _check_name(new: Profile, patch: Mapping[str, Any]) -> None:
    """Raise ``InvalidRequest`` where the patch removes the last of the names that a profile needs one of."""
    removed = [name for name in _NEEDED_NAMES if name in patch]
    if removed and all(new[name] is None for name in _NEEDED_NAMES):
        raise InvalidRequest([FieldError(f"/{name}", _NAMELESS) for name in removed])


def _merged(name: str, old: Any, value: Any) -> Any:
    if value is None:
        return EMPTY[name]
    if name not in {"attributes", "keys"}:
        return value
    return {member: part for member, part in {**old, **value}.items() if part is not None}


def _check_keys(keys: Iterable[str], domain: Domain) -> None:
    undefined = [key for key in keys if key not in domain.custom_keys]
    if undefined:
        raise InvalidRequest(
            [FieldError(f"/keys/{key}", _BUILT_IN if key in BUILT_IN else _UNDEFINED) for key in undefined]
        )


def _read_numbers(
    numbers: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]], region: str
) -> list[dict[str, Any]]:
    """Return the numbers, each with its E.164 form.

    One that is sent back as it was read keeps the form it has, since the domain's default region may have
    changed after it was typed; without ``e164`` it is read anew. It may have been read in another way since
    it was answered: then its text tells which it is.
    """
    read = [number for number in old if number["e164"]]
    by_text = {number["value"]: number for number in read}
    by_both = {(number["value"], number["e164"]): number for number in read}

    def kept(number: Mapping[str, Any]) -> Mapping[str, Any] | None:
        value, e164 = number["value"], number.get("e164")
        return by_both.get((value, e164), by_text.get(value)) if e164 else None

    return [
        {**number, **(kept(number) or stored_numbers.read(number["value"], region))}
        | {"type": number.get("type")}
        for number in numbers
    ]


def check_sizes(profile: Profile) -> None:
    """Raise ``InvalidRequest`` where changes have piled up to more than can be sent back in one."""
    errors = [
        FieldError(f"/{name}", f"A profile has at most {most} of them.")
        for name, most in _MOST_MEMBERS.items()
        if len(profile[name]) > most
    ]
    if sum(len(values) for values in profile["keys"].values()) > MOST_KEY_VALUES:
        errors.append(FieldError("/keys", f"A profile has at most {MOST_KEY_VALUES} values of custom keys."))
    if errors:
        raise InvalidRequest(errors)
