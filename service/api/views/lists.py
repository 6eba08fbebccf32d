"""Lists of all profiles and of their changes, for programs that copy them."""

from flask import Blueprint

from schemas import examples, lists
from schemas.profiles import ProfileResponse, ProfilesResponse
from service.api.http.context import domain, stores
from service.api.http.long_pages import stream_page
from service.api.http.operations import Content, Operation, audited
from service.api.http.parsing import Loaded
from service.model.principal import Scope
from service.use_cases import changes, listing
from service.use_cases.audit import Audited

blueprint = Blueprint("lists", __name__, url_prefix="/v1/profiles")

_PROFILE = ProfileResponse()
_REST_OF_PROFILES = ProfilesResponse(exclude=["items"])
_CHANGE = lists.ChangeResponse()
_REST_OF_CHANGES = lists.ChangesResponse(exclude=["items"])


@blueprint.get("")
@Operation(
    scope=Scope.ADMIN,
    query=lists.ProfilesRequest(),
    response=Content(ProfilesResponse(), examples.PROFILES),
)
@audited
def list_profiles(query: Loaded) -> object:
    """List all profiles.

    While profiles change, the pages neither skip nor repeat a profile in the order of `created_at`. In the
    order of `updated_at`, a profile that changes meanwhile can appear again. A page with large profiles can
    have fewer items than `limit`.
    """
    result = listing.list_profiles(stores(), domain(), **query)
    return Audited(stream_page(result.value, _PROFILE, _REST_OF_PROFILES), result.accesses)


@blueprint.get("/count")
@Operation(scope=Scope.ADMIN, response=Content(lists.ProfileCountResponse(), examples.PROFILE_COUNT))
def count_profiles() -> object:
    """Count all profiles.

    The number is exact up to 10,000. A larger number is an estimate.
    """
    return listing.count_profiles(stores(), domain())


@blueprint.get("/changes")
@Operation(
    scope=Scope.ADMIN,
    query=lists.ChangesRequest(),
    response=Content(lists.ChangesResponse(), examples.CHANGES),
)
@audited
def list_changes(query: Loaded) -> object:
    """List the changes of profiles, in order.

    A profile that was created or updated is returned as it is now. Of a deleted or merged profile, only the
    ID and the time are returned, and the profile into which it was merged. Follow `next_cursor` until a page
    has no items. Keep the cursor of this page, and continue with it later. A change appears only when no
    earlier change can appear any more: see `as_of`.
    """
    result = changes.list_changes(stores(), domain(), **query)
    return Audited(stream_page(result.value, _CHANGE, _REST_OF_CHANGES), result.accesses)
