"""Operations on profiles, and what they do to the model."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from service.model.principal import Scope
from tests.model.answers import INVALID, NO_PROFILE, STALE, Answer, Call, refused, told
from tests.model.operation import Operation
from tests.model.world import Domain, Json, Profile, held, said_of_profile, same

FIELDS = ("first_name", "last_name", "account_number")


def say_profile(body: Json) -> Any:
    """Return what an answer says of a profile."""
    phones = [number["value"] for number in body["phone_numbers"]]
    return said_of_profile(body["profile_id"], body, phones, body["keys"], body["version"])


def new_profile(body: Json) -> Profile:
    """Return the profile that a body describes."""
    return merged(Profile(dict.fromkeys(FIELDS), [], {}), body)


def merged(old: Profile, patch: Json) -> Profile:
    """Return the profile with a merge patch applied (RFC 7396)."""
    new = deepcopy(old)
    new.fields |= {name: patch[name] for name in FIELDS if name in patch}
    if "phone_numbers" in patch:
        new.phones = [number["value"] for number in patch["phone_numbers"]]
    new.keys |= patch.get("keys", {})
    new.keys = {name: values for name, values in new.keys.items() if values}
    return new


def given(keys: Mapping[str, list[str] | None]) -> list[tuple[str, str]]:
    """Return the values that a body brings, each with its key."""
    return [(name, value) for name, values in keys.items() for value in values or ()]


def create(domain: Domain, body: Json, claim: Any, seen: Answer) -> tuple[Answer, str | None]:
    """Create a profile in the model; return the answer, and the ID of the profile that it is about.

    ``claim`` is the operation with its Idempotency-Key, and all that the request says; or None.
    """
    profile_id = None if claim is None else domain.claims.get(claim[0])
    if profile_id in domain.profiles:
        if domain.profiles[profile_id].claim != claim:
            return refused(422, "idempotency_key_reused"), None
        return Answer(201, None, domain.shown(profile_id)), profile_id
    profile = new_profile(body)
    profile.claim = claim
    if domain.undefined(profile.keys) or domain.are_guesses(given(profile.keys)):
        return INVALID, None
    # The ID is the service's to choose; that of a key is the same for ever.
    chosen = profile_id or (seen.said[0] if seen.status == 201 else "?")
    answer = domain.changed(chosen, profile, seen, status=201)
    if answer.status != 201:
        return answer, None
    if claim is not None:
        domain.claims[claim[0]] = chosen
    return answer, chosen


@dataclass(frozen=True, kw_only=True)
class Create(Operation):
    """Create a profile, with an Idempotency-Key or without."""

    scope: ClassVar[Scope] = Scope.CREATE
    body: Json
    key: str | None

    def perform(self, call: Call) -> Answer:
        headers = {"Idempotency-Key": self.key} if self.key else None
        return told(*call("POST", "/v1/profiles", self.body, headers), say_profile)

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        claim = (("profiles", self.key), self.body) if self.key else None
        return create(domain, self.body, claim, seen)[0]


@dataclass(frozen=True, kw_only=True)
class OnProfile(Operation):
    """An operation on one profile, perhaps only if it is at a version."""

    profile_id: str
    if_match: int | None = None

    @property
    def path(self) -> str:
        """Where the profile stands."""
        return f"/v1/profiles/{self.profile_id}"

    @property
    def headers(self) -> dict[str, str]:
        """The condition."""
        return {} if self.if_match is None else {"If-Match": f'"{self.if_match}"'}

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        profile = domain.profiles.get(self.profile_id)
        if profile is None:
            return NO_PROFILE
        if self.if_match is not None and self.if_match != profile.version:
            return STALE
        return self.on(domain, profile, seen)

    def on(self, domain: Domain, profile: Profile, seen: Answer) -> Answer:
        """Do it to a profile that is there; return the answer due."""
        raise NotImplementedError


class Read(OnProfile):
    """Read a profile."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Answer:
        return told(*call("GET", self.path), say_profile)

    def on(self, domain: Domain, profile: Profile, seen: Answer) -> Answer:
        del profile, seen
        return Answer(200, None, domain.shown(self.profile_id))


