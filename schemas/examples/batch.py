"""Examples of batches."""

from schemas.examples.common import PROFILE_ID, REQUEST_ID, Example
from schemas.examples.profiles import POSSIBLE_DUPLICATES

BATCH_REQUEST: Example = {
    "items": [
        {
            "operation": "upsert",
            "match_on": {"key": "customer_number", "value": "C-1001"},
            "profile": {"first_name": "太郎", "phone_numbers": [{"value": "+1 415-555-0101"}]},
            "ref": "row 2",
        },
        {"operation": "delete", "profile_id": PROFILE_ID, "if_match": 3},
    ]
}
BATCH: Example = {
    "items": [
        {
            "ref": "row 2",
            "status": 201,
            "profile_id": PROFILE_ID,
            "version": 1,
            "outcome": "created",
            "kept": [],
            "possible_duplicates": POSSIBLE_DUPLICATES,
        },
        {
            "ref": None,
            "status": 412,
            "profile_id": PROFILE_ID,
            "version": None,
            "outcome": None,
            "kept": [],
            "possible_duplicates": [],
            "problem": {
                "type": "urn:profile-lookup:problem:version_conflict",
                "title": "The profile has changed",
                "status": 412,
                "detail": "The profile no longer has the version in the request; read it again, then retry. "
                "If this request is a retry, its change may be there already. A weak version (W/), as some "
                "proxies make it, never matches; send it without W/.",
                "instance": f"urn:profile-lookup:request:{REQUEST_ID}",
                "code": "version_conflict",
                "request_id": REQUEST_ID,
            },
        },
    ]
}
