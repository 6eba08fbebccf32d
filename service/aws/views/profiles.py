"""Operations on profiles."""

from collections.abc import Mapping
from typing import Any

from service.api.http.operations import record
from service.aws.call import Call, Result
from service.aws.members import with_members
from service.aws.messages import PROFILE_NOT_FOUND
from service.aws.profile_shape import changed_fields, new_fields, to_members
from service.model.amazon import PLACES
from service.use_cases import erasure, profiles

_NUMBERS = [name for name, place in PLACES.items() if place.field == "phone_numbers"]


@with_members
def create_profile(call: Call) -> Result:
    """Create a profile. All attempts of a call together create one profile."""
    fields = new_fields(call.values)
    created, _replayed = profiles.create_profile_once(
        call.stores, call.domain, fields, call.invocation_id, call.guess_limit
    )
    return Result({"ProfileId": created.value["profile_id"]}, created.accesses)


@with_members
def update_profile(call: Call) -> Result:
    """Change members of a profile. An empty text removes a value."""
    members: Mapping[str, Any] = call.values
    changed = profiles.edit_profile(
        call.stores,
        call.domain,
        members["ProfileId"],
        lambda stored: changed_fields(stored, members),
        numbers=[members[name] for name in _NUMBERS if members.get(name)],
    )
    return Result({"ProfileId": changed.value["profile_id"]}, changed.accesses)


def delete_profile(call: Call) -> Result:
    """Erase a profile, and remove it from all contacts."""
    erasure.erase_profile(call.stores, call.domain, call.values["ProfileId"], record=record)
    return Result({"Message": "OK"})


def batch_get_profile(call: Call) -> Result:
    """Return profiles by their IDs, each once, and an error for each ID without a profile."""
    ids = list(dict.fromkeys(call.values["ProfileIds"]))
    found = profiles.view_profiles(call.stores, call.domain, ids)
    missing = {"Code": "ResourceNotFoundException", "Message": PROFILE_NOT_FOUND}
    body = {
        "Profiles": [to_members(found.value[id_]) for id_ in ids if id_ in found.value],
        "Errors": [{**missing, "ProfileId": id_} for id_ in ids if id_ not in found.value],
    }
    return Result(body, found.accesses)
