"""Operations that reveal or export personal data."""

from dataclasses import dataclass
from typing import ClassVar

from service.model.principal import Scope
from tests.model.operation import Operation
from tests.model.responses import INVALID, NO_PROFILE, Call, Response, to_response
from tests.model.world import Domain


@dataclass(frozen=True, kw_only=True)
class Reveal(Operation):
    """Reveal the values of a sensitive search key."""

    scope: ClassVar[Scope] = Scope.REVEAL
    profile_id: str
    key: str

    def perform(self, call: Call) -> Response:
        path = f"/v1/profiles/{self.profile_id}/reveal"
        return to_response(*call("POST", path, {"key": self.key}), lambda body: body["values"])

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        if self.key not in domain.keys or not domain.keys[self.key]["sensitive"]:
            return INVALID
        profile_id = domain.living(self.profile_id)
        if profile_id not in domain.profiles:
            return NO_PROFILE
        return Response(200, None, domain.profiles[profile_id].keys.get(self.key, []))


@dataclass(frozen=True, kw_only=True)
class Export(Operation):
    """Export a profile and its contacts."""

    scope: ClassVar[Scope] = Scope.ADMIN
    profile_id: str

    def perform(self, call: Call) -> Response:
        return to_response(
            *call("GET", f"/v1/profiles/{self.profile_id}/export"),
            lambda body: (body["profile"]["version"], sorted(c["contact_id"] for c in body["contacts"])),
        )

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        profile_id = domain.living(self.profile_id)
        if profile_id not in domain.profiles:
            return NO_PROFILE
        contacts = [
            contact_id
            for contact_id, contact in domain.contacts.items()
            if any(entry[0] == profile_id for entry in contact.history)
        ]
        return Response(200, None, (domain.profiles[profile_id].version, sorted(contacts)))
