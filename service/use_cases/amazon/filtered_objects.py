"""List those objects of a profile that have a value of a search key.

The contents of objects are encrypted, so no index has the values. A page reads a limited number of objects,
so a page can be empty although further pages follow.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from service.errors.records import ProfileNotFound
from service.errors.requests import InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.model.audit import AuditAction
from service.model.object_types import ObjectType, ProfileObject
from service.model.search_key import SearchKey
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.amazon.mapping import key_values, parse_object
from service.use_cases.amazon.masking import mask_values
from service.use_cases.amazon.objects import sensitive_keys
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page
from service.use_cases.held_values import HeldValues
from service.use_cases.queries import RequestValue
from service.use_cases.sensitive_values import GuessLimit, limit_guesses

_POINTER = "/ObjectFilter"
_MAX_READ = 100
"""Maximum number of objects that one page reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFilter:
    """Objects must have one of the ``values`` of the search key ``search_key``.

    ``default`` is the definition of this search key if the domain does not define it.
    """

    search_key: str
    values: Sequence[str] = field(repr=False)
    default: SearchKey | None


def find_objects(
    stores: Stores,
    domain: str,
    profile_id: str,
    object_type: str,
    wanted: ObjectFilter,
    *,
    limit: int,
    cursor: str | None,
    guess_limit: GuessLimit | None = None,
) -> Audited[Page[ProfileObject]]:
    """Return a page of the profile's objects of a type that have one of the values, newest first.

    Values match in any notation. Raises ``ProfileNotFound``, ``InvalidRequest``, ``TooManySensitiveValues``
    and ``ValueSealed``.
    """
    before = cursors.to_object(cursor)
    is_match = _matcher(stores, domain, object_type, wanted, guess_limit)
    if not stores.profiles.exists(domain, profile_id):
        raise ProfileNotFound
    scan = stores.objects.page(domain, profile_id, object_type, before=before, limit=_MAX_READ + 1)
    is_last = scan.ended_at is None and len(scan.items) <= _MAX_READ
    matching: list[ProfileObject] = []
    last: ProfileObject | None = None
    for each in scan.items[:_MAX_READ]:
        if len(matching) == limit:
            is_last = False
            break
        last = each
        if is_match(each):
            matching.append(each)
    next_cursor = None if is_last or last is None else cursors.of_object(last.object_id)
    sensitive = sensitive_keys(stores, domain)
    shown = [mask_values(each, sensitive) for each in matching]
    access = Access([AuditAction.READ], [profile_id], keys=[wanted.search_key])
    return Audited(Page(shown, next_cursor), [access])


def _matcher(
    stores: Stores, domain: str, object_type: str, wanted: ObjectFilter, guess_limit: GuessLimit | None
) -> Callable[[ProfileObject], bool]:
    """Return a function that returns whether an object has one of the values.

    Raises ``InvalidRequest`` and ``TooManySensitiveValues``.
    """
    settings = stores.domains.read(domain)
    key = settings.key(wanted.search_key) or wanted.default
    if key is None:
        raise InvalidRequest([undefined_search_key(f"{_POINTER}/KeyName")])
    values = [RequestValue(key, value, f"{_POINTER}/Values") for value in wanted.values]
    limit_guesses(values, settings.default_region, guess_limit)
    held = HeldValues(key, settings.default_region, wanted.values)
    definition = stores.object_types.get(domain, object_type)

    def is_match(stored: ProfileObject) -> bool:
        return definition is not None and any(
            value in held for value in _values(definition, stored, wanted.search_key)
        )

    return is_match


def _values(definition: ObjectType, stored: ProfileObject, search_key: str) -> list[str]:
    values = key_values(definition, parse_object(stored.content))
    return [each.value for each in values if each.key.search_key == search_key]
