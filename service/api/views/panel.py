"""Serve the agent panel: the files of the component, and the two pages that show it.

``frame.html`` is for iframes of other origins. The index page has a simulated phone, and is served only with
``PANEL=on``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from string import Template

from flask import Blueprint, Flask, Response, redirect, request
from werkzeug.exceptions import NotFound

from service.api.http.authentication import public
from service.config import Settings
from service.panel import modules

_PAGES = files("service.panel") / "pages"
_PHONE = "phone/"
"""The folder of the modules that only the page with the phone uses."""
# Pages load files only from this server, and send requests only to it. No script can write HTML.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
    "frame-ancestors {ancestors}"
)
# The modules have no data, so the pages of all origins may load them.
_MODULE_HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    mimetype: str
    headers: Mapping[str, str]

    def respond(self) -> Response:
        headers = {"Cache-Control": "no-cache", **self.headers}
        response = Response(self.content, mimetype=self.mimetype, headers=headers)
        response.set_etag(sha256(self.content).hexdigest()[:32])
        response.make_conditional(request)
        return response


def register(app: Flask, settings: Settings) -> None:
    """Serve the files under /panel/, and redirect /panel to the page with the phone if it is on."""
    served = dict(_files(settings))

    def serve(path: str = "index.html") -> Response:
        if path not in served:
            raise NotFound
        return served[path].respond()

    def redirect_to_page() -> Response:
        if "index.html" not in served:
            raise NotFound
        # A relative URL, because behind a proxy Flask does not know the public host name. Temporary, because
        # browsers would keep a permanent one when the page is off.
        return redirect("panel/")  # type: ignore[return-value] # it is Flask's own response

    app.add_url_rule("/panel", "panel", public(redirect_to_page))
    blueprint = Blueprint("panel", __name__, url_prefix="/panel")
    blueprint.add_url_rule("/", view_func=public(serve))
    blueprint.add_url_rule("/<path:path>", view_func=serve)
    app.register_blueprint(blueprint)


def _files(settings: Settings) -> Iterator[tuple[str, _File]]:
    """Yield each path under /panel/ and its file.

    All files are in memory, so no path of a request can lead to another file.
    """
    for path, content in modules().items():
        if settings.panel or not path.startswith(_PHONE):
            yield path, _File(content, "text/javascript", _MODULE_HEADERS)
    yield "frame.css", _style_sheet("frame.css")
    # Pages that may send requests may also show the panel. Others could trick agents into clicking on it.
    ancestors = " ".join(["'self'", *settings.cors_origins])
    yield "frame.html", _page("frame.html", ancestors, origins=" ".join(settings.cors_origins))
    if settings.panel:
        yield "phone.css", _style_sheet("phone.css")
        authentication = "on" if settings.auth else "off"
        yield "index.html", _page("index.html", "'none'", authentication=authentication)


def _style_sheet(name: str) -> _File:
    return _File((_PAGES / name).read_bytes(), "text/css", {})


def _page(name: str, ancestors: str, **values: str) -> _File:
    # The values come from the settings, and contain no character with a meaning in HTML or in the policy.
    content = Template((_PAGES / name).read_text(encoding="utf-8")).substitute(values)
    policy = _POLICY.format(ancestors=ancestors)
    return _File(content.encode(), "text/html", {"Content-Security-Policy": policy})
