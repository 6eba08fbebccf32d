"""Profiles over HTTP."""

from typing import Any

from flask import url_for

from schemas import examples
from schemas.contacts import ContactsAnswer, ContactsQuery
from schemas.profiles import (
    KeyValuesRequest,
    ProfileAnswer,
    ProfilePatch,
    ProfileRequest,
    RevealedAnswer,
    RevealRequest,
)
from schemas.search import FoundProfilesAnswer, SearchRequest
from service.api.http.auditing import record
from service.api.http.context import budget, domain, stores
from service.api.http.parsing import idempotency_key, if_match
from service.api.openapi.blueprint import MET_BY_ALL, Blueprint
from service.errors.records import ProfileNotFound, UniqueKeyTaken, VersionConflict
from service.errors.requests import IdempotencyKeyReused
from service.errors.search_keys import MasterKeyMissing, TooManySensitiveValues, ValueSealed
from service.model.principal import Scope
from service.model.profile import Profile
from service.store.contacts.queries import ContactFilter
from service.use_cases import contacts, erasure, key_values, profiles, reveal, search

blueprint = Blueprint(
    "profiles",
    __name__,
    url_prefix="/v1/profiles",
    description="Customers: create, read, correct, search.",
    met_by_all=MET_BY_ALL,
)

IF_MATCH = "IfMatch"
ETAG = {"ETag": "ETag"}
LOCATION = {"Location": "Location"}
IDEMPOTENCY_KEY = "IdempotencyKey"
REPLAYED = {"Idempotency-Replayed": "IdempotencyReplayed"}

PROFILE = ProfileAnswer()


def etag(profile: Profile) -> dict[str, str]:
    """Return the header that names the profile's version."""
    return {"ETag": f'"{profile["version"]}"'}


def created(profile: Profile, *, replayed: bool) -> dict[str, str]:
    """Return the headers of a profile that was created, now or by the same request before."""
    location = url_for("profiles.read_profile", profile_id=profile["profile_id"])
    again = {"Idempotency-Replayed": "true"} if replayed else {}
    return etag(profile) | {"Location": location} | again


@blueprint.route("", methods=["POST"])
@blueprint.requires(Scope.CREATE)
@blueprint.body(ProfileRequest(), examples.PROFILE_REQUEST)
@blueprint.response(201, PROFILE, example=examples.PROFILE, headers=ETAG | LOCATION | REPLAYED)
@blueprint.problems(MasterKeyMissing, UniqueKeyTaken, IdempotencyKeyReused, TooManySensitiveValues)
@blueprint.doc(parameters=[IDEMPOTENCY_KEY])
@blueprint.audited
def create_profile(fields: dict[str, Any]) -> Any:
    """Create a profile.

    Only a first name or a business name is needed. The profile is found by the very next request. With an
    `Idempotency-Key` the same request creates it once, however often it is sent, and is answered the profile
    as it is then.
    """
    key = idempotency_key()
    profile, replayed = profiles.create_profile_once(stores(), domain(), fields, key, budget())
    return profile, created(profile.value, replayed=replayed)


@blueprint.route("/<profile_id>", methods=["GET"])
@blueprint.requires(Scope.VIEW)
@blueprint.response(200, PROFILE, example=examples.PROFILE, headers=ETAG)
@blueprint.problems(ProfileNotFound)
@blueprint.audited
def read_profile(profile_id: str) -> Any:
    """Read a profile.

    Its `ETag` is what `If-Match` wants to hear when the profile is changed.
    """
    profile = profiles.view_profile(stores(), domain(), profile_id)
    return profile, etag(profile.value)


@blueprint.route("/<profile_id>", methods=["PATCH"])
@blueprint.requires(Scope.EDIT)
@blueprint.body(ProfilePatch(), examples.PROFILE_PATCH)
@blueprint.response(200, PROFILE, example=examples.PROFILE, headers=ETAG)
@blueprint.problems(
    MasterKeyMissing, ProfileNotFound, UniqueKeyTaken, VersionConflict, TooManySensitiveValues
)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.audited
def update_profile(patch: dict[str, Any], profile_id: str) -> Any:
    """Correct or complete a profile by a merge patch (RFC 7396).

    What the patch does not name stays; null removes; a list replaces the whole list. A patch that changes
    nothing leaves the version as it is.
    """
    profile = profiles.update_profile(stores(), domain(), profile_id, patch, if_match(), budget())
    return profile, etag(profile.value)


