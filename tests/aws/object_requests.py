"""Strategies for object types and for objects. Their members depend on each other."""

from typing import Any

import orjson
from hypothesis import strategies as st

from service.model.object_types import ContentType, StandardIdentifier

FIELDS = ("id", "mail", "number", "name", "city", "plan")
"""The fields of all object types. The objects have values of some of them."""
_SOURCES = ["_source.a", "_source.b.c", "{{_source.a}} {{_source.b.c}}", "Order {{ _source.a }}!"]
_TARGETS = [
    *("_profile.FirstName", "_profile.PhoneNumber", "_profile.BusinessEmailAddress", "_profile.GenderString"),
    *("_profile.ShippingAddress.City", "_profile.Attributes.plan", "_order.Name"),
]
_KEYS = ("_email", "_phone", "_account", "_orderId", "_fullName", "generatedA", "generated-b")
_OTHERS = [each for each in StandardIdentifier if each is not StandardIdentifier.UNIQUE]
_TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9)
_SCALARS = _TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.none() | st.floats(allow_nan=False)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXT, inner, max_size=2)
)


def _fields() -> st.SearchStrategy[dict[str, Any]]:
    # Without a content type, the types of the search keys agree with each other.
    field = st.fixed_dictionaries(
        {"Source": st.sampled_from(_SOURCES)},
        optional={"Target": st.sampled_from(_TARGETS), "ContentType": st.just(str(ContentType.STRING))},
    )
    return st.fixed_dictionaries(dict.fromkeys(FIELDS, field))


def _definitions(identifiers: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    names = st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True)
    definition = st.fixed_dictionaries({"FieldNames": names, "StandardIdentifiers": identifiers})
    return st.lists(definition, min_size=1, max_size=2)


def object_types() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for valid requests of PutProfileObjectType."""
    others = _definitions(st.lists(st.sampled_from(list(map(str, _OTHERS))), max_size=2, unique=True))
    keys = st.fixed_dictionaries(
        {"generatedId": _definitions(st.just([str(StandardIdentifier.UNIQUE)]))},
        optional=dict.fromkeys(_KEYS, others),
    )
    return st.fixed_dictionaries(
        {
            "DomainName": st.just("default"),
            "ObjectTypeName": st.sampled_from(["Generated", "_generated-2"]),
            "Description": st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9),
        },
        optional={
            "Fields": _fields(),
            "AllowProfileCreation": st.booleans(),
            "ExpirationDays": st.integers(1, 1098),
            "EncryptionKey": st.text("abc", max_size=3),
            "MaxProfileObjectCount": st.integers(1, 2**31 - 1),
            "Tags": st.dictionaries(st.text("ab", min_size=1, max_size=2), st.just(""), min_size=1),
        },
    ) | st.fixed_dictionaries(
        {
            "DomainName": st.just("default"),
            "ObjectTypeName": st.just("Generated"),
            "Description": st.just("x"),
            "Fields": _fields(),
            "Keys": keys,
        }
    )


def contents() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for objects of any content. Some have the fields of the object types."""
    known = {"a": _VALUES, "b": st.fixed_dictionaries({}, optional={"c": _VALUES}) | _VALUES}
    return st.fixed_dictionaries({}, optional={**known, "other": _VALUES})


def objects() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for requests of PutProfileObject for an object type that does not exist."""
    return st.fixed_dictionaries(
        {
            "DomainName": st.just("default"),
            "ObjectTypeName": st.just("Unknown"),
            "Object": contents().map(lambda content: orjson.dumps(content).decode()),
        }
    )
