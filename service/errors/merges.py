"""Errors of merges."""

from service.errors.base import Conflict, NotFound, ServiceError
from service.model.limits import MAX_MERGED, MAX_OPEN_MERGES


class MergeNotFound(NotFound):
    """Merge not found."""

    code = "merge_not_found"
    detail = (
        "No merge has this merge_id, or the merged profile was erased; list the merges of the profile to see "
        "their IDs."
    )


class MergeSuperseded(Conflict):
    """The merged profile was itself merged."""

    code = "merge_superseded"
    detail = (
        "The profile was itself merged into another profile later; undo the merge in `merge_id` first, then "
        "repeat this request."
    )


class ProfileMerged(Conflict):
    """The profile was merged into another one."""

    code = "profile_merged"
    detail = (
        "The profile was merged into the one in `merged_into`; use that ID to change that profile, or leave "
        "this item out."
    )


class ProfileBeingErased(Conflict):
    """The profile is being erased."""

    code = "profile_being_erased"
    detail = (
        "A request is erasing one of the profiles, so it can be neither merged nor restored; leave it out, "
        "or repeat the request in a minute if the erasure was interrupted."
    )


class TooManyMerges(Conflict):
    """Too many merges into a profile."""

    code = "too_many_merges"
    detail = (
        f"A profile has at most {MAX_OPEN_MERGES} merges that are not undone; merge it into another profile "
        f"instead, together with up to {MAX_MERGED - 1} others, or undo some of its merges."
    )


class ProfileCreatedAgain(Conflict):
    """A merged profile was created again."""

    code = "profile_created_again"
    detail = (
        "A profile was created again with the ID of a merged profile, by a request that was interrupted; run "
        "profile-lookup repair. If the problem remains, the profile was changed: copy what you need of it, "
        "delete it, then repeat this request."
    )


class ReplicaSetRequired(ServiceError):
    """MongoDB is no replica set."""

    code = "replica_set_required"
    detail = (
        "Merging needs transactions, which MongoDB has only on a replica set; ask the operator to start "
        "MongoDB as a replica set. One member is enough."
    )
