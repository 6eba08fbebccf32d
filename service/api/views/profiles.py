"""Operations on profiles."""

from http import HTTPStatus

from flask import Blueprint, url_for
from marshmallow import Schema

from schemas import examples
from schemas.contacts import ContactsRequest, ContactsResponse
from schemas.duplicates import DuplicatesRequest, DuplicatesResponse
from schemas.possible_duplicates import CreatedProfileResponse, CreationRequest
from schemas.profiles import ProfilePatchRequest, ProfileRequest, ProfileResponse
from schemas.search import FoundProfilesResponse, SearchRequest
from schemas.search_keys import KeyValuesRequest, RevealedResponse, RevealRequest
from service.api.http.context import domain, sensitive_value_limit, stores
from service.api.http.operations import MERGED_INTO, Content, Operation, audited, record
from service.api.http.parsing import Loaded, idempotency_key, if_match
from service.errors.base import ServiceError
from service.errors.records import PossibleDuplicates, ProfileNotFound, UniqueKeyTaken, VersionConflict
from service.errors.requests import IdempotencyKeyReused
from service.errors.search_keys import MasterKeyMissing, TooManySensitiveValues, ValueSealed
from service.model.contact import ContactFilter
from service.model.principal import Scope
from service.model.profile import Profile
from service.use_cases import contacts, duplicates, erasure, key_values, profiles, search
from service.use_cases.audit import Audited

blueprint = Blueprint("profiles", __name__, url_prefix="/v1/profiles")

_IF_MATCH = ("IfMatch",)
_ETAG = {"ETag": "ETag"}
_PROFILE = Content(ProfileResponse(), examples.PROFILE)
_KEY_VALUES = Content(KeyValuesRequest(), examples.KEY_VALUES_REQUEST)


def creation(*problems: type[ServiceError], query: Schema) -> Operation:
    """Declare an operation that creates a profile, with its own problems and query string."""
    return Operation(
        scope=Scope.CREATE,
        body=Content(ProfileRequest(), examples.PROFILE_REQUEST),
        query=query,
        header_parameters=("IdempotencyKey",),
        status=HTTPStatus.CREATED,
        response=Content(CreatedProfileResponse(), examples.CREATED_PROFILE),
        response_headers={
            **_ETAG,
            **MERGED_INTO,
            "Location": "Location",
            "Idempotency-Replayed": "IdempotencyReplayed",
        },
        problems=(
            MasterKeyMissing,
            UniqueKeyTaken,
            PossibleDuplicates,
            IdempotencyKeyReused,
            TooManySensitiveValues,
            *problems,
        ),
    )


def _change(body: Content, *problems: type[ServiceError]) -> Operation:
    return Operation(
        scope=Scope.EDIT,
        body=body,
        header_parameters=_IF_MATCH,
        response=_PROFILE,
        response_headers=_ETAG,
        problems=(MasterKeyMissing, ProfileNotFound, VersionConflict, TooManySensitiveValues, *problems),
    )


def _etag(profile: Profile) -> dict[str, str]:
    return {"ETag": f'"{profile["version"]}"'}


def _with_etag(result: Audited[Profile]) -> object:
    return result, _etag(result.value)


def created_headers(profile: Profile, *, replayed: bool) -> dict[str, str]:
    """Return the headers of a response to a creation.

    ``replayed`` is true if an earlier request created the profile.
    """
    location = {"Location": url_for("profiles.read_profile", profile_id=profile["profile_id"])}
    return _etag(profile) | location | ({"Idempotency-Replayed": "true"} if replayed else {})


@blueprint.post("")
@creation(query=CreationRequest())
@audited
def create_profile(fields: Loaded, query: Loaded) -> object:
    """Create a profile.

    Only a first name or a business name is required. Searches find the profile immediately. With an
    `Idempotency-Key`, repeating the request creates no second profile, and returns the first profile in its
    current state. The response also has other profiles that may be of the same person.
    """
    key = idempotency_key()
    profile, replayed = profiles.create_profile_once(
        stores(), domain(), fields, key, sensitive_value_limit(), query["on_duplicate"]
    )
    return profile, created_headers(profile.value, replayed=replayed)


@blueprint.get("/<profile_id>")
@Operation(scope=Scope.VIEW, response=_PROFILE, response_headers=_ETAG, problems=(ProfileNotFound,))
@audited
def read_profile(profile_id: str) -> object:
    """Read a profile.

    When you change the profile, send the `ETag` of this response as `If-Match`.
    """
    return _with_etag(profiles.view_profile(stores(), domain(), profile_id))


