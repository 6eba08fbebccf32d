"""Operations on profiles, and their effects on the model."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from service.model.principal import Scope
from tests.model.operation import Operation
from tests.model.responses import INVALID, NO_PROFILE, STALE, Call, Response, problem, to_response
from tests.model.world import Domain, Json, Profile, comparable_profile, normalised, normalised_values

FIELDS = ("first_name", "last_name", "account_number")


def profile_content(body: Json) -> Any:
    """Return the content of a response about a profile."""
    phones = [number["value"] for number in body["phone_numbers"]]
    return comparable_profile(body["profile_id"], body, phones, body["keys"], body["version"])


def new_profile(body: Json) -> Profile:
    """Return the profile that a request body describes."""
    return merge(Profile(dict.fromkeys(FIELDS), [], {}), body)


def merge(old: Profile, patch: Json) -> Profile:
    """Apply a merge patch to a profile (RFC 7396)."""
    new = deepcopy(old)
    new.fields |= {name: patch[name] for name in FIELDS if name in patch}
    if "phone_numbers" in patch:
        new.phones = [number["value"] for number in patch["phone_numbers"]]
    new.keys |= patch.get("keys", {})
    new.keys = {name: values for name, values in new.keys.items() if values}
    return new


def key_values(keys: Mapping[str, list[str] | None]) -> list[tuple[str, str]]:
    """Return pairs of search key and value from a request body."""
    return [(name, value) for name, values in keys.items() for value in values or ()]


def create(domain: Domain, body: Json, record: Any, actual: Response) -> tuple[Response, str | None]:
    """Create a profile in the model. Return the expected response and the profile's ID.

    ``record`` has the operation with its idempotency key, and the content of the request. It may be None.
    """
    profile_id = None if record is None else domain.ids_by_idempotency_key.get(record[0])
    living = None if profile_id is None else domain.living(profile_id)
    if profile_id is not None and living in domain.profiles:
        if domain.record_of(profile_id) != record:
            return problem(422, "idempotency_key_reused"), None
        return Response(201, None, domain.expected_profile(living)), living
    profile = new_profile(body)
    profile.record = record
    if domain.undefined(profile.keys) or domain.are_guesses(key_values(profile.keys)):
        return INVALID, None
    # The service chooses the ID. A repeated idempotency key gets the same ID.
    chosen = profile_id or (actual.content[0] if actual.status == 201 else "?")
    response = domain.store(chosen, profile, actual, status=201)
    if response.status != 201:
        return response, None
    if record is not None:
        domain.ids_by_idempotency_key[record[0]] = chosen
    return response, chosen


@dataclass(frozen=True, kw_only=True)
class Create(Operation):
    """Create a profile, with or without an idempotency key."""

    scope: ClassVar[Scope] = Scope.CREATE
    body: Json
    key: str | None

    def perform(self, call: Call) -> Response:
        headers = {"Idempotency-Key": self.key} if self.key else None
        return to_response(*call("POST", "/v1/profiles", self.body, headers), profile_content)

    def expected(self, domain: Domain, actual: Response) -> Response:
        record = (("profiles", self.key), self.body) if self.key else None
        return create(domain, self.body, record, actual)[0]


@dataclass(frozen=True, kw_only=True)
class OnProfile(Operation):
    """An operation on one profile, with an optional `If-Match` version."""

    profile_id: str
    if_match: int | None = None

    @property
    def path(self) -> str:
        """Return the path of the profile."""
        return f"/v1/profiles/{self.profile_id}"

    @property
    def headers(self) -> dict[str, str]:
        """Return the `If-Match` header, if any."""
        return {} if self.if_match is None else {"If-Match": f'"{self.if_match}"'}

    def expected(self, domain: Domain, actual: Response) -> Response:
        living = domain.living(self.profile_id)
        profile = domain.profiles.get(living)
        if profile is None:
            return NO_PROFILE
        if self.if_match is not None and self.if_match != profile.version:
            return STALE
        return replace(self, profile_id=living).on(domain, profile, actual)

    def on(self, domain: Domain, profile: Profile, actual: Response) -> Response:
        """Apply the operation to an existing profile. Return the expected response."""
        raise NotImplementedError


class Read(OnProfile):
    """Read a profile."""

    scope = Scope.VIEW

    def perform(self, call: Call) -> Response:
        return to_response(*call("GET", self.path), profile_content)

    def on(self, domain: Domain, profile: Profile, actual: Response) -> Response:
        del profile, actual
        return Response(200, None, domain.expected_profile(self.profile_id))


@dataclass(frozen=True, kw_only=True)
class Patch(OnProfile):
    """Change a profile with a merge patch."""

    scope: ClassVar[Scope] = Scope.EDIT
    patch: Json

    def perform(self, call: Call) -> Response:
        return to_response(*call("PATCH", self.path, self.patch, self.headers), profile_content)

    def on(self, domain: Domain, profile: Profile, actual: Response) -> Response:
        names = [name for name, values in self.patch.get("keys", {}).items() if values]
        if domain.undefined(names) or domain.are_guesses(key_values(self.patch.get("keys", {}))):
            return INVALID
        return domain.store(self.profile_id, merge(profile, self.patch), actual)


class Delete(OnProfile):
    """Delete a profile."""

    scope = Scope.ADMIN

    def perform(self, call: Call) -> Response:
        return to_response(*call("DELETE", self.path, None, self.headers))

    def on(self, domain: Domain, profile: Profile, actual: Response) -> Response:
        del profile, actual
        domain.delete(self.profile_id)
        return Response(204)


@dataclass(frozen=True, kw_only=True)
class OnKey(OnProfile):
    """An operation on a profile's values of one search key."""

    key: str
    values: list[str]

    def on(self, domain: Domain, profile: Profile, actual: Response) -> Response:
        if self.key != "phone" and domain.undefined([self.key]):
            return INVALID
        if domain.are_guesses((self.key, value) for value in self.values):
            return INVALID
        new = deepcopy(profile)
        values = self.new_values(profile)
        if self.key == "phone":
            new.phones = values
        else:
            new.keys = {name: each for name, each in (new.keys | {self.key: values}).items() if each}
        return domain.store(self.profile_id, new, actual)

    def typed_values(self, profile: Profile) -> list[str]:
        """Return the profile's values as they were typed."""
        return list(profile.phones if self.key == "phone" else profile.keys.get(self.key, []))

    def new_values(self, profile: Profile) -> list[str]:
        """Return the profile's values after the operation."""
        raise NotImplementedError


class Add(OnKey):
    """Add values, except those that the profile already has in any notation."""

    scope = Scope.EDIT

    def perform(self, call: Call) -> Response:
        body = {"key": self.key, "values": self.values}
        return to_response(*call("POST", f"{self.path}/keys", body, self.headers), profile_content)

    def new_values(self, profile: Profile) -> list[str]:
        values, existing = self.typed_values(profile), set(normalised_values(profile, self.key))
        for value in self.values:
            if normalised(self.key, value) not in existing:
                values.append(value)
                existing.add(normalised(self.key, value))
        return values


class Release(OnKey):
    """Release values. The request may use another notation than the profile."""

    scope = Scope.EDIT

    def perform(self, call: Call) -> Response:
        body = {"key": self.key, "values": self.values}
        return to_response(*call("POST", f"{self.path}/keys/release", body, self.headers), profile_content)

    def new_values(self, profile: Profile) -> list[str]:
        released = {normalised(self.key, value) for value in self.values}
        return [value for value in self.typed_values(profile) if normalised(self.key, value) not in released]
