"""Define, read and remove object types. Their keys become search keys of the domain.

A key becomes a search key that is neither unique nor sensitive. If the domain has a search key of this name
already, that stays as it is, so administrators can define it as sensitive or unique before. The type of a
search key cannot change, so all object types must agree on it. The content type STRING, the default, agrees
with all types.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from service.errors.amazon import ObjectTypeNotFound
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySearchKeys
from service.model.amazon import PREDEFINED_KEYS
from service.model.audit import AuditAction
from service.model.limits import MAX_SEARCH_KEYS
from service.model.object_types import (
    CONTACT_RECORD,
    MAX_PROFILE_KEYS,
    ContactRecordTemplate,
    ContentType,
    ObjectType,
    StandardIdentifier,
    Tags,
)
from service.model.search_key import KeyType, SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.amazon.sources import is_source, paths_in
from service.use_cases.amazon.targets import is_target
from service.use_cases.audit import Access
from service.use_cases.cursors import Page, page
from service.use_cases.erasure import AuditWriter
from service.use_cases.search_keys import ensure_search_key

KEY_TYPES: Mapping[ContentType, KeyType] = MappingProxyType(
    {
        ContentType.STRING: KeyType.TEXT,
        ContentType.NUMBER: KeyType.DIGITS,
        ContentType.PHONE_NUMBER: KeyType.PHONE,
        ContentType.EMAIL_ADDRESS: KeyType.EMAIL,
        ContentType.NAME: KeyType.NAME,
    }
)
"""The type of the search key for each content type of a field."""

_PREDEFINED = {key.name: key for key in PREDEFINED_KEYS.values()}
_BAD_SOURCE = (
    "Must be a path such as _source.customer.email, or placeholders such as {{_source.first}} "
    "{{_source.last}}; other expressions are not supported."
)
_BAD_TARGET = (
    "Must be a member of a profile, such as _profile.FirstName, _profile.Address.City or "
    "_profile.Attributes.x."
)
_UNKNOWN_FIELD = "Must be a list of names of `Fields`, with at least one name."
_SAME_SEARCH_KEY = "This and `{}` are the same search key, `{}`; rename one of them."
_TOO_MANY_PROFILE_KEYS = f"At most {MAX_PROFILE_KEYS} definitions of keys can have the identifier PROFILE."
_UNIQUE = "Exactly one key must have the identifier UNIQUE."
_SENSITIVE_TARGET = (
    "This field has a value of a sensitive search key, which a profile must not have elsewhere in plain "
    "text; leave out the Target of this field."
)
_SENSITIVE_FIELD = (
    "A field of this key has a value of a sensitive search key, which this key would store in plain text; "
    "leave the field out, define this search key as sensitive too, or mark this key LOOKUP_ONLY."
)
_ONLY_CONTACTS = "Only the object type CTR has a template; leave it out."
_TEMPLATES = ", ".join(ContactRecordTemplate)
_NO_TEMPLATE = f"Must be one of: {_TEMPLATES}."
_MAPPED_BY_TEMPLATE = "A template defines this; leave it out."
_NEEDS_TEMPLATE = f"Contact records are mapped by a template; send one of: {_TEMPLATES}."


def put_object_type(stores: Stores, domain: str, new: ObjectType, tags: Tags | None) -> ObjectType:
    """Define an object type, or replace its definition, and define its keys as search keys.

    If ``tags`` is None, the object type keeps its tags. Raises ``InvalidRequest``, ``TooManySearchKeys`` and
    ``SearchKeyInUse``.
    """
    settings = stores.domains.read(domain)
    if errors := [*_template_errors(new), *_mapping_errors(new), *_sensitive_errors(new, settings)]:
        raise InvalidRequest(errors)
    # The check above ensures that all fields of the keys exist.
    given = _given_types(new)
    if errors := list(_type_errors(new, given, settings)):
        raise InvalidRequest(errors)
    missing = [
        _PREDEFINED.get(name) or SearchKey(name=name, label=_label(name), type=key_type or KeyType.TEXT)
        for name, key_type in given.items()
        if settings.key(name) is None
    ]
    if len(settings.custom_keys) + len(missing) > MAX_SEARCH_KEYS:
        raise TooManySearchKeys(MAX_SEARCH_KEYS)
    for key in missing:
        ensure_search_key(stores, domain, key)
    return stores.object_types.put(domain, new, tags)


def read_object_type(stores: Stores, domain: str, name: str) -> ObjectType:
    """Return the object type; raises ``ObjectTypeNotFound``."""
    found = stores.object_types.get(domain, name)
    if found is None:
        raise ObjectTypeNotFound
    return found


def list_object_types(stores: Stores, domain: str, *, limit: int, cursor: str | None) -> Page[ObjectType]:
    """Return a page of the object types, by name. Raises ``InvalidRequest``."""
    found = stores.object_types.find(domain, after=cursors.to_object_type(cursor), limit=limit + 1)
    return page(found, limit, lambda last: cursors.of_object_type(last.name))


def remove_object_type(stores: Stores, domain: str, name: str, *, record: AuditWriter) -> None:
    """Remove the object type with all its objects. Raises ``ObjectTypeNotFound``.

    What the objects added to profiles stays there, and so do the search keys. Before the removal, writes one
    audit event with the names of the search keys, but without the profiles: these can be all of the domain.
    """
    found = stores.object_types.get(domain, name)
    if found is None:
        # An interrupted request may have left objects.
        stores.objects.remove_of_type(domain, name)
        raise ObjectTypeNotFound
    keys = {key.search_key for key in found.keys}
    record(Access([AuditAction.OBJECTS_ERASED], keys=keys))
    stores.objects.remove_of_type(domain, name)
    stores.object_types.remove(domain, name)
    # Also remove objects that other requests have stored meanwhile.
    stores.objects.remove_of_type(domain, name)


def _template_errors(new: ObjectType) -> Iterator[FieldError]:
    is_contact_record = new.name == CONTACT_RECORD
    if new.template_id is None:
        if is_contact_record:
            yield FieldError("/TemplateId", _NEEDS_TEMPLATE)
        return
    if new.template_id not in set(ContactRecordTemplate):
        yield FieldError("/TemplateId", _NO_TEMPLATE)
    elif not is_contact_record:
        yield FieldError("/TemplateId", _ONLY_CONTACTS)
    mapped = {"Fields": new.fields, "Keys": new.keys, "AllowProfileCreation": new.allow_profile_creation}
    for name, value in mapped.items():
        if value:
            yield FieldError(f"/{name}", _MAPPED_BY_TEMPLATE)


def _mapping_errors(new: ObjectType) -> Iterator[FieldError]:
    names = {field.name for field in new.fields}
    for field in new.fields:
        if not is_source(field.source):
            yield FieldError(f"/Fields/{field.name}/Source", _BAD_SOURCE)
        if field.target is not None and not is_target(field.target):
            yield FieldError(f"/Fields/{field.name}/Target", _BAD_TARGET)
    for key in new.keys:
        if not key.fields or not names.issuperset(key.fields):
            yield FieldError(f"/Keys/{key.name}", _UNKNOWN_FIELD)
    names_of: dict[str, str] = {}
    for key in new.keys:
        first = names_of.setdefault(key.search_key, key.name)
        if first != key.name:
            yield FieldError(f"/Keys/{key.name}", _SAME_SEARCH_KEY.format(first, key.search_key))
    if sum(key.has(StandardIdentifier.PROFILE) for key in new.keys) > MAX_PROFILE_KEYS:
        yield FieldError("/Keys", _TOO_MANY_PROFILE_KEYS)
    uniques = {key.name for key in new.keys if key.has(StandardIdentifier.UNIQUE)}
    if new.keys and len(uniques) != 1:
        yield FieldError("/Keys", _UNIQUE)


def _sensitive_errors(new: ObjectType, settings: Domain) -> Iterator[FieldError]:
    """Yield an error for each field and each key that would store a sensitive value in plain text."""
    sensitive = {name for name, key in settings.custom_keys.items() if key.sensitive}
    hidden = fields_with_values_of(new, sensitive)
    for field in new.fields:
        if field.target is not None and field.name in hidden:
            yield FieldError(f"/Fields/{field.name}/Target", _SENSITIVE_TARGET)
    for key in new.keys:
        is_stored = not key.has(StandardIdentifier.LOOKUP_ONLY)
        if is_stored and key.search_key not in sensitive and not hidden.isdisjoint(key.fields):
            yield FieldError(f"/Keys/{key.name}", _SENSITIVE_FIELD)


def fields_with_values_of(object_type: ObjectType, search_keys: set[str]) -> set[str]:
    """Return the names of all fields with a path in common with a field of a key of these search keys."""
    sources = {field.name: field.source for field in object_type.fields}
    keys = [key for key in object_type.keys if key.search_key in search_keys]
    paths = {path for key in keys for name in key.fields for path in paths_in(sources.get(name, ""))}
    return {name for name, source in sources.items() if not paths.isdisjoint(paths_in(source))}


def _given_types(new: ObjectType) -> dict[str, KeyType | None]:
    """Return the type of each search key that profiles get values of, or None if any type is right.

    LOOKUP_ONLY keys give profiles no values.
    """
    content_types = {field.name: field.content_type or ContentType.STRING for field in new.fields}
    types: dict[str, set[KeyType]] = {}
    for key in new.keys:
        if not key.has(StandardIdentifier.LOOKUP_ONLY):
            of_fields = {KEY_TYPES[content_types[name]] for name in key.fields}
            # The values of a compound key are a text, unless they are the parts of a name.
            is_text = len(key.fields) > 1 and of_fields != {KeyType.NAME}
            types.setdefault(key.search_key, set()).update({KeyType.TEXT} if is_text else of_fields)
    return {
        name: next(iter(found)) if len(found) == 1 and KeyType.TEXT not in found else None
        for name, found in types.items()
    }


def _type_errors(
    new: ObjectType, given: Mapping[str, KeyType | None], settings: Domain
) -> Iterator[FieldError]:
    """Yield an error for each key that the domain defines as a custom search key of another type."""
    for key in new.keys:
        existing, key_type = settings.custom_keys.get(key.search_key), given.get(key.search_key)
        is_custom = existing is not None and key.search_key not in _PREDEFINED
        if existing is not None and is_custom and key_type not in {None, existing.type}:
            yield FieldError(f"/Keys/{key.name}", _other_type(existing.type))


def _other_type(key_type: KeyType) -> str:
    return (
        f"The search key is already defined with the type `{key_type}`, and its type cannot change; use the "
        "ContentType STRING, which agrees with all types, or remove the search key first."
    )


def _label(name: str) -> str:
    """Return a label for forms: ``loyalty_id`` is ``Loyalty id``."""
    return name.replace("_", " ").strip().capitalize() or name
