"""Merge profiles."""

from service.api.http.operations import events_of
from service.aws.call import Call, Result
from service.aws.members import with_members
from service.use_cases import merges
from service.use_cases.amazon.merging import choice_of


@with_members
def merge_profiles(call: Call) -> Result:
    """Merge profiles into the main profile. All attempts of a call merge them once.

    The message has the ID of the merge, which its undo on `/v1` needs.
    """
    values = call.values
    request = merges.MergeRequest(
        profile_id=values["MainProfileId"],
        profile_ids=values["ProfileIdsToBeMerged"],
        fields=choice_of(values["FieldSourceProfileIds"]),
        agent_id=call.principal.agent_id,
        key=call.invocation_id,
        is_amazon=True,
    )
    merged = merges.merge_profiles(call.stores, call.domain, request, events_of)
    merge_id = merged.value.merge.merge_id
    return Result({"Message": f"OK. To undo the merge: POST /v1/merges/{merge_id}/undo"}, merged.accesses)
