"""What can go wrong, in the service's own words: no HTTP in here.

``api/problems.py`` maps each of these to a status. ``code`` is stable and part of the API.
A message never contains a value that a caller sent: it may end in a log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class ServiceError(Exception):
    """Base of everything that the service raises on purpose."""

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str) -> None:
        """Take the sentence that tells the caller what happened and what to do."""
        super().__init__(detail)
        self.detail = detail

    def members(self) -> dict[str, Any]:
        """Return what the problem document says beside its standard members."""
        return {}


@dataclass(frozen=True)
class FieldError:
    """One fault of the input: an RFC 6901 pointer to the field, and what to do about it."""

    pointer: str
    detail: str


def undefined_search_key(pointer: str) -> FieldError:
    """Return the fault of naming a search key that does not exist."""
    return FieldError(pointer, "No search key has this name; GET /v1/search-keys lists them.")


class InvalidRequest(ServiceError):
    """Fields that are well-formed JSON and still cannot be accepted."""

    code = "invalid_request"
    title = "Some fields are invalid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        """Take the faults, one for each field."""
        super().__init__("The request was not carried out; correct the fields named in errors.")
        self.errors = tuple(errors)

    def members(self) -> dict[str, Any]:
        """Return the faults."""
        return {"errors": [{"pointer": error.pointer, "detail": error.detail} for error in self.errors]}


class Unauthenticated(ServiceError):
    """The request has no credential, or one that is not valid here."""

    code = "unauthenticated"
    title = "No valid credential"

    def __init__(self, reason: str | None = None) -> None:
        """Take what is wrong with the credential, for those who run the service; None where there is none.

        The caller is not told: what is wrong with a guess would help with the next one.
        """
        super().__init__(
            "Send an API key, or a token of the issuer, in the header Authorization: Bearer."
            if reason is None
            else "The credential is malformed, unknown, expired, revoked, or for another service."
        )
        self.reason = reason


class Forbidden(ServiceError):
    """The credential does not allow the operation."""

    code = "insufficient_scope"
    title = "The credential does not allow this"

    def __init__(self, scope: str) -> None:
        """Take the scope that the operation needs."""
        super().__init__(f"The operation needs a credential with the scope {scope}.")
        self.scope = scope

    def members(self) -> dict[str, Any]:
        """Return the scope."""
        return {"scope": self.scope}


class Misdirected(ServiceError):
    """The request asks for another host, and without authentication this machine alone is served."""

    code = "misdirected_request"
    title = "The Host is not this machine"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Nobody is asked for a credential here (AUTH=off), so the service answers only to the names of "
            "this machine: call it as localhost, 127.0.0.1 or [::1], or start it with AUTH=on."
        )


class NotFound(ServiceError):
    """Nothing there."""


class ProfileNotFound(NotFound):
    """No profile has this ID."""

    code = "profile_not_found"
    title = "No such profile"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No profile has this profile_id.")


class ContactNotFound(NotFound):
    """The contact was never associated nor cleared."""

    code = "contact_not_found"
    title = "No such contact"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Nothing is known of this contact: it was never associated nor cleared.")


class AssociationNotFound(NotFound):
    """The contact has no current association."""

    code = "association_not_found"
    title = "No association"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No profile is associated with this contact now.")


class SearchKeyNotFound(NotFound):
    """No custom search key has this name."""

    code = "search_key_not_found"
    title = "No such search key"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No custom search key has this name; GET /v1/search-keys lists them.")


class ApiKeyNotFound(NotFound):
    """No API key has this ID."""

    code = "api_key_not_found"
    title = "No such API key"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No API key has this ID.")


class Conflict(ServiceError):
    """The state of things does not allow it."""


class ContactCleared(Conflict):
    """The contact is closed to changes."""

    code = "contact_cleared"
    title = "The contact is cleared"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The contact was cleared; its association can no longer be changed.")


class UniqueKeyTaken(Conflict):
    """Another profile owns the value of a unique key."""

    code = "unique_key_taken"
    title = "A unique key belongs to another profile"

    def __init__(self, key: str, profile_id: str) -> None:
        """Take the key's name and the ID of the profile that owns the value."""
        super().__init__(f"Another profile owns this value of the unique key '{key}'.")
        self.key = key
        self.profile_id = profile_id

    def members(self) -> dict[str, Any]:
        """Return the key's name and the owner."""
        return {"key": self.key, "profile_id": self.profile_id}


class SearchKeyInUse(Conflict):
    """Profiles hold values of the key."""

    code = "search_key_in_use"
    title = "Profiles hold values of this search key"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Profiles hold values of this key, so it can be neither removed nor defined anew; release them."
        )


class SearchKeyFixed(Conflict):
    """The key is defined with another type, uniqueness or sensitivity."""

    code = "search_key_fixed"
    title = "The search key is defined otherwise"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The type, the uniqueness and the sensitivity of a search key stay as they were defined; "
            "remove the key first."
        )