@blueprint.route("/<profile_id>", methods=["DELETE"])
@blueprint.requires(Scope.ADMIN)
@blueprint.response(204)
@blueprint.problems(ProfileNotFound, VersionConflict)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.audited
def delete_profile(profile_id: str) -> Any:
    """Erase a profile and take it out of every contact.

    It is gone for good: there is no way to bring it back. The audit keeps only that it was erased.
    """
    return erasure.erase_profile(stores(), domain(), profile_id, if_match(), record=record)


@blueprint.route("/<profile_id>/keys", methods=["POST"])
@blueprint.requires(Scope.EDIT)
@blueprint.body(KeyValuesRequest(), examples.KEY_VALUES_REQUEST)
@blueprint.response(200, PROFILE, example=examples.PROFILE, headers=ETAG)
@blueprint.problems(
    MasterKeyMissing, ProfileNotFound, UniqueKeyTaken, VersionConflict, TooManySensitiveValues
)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.audited
def add_key_values(body: dict[str, Any], profile_id: str) -> Any:
    """Add values of a search key to a profile.

    A value that the profile holds already, in whatever notation, is not added again.
    """
    profile = key_values.add_key_values(
        stores(), domain(), profile_id, **body, if_match=if_match(), budget=budget()
    )
    return profile, etag(profile.value)


@blueprint.route("/<profile_id>/keys/release", methods=["POST"])
@blueprint.requires(Scope.EDIT)
@blueprint.body(KeyValuesRequest(), examples.KEY_VALUES_REQUEST)
@blueprint.response(200, PROFILE, example=examples.PROFILE, headers=ETAG)
@blueprint.problems(MasterKeyMissing, ProfileNotFound, VersionConflict, TooManySensitiveValues)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.audited
def release_key_values(body: dict[str, Any], profile_id: str) -> Any:
    """Release values of a search key from a profile.

    A value that the profile does not hold is no fault.
    """
    profile = key_values.release_key_values(
        stores(), domain(), profile_id, **body, if_match=if_match(), budget=budget()
    )
    return profile, etag(profile.value)


@blueprint.route("/<profile_id>/reveal", methods=["POST"])
@blueprint.requires(Scope.REVEAL)
@blueprint.body(RevealRequest(), examples.REVEAL_REQUEST)
@blueprint.response(200, RevealedAnswer(), example=examples.REVEALED)
@blueprint.problems(ProfileNotFound, ValueSealed)
@blueprint.audited
def reveal_key_values(body: dict[str, Any], profile_id: str) -> Any:
    """Reveal the values of a sensitive search key.

    It is written down who did, before they are answered: the one answer but an export in which they stand in
    plain.
    """
    return reveal.reveal_key_values(stores(), domain(), profile_id, body["key"])


@blueprint.route("/search", methods=["POST"])
@blueprint.requires(Scope.VIEW)
@blueprint.body(SearchRequest(), examples.SEARCH_REQUEST)
@blueprint.response(200, FoundProfilesAnswer(), example=examples.SEARCH)
@blueprint.problems(MasterKeyMissing, TooManySensitiveValues)
@blueprint.audited
def search_profiles(body: dict[str, Any]) -> Any:
    """Search profiles by any search key.

    Each profile says for which reasons it was found. Those who meet every criterion come first, then those
    with a value on a better tier, across pages too. Personal values travel in the body, never in the URL.
    """
    return search.search_profiles(stores(), domain(), **body, budget=budget())


@blueprint.route("/<profile_id>/contacts", methods=["GET"])
@blueprint.requires(Scope.VIEW)
@blueprint.arguments(ContactsQuery(), location="query")
@blueprint.response(200, ContactsAnswer(), example=examples.CONTACTS)
@blueprint.problems(ProfileNotFound)
@blueprint.audited
def list_profile_contacts(query: dict[str, Any], profile_id: str) -> Any:
    """List the past contacts of a profile, newest first.

    Those whose association, current or final, is with this profile.
    """
    limit, cursor = query.pop("limit"), query.pop("cursor")
    return contacts.contacts_of_profile(
        stores(), domain(), profile_id, ContactFilter(**query), limit=limit, cursor=cursor
    )
