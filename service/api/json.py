"""JSON in and out of Flask by orjson: one serialisation, in UTF-8."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

from service.matching.sensitive import Sensitive


class OrjsonProvider(JSONProvider):
    """Flask's JSON, by orjson."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """Return the JSON text of an object."""
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Return the object of a JSON text."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return the answer with the object as its body."""
        body = to_json(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def to_json(obj: Any) -> bytes:
    """Return the JSON text of an object, sensitive values in their masks."""
    return orjson.dumps(obj, default=_shown)


def _shown(value: Any) -> str:
    """Return what is sent of a sensitive value: its mask."""
    if isinstance(value, Sensitive):
        return str(value)
    raise TypeError(type(value).__name__)
