"""Customers at Amazon, and what is left of them after the move."""

import json
from typing import Any

_ORDERS = {
    "Description": "Orders",
    "AllowProfileCreation": False,
    "Fields": {
        "id": {"Source": "_source.id"},
        "customer": {"Source": "_source.customer"},
    },
    "Keys": {
        "orderNumber": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
        "_account": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["customer"]}],
    },
}

RECORD = {
    "Channel": "VOICE",
    "InitiationTimestamp": "2026-01-02T03:04:05Z",
    "Agent": {"Username": "maria"},
}


def create_customers(amazon: Any) -> list[str]:
    """Create customers, with an order and a contact each. Return their IDs."""
    amazon.create_domain(DomainName="shop", DefaultExpirationDays=366, Tags={"team": "care"})
    amazon.put_profile_object_type(DomainName="shop", ObjectTypeName="Order", **_ORDERS)
    ids = []
    for number in range(25):
        account = f"A-{number}"
        created = amazon.create_profile(
            DomainName="shop",
            FirstName=f"Jane {number}",
            AccountNumber=account,
            MobilePhoneNumber=f"+1 415 555 01{number:02}",
            Address={"City": "Tokyo"},
            Attributes={"tier": "gold"},
        )
        order = json.dumps({"id": f"O-{number}", "customer": account})
        amazon.put_profile_object(DomainName="shop", ObjectTypeName="Order", Object=order)
        ids.append(created["ProfileId"])
        contact = {"KeyName": "_ctrContactId", "Values": [f"c-{number}"]}
        amazon.add_profile_key(DomainName="shop", ProfileId=ids[-1], **contact)
        record = json.dumps({"ContactId": f"c-{number}", **RECORD})
        amazon.put_profile_object(DomainName="shop", ObjectTypeName="CTR", Object=record)
    return ids


def profile_of(client: Any, amazon_id: str) -> Any:
    """Return the members of the profile with this ID at Amazon."""
    (item,) = client.search_profiles(DomainName="default", KeyName="amazonProfileId", Values=[amazon_id])[
        "Items"
    ]
    del item["FoundByItems"], item["ProfileId"]
    return item


def state_of(client: Any, customers: list[str]) -> list[tuple[Any, str, str]]:
    """Return the members of each profile, its order and its contact."""
    state = []
    for amazon_id in customers:
        found = client.search_profiles(DomainName="default", KeyName="amazonProfileId", Values=[amazon_id])
        (item,) = found["Items"]
        profile_id = item.pop("ProfileId")
        del item["FoundByItems"]
        objects = [
            client.list_profile_objects(DomainName="default", ProfileId=profile_id, ObjectTypeName=name)[
                "Items"
            ]
            for name in ("Order", "CTR")
        ]
        (order,), (contact,) = objects
        state.append((item, order["Object"], contact["Object"]))
    return state
