"""Which search keys, with which values, a contact is matched on, and in which order."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import phone
from service.model.search_key import AMAZON_NAMES, KeyType, SearchKey
from service.store.domains.domain import Domain
from service.use_cases.sensitive_limits import GivenValue

KEY_ATTRIBUTE = "profileSearchKey"
VALUE_ATTRIBUTE = "profileSearchValue"
"""The contact attributes that Amazon Connect's flows set to match on something else."""

Stage = Sequence[tuple[SearchKey, Sequence[str]]]
"""Keys with their values that count alike: the first stage that finds anybody decides."""

_LONGEST = 255
_FIELDS = {"phone": "phone_number", "email": "email_address", "name": "name"}


def named(contact: Mapping[str, Any]) -> list[str]:
    """Return the search keys that the contact itself names, defined or not."""
    override = _override(contact)
    return [criterion["key"] for criterion in contact.get("criteria") or ()] + (
        [override[0]] if override else []
    )


def stages(domain: Domain, contact: Mapping[str, Any]) -> list[Stage]:
    """Return what to look for.

    First what ``profileSearchKey`` and ``profileSearchValue`` ask for; then, unless the settings say
    otherwise, the channel's match keys, one by one or all at once. Raises ``InvalidRequest``.
    """
    override = _override(contact)
    asked = [] if override is None else _overriding(domain, *override)
    if override and not domain.search_value_falls_back:
        return asked
    channel = contact["channel"]
    keys = [key for name in domain.match_keys[channel] if (key := domain.key(name))]
    known = [(key, [value]) for key in keys if (value := _value_of(key.name, contact))]
    return asked + (_alone(known) if domain.match_modes[channel] == "first" else [known])


def given_attributes(stages: Iterable[Stage], contact: Mapping[str, Any]) -> Iterator[GivenValue]:
    """Yield the values that the contact is matched on, each with a pointer to its attribute."""
    override = _override(contact)
    for key, values in (pair for stage in stages for pair in stage):
        for value in values:
            attribute = VALUE_ATTRIBUTE if (key.name, value) == override else key.name
            yield GivenValue(key, value, f"/attributes/{attribute}")


def withheld(domain: Domain, contact: Mapping[str, Any]) -> bool:
    """Return whether the caller hides the number; a flow may hand it on as what to search for."""
    override = _override(contact)
    asked = [(domain.key(name), _value_of(name, contact)) for name in domain.match_keys[contact["channel"]]]
    asked += [(domain.key(override[0]), override[1])] if override else []
    numbers = [value for key, value in asked if key and value and key.type is KeyType.PHONE]
    return any(map(phone.is_withheld, [*numbers, contact.get("phone_number") or ""]))


def _alone(known: Iterable[tuple[SearchKey, Sequence[str]]]) -> list[Stage]:
    return [[key_and_values] for key_and_values in known]


def _override(contact: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the search key and the value that the contact's attributes ask for, if both are there."""
    attributes = contact.get("attributes") or {}
    key, value = attributes.get(KEY_ATTRIBUTE, "").strip(), attributes.get(VALUE_ATTRIBUTE, "")
    if not key or not value.strip():
        return None
    return AMAZON_NAMES.get(key, key), _short(VALUE_ATTRIBUTE, value)


def _overriding(domain: Domain, name: str, value: str) -> list[Stage]:
    key = domain.key(name)
    if key is None:
        raise InvalidRequest([undefined_search_key(f"/attributes/{KEY_ATTRIBUTE}")])
    return [] if key.type is KeyType.PHONE and phone.is_withheld(value) else [[(key, [value])]]


def _value_of(name: str, contact: Mapping[str, Any]) -> str | None:
    """Return what the contact says of the key: its own field, or else the attribute of the key's name."""
    value: str = contact.get(_FIELDS.get(name, "")) or ""
    if value.strip():
        return value
    attribute = (contact.get("attributes") or {}).get(name)
    return attribute and _short(name, attribute)


def _short(attribute: str, value: str) -> str:
    """Return the value if it can be one of a search key: attributes may be as long as a letter."""
    # As the schemas have it: some characters are 18 once they are written out (NFKC).
    if len(value) > _LONGEST or len(unicodedata.normalize("NFKC", value)) > 2 * _LONGEST:
        too_long = f"A value that is searched for has at most {_LONGEST} characters."
        raise InvalidRequest([FieldError(f"/attributes/{attribute}", too_long)])
    return value
