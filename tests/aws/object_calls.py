"""Calls that define object types, and put and list objects."""

from typing import Any

import orjson
from bson import json_util
from pymongo.database import Database

from service.store.stores import Stores
from tests.aws.calls import unique
from tests.aws.in_process import InProcess

Json = dict[str, Any]


def define(api: InProcess, keys: dict[str, str], *, creates: bool = True, **fields: Json) -> str:
    """Define an object type with the key ``objectId``, which is its member ``id``. Return its name.

    ``keys`` are the names of further keys and their identifiers, separated by spaces. Each has a field of its
    own, which is the member of the object with the name of the key. ``fields`` are further fields, and
    members of those of the keys.
    """
    name = f"T{unique()}"
    sources = {"id": "UNIQUE", **keys}
    api(
        "PutProfileObjectType",
        ObjectTypeName=name,
        Description="For a test",
        AllowProfileCreation=creates,
        Fields={
            **{key: {"Source": f"_source.{key}", **fields.pop(key, {})} for key in sources},
            **fields,
        },
        Keys={
            ("objectId" if key == "id" else key): [
                {"FieldNames": [key], "StandardIdentifiers": identifiers.split()}
            ]
            for key, identifiers in sources.items()
        },
    )
    return name


def put(api: InProcess, object_type: str, expect: int = 200, **content: Any) -> str:
    """Put an object with these members. Return its unique key, or the message of the error."""
    text = orjson.dumps(content).decode()
    response = api("PutProfileObject", expect=expect, ObjectTypeName=object_type, Object=text)
    result: str = response["ProfileObjectUniqueKey"] if expect == 200 else response["Error"]["Message"]
    return result


def found(api: InProcess, key: str, value: str) -> list[Json]:
    """Return the profiles with the value, without how they were found."""
    items = api("SearchProfiles", KeyName=key, Values=[value])["Items"]
    return [{name: each for name, each in item.items() if name != "FoundByItems"} for item in items]


def only(api: InProcess, key: str, value: str) -> Json:
    """Return the only profile with the value."""
    (profile,) = found(api, key, value)
    return profile


def listed(api: InProcess, profile: Json, object_type: str) -> dict[str, Json]:
    """Return the profile's objects of a type by their unique keys."""
    items = api("ListProfileObjects", ProfileId=profile["ProfileId"], ObjectTypeName=object_type)["Items"]
    assert all(item["ObjectTypeName"] == object_type for item in items)
    return {item["ProfileObjectUniqueKey"]: orjson.loads(item["Object"]) for item in items}


def create(api: InProcess, **members: Any) -> Json:
    """Create a profile and return its ID."""
    return api("CreateProfile", **members)


def stores_of(api: InProcess) -> Stores:
    """Return the stores of a service."""
    stores: Stores = api.client.application.extensions["profile_lookup"]
    return stores


def dump(api: InProcess, *names: str) -> str:
    """Return the documents of these collections, by default of all, as JSON."""
    database: Database[Json] = api.client.application.extensions["database"]
    names = names or tuple(database.list_collection_names())
    return json_util.dumps({name: list(database[name].find()) for name in names})
