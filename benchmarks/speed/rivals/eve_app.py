"""The operations with Eve. Its resources use the service's collections."""

import os
from typing import Any
from urllib.parse import urlsplit

from bson import Timestamp
from eve import Eve
from eve.io.mongo import Mongo, MongoJSONEncoder

_URI = urlsplit(os.environ["MONGODB_URI"])
_TEXT = {"type": "string"}
_ANY_LIST = {"type": "list"}

_PROFILE: dict[str, Any] = {
    "first_name": {"type": "string", "required": True, "maxlength": 255},
    "last_name": {"type": "string", "maxlength": 255},
    "account_number": {"type": "string", "maxlength": 255},
    "phone_numbers": {
        "type": "list",
        "schema": {"type": "dict", "schema": {"type": _TEXT, "value": {"type": "string", "required": True}}},
    },
    "email_addresses": {
        "type": "list",
        "schema": {"type": "dict", "schema": {"type": _TEXT, "value": {"type": "string", "required": True}}},
    },
    "addresses": {"type": "list", "schema": {"type": "dict", "allow_unknown": True}},
    "attributes": {"type": "dict"},
    "domain": _TEXT,
    "lookup": _ANY_LIST,
}

_SETTINGS: dict[str, Any] = {
    "MONGO_HOST": _URI.hostname,
    "MONGO_PORT": _URI.port,
    "MONGO_DBNAME": os.environ["MONGODB_DATABASE"],
    # Without this option, counting makes each page slow. The default blacklist excludes the prefix search.
    "OPTIMIZE_PAGINATION_FOR_SPEED": True,
    "MONGO_QUERY_BLACKLIST": ["$where"],
    "RESOURCE_METHODS": ["GET", "POST"],
    "ITEM_METHODS": ["GET", "PUT"],
    "IF_MATCH": False,
    "RENDERERS": ["eve.render.JSONRenderer"],
    "DOMAIN": {
        "profiles": {"schema": _PROFILE, "item_url": 'regex("[0-9a-f]{32}")', "allow_unknown": True},
        "created": {"schema": _PROFILE, "datasource": {"source": "eve_profiles"}, "bulk_enabled": False},
        "associations": {
            "schema": {"_id": _TEXT, "profile_id": _TEXT, "channel": _TEXT},
            "datasource": {"source": "eve_associations"},
            "item_url": 'regex("[A-Za-z0-9-]+")',
        },
    },
}


class _Encoder(MongoJSONEncoder):
    """Converts timestamps of MongoDB too."""

    def default(self, obj: object) -> object:
        return str(obj) if isinstance(obj, Timestamp) else super().default(obj)


class _Data(Mongo):
    json_encoder_class = _Encoder


app = Eve(settings=_SETTINGS, data=_Data)