class BuiltInSearchKey(Conflict):
    """The name belongs to a built-in search key."""

    code = "built_in_search_key"
    title = "The search key is built in"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("This name belongs to a built-in search key; choose another.")


class TooManySearchKeys(Conflict):
    """The domain has as many custom search keys as it may have."""

    code = "too_many_search_keys"
    title = "Too many search keys"

    def __init__(self, limit: int) -> None:
        """Take the greatest number of custom keys in a domain."""
        super().__init__(f"A domain has at most {limit} custom search keys; remove one first.")


class ApiKeyEnded(Conflict):
    """The API key is expired or revoked."""

    code = "api_key_ended"
    title = "The API key is no longer valid"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The API key is expired or revoked; create another.")


class MasterKeyMissing(Conflict):
    """There is nothing to seal sensitive values with, nor to find them by."""

    code = "master_key_missing"
    title = "No master key is set"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Values of sensitive search keys can be neither stored nor found without a master key: the "
            "operator of the service sets MASTER_KEYS or MASTER_KEYS_FILE."
        )


class ValueSealed(Conflict):
    """A sensitive value does not open."""

    code = "value_sealed"
    title = "The value cannot be opened"

    def __init__(self, master_id: str) -> None:
        """Take the ID of the master that the value was sealed with."""
        super().__init__(
            f"A value is sealed with the master '{master_id}', and those that the service has do not open "
            "it: the operator adds that one to MASTER_KEYS or MASTER_KEYS_FILE."
        )


class VersionConflict(ServiceError):
    """The profile is no longer the version that the caller saw."""

    code = "version_conflict"
    title = "The profile has changed"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The profile is no longer at the version in If-Match; read it again, then retry. Where this "
            "request is itself a retry, its change may be there already."
        )


class DatastoreUnavailable(ServiceError):
    """MongoDB did not answer in time."""

    code = "datastore_unavailable"
    title = "The datastore is unavailable"

    def __init__(self, reason: str = "no answer", *, writing: bool = False) -> None:
        """Take what became of the attempt, in a few words for those who run the service.

        And whether it was a write, whose outcome is then unknown.
        """
        super().__init__(
            "The datastore did not answer in time, so that it is unknown whether the change was made. Send "
            "the same request again after the time in Retry-After: that is safe. With the same "
            "Idempotency-Key nothing is created twice, and any other change has the same effect once more."
            if writing
            else "The datastore did not answer in time; retry after the time in Retry-After."
        )
        self.reason = reason


class IssuerUnavailable(ServiceError):
    """The keys of the OIDC issuer cannot be read, so that no token can be checked."""

    code = "issuer_unavailable"
    title = "The issuer's keys are unavailable"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The issuer of the token did not give its keys in time; retry after the time in Retry-After."
        )


class TooManyRequests(ServiceError):
    """The credential, or the address that failed to authenticate, has used up what it may do in a minute."""

    code = "rate_limited"
    title = "Too many requests"

    def __init__(self, seconds: int) -> None:
        """Take the seconds after which there will be room again."""
        super().__init__(
            "Too many requests with this credential, or too many without a valid one; "
            "retry after the time in Retry-After."
        )
        self.seconds = seconds


class IdempotencyKeyReused(ServiceError):
    """The Idempotency-Key belongs to another request."""

    code = "idempotency_key_reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("This Idempotency-Key came with another body before; a new request needs a new key.")


class CannotBeStored(ServiceError):
    """MongoDB takes no such document."""

    code = "cannot_be_stored"
    title = "The datastore takes no such record"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The record would exceed the 16 MB of one in the datastore; store less in it.")


class NotReady(ServiceError):
    """The process runs and cannot serve yet."""

    code = "not_ready"
    title = "Not ready"

    def __init__(self, checks: dict[str, str]) -> None:
        """Take the outcome of each check by its name."""
        super().__init__("Not ready to serve; checks names what failed.")
        self.checks = checks

    def members(self) -> dict[str, Any]:
        """Return the checks."""
        return {"checks": self.checks}


class MalformedJson(ServiceError):
    """The body is not the JSON that was announced."""

    code = "malformed_json"
    title = "The body is not JSON"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The body is not a JSON document in UTF-8; send one, without lone surrogates or NaN."
        )


class IncompleteBody(ServiceError):
    """The body did not arrive, or its chunks are none."""

    code = "incomplete_body"
    title = "The body did not arrive whole"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The body did not arrive whole, or in time; send it again in one go.")


class PayloadTooLarge(ServiceError):
    """The body is larger than the service reads."""

    code = "payload_too_large"
    title = "The body is too large"

    def __init__(self, limit: int) -> None:
        """Take the greatest size in bytes."""
        super().__init__(f"The body is larger than {limit} bytes; send less at a time.")


class UnsupportedMediaType(ServiceError):
    """The body is of a kind that the service does not read."""

    code = "unsupported_media_type"
    title = "The media type is not supported"

    def __init__(self, supported: Sequence[str]) -> None:
        """Take the media types that are read here."""
        super().__init__(f"Send the body with the Content-Type {' or '.join(supported)}.")
