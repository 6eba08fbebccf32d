"""Operations on merges of profiles."""

from dataclasses import fields

from flask import Blueprint

from schemas import examples
from schemas import merges as schemas
from service.api.http.context import domain, principal, stores
from service.api.http.operations import MERGED_INTO, Content, Operation, audited, events_of
from service.api.http.parsing import Loaded, idempotency_key, if_match
from service.errors.merges import (
    MergeNotFound,
    MergeSuperseded,
    ProfileBeingErased,
    ProfileCreatedAgain,
    ReplicaSetRequired,
    TooManyMerges,
)
from service.errors.records import ProfileNotFound, VersionConflict
from service.errors.requests import IdempotencyKeyReused
from service.errors.search_keys import MasterKeyMissing, ValueSealed
from service.model.merge import Merge
from service.model.principal import Scope
from service.use_cases import merges
from service.use_cases.audit import Audited
from service.use_cases.merges import MergeResult

blueprint = Blueprint("merges", __name__, url_prefix="/v1")

_HEADERS = {"ETag": "ETag", "Idempotency-Replayed": "IdempotencyReplayed", **MERGED_INTO}


def _response(result: Audited[MergeResult]) -> object:
    """Return the body (the merge and its profile), and the headers."""
    merged = result.value
    headers = {"ETag": f'"{merged.profile["version"]}"'}
    if merged.replayed:
        headers["Idempotency-Replayed"] = "true"
    body = {field.name: getattr(merged.merge, field.name) for field in fields(Merge)}
    return Audited(body | {"profile": merged.profile}, result.accesses), headers


@blueprint.post("/profiles/<profile_id>/merge")
@Operation(
    scope=Scope.MERGE,
    body=Content(schemas.MergeRequest(), examples.MERGE_REQUEST),
    header_parameters=("IfMatch", "IdempotencyKey"),
    response=Content(schemas.MergedProfileResponse(), examples.MERGED_PROFILE),
    response_headers=_HEADERS,
    problems=(
        ProfileNotFound,
        VersionConflict,
        IdempotencyKeyReused,
        ProfileBeingErased,
        ProfileCreatedAgain,
        TooManyMerges,
        MasterKeyMissing,
        ValueSealed,
        ReplicaSetRequired,
    ),
)
@audited
def merge_profiles(body: Loaded, profile_id: str) -> object:
    """Merge profiles into this one.

    A text or attribute that the profile lacks comes from the merged profiles; `fields` can choose another
    profile for any of them. Lists and values of search keys are united. Contacts of the merged profiles are
    then contacts of this profile. The IDs of the merged profiles stay valid: for such an ID, every operation
    except the audit uses this profile. `If-Match` is the version of this profile. The merge can be undone.
    """
    request = merges.MergeRequest(
        profile_id=profile_id,
        **body,
        agent_id=principal().agent_id,
        if_match=if_match(),
        key=idempotency_key(),
    )
    return _response(merges.merge_profiles(stores(), domain(), request, events_of))


@blueprint.get("/profiles/<profile_id>/merges")
@Operation(
    scope=Scope.VIEW,
    query=schemas.MergesRequest(),
    response=Content(schemas.MergesResponse(), examples.MERGES),
    problems=(ProfileNotFound,),
)
@audited
def list_merges(query: Loaded, profile_id: str) -> object:
    """List the merges into a profile, newest first.

    The list also has the merges into profiles that were merged into this one, and merges that were undone.
    """
    return merges.list_merges(stores(), domain(), profile_id, **query)


@blueprint.post("/merges/<merge_id>/undo")
@Operation(
    scope=Scope.MERGE,
    header_parameters=("IfMatch",),
    response=Content(schemas.MergedProfileResponse(), examples.UNDONE_MERGE),
    response_headers=_HEADERS,
    problems=(
        MergeNotFound,
        MergeSuperseded,
        VersionConflict,
        ProfileBeingErased,
        ProfileCreatedAgain,
        MasterKeyMissing,
        ValueSealed,
        ReplicaSetRequired,
    ),
)
@audited
def undo_merge(merge_id: str) -> object:
    """Undo a merge.

    The merged profiles appear again as they were, with their contacts. Later changes stay with the target of
    the merge. `If-Match` is the version of the target. Some values of search keys cannot be restored, such as
    a unique value that another profile has now: see `not_restored`. Repeating the request has no effect.
    """
    agent_id = principal().agent_id
    return _response(merges.undo_merge(stores(), domain(), merge_id, agent_id, events_of, if_match()))
