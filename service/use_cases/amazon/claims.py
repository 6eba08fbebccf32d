"""Claim the ID of a profile that is about to be created for an object.

A claim has a hash for the object, and one for each value that will find the profile for other objects. Only
one claim can have a hash. So concurrent requests with the same object, or with objects of the same new
customer, create one profile.
"""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from service.store.amazon.objects import Owner
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.clock import now
from service.use_cases.queries import RequestValue
from service.use_cases.sensitive_values import identity


def claimed_hashes(stores: Stores, domain: Domain, values: Iterable[RequestValue]) -> list[str]:
    """Return the hashes of the values that will find the new profile, except ignored values."""
    terms = {term for each in values for term in identity(each.key, each.value, domain.default_region)}
    return stores.objects.seal.claim_hashes(domain.name, sorted(terms.difference(domain.ignored_terms)))


def claim_profile(stores: Stores, domain: str, hashes: Sequence[str]) -> Owner | None:
    """Claim a new ID for these hashes. Return None if another request has claimed one of them meanwhile."""
    owner = Owner(object_id=new_object_id(), profile_id=uuid4().hex, is_claim=True)
    return owner if stores.objects.claim(domain, owner, hashes, now()) else None


def claim_if_unowned(
    stores: Stores, domain: str, same: Owner | None, other: Owner | None, hashes: Sequence[str]
) -> tuple[Owner | None, Owner | None]:
    """Return the owner of the object, and the owner whose profile to use: the same one, or the other one.

    If there is none yet, claims a new profile for the hashes. Both are None if the claim is lost. Look up the
    values again if the second one is a claim. Since the last look-up, another request can have created the
    profile and released its claim; then this claim is a later one.
    """
    if same is None and other is None:
        same = claim_profile(stores, domain, hashes)
    return same, same or other


def new_object_id() -> str:
    """Return a new ID. IDs sort by time."""
    return f"{int(now().timestamp() * 1000):012x}{uuid4().hex[:20]}"
