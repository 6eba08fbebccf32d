"""Serve the OpenAPI document, and show it in a browser with Swagger UI.

The page is static. Its script is a separate file, because the content security policy forbids inline scripts.
"""

from functools import cache
from http import HTTPStatus
from importlib.resources import files

import orjson
from flask import Blueprint, Flask, Response, redirect, send_from_directory

from service.api.http.authentication import public
from service.api.openapi import document

_HTML = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>profile-lookup</title>
<link rel="stylesheet" href="swagger-ui.css">
<link rel="stylesheet" href="index.css">
<link rel="icon" type="image/png" href="favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
"""
# Without the validator of Swagger UI, the page sends no requests to other hosts.
_CONFIG = {
    "dom_id": "#swagger-ui",
    "url": "../openapi.json",
    "layout": "BaseLayout",
    "deepLinking": True,
    "validatorUrl": None,
    "displayRequestDuration": True,
    "defaultModelsExpandDepth": 0,
}
_SCRIPT = f"window.ui = SwaggerUIBundle({orjson.dumps(_CONFIG, option=orjson.OPT_INDENT_2).decode()});\n"
_GENERATED_FILES = {"index.html": (_HTML, "text/html"), "start.js": (_SCRIPT, "text/javascript")}
# The page may send requests only to this server. Swagger UI needs inline styles and data: images.
_POLICY = (
    "default-src 'self'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Serve the OpenAPI document, and the page under /docs/. Redirect / and /docs to the page."""
    # Built for the first request, then cached: the document never changes.
    content = cache(lambda: orjson.dumps(document.build(app)))

    @app.get("/openapi.json")
    @public
    def openapi_json() -> Response:
        return Response(content(), mimetype="application/json")

    # A temporary redirect, because another page may replace this one later.
    app.add_url_rule("/", "root", public(lambda: redirect("docs/", HTTPStatus.FOUND)))
    # A relative URL, because behind a proxy Flask does not know the public host name.
    app.add_url_rule("/docs", "docs", public(lambda: redirect("docs/", HTTPStatus.PERMANENT_REDIRECT)))
    page = Blueprint("docs", __name__, url_prefix="/docs")
    page.add_url_rule("/", view_func=public(_file))
    page.add_url_rule("/<path:path>", view_func=public(_file))
    page.after_request(_restrict_sources)
    app.register_blueprint(page)


def _file(path: str = "index.html") -> Response:
    if path in _GENERATED_FILES:
        content, mimetype = _GENERATED_FILES[path]
        return Response(content, mimetype=mimetype, headers={"Cache-Control": "no-cache"})
    return send_from_directory(str(files("flask_swagger_ui") / "dist"), path)


def _restrict_sources(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response
