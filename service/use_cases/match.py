"""Who is calling: match a contact with profiles before the agent even accepts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.errors import FieldError, InvalidRequest
from service.matching import phone
from service.matching.search_keys import AMAZON_NAMES, SearchKey
from service.matching.tokens import Token
from service.store.domains import Domain
from service.store.profiles import Profile
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.pages import page
from service.use_cases.search import Candidate, contacts_in, matched_on, tokens_of

KEY_ATTRIBUTE = "profileSearchKey"
VALUE_ATTRIBUTE = "profileSearchValue"
"""The contact attributes that Amazon Connect's flows set to match on something else."""

_FIELDS = {"phone": "phone_number", "email": "email_address", "name": "name"}


@dataclass(frozen=True, kw_only=True)
class Match:
    """The answer to a contact: the outcome, the candidates, and the association that stands already."""

    contact_id: str
    outcome: str
    candidates: Sequence[Candidate]
    association: Mapping[str, Any] | None
    next_cursor: str | None


def match_contact(
    stores: Stores,
    domain: str,
    contact_id: str,
    contact: Mapping[str, Any],
    *,
    limit: int,
    cursor: str | None,
) -> Match:
    """Return the profiles found by the first of the channel's match keys that finds any.

    A pure read of at most two commands. Raises ``InvalidRequest``.
    """
    override = _override(contact.get("attributes") or {})
    known = stores.domains.get(domain, keys=[override[0]] if override else ())
    asked = _asked(known, contact, override)
    current = stores.associations.current(domain, [contact_id, *contacts_in(asked)])
    groups = [group for key, values in asked if (group := tokens_of(known, key, values, current))]
    after = cursors.to_match(cursor, len(groups))
    position, found = _found(stores, domain, groups, after, limit)
    cut = page(found, limit, lambda profile: cursors.of_match(position, profile["profile_id"]))
    tokens = [token for group in groups for token in group]
    return Match(
        contact_id=contact_id,
        outcome=_outcome(contact, found, paged=cursor is not None),
        candidates=[Candidate(profile, matched_on(profile, tokens)) for profile in cut.items],
        association=current.get(contact_id),
        next_cursor=cut.next_cursor,
    )


def _override(attributes: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the search key and the value that the contact's attributes ask for, if both are there."""
    key, value = attributes.get(KEY_ATTRIBUTE, "").strip(), attributes.get(VALUE_ATTRIBUTE, "")
    if not key or not value.strip():
        return None
    return AMAZON_NAMES.get(key, key), value


def _asked(
    domain: Domain, contact: Mapping[str, Any], override: tuple[str, str] | None
) -> list[tuple[SearchKey, list[str]]]:
    """Return the keys and the values to look for, in the order in which they count."""
    asked = [override] if override else []
    asked += [
        (name, value) for name in domain.match_keys[contact["channel"]] if (value := _value_of(name, contact))
    ]
    return [(_defined(domain, name), [value]) for name, value in asked]


def _value_of(name: str, contact: Mapping[str, Any]) -> str | None:
    """Return what the contact says of the key: its own field, or the attribute of the key's name."""
    if name in _FIELDS:
        value = contact.get(_FIELDS[name])
        return None if value is None or (name == "phone" and phone.is_withheld(value)) else value
    return (contact.get("attributes") or {}).get(name)


def _defined(domain: Domain, name: str) -> SearchKey:
    key = domain.key(name)
    if key is None:
        raise InvalidRequest(
            [
                FieldError(
                    f"/attributes/{KEY_ATTRIBUTE}",
                    "No search key has this name; GET /v1/search-keys lists them.",
                )
            ]
        )
    return key


def _found(
    stores: Stores, domain: str, groups: Sequence[Sequence[Token]], after: tuple[int, str] | None, limit: int
) -> tuple[int, list[Profile]]:
    """Return the position of the first group that hits, and one profile more than a page of it."""
    wanted = [[token.lookup for token in group] for group in groups]
    if after is not None:
        position, last = after
        return position, stores.profiles.find_any(domain, wanted[position], after=last, limit=limit + 1)
    if len(wanted) == 1:
        return 0, stores.profiles.find_any(domain, wanted[0], after=None, limit=limit + 1)
    profiles = stores.profiles.find_each(domain, wanted, limit=limit + 1) if wanted else []
    for position, entries in enumerate(wanted):
        if hits := [profile for profile in profiles if not set(entries).isdisjoint(profile["lookup"])]:
            return position, hits[: limit + 1]
    return 0, []


def _outcome(contact: Mapping[str, Any], found: Sequence[Profile], *, paged: bool) -> str:
    if not found:
        number = contact.get("phone_number")
        return "withheld" if number and phone.is_withheld(number) else "none"
    return "ambiguous" if paged or len(found) > 1 else "unique"
