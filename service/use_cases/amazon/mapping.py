"""Map an object to members of a profile and to values of search keys, as its object type defines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from service.errors.amazon import UnusableObjectType
from service.errors.requests import FieldError, InvalidRequest
from service.model.limits import MAX_ADDITIONAL_INFORMATION_LENGTH
from service.model.object_types import ContentType, ObjectKey, ObjectType, StandardIdentifier
from service.use_cases.amazon import targets
from service.use_cases.amazon.object_types import fields_with_values_of
from service.use_cases.amazon.sources import SourceTexts, TextTooLong, paths_in, value_at

_INFERRED = {ContentType.PHONE_NUMBER: "PhoneNumber", ContentType.EMAIL_ADDRESS: "EmailAddress"}
MAX_DEPTH = 64
"""Maximum depth of the JSON of an object."""
_TOO_DEEP = f"Must not be nested deeper than {MAX_DEPTH} levels."
_TOO_LONG = f"Must have {MAX_ADDITIONAL_INFORMATION_LENGTH} characters at most."
_NO_OBJECT = "Must be the text of a JSON object."
_INCOMPLETE = "The object must have a value for each field of its UNIQUE key."


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A value of a key of an object."""

    key: ObjectKey
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedObject:
    """An object, and what it gives to its profile. ``members`` have Amazon's names."""

    object_type: ObjectType
    content: str = field(repr=False)
    unique_values: Sequence[str] = field(repr=False)
    """The values that together identify the object among those of its type."""
    members: Mapping[str, Any] = field(repr=False)
    inferred: Mapping[str, str] = field(repr=False)
    """The members that only a new profile gets in addition."""
    values: Sequence[KeyValue]
    """The values of the object's keys."""
    key_paths: Mapping[str, Sequence[str]]
    """The paths at which the content has values of a search key, by the name of the search key."""


def parse_object(text: str) -> dict[str, Any]:
    """Return the JSON object of a text; raises ``InvalidRequest``."""
    try:
        content = orjson.loads(text)
    except ValueError as error:
        raise InvalidRequest([FieldError("/Object", _NO_OBJECT)]) from error
    if not isinstance(content, dict):
        raise InvalidRequest([FieldError("/Object", _NO_OBJECT)])
    if _is_too_deep(content):
        raise InvalidRequest([FieldError("/Object", _TOO_DEEP)])
    return content


def _is_too_deep(content: dict[str, Any]) -> bool:
    """Return whether values are nested deeper than ``MAX_DEPTH``. Works at any depth."""
    level: list[Any] = [content]
    for _ in range(MAX_DEPTH):
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True


def map_object(object_type: ObjectType, text: str, sensitive: set[str]) -> MappedObject:
    """Map an object. ``sensitive`` are the names of the sensitive search keys of the domain.

    A field that reads a value of a sensitive search key sets no member. A key with such a field is treated as
    LOOKUP_ONLY, unless its own search key is sensitive. Raises ``InvalidRequest`` and ``UnusableObjectType``.
    """
    content = parse_object(text)
    unique = next((key for key in object_type.keys if key.has(StandardIdentifier.UNIQUE)), None)
    if unique is None:
        raise UnusableObjectType
    texts = _texts(object_type, content)
    if not texts.keys() >= set(unique.fields):
        raise InvalidRequest([FieldError("/Object", _INCOMPLETE)])
    hidden = fields_with_values_of(object_type, sensitive)
    shown = {name: value for name, value in texts.items() if name not in hidden}
    members = _members(object_type, shown)
    return MappedObject(
        object_type=object_type,
        content=text,
        unique_values=[texts[name] for name in unique.fields],
        members=members,
        inferred=dict(_inferred(object_type, shown, members)),
        values=[_without_sensitive(each, sensitive, hidden) for each in _values(object_type, texts)],
        key_paths=_key_paths(object_type, content),
    )


