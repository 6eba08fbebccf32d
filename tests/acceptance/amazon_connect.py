"""The code of docs/amazon-connect.md, and customers at Amazon."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from tests.acceptance.importing import read_page

PAGE = read_page("amazon-connect.md")
ORDERS: Mapping[str, Any] = {
    "Description": "Orders, which belong to a customer by a number that no profile shows",
    "AllowProfileCreation": True,
    "Fields": {
        "id": {"Source": "_source.id"},
        "customer": {"Source": "_source.customer"},
        "tier": {"Source": "_source.tier", "Target": "_profile.Attributes.tier"},
    },
    "Keys": {
        "orderNumber": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
        "customerNumber": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["customer"]}],
    },
}
PHONE_ONLY: dict[str, Any] = {"PhoneNumber": "+1 415 555 0190"}
LAST_NAME_ONLY: dict[str, Any] = {"LastName": "Lee"}
EVERYTHING: dict[str, Any] = {
    "FirstName": "Ann",
    "MiddleName": "May",
    "LastName": "Archer",
    "BusinessName": "Archer Ltd.",
    "AccountNumber": "4155552671.0",
    "BirthDate": "29222",
    "AdditionalInformation": "calls at night",
    "PhoneNumber": "+1 415 555 0191",
    "MobilePhoneNumber": "+1 415 555 0192",
    "HomePhoneNumber": "ask for Ann",
    "BusinessPhoneNumber": "+1 415 555 0194",
    "EmailAddress": "a@example.com; b@example.com",
    "PersonalEmailAddress": "ann@example.com",
    "BusinessEmailAddress": "Ann@Example.com",
    "PartyType": "INDIVIDUAL",
    "PartyTypeString": "sole trader",
    "Gender": "FEMALE",
    "GenderString": "she",
    "ProfileType": "PROFILE",
    "Address": {"Address1": "1 High Street", "City": "Leeds"},
    "ShippingAddress": {"City": "York"},
    "MailingAddress": {"City": "Hull"},
    "BillingAddress": {"City": "Bath"},
    "Attributes": {"tier": "gold", "vip": "yes"},
    "EngagementPreferences": {"Phone": [{"KeyName": "night", "ContactType": "MobilePhoneNumber"}]},
}
RECORD = {
    "Channel": "VOICE",
    "InitiationTimestamp": "2024-01-01T10:00:00Z",
    "DisconnectTimestamp": "2024-01-01T10:05:00Z",
    "Agent": {"Username": "maria"},
}


def blocks(language: str, section: str = "") -> list[str]:
    """Return the page's code blocks after a heading, also those in a list."""
    found = re.findall(
        rf"^( *)```{language}\n(.*?)^ *```$", PAGE[PAGE.index(section) :], re.DOTALL | re.MULTILINE
    )
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def commands_of(section: str) -> Iterator[list[str]]:
    """Yield the arguments of the `profile-lookup` commands in the console blocks after a heading."""
    for text in blocks("console", section):
        for line in text.replace("\\\n", "").splitlines():
            if line.startswith(".venv/bin/profile-lookup "):
                yield shlex.split(line)[1:]


def add_customers(amazon: Any, domain: str, count: int) -> list[str]:
    """Create customers at Amazon. The first three have an order and a contact each. Return their IDs."""
    amazon.create_domain(DomainName=domain, DefaultExpirationDays=366, Tags={"team": "sales"})
    amazon.put_profile_object_type(DomainName=domain, ObjectTypeName="Order", **ORDERS)
    ids = []
    for number, members in enumerate((EVERYTHING, PHONE_ONLY, LAST_NAME_ONLY)):
        profile_id = amazon.create_profile(DomainName=domain, **members)["ProfileId"]
        for key, value in (("customerNumber", f"N-{number}"), ("_ctrContactId", f"c-{number}")):
            amazon.add_profile_key(DomainName=domain, ProfileId=profile_id, KeyName=key, Values=[value])
        order = {"id": f"O-{number}", "customer": f"N-{number}", "tier": "bronze"}
        for name, content in (("Order", order), ("CTR", {"ContactId": f"c-{number}", **RECORD})):
            amazon.put_profile_object(DomainName=domain, ObjectTypeName=name, Object=json.dumps(content))
        # Since the order, the tier has changed.
        attributes = members.get("Attributes", {"tier": ""})
        amazon.update_profile(DomainName=domain, ProfileId=profile_id, Attributes=attributes)
        ids.append(profile_id)
    names = [f"Jane {number}" for number in range(len(ids), count)]
    return ids + [amazon.create_profile(DomainName=domain, FirstName=name)["ProfileId"] for name in names]
