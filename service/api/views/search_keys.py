"""Operations on search keys."""

from http import HTTPStatus

from flask import Blueprint

from schemas import examples
from schemas import search_keys as schemas
from schemas.profiles import ProfilesResponse
from service.api.http.context import domain, stores
from service.api.http.operations import Content, Operation, audited
from service.api.http.parsing import Loaded
from service.errors.search_keys import (
    BuiltInSearchKey,
    MasterKeyMissing,
    SearchKeyFixed,
    SearchKeyInUse,
    SearchKeyNotFound,
    TooManySearchKeys,
)
from service.model.principal import Scope
from service.use_cases import search_keys

blueprint = Blueprint("search-keys", __name__, url_prefix="/v1/search-keys")


@blueprint.get("")
@Operation(scope=Scope.VIEW, response=Content(schemas.SearchKeysResponse(), examples.SEARCH_KEYS))
def list_search_keys() -> object:
    """List the search keys, built in and custom.

    Use the list for the agent's drop-down. The response has all search keys, on one page.
    """
    return search_keys.list_search_keys(stores(), domain())


@blueprint.put("/<key>")
@Operation(
    scope=Scope.SETTINGS,
    body=Content(schemas.SearchKeyRequest(), examples.SEARCH_KEY_REQUEST),
    response=Content(schemas.SearchKeyResponse(), examples.SEARCH_KEY),
    created_description="The search key is new.",
    problems=(BuiltInSearchKey, MasterKeyMissing, SearchKeyFixed, SearchKeyInUse, TooManySearchKeys),
)
def define_search_key(body: Loaded, key: str) -> object:
    """Define a custom search key.

    All workers can use a new search key immediately. The label and the example of an existing search key can
    be changed. To change anything else, remove the search key first. If concurrent requests define a new
    search key with different types, uniqueness or sensitivity, only one succeeds.
    """
    defined, created = search_keys.define_search_key(stores(), domain(), key, body)
    return defined, 201 if created else 200


@blueprint.delete("/<key>")
@Operation(
    scope=Scope.SETTINGS,
    status=HTTPStatus.NO_CONTENT,
    problems=(BuiltInSearchKey, SearchKeyInUse, SearchKeyNotFound),
)
def remove_search_key(key: str) -> None:
    """Remove a custom search key.

    First remove its values from all profiles. `GET /v1/search-keys/{key}/profiles` lists these profiles.
    """
    search_keys.remove_search_key(stores(), domain(), key)


@blueprint.get("/<key>/profiles")
@Operation(
    scope=Scope.ADMIN,
    query=schemas.SearchKeyProfilesRequest(),
    response=Content(ProfilesResponse(), examples.PROFILES),
    problems=(BuiltInSearchKey, SearchKeyNotFound),
)
@audited
def list_search_key_profiles(query: Loaded, key: str) -> object:
    """List the profiles that have a value of a custom search key, ordered by ID.

    Remove these values before you remove the search key. The operation also lists profiles with values of a
    search key that is no longer defined. To remove such values, PATCH the profile with `null` for the search
    key.
    """
    return search_keys.list_holders(stores(), domain(), key, **query)
