"""Find the lists of a profile that kept values when the values of a patch were added to them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from service.model.profile import Profile, ProfilePatch
from service.model.search_key import SearchKey
from service.store.domains.domain import Domain
from service.use_cases.held_values import EMAIL, PHONE, HeldValues, Stored, address_identity, value_of


def kept_lists(profile: Profile, patch: ProfilePatch, domain: Domain) -> tuple[str, ...]:
    """Return the lists with values that the patch does not have, such as ``phone_numbers`` or ``keys.vip``.

    ``profile`` is the profile with the patch applied. Lists without values in the patch are omitted.
    """
    return tuple(_kept_lists(profile, patch, domain))


def _kept_lists(profile: Profile, patch: ProfilePatch, domain: Domain) -> Iterator[str]:
    stored = cast("Mapping[str, Sequence[Stored]]", profile)
    for name, key in (("phone_numbers", PHONE), ("email_addresses", EMAIL)):
        if _has_others(stored[name], patch.get(name), key, domain):
            yield name
    addresses = {address_identity(each) for each in patch.get("addresses") or ()}
    if addresses and any(address_identity(each) not in addresses for each in profile["addresses"]):
        yield "addresses"
    for name, values in (patch.get("keys") or {}).items():
        search_key = domain.custom_keys.get(name)
        if search_key and _has_others(profile["keys"].get(name, ()), values, search_key, domain):
            yield f"keys.{name}"


def _has_others(
    stored: Sequence[Stored], values: Sequence[Stored] | None, key: SearchKey, domain: Domain
) -> bool:
    """Return whether the profile has values that are not among the patch's ``values``, in any notation."""
    # The patch removes a list that is null, and adds nothing to a list that is empty.
    if not values or not stored:
        return False
    texts = {str(value_of(value)) for value in values}
    others = [value for value in stored if str(value_of(value)) not in texts]
    if not others:
        return False
    held = HeldValues(key, domain.default_region, values)
    return any(value not in held for value in others)
