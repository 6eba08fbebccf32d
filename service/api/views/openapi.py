"""`GET /openapi.json`: the OpenAPI document."""

from functools import cache

import orjson
from flask import Flask, Response

from service.api.http.authentication import public
from service.api.openapi import document


def register(app: Flask) -> None:
    """Serve the document. It is built for the first request, and never changes."""
    content = cache(lambda: orjson.dumps(document.build(app)))

    @app.get("/openapi.json")
    @public
    def openapi_json() -> Response:
        return Response(content(), mimetype="application/json")
