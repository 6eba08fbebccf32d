"""Operations on search keys and settings, and their effects on the model."""

from dataclasses import dataclass
from typing import Any, ClassVar

from service.model.principal import Scope
from tests.model.operation import Operation
from tests.model.responses import Call, Response, problem, to_response
from tests.model.world import Domain, Json

DEFAULTS: Json = {"search_value_falls_back": True, "match_keys": {"voice": ["phone"]}, "ignored_values": {}}


@dataclass(frozen=True, kw_only=True)
class Define(Operation):
    """Define a search key or change its label."""

    scope: ClassVar[Scope] = Scope.SETTINGS
    key: str
    definition: Json

    def perform(self, call: Call) -> Response:
        return to_response(
            *call("PUT", f"/v1/search-keys/{self.key}", self.definition),
            lambda body: {name: body[name] for name in self.definition},
        )

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        old = domain.keys.get(self.key)
        if old is not None and old | {"label": ""} != self.definition | {"label": ""}:
            return problem(409, "search_key_fixed")
        domain.keys[self.key] = self.definition
        return Response(201 if old is None else 200, None, self.definition)


@dataclass(frozen=True, kw_only=True)
class Remove(Operation):
    """Remove a search key that no profile uses."""

    scope: ClassVar[Scope] = Scope.SETTINGS
    key: str

    def perform(self, call: Call) -> Response:
        return to_response(*call("DELETE", f"/v1/search-keys/{self.key}"))

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        if any(self.key in profile.keys for profile in domain.profiles.values()):
            return problem(409, "search_key_in_use")
        if self.key not in domain.keys:
            return problem(404, "search_key_not_found")
        del domain.keys[self.key]
        return Response(204)


class ListKeys(Operation):
    """List the custom search keys."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Response:
        return to_response(
            *call("GET", "/v1/search-keys"),
            lambda body: {key["name"]: key["label"] for key in body["items"] if not key["built_in"]},
        )

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        return Response(200, None, {name: key["label"] for name, key in domain.keys.items()})


def _content(body: Json) -> Any:
    return {**{name: body[name] for name in DEFAULTS}, "match_keys": {"voice": body["match_keys"]["voice"]}}


@dataclass(frozen=True, kw_only=True)
class ChangeSettings(Operation):
    """Change the settings with a merge patch. An empty patch reads them."""

    scope: ClassVar[Scope] = Scope.SETTINGS
    patch: Json

    def perform(self, call: Call) -> Response:
        if not self.patch:
            return to_response(*call("GET", "/v1/settings"), _content)
        return to_response(*call("PATCH", "/v1/settings", self.patch), _content)

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        for name, value in self.patch.items():
            if isinstance(value, dict):
                members = domain.settings.get(name, {}) | value
                domain.settings[name] = {key: part for key, part in members.items() if part is not None}
            else:
                domain.settings[name] = value
        domain.settings = {name: value for name, value in domain.settings.items() if value not in (None, {})}
        return Response(200, None, {**DEFAULTS, **domain.settings})
