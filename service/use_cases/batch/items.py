"""The items of a batch that are not completed yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from service.errors.access import Forbidden
from service.errors.base import ServiceError
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySensitiveValues, undefined_search_key
from service.matching.search_keys import identifying_terms
from service.model.batch import BatchItem, BatchOperation
from service.model.principal import Principal, Scope
from service.model.profile import ProfilePatch
from service.model.search_key import SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.batch.patches import patch_of
from service.use_cases.queries import RequestValue
from service.use_cases.sensitive_values import (
    GuessLimit,
    count_guesses,
    guesses_for_key,
    guesses_in_profile,
    is_mask,
)

SCOPES = {
    BatchOperation.CREATE: (Scope.CREATE,),
    BatchOperation.UPSERT: (Scope.CREATE, Scope.EDIT),
    BatchOperation.UPDATE: (Scope.EDIT,),
    BatchOperation.DELETE: (Scope.ADMIN,),
}
"""The scopes that an item needs, all of them, by its operation."""

_PROFILE_ID = "profile_id"
_NOT_UNIQUE = (
    "Must be `profile_id` or a unique search key of the domain: other values do not identify a profile."
)
_NO_UPSERT_BY_ID = "An upsert cannot create a profile with this ID; use a unique search key, or `update`."
_NO_STORED_FORM = "This value identifies no profile, because it has no stored form; send a complete value."
_MASKED = "This is a mask, and masks do not identify a profile; send the plain value."


@dataclass(slots=True)
class PendingItem:
    """An item that is not completed yet. ``position`` is its index in the batch.

    Each round calls ``prepare``, which sets ``patch`` and all fields after it.
    """

    position: int
    item: BatchItem
    attempts: int = 0
    """How often the item lost a race with another request."""
    guesses_are_counted: bool = False
    patch: ProfilePatch = field(default_factory=dict)
    """The patch of the item, or the profile that it creates. See ``patch_of``."""
    match_key: SearchKey | None = None
    """The search key of ``match_on``, or None without ``match_on``."""
    match_terms: Sequence[str] = ()
    """The unique index terms of the value of ``match_on``."""
    added_terms: Sequence[str] = ()
    """The unique index terms that the item may add to the profile."""
    guesses: Sequence[RequestValue] = ()
    """The values of sensitive keys in the item, except masks."""

    def prepare(self, domain: Domain) -> None:
        """Set the fields that depend on the domain. Raises ``InvalidRequest`` and ``MasterKeyMissing``."""
        self.patch = patch_of(self.item, domain)
        self._set_match(domain)
        self.added_terms = tuple(self._unique_terms(domain))
        self.guesses = tuple(self._guesses(domain))

    def _set_match(self, domain: Domain) -> None:
        if self.item.match_on is None:
            return
        name, value = self.item.match_on
        key = domain.key(name)
        if key is None:
            raise InvalidRequest([undefined_search_key("/match_on/key")])
        if key.built_in or not key.unique:
            raise InvalidRequest([FieldError("/match_on/key", _NOT_UNIQUE)])
        if is_mask(key, value):
            raise InvalidRequest([FieldError("/match_on/value", _MASKED)])
        self.match_key = key
        self.match_terms = identifying_terms(key, value, domain.default_region)
        if not self.match_terms:
            raise InvalidRequest([FieldError("/match_on/value", _NO_STORED_FORM)])

    def _unique_terms(self, domain: Domain) -> Iterator[str]:
        for name, values in (self.patch.get("keys") or {}).items():
            key = domain.custom_keys.get(name)
            if key is not None and key.unique:
                for value in values or ():
                    if not is_mask(key, value):
                        yield from identifying_terms(key, value, domain.default_region)

    def _guesses(self, domain: Domain) -> Iterator[RequestValue]:
        if self.match_key is not None and self.item.match_on is not None:
            yield from guesses_for_key(self.match_key, [self.item.match_on[1]], "/match_on/value")
        for guess in guesses_in_profile(self.patch.get("keys"), domain):
            yield replace(guess, pointer=f"/profile{guess.pointer}")


def normalise(item: BatchItem) -> BatchItem:
    """Return the item. If the key of its ``match_on`` is ``profile_id``, sets its ``profile_id`` instead.

    Raises ``InvalidRequest`` for an upsert by ``profile_id``.
    """
    if item.match_on is None or item.match_on[0] != _PROFILE_ID:
        return item
    if item.operation is BatchOperation.UPSERT:
        raise InvalidRequest([FieldError("/match_on/key", _NO_UPSERT_BY_ID)])
    return replace(item, profile_id=item.match_on[1], match_on=None)


def requested_id(item: BatchItem) -> str | None:
    """Return the profile ID in the item, or None if it has none."""
    if item.match_on is not None and item.match_on[0] == _PROFILE_ID:
        return item.match_on[1]
    return item.profile_id


def check_scopes(item: BatchItem, principal: Principal) -> None:
    """Raise ``Forbidden`` if the principal lacks a scope that the item needs."""
    for scope in SCOPES[item.operation]:
        if not principal.may(scope):
            raise Forbidden(scope)


def count_all_guesses(
    stores: Stores, principal: Principal, items: Sequence[PendingItem], region: str
) -> dict[int, ServiceError]:
    """Count the guesses of all items, each item once. Return the errors of rejected items by position.

    Sends one command if there are guesses. If the limit does not allow all of them, sends one more for each
    item with guesses until the limit is reached, and rejects that item and all later ones. Raises
    ``DatastoreUnavailable``.
    """
    errors: dict[int, ServiceError] = {}
    counts: dict[int, int] = {}
    for each in items:
        try:
            guesses = 0 if each.guesses_are_counted else count_guesses(each.guesses, region)
        except InvalidRequest as error:
            errors[each.position] = error
            continue
        if guesses:
            counts[each.position] = guesses
        each.guesses_are_counted = True
    if not counts:
        return errors
    try:
        GuessLimit(stores, principal).count(sum(counts.values()))
    except TooManySensitiveValues:
        errors |= _count_each(stores, principal, counts)
    return errors


def _count_each(stores: Stores, principal: Principal, counts: dict[int, int]) -> dict[int, ServiceError]:
    positions = list(counts)
    for place, position in enumerate(positions):
        try:
            GuessLimit(stores, principal).count(counts[position])
        except TooManySensitiveValues as error:
            return dict.fromkeys(positions[place:], error)
    return {}
