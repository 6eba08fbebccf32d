"""Operations on object types.

``Keys`` declare search keys of the domain, which `/v1/search-keys` lists too. A search key ``loyaltyId`` has
the name `loyalty_id` there. A key with the name of a built-in search key, such as ``_phone``, declares
nothing.

A search key that the domain has already stays as it is, so define a sensitive or unique one with
`/v1/search-keys` first. Its type cannot change: PutProfileObjectType with another content type is a 400.

The following members are stored and returned, but have no effect: ``ExpirationDays``, ``EncryptionKey``,
``SourceLastUpdatedTimestampFormat``, ``MaxProfileObjectCount`` and ``SourcePriority``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service.api.http.operations import record
from service.aws.call import Call, Result
from service.aws.key_names import search_key_name
from service.aws.members import with_members
from service.aws.views.domains import times
from service.aws.views.pages import page_body
from service.errors.access import Forbidden
from service.model.object_types import ContentType, ObjectField, ObjectKey, ObjectType, StandardIdentifier
from service.model.principal import Scope
from service.use_cases.amazon import object_types
from service.use_cases.clock import now

_OPTIONS = (
    *("ExpirationDays", "EncryptionKey", "SourceLastUpdatedTimestampFormat", "MaxProfileObjectCount"),
    "SourcePriority",
)
_LISTED_OPTIONS = ("MaxProfileObjectCount", "SourcePriority")


def put_profile_object_type(call: Call) -> Result:
    """Define an object type, or replace its definition. Its keys become search keys."""
    values, time = call.values, now()
    new = ObjectType(
        name=values["ObjectTypeName"],
        description=values["Description"],
        template_id=values.get("TemplateId"),
        allow_profile_creation=values["AllowProfileCreation"],
        fields=[_field(name, each) for name, each in values.get("Fields", {}).items()],
        keys=list(_keys(values.get("Keys", {}))),
        options={name: values[name] for name in _OPTIONS if name in values},
        created_at=time,
        updated_at=time,
    )
    return Result(_body(object_types.put_object_type(call.stores, call.domain, new, values.get("Tags"))))


def get_profile_object_type(call: Call) -> Result:
    """Return the definition of an object type."""
    name = call.values["ObjectTypeName"]
    return Result(_body(object_types.read_object_type(call.stores, call.domain, name)))


@with_members
def list_profile_object_types(call: Call) -> Result:
    """Return a page of the object types, in the order of their names."""
    result = object_types.list_object_types(
        call.stores, call.domain, limit=call.values["MaxResults"], cursor=call.values.get("NextToken")
    )
    return Result(page_body([_item(each, _LISTED_OPTIONS) for each in result.items], result.next_cursor))


def delete_profile_object_type(call: Call) -> Result:
    """Remove an object type with all its objects."""
    if not call.principal.may(Scope.ADMIN):
        # The objects are personal data.
        raise Forbidden(Scope.ADMIN)
    object_types.remove_object_type(call.stores, call.domain, call.values["ObjectTypeName"], record=record)
    return Result({"Message": "OK"})


def _field(name: str, members: Mapping[str, Any]) -> ObjectField:
    content_type = members.get("ContentType")
    return ObjectField(
        name=name,
        source=members.get("Source", ""),
        target=members.get("Target"),
        content_type=None if content_type is None else ContentType(content_type),
    )


def _keys(members: Mapping[str, Any]) -> Iterator[ObjectKey]:
    for name, definitions in members.items():
        search_key = search_key_name(name, f"/Keys/{name}")
        for each in definitions:
            yield ObjectKey(
                name=name,
                search_key=search_key,
                identifiers=frozenset(map(StandardIdentifier, each["StandardIdentifiers"])),
                fields=each["FieldNames"],
            )


def _item(stored: ObjectType, options: tuple[str, ...]) -> dict[str, Any]:
    return {
        "ObjectTypeName": stored.name,
        "Description": stored.description,
        **{name: stored.options[name] for name in options if name in stored.options},
        **times(stored.created_at, stored.updated_at),
        **({"Tags": stored.tags} if stored.tags else {}),
    }


def _body(stored: ObjectType) -> dict[str, Any]:
    members = {
        "TemplateId": stored.template_id,
        "Fields": {each.name: _field_members(each) for each in stored.fields},
        "Keys": _key_members(stored),
    }
    return {
        **_item(stored, _OPTIONS),
        "AllowProfileCreation": stored.allow_profile_creation,
        **{name: value for name, value in members.items() if value},
    }


def _field_members(stored: ObjectField) -> dict[str, str]:
    members = {"Source": stored.source, "Target": stored.target, "ContentType": stored.content_type}
    return {name: str(value) for name, value in members.items() if value is not None}


def _key_members(stored: ObjectType) -> dict[str, list[dict[str, Any]]]:
    keys: dict[str, list[dict[str, Any]]] = {}
    for key in stored.keys:
        # In the order of the model, not in that of the request.
        identifiers = [each for each in StandardIdentifier if key.has(each)]
        definition = {"StandardIdentifiers": identifiers, "FieldNames": list(key.fields)}
        keys.setdefault(key.name, []).append(definition)
    return keys
