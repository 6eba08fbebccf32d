"""Read profiles, and the domain that is needed to write them."""

from collections.abc import Collection, Iterable
from typing import cast

from service.errors.records import ProfileNotFound
from service.matching import phone
from service.matching.phone import stored_numbers
from service.matching.profiles import KEY_OF_FIELD
from service.model.audit import AuditAction
from service.model.profile import PhoneNumber, Profile, ProfilePatch
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.audit import Audited


def read_profile(stores: Stores, domain: str, profile_id: str) -> Profile:
    """Return the profile; raises ``ProfileNotFound``."""
    profile = stores.profiles.get(domain, profile_id)
    if profile is None:
        raise ProfileNotFound
    return profile


def view_profile(stores: Stores, domain: str, profile_id: str) -> Audited[Profile]:
    """Return the profile for a response; raises ``ProfileNotFound``."""
    profile = read_profile(stores, domain, profile_id)
    return Audited.of(profile, AuditAction.READ, [profile_id])


def reread_numbers(profile: Profile, domain: Domain) -> list[PhoneNumber]:
    """Return the phone numbers of a stored profile, parsed by the rules of this release."""
    region = domain.default_region
    numbers = profile["phone_numbers"]
    return [cast("PhoneNumber", {**stored_numbers.read_again(number, region)}) for number in numbers]


def domain_for(stores: Stores, domain: str, keys: Collection[str] | None, numbers: Iterable[str]) -> Domain:
    """Return the domain for indexing a profile; read now if custom keys or national numbers are added.

    Another worker may just have made a key unique, or changed the region. What is stored stays as it is.
    """
    if keys or not all(map(phone.is_international, numbers)):
        return stores.domains.read(domain)
    return stores.domains.get(domain)


def numbers_in(fields: ProfilePatch) -> list[str]:
    """Return the phone numbers in a request."""
    return [number["value"] for number in fields.get("phone_numbers") or ()]


def named_keys(fields: ProfilePatch, *, removable: bool = False) -> set[str]:
    """Return the search keys that a request gives values of or, if ``removable``, removes all values of."""
    built_in = (
        key for field, key in KEY_OF_FIELD.items() if fields.get(field) or (removable and field in fields)
    )
    return {*built_in, *(fields.get("keys") or ())}
