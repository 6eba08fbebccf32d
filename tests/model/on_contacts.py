"""Operations on contacts, and their effects on the model."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from service.model.principal import Scope
from tests.model.on_profiles import create, key_values, profile_content
from tests.model.operation import Agent, Operation
from tests.model.responses import CLEARED, INVALID, NO_PROFILE, Call, Response, problem, to_response
from tests.model.world import Contact, Domain, Json

NO_ASSOCIATION = problem(404, "association_not_found")


def resolve_agent(agent: Agent, requested: str | None) -> tuple[bool, str | None]:
    """Return whether the request may name this agent, and the agent that it acts for."""
    if agent.agent_id is None or requested is None or requested == agent.agent_id:
        return True, agent.agent_id or requested
    return False, None


def contact_content(body: Json) -> Any:
    """Return the content of a response about a contact."""
    entries = [(entry["profile_id"], entry["agent_id"]) for entry in body["associations"]]
    current = body["association"]
    assert current is None or current == body["associations"][-1]
    return entries, current is not None, body["channel"], body["cleared_at"] is not None


def expected_content(contact: Contact) -> Any:
    """Return the expected content of a response about a contact."""
    return list(contact.history), contact.associated, contact.channel, contact.cleared


@dataclass(frozen=True, kw_only=True)
class OnContact(Operation):
    """An operation on one contact."""

    contact_id: str

    @property
    def path(self) -> str:
        """Return the path of the contact."""
        return f"/v1/contacts/{self.contact_id}"

    def stored_contact(self, domain: Domain) -> Contact:
        """Return the contact. Create it if it does not exist."""
        return domain.contacts.setdefault(self.contact_id, Contact())


@dataclass(frozen=True, kw_only=True)
class Associate(OnContact):
    """Associate the contact with a profile. The new association replaces the earlier one."""

    scope: ClassVar[Scope] = Scope.VIEW
    profile_id: str
    channel: str | None
    agent_id: str | None

    def perform(self, call: Call) -> Response:
        body = {"profile_id": self.profile_id, "channel": self.channel, "agent_id": self.agent_id}
        return to_response(
            *call("PUT", f"{self.path}/association", body),
            lambda body: (body["profile_id"], body["agent_id"]),
        )

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        allowed, agent_id = resolve_agent(self.agent, self.agent_id)
        if not allowed:
            return INVALID
        profile_id = domain.living(self.profile_id)
        if profile_id not in domain.profiles:
            return NO_PROFILE
        if domain.contacts.get(self.contact_id, Contact()).cleared:
            return CLEARED
        contact, association = self.stored_contact(domain), (profile_id, agent_id)
        contact.channel = self.channel or contact.channel
        if contact.current == association:
            return Response(200, None, association)
        contact.history.append(association)
        contact.associated = True
        return Response(201 if len(contact.history) == 1 else 200, None, association)


class ReadAssociation(OnContact):
    """Read the current association."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Response:
        return to_response(
            *call("GET", f"{self.path}/association"), lambda body: (body["profile_id"], body["agent_id"])
        )

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        current = domain.contacts.get(self.contact_id, Contact()).current
        return NO_ASSOCIATION if current is None else Response(200, None, current)


class Disassociate(OnContact):
    """End the current association."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Response:
        return to_response(*call("DELETE", f"{self.path}/association"))

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        contact = domain.contacts.get(self.contact_id, Contact())
        if contact.cleared:
            return CLEARED
        if contact.current is None:
            return NO_ASSOCIATION
        contact.associated = False
        return Response(204)


class Clear(OnContact):
    """Clear the contact. The contact keeps only its current association, which can no longer change."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Response:
        return to_response(*call("POST", f"{self.path}/clear"), contact_content)

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        contact = self.stored_contact(domain)
        if not contact.cleared:
            contact.cleared = True
            contact.history = [] if contact.current is None else [contact.current]
        return Response(200, None, expected_content(contact))


class ReadContact(OnContact):
    """Read the contact with its associations."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Response:
        return to_response(*call("GET", self.path), contact_content)

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        contact = domain.contacts.get(self.contact_id)
        return (
            problem(404, "contact_not_found")
            if contact is None
            else Response(200, None, expected_content(contact))
        )


@dataclass(frozen=True, kw_only=True)
class CreateForContact(OnContact):
    """Create a profile and associate the contact with it, with or without an idempotency key."""

    scope: ClassVar[Scope] = Scope.CREATE
    body: Json
    key: str | None
    channel: str | None
    agent_id: str | None

    def perform(self, call: Call) -> Response:
        parameters = {"channel": self.channel, "agent_id": self.agent_id}
        query = urlencode({name: value for name, value in parameters.items() if value is not None})
        headers = {"Idempotency-Key": self.key} if self.key else None
        return to_response(*call("POST", f"{self.path}/profile?{query}", self.body, headers), profile_content)

    def expected(self, domain: Domain, actual: Response) -> Response:
        allowed, agent_id = resolve_agent(self.agent, self.agent_id)
        if not allowed:
            return INVALID
        content = (self.body, self.contact_id, self.channel, agent_id)
        record = (("contacts", self.key), content) if self.key else None
        if domain.contacts.get(self.contact_id, Contact()).cleared:
            return self._expected_if_cleared(domain, record)
        response, profile_id = create(domain, self.body, record, actual)
        if profile_id is not None:
            contact = self.stored_contact(domain)
            contact.channel = self.channel or contact.channel
            if all(entry[0] != profile_id for entry in contact.history):
                contact.history.append((profile_id, agent_id))
                contact.associated = True
        return response

    def _expected_if_cleared(self, domain: Domain, record: Any) -> Response:
        """Return the expected response if the contact has been cleared. The request may be a repeated one."""
        if record is not None and domain.are_guesses(key_values(self.body.get("keys", {}))):
            return INVALID
        profile_id = None if record is None else domain.ids_by_idempotency_key.get(record[0], "")
        if profile_id is None or domain.living(profile_id) not in domain.profiles:
            return CLEARED
        if domain.record_of(profile_id) != record:
            return problem(422, "idempotency_key_reused")
        profile_id = domain.living(profile_id)
        is_associated = any(entry[0] == profile_id for entry in domain.contacts[self.contact_id].history)
        return Response(201, None, domain.expected_profile(profile_id)) if is_associated else CLEARED