@dataclass(frozen=True, kw_only=True)
class Patch(OnProfile):
    """Change a profile by a merge patch."""

    scope: ClassVar[Scope] = Scope.EDIT
    patch: Json

    def perform(self, call: Call) -> Answer:
        return told(*call("PATCH", self.path, self.patch, self.headers), say_profile)

    def on(self, domain: Domain, profile: Profile, seen: Answer) -> Answer:
        brought = [name for name, values in self.patch.get("keys", {}).items() if values]
        if domain.undefined(brought) or domain.are_guesses(given(self.patch.get("keys", {}))):
            return INVALID
        return domain.changed(self.profile_id, merged(profile, self.patch), seen)


class Delete(OnProfile):
    """Delete a profile."""

    scope = Scope.ADMIN

    def perform(self, call: Call) -> Answer:
        return told(*call("DELETE", self.path, None, self.headers))

    def on(self, domain: Domain, profile: Profile, seen: Answer) -> Answer:
        del profile, seen
        domain.forget(self.profile_id)
        return Answer(204)


@dataclass(frozen=True, kw_only=True)
class OnKey(OnProfile):
    """An operation on the values that a profile holds of one search key."""

    key: str
    values: list[str]

    def on(self, domain: Domain, profile: Profile, seen: Answer) -> Answer:
        if self.key != "phone" and domain.undefined([self.key]):
            return INVALID
        if domain.are_guesses((self.key, value) for value in self.values):
            return INVALID
        new = deepcopy(profile)
        values = self.changed(profile)
        if self.key == "phone":
            new.phones = values
        else:
            new.keys = {name: kept for name, kept in (new.keys | {self.key: values}).items() if kept}
        return domain.changed(self.profile_id, new, seen)

    def typed(self, profile: Profile) -> list[str]:
        """Return the values that the profile holds, as they were typed."""
        return list(profile.phones if self.key == "phone" else profile.keys.get(self.key, []))

    def changed(self, profile: Profile) -> list[str]:
        """Return the values that the profile is to hold."""
        raise NotImplementedError


class Add(OnKey):
    """Add values, but those that the profile holds in whatever notation."""

    scope = Scope.EDIT

    def perform(self, call: Call) -> Answer:
        body = {"key": self.key, "values": self.values}
        return told(*call("POST", f"{self.path}/keys", body, self.headers), say_profile)

    def changed(self, profile: Profile) -> list[str]:
        values, known = self.typed(profile), set(held(profile, self.key))
        for value in self.values:
            if same(self.key, value) not in known:
                values.append(value)
                known.add(same(self.key, value))
        return values


class Release(OnKey):
    """Release values, in whatever notation."""

    scope = Scope.EDIT

    def perform(self, call: Call) -> Answer:
        body = {"key": self.key, "values": self.values}
        return told(*call("POST", f"{self.path}/keys/release", body, self.headers), say_profile)

    def changed(self, profile: Profile) -> list[str]:
        released = {same(self.key, value) for value in self.values}
        return [value for value in self.typed(profile) if same(self.key, value) not in released]


@dataclass(frozen=True, kw_only=True)
class Reveal(Operation):
    """Reveal the values of a sensitive key."""

    scope: ClassVar[Scope] = Scope.REVEAL
    profile_id: str
    key: str

    def perform(self, call: Call) -> Answer:
        path = f"/v1/profiles/{self.profile_id}/reveal"
        return told(*call("POST", path, {"key": self.key}), lambda body: body["values"])

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        if self.key not in domain.keys or not domain.keys[self.key]["sensitive"]:
            return INVALID
        if self.profile_id not in domain.profiles:
            return NO_PROFILE
        return Answer(200, None, domain.profiles[self.profile_id].keys.get(self.key, []))


@dataclass(frozen=True, kw_only=True)
class Export(Operation):
    """Export what is held on a person: the profile, and the contacts that it stands in."""

    scope: ClassVar[Scope] = Scope.ADMIN
    profile_id: str

    def perform(self, call: Call) -> Answer:
        return told(
            *call("GET", f"/v1/profiles/{self.profile_id}/export"),
            lambda body: (body["profile"]["version"], sorted(c["contact_id"] for c in body["contacts"])),
        )

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        if self.profile_id not in domain.profiles:
            return NO_PROFILE
        contacts = [
            contact_id
            for contact_id, contact in domain.contacts.items()
            if any(entry[0] == self.profile_id for entry in contact.history)
        ]
        return Answer(200, None, (domain.profiles[self.profile_id].version, sorted(contacts)))