def _without_sensitive(value: KeyValue, sensitive: set[str], hidden: set[str]) -> KeyValue:
    """Return the value. Make its key LOOKUP_ONLY if it has a hidden field, but no sensitive search key."""
    key = value.key
    if key.search_key in sensitive or hidden.isdisjoint(key.fields):
        return value
    lookup_only = replace(key, identifiers=key.identifiers | {StandardIdentifier.LOOKUP_ONLY})
    return replace(value, key=lookup_only)


def _members(object_type: ObjectType, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the members that the fields set, by Amazon's names."""
    members: dict[str, Any] = {}
    for each in object_type.fields:
        if each.target is not None and targets.sets_member(each.target) and each.name in texts:
            targets.set_member(members, each.target, texts[each.name])
    return members


def _inferred(
    object_type: ObjectType, texts: Mapping[str, str], members: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield members for the first phone number and the first e-mail address among the fields.

    Omits a member that the fields set, and a value that another member has.
    """
    for content_type, member in _INFERRED.items():
        values = [
            texts[each.name]
            for each in object_type.fields
            if each.content_type is content_type and each.name in texts
        ]
        if values and member not in members and values[0] not in targets.texts_in(members):
            yield member, values[0]


def key_values(object_type: ObjectType, content: Mapping[str, Any]) -> list[KeyValue]:
    """Return the values of the keys of an object. Raises ``InvalidRequest`` if one is too long."""
    return list(_values(object_type, _texts(object_type, content)))


def own_values(object_type: ObjectType, content: Mapping[str, Any]) -> list[KeyValue]:
    """Return the values that no other object gives a profile: those of a UNIQUE key that is no PROFILE key.

    Returns none if the texts of the object are too long for the current definition of its type.
    """
    try:
        values = key_values(object_type, content)
    except InvalidRequest:
        # The object was stored with another definition of the type.
        return []
    return [
        each
        for each in values
        if each.key.has(StandardIdentifier.UNIQUE) and not each.key.has(StandardIdentifier.PROFILE)
    ]


def _texts(object_type: ObjectType, content: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the fields that set a member, are in a key or can be inferred, by field name.

    Fields without a text are omitted. Raises ``InvalidRequest`` for a text that is too long.
    """
    in_keys = {name for key in object_type.keys for name in key.fields}
    source_texts = SourceTexts(content)
    texts: dict[str, str] = {}
    for each in object_type.fields:
        sets_member = each.target is not None and targets.sets_member(each.target)
        if sets_member or each.name in in_keys or each.content_type in _INFERRED:
            try:
                text = source_texts.text_of(each.source)
            except TextTooLong as error:
                raise _too_long(each.name) from error
            if text is not None:
                texts[each.name] = text
    return texts


def _too_long(name: str) -> InvalidRequest:
    return InvalidRequest([FieldError(f"/Object/{name}", _TOO_LONG)])


def _values(object_type: ObjectType, texts: Mapping[str, str]) -> Iterator[KeyValue]:
    """Yield a value for each key that has a text in all its fields: the texts, joined by spaces."""
    for key in object_type.keys:
        if texts.keys() >= set(key.fields):
            if sum(len(texts[name]) for name in key.fields) > MAX_ADDITIONAL_INFORMATION_LENGTH:
                raise _too_long(key.name)
            yield KeyValue(key, " ".join(texts[name] for name in key.fields))


def _key_paths(object_type: ObjectType, content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the paths at which the object has a value of a search key, by the name of the search key.

    Includes values that are no text, and values of keys that lack another field.
    """
    sources = {each.name: each.source for each in object_type.fields}
    paths: dict[str, dict[str, None]] = {}
    for key in object_type.keys:
        for name in key.fields:
            paths.setdefault(key.search_key, {}).update(dict.fromkeys(paths_in(sources[name])))
    return {
        name: [path for path in found if value_at(content, path) is not None] for name, found in paths.items()
    }
