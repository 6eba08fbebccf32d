"""Examples of matches and searches. They find the profile of ``PROFILE_REQUEST``, and that of the README."""

from collections.abc import Mapping

from schemas.examples.common import CONTACT_ID, Example
from schemas.examples.profiles import PROFILE

CANDIDATE: Example = {
    "profile": PROFILE,
    "matched_on": [{"key": "phone", "value": "+14155550101", "tier": "exact", "shared": False}],
}
SEARCH_REQUEST: Example = {
    "criteria": [
        {"key": "phone", "values": ["(415) 555-0101"]},
        {"key": "name", "values": ["山田 太郎"]},
    ],
    "operator": "and",
}
SEARCH: Example = {
    "items": [
        CANDIDATE
        | {
            "matched_on": [
                {"key": "phone", "value": "+14155550101", "tier": "exact"},
                {"key": "name", "value": "山田 太郎", "tier": "full_name"},
            ]
        }
    ],
    "next_cursor": None,
    "truncated": False,
}
DUPLICATES: Example = {
    "items": [
        {
            "profile": CANDIDATE["profile"],
            "tier": "exact",
            "matched_on": ["phone"],
            "evidence": ["same_name", "same_birth_date"],
        }
    ],
    "next_cursor": None,
    "truncated": False,
}
MATCH_REQUEST: Example = {"channel": "voice", "phone_number": "+14155550101"}
_STREAMS_CONTACT: Example = {
    "contactId": CONTACT_ID,
    "type": "voice",
    "state": {"type": "connecting"},
    "connections": [
        {
            "type": "inbound",
            "initial": True,
            "endpoint": {"type": "phone_number", "phoneNumber": "+14155550101"},
        },
        {"type": "agent", "initial": False},
    ],
    "attributes": {"language": {"name": "language", "value": "ja"}},
}
MATCH_REQUESTS_OF_CONNECT: Mapping[str, Example] = {
    "Details": {
        "Name": "ContactFlowEvent",
        "Details": {
            "ContactData": {
                "ContactId": CONTACT_ID,
                "Channel": "VOICE",
                "CustomerEndpoint": {"Address": "+14155550101", "Type": "TELEPHONE_NUMBER"},
                "Attributes": {"profileSearchKey": "_account", "profileSearchValue": "A-1"},
                "InitiationMethod": "INBOUND",
                "InstanceARN": "arn:aws:connect:us-east-1:123456789012:instance/example",
            },
            "Parameters": {},
        },
    },
    "contactData": {"contactId": CONTACT_ID, "contactData": _STREAMS_CONTACT},
    "contactId": _STREAMS_CONTACT,
}
"""An example of each form of Amazon Connect, by the member in ``schemas.connect.ALTERNATIVES``."""
MATCH: Example = {
    "contact_id": CONTACT_ID,
    "outcome": "unique",
    "candidates": [CANDIDATE],
    "association": None,
    "next_cursor": None,
    "truncated": False,
}
