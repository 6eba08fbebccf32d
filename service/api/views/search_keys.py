"""Search keys over HTTP."""

from typing import Any

from schemas import examples
from schemas.profiles import ProfilesAnswer
from schemas.search_keys import HoldersQuery, SearchKeyAnswer, SearchKeyRequest, SearchKeysAnswer
from service.api.http.context import domain, stores
from service.api.openapi.blueprint import MET_BY_ALL, Blueprint
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
from service.use_cases.pages import Page

blueprint = Blueprint(
    "search-keys",
    __name__,
    url_prefix="/v1/search-keys",
    description="The agent's drop-down.",
    met_by_all=MET_BY_ALL,
)


@blueprint.route("", methods=["GET"])
@blueprint.requires(Scope.VIEW)
@blueprint.response(200, SearchKeysAnswer(), example=examples.SEARCH_KEYS)
def list_search_keys() -> Any:
    """List the search keys, built in and custom.

    What the agent's drop-down shows. All of them on one page.
    """
    return Page(search_keys.list_search_keys(stores(), domain()))


@blueprint.route("/<key>", methods=["PUT"])
@blueprint.requires(Scope.SETTINGS)
@blueprint.body(SearchKeyRequest(), examples.SEARCH_KEY_REQUEST)
@blueprint.response(200, SearchKeyAnswer(), example=examples.SEARCH_KEY)
@blueprint.alt_response(
    201,
    schema=SearchKeyAnswer(),
    example=examples.SEARCH_KEY,
    description="The key is a new one.",
    success=True,
)
@blueprint.problems(
    BuiltInSearchKey,
    MasterKeyMissing,
    SearchKeyFixed,
    SearchKeyInUse,
    TooManySearchKeys,
)
def define_search_key(body: dict[str, Any], key: str) -> Any:
    """Define a custom search key; it is there at once, in every worker.

    Once defined, its label and its example can be changed; its type, its uniqueness and its sensitivity stay
    until it is removed. Of concurrent requests that define the same key differently one succeeds.
    """
    defined, created = search_keys.define_search_key(stores(), domain(), key, body)
    return defined, 201 if created else 200


@blueprint.route("/<key>", methods=["DELETE"])
@blueprint.requires(Scope.SETTINGS)
@blueprint.response(204)
@blueprint.problems(BuiltInSearchKey, SearchKeyInUse, SearchKeyNotFound)
def remove_search_key(key: str) -> None:
    """Remove a custom search key.

    No profile may hold a value of it any more: `GET /v1/search-keys/{key}/profiles` lists those that do.
    """
    search_keys.remove_search_key(stores(), domain(), key)


@blueprint.route("/<key>/profiles", methods=["GET"])
@blueprint.requires(Scope.ADMIN)
@blueprint.arguments(HoldersQuery(), location="query")
@blueprint.response(200, ProfilesAnswer(), example=examples.PROFILES)
@blueprint.problems(BuiltInSearchKey, SearchKeyNotFound)
@blueprint.audited
def list_search_key_profiles(query: dict[str, Any], key: str) -> Any:
    """List the profiles that hold a value of a custom search key, by ID.

    Release their values to retire the key: it can be removed once no profile holds it. Values of a key that
    is not defined any more are listed too; a PATCH of the profile with `null` for the key removes them.
    """
    return search_keys.list_holders(stores(), domain(), key, **query)