@blueprint.patch("/<profile_id>")
@_change(Content(ProfilePatchRequest(), examples.PROFILE_PATCH), UniqueKeyTaken)
@audited
def update_profile(patch: Loaded, profile_id: str) -> object:
    """Change a profile by a merge patch (RFC 7396).

    Omitted fields keep their values, null removes a value, and a list replaces the whole list. A patch that
    changes nothing keeps the version.
    """
    return _with_etag(
        profiles.update_profile(stores(), domain(), profile_id, patch, if_match(), sensitive_value_limit())
    )


@blueprint.delete("/<profile_id>")
@Operation(
    scope=Scope.ADMIN,
    header_parameters=_IF_MATCH,
    status=HTTPStatus.NO_CONTENT,
    problems=(ProfileNotFound, VersionConflict),
)
@audited
def delete_profile(profile_id: str) -> object:
    """Erase a profile, and remove it from all contacts.

    The profile cannot be restored. The audit keeps the profile's events, which have its ID but no values.
    """
    return erasure.erase_profile(stores(), domain(), profile_id, if_match(), record=record)


@blueprint.post("/<profile_id>/keys")
@_change(_KEY_VALUES, UniqueKeyTaken)
@audited
def add_key_values(body: Loaded, profile_id: str) -> object:
    """Add values of a search key to a profile.

    A value that the profile already has, in any notation, is not added again.
    """
    profile = key_values.add_key_values(
        stores(), domain(), profile_id, **body, if_match=if_match(), guess_limit=sensitive_value_limit()
    )
    return _with_etag(profile)


@blueprint.post("/<profile_id>/keys/release")
@_change(_KEY_VALUES)
@audited
def release_key_values(body: Loaded, profile_id: str) -> object:
    """Remove values of a search key from a profile.

    A value that the profile does not have is ignored.
    """
    profile = key_values.release_key_values(
        stores(), domain(), profile_id, **body, if_match=if_match(), guess_limit=sensitive_value_limit()
    )
    return _with_etag(profile)


@blueprint.post("/<profile_id>/reveal")
@Operation(
    scope=Scope.REVEAL,
    body=Content(RevealRequest(), examples.REVEAL_REQUEST),
    response=Content(RevealedResponse(), examples.REVEALED),
    problems=(ProfileNotFound, ValueSealed),
)
@audited
def reveal_key_values(body: Loaded, profile_id: str) -> object:
    """Reveal the values of a sensitive search key.

    Access is audited before the values are returned. Only this response and an export show unmasked values.
    """
    return key_values.reveal_key_values(stores(), domain(), profile_id, body["key"])


@blueprint.post("/search")
@Operation(
    scope=Scope.VIEW,
    body=Content(SearchRequest(), examples.SEARCH_REQUEST),
    response=Content(FoundProfilesResponse(), examples.SEARCH),
    response_headers=MERGED_INTO,
    problems=(MasterKeyMissing, TooManySensitiveValues),
)
@audited
def search_profiles(body: Loaded) -> object:
    """Search profiles by any search key.

    Each profile is returned with the reasons for its match. In mode `exact`, profiles that meet every
    criterion come first, then profiles with better tiers. This order holds across pages. The values are in
    the body, so that they do not appear in URLs or logs.
    """
    return search.search_profiles(stores(), domain(), **body, guess_limit=sensitive_value_limit())


@blueprint.get("/<profile_id>/duplicates")
@Operation(
    scope=Scope.VIEW,
    query=DuplicatesRequest(),
    response=Content(DuplicatesResponse(), examples.DUPLICATES),
    problems=(ProfileNotFound,),
)
@audited
def list_duplicates(query: Loaded, profile_id: str) -> object:
    """Find the profiles that may be of the same person.

    The most certain profile comes first. Each is returned with the search keys for which it has the same
    value as this profile, and with further evidence. Names and dates of birth must not contradict each other.
    No profile is changed.
    """
    return duplicates.find_duplicates(stores(), domain(), profile_id, **query)


@blueprint.get("/<profile_id>/contacts")
@Operation(
    scope=Scope.VIEW,
    query=ContactsRequest(),
    response=Content(ContactsResponse(), examples.CONTACTS),
    problems=(ProfileNotFound,),
)
@audited
def list_profile_contacts(query: Loaded, profile_id: str) -> object:
    """List the contacts of a profile, newest first.

    The list has open contacts that are associated with this profile now, and cleared contacts that were
    associated with it when they were cleared.
    """
    limit, cursor = query.pop("limit"), query.pop("cursor")
    return contacts.contacts_of_profile(
        stores(), domain(), profile_id, ContactFilter(**query), limit=limit, cursor=cursor
    )
