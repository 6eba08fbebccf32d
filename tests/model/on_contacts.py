"""Operations on contacts, and what they do to the model."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from service.model.principal import Scope
from tests.model.answers import CLEARED, INVALID, NO_PROFILE, Answer, Call, refused, told
from tests.model.on_profiles import create, given, say_profile
from tests.model.operation import Agent, Operation
from tests.model.world import Contact, Domain, Json

NO_ASSOCIATION = refused(404, "association_not_found")


def acting(agent: Agent, named: str | None) -> tuple[bool, str | None]:
    """Return whether a request may name this agent, and for which agent it acts."""
    if agent.agent_id is None or named is None or named == agent.agent_id:
        return True, agent.agent_id or named
    return False, None


def say_contact(body: Json) -> Any:
    """Return what an answer says of a contact."""
    entries = [(entry["profile_id"], entry["agent_id"]) for entry in body["associations"]]
    current = body["association"]
    assert current is None or current == body["associations"][-1]
    return entries, current is not None, body["channel"], body["cleared_at"] is not None


def shown(contact: Contact) -> Any:
    """Return what an answer must say of a contact."""
    return list(contact.history), contact.associated, contact.channel, contact.cleared


@dataclass(frozen=True, kw_only=True)
class OnContact(Operation):
    """An operation on one contact."""

    contact_id: str

    @property
    def path(self) -> str:
        """Where the contact stands."""
        return f"/v1/contacts/{self.contact_id}"

    def known(self, domain: Domain) -> Contact:
        """Return the contact, which from now on is known."""
        return domain.contacts.setdefault(self.contact_id, Contact())


@dataclass(frozen=True, kw_only=True)
class Associate(OnContact):
    """Associate the contact with a profile; the latest wins."""

    scope: ClassVar[Scope] = Scope.VIEW
    profile_id: str
    channel: str | None
    agent_id: str | None

    def perform(self, call: Call) -> Answer:
        body = {"profile_id": self.profile_id, "channel": self.channel, "agent_id": self.agent_id}
        return told(
            *call("PUT", f"{self.path}/association", body),
            lambda body: (body["profile_id"], body["agent_id"]),
        )

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        allowed, agent_id = acting(self.agent, self.agent_id)
        if not allowed:
            return INVALID
        if self.profile_id not in domain.profiles:
            return NO_PROFILE
        if domain.contacts.get(self.contact_id, Contact()).cleared:
            return CLEARED
        contact, made = self.known(domain), (self.profile_id, agent_id)
        contact.channel = self.channel or contact.channel
        if contact.current == made:
            return Answer(200, None, made)
        contact.history.append(made)
        contact.associated = True
        return Answer(201 if len(contact.history) == 1 else 200, None, made)


class ReadAssociation(OnContact):
    """Read the current association."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Answer:
        return told(
            *call("GET", f"{self.path}/association"), lambda body: (body["profile_id"], body["agent_id"])
        )

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        current = domain.contacts.get(self.contact_id, Contact()).current
        return NO_ASSOCIATION if current is None else Answer(200, None, current)


class Disassociate(OnContact):
    """Take the association back."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Answer:
        return told(*call("DELETE", f"{self.path}/association"))

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        contact = domain.contacts.get(self.contact_id, Contact())
        if contact.cleared:
            return CLEARED
        if contact.current is None:
            return NO_ASSOCIATION
        contact.associated = False
        return Answer(204)


class Clear(OnContact):
    """Clear the contact: its last association alone stays, and for good."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Answer:
        return told(*call("POST", f"{self.path}/clear"), say_contact)

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        contact = self.known(domain)
        if not contact.cleared:
            contact.cleared = True
            contact.history = [] if contact.current is None else [contact.current]
        return Answer(200, None, shown(contact))


class ReadContact(OnContact):
    """Read the contact with its associations."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Answer:
        return told(*call("GET", self.path), say_contact)

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        contact = domain.contacts.get(self.contact_id)
        return refused(404, "contact_not_found") if contact is None else Answer(200, None, shown(contact))


@dataclass(frozen=True, kw_only=True)
class CreateForContact(OnContact):
    """Create a profile and associate the contact with it, with an Idempotency-Key or without."""

    scope: ClassVar[Scope] = Scope.CREATE
    body: Json
    key: str | None
    channel: str | None
    agent_id: str | None

    def perform(self, call: Call) -> Answer:
        said = {"channel": self.channel, "agent_id": self.agent_id}
        query = urlencode({name: value for name, value in said.items() if value is not None})
        headers = {"Idempotency-Key": self.key} if self.key else None
        return told(*call("POST", f"{self.path}/profile?{query}", self.body, headers), say_profile)

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        allowed, agent_id = acting(self.agent, self.agent_id)
        if not allowed:
            return INVALID
        said = (self.body, self.contact_id, self.channel, agent_id)
        claim = (("contacts", self.key), said) if self.key else None
        if domain.contacts.get(self.contact_id, Contact()).cleared:
            return self._once_cleared(domain, claim)
        answer, profile_id = create(domain, self.body, claim, seen)
        if profile_id is not None:
            contact = self.known(domain)
            contact.channel = self.channel or contact.channel
            if all(entry[0] != profile_id for entry in contact.history):
                contact.history.append((profile_id, agent_id))
                contact.associated = True
        return answer

    def _once_cleared(self, domain: Domain, claim: Any) -> Answer:
        """Return what a repetition is answered where the contact has been cleared since."""
        if claim is not None and domain.are_guesses(given(self.body.get("keys", {}))):
            return INVALID
        profile_id = None if claim is None else domain.claims.get(claim[0], "")
        if profile_id is None or profile_id not in domain.profiles:
            return CLEARED
        if domain.profiles[profile_id].claim != claim:
            return refused(422, "idempotency_key_reused")
        stands = any(entry[0] == profile_id for entry in domain.contacts[self.contact_id].history)
        return Answer(201, None, domain.shown(profile_id)) if stands else CLEARED
