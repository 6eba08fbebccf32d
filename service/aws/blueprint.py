"""Register routes for all operations of the API model, and for all other paths that begin as theirs do."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter

from service.api.http.authentication import declare_scopes, public
from service.api.http.context import principal, stores
from service.api.http.operations import audited, to_json
from service.api.http.parsing import JSON
from service.api.http.paths import add_data_paths
from service.aws import errors, requests
from service.aws.call import Call, Offered
from service.aws.routes import FIRST_SEGMENTS, PATHS, ROUTES
from service.aws.views import OFFERED
from service.model.principal import ANONYMOUS, Scope
from service.use_cases.audit import Audited

NAME = "aws"
_UNKNOWN = f"{NAME}.unknown"
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


class _AnyText(BaseConverter):
    """Matches the rest of a path, which may be empty, and may begin with a slash."""

    regex = ".*?"
    part_isolating = False
    weight = 1000
    """More than that of any other converter, so that all other rules take precedence."""


def register(app: Flask) -> None:
    """Register all operations, and the responses to other paths and methods."""
    add_data_paths(app, PATHS)
    blueprint = Blueprint(NAME, __name__)
    errors.register(blueprint)
    for route in ROUTES.values():
        offered = OFFERED.get(route.operation)
        view = _refusal(route.operation) if offered is None else _operation(offered)
        blueprint.add_url_rule(
            route.rule, route.operation, view, provide_automatic_options=False, methods=[route.method]
        )
    blueprint.endpoint(_UNKNOWN)(public(_unknown))
    blueprint.record(_add_unknown_paths)
    app.register_blueprint(blueprint)


def _operation(offered: Offered) -> Callable[..., Response]:
    """Return the view function of an operation that the service offers."""

    @audited
    def call(**path: str) -> Audited[object]:
        values = requests.load(offered.schema, path)
        caller = principal()
        if values.get("DomainName", caller.domain) != caller.domain:
            raise errors.OtherDomain(authenticated=caller is not ANONYMOUS)
        result = offered.view(
            Call(stores=stores(), principal=caller, values=values, invocation_id=requests.invocation_id())
        )
        return Audited(result.body, result.accesses)

    def respond(**path: str) -> Response:
        return Response(to_json(call(**path)), mimetype=JSON)

    return declare_scopes(respond, offered.scopes)


def _refusal(operation: str) -> Callable[..., Response]:
    """Return the view function of an operation that the service does not offer."""

    def refuse(**_path: str) -> Response:
        raise errors.NotOffered(operation)

    return declare_scopes(refuse, tuple(Scope))


def _add_unknown_paths(state: BlueprintSetupState) -> None:
    """Add rules for all other paths and methods, so that their errors have the form of this API."""
    state.app.url_map.converters["anything"] = _AnyText
    for segment in FIRST_SEGMENTS:
        for rule in (f"/{segment}", f"/{segment}/<anything:path>"):
            # ``add_url_rule`` would restrict the methods.
            state.app.url_map.add(state.app.url_rule_class(rule, endpoint=_UNKNOWN))


def _unknown(**_path: str) -> Response:
    """Raise ``MethodNotAllowed`` if the path supports other methods, else ``NotFound``."""
    if allowed := _methods_of(request.path):
        raise MethodNotAllowed(allowed)
    raise NotFound


def _methods_of(path: str) -> list[str]:
    """Return the methods of the operations with the path."""
    adapter = current_app.url_map.bind("")
    return [method for method in _METHODS if adapter.match(path, method)[0] != _UNKNOWN]
