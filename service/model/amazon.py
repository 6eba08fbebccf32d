"""The names of Amazon Connect Customer Profiles, and the fields and search keys that they stand for.

A member is a field of Amazon's requests and responses. A field is one of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from service.model.search_key import KeyType, SearchKey


class PartyType(StrEnum):
    """The kind of customer."""

    INDIVIDUAL = "INDIVIDUAL"
    BUSINESS = "BUSINESS"
    OTHER = "OTHER"


class Gender(StrEnum):
    """The gender of a customer."""

    MALE = "MALE"
    FEMALE = "FEMALE"
    UNSPECIFIED = "UNSPECIFIED"


class ProfileType(StrEnum):
    """Whether a profile is of an account."""

    ACCOUNT_PROFILE = "ACCOUNT_PROFILE"
    PROFILE = "PROFILE"


class MatchType(StrEnum):
    """How Amazon finds profiles of the same person. Ours are always found by rules."""

    RULE_BASED_MATCHING = "RULE_BASED_MATCHING"
    ML_BASED_MATCHING = "ML_BASED_MATCHING"


class LogicalOperator(StrEnum):
    """Whether a profile must have a value of each search key, or of at least one."""

    AND = "AND"
    OR = "OR"


RESERVED_ATTRIBUTES = "aws:"
"""The prefix of the names of attributes that stand for members without a field, such as ProfileType."""

PROFILE_TYPE = f"{RESERVED_ATTRIBUTES}ProfileType"
"""The attribute that stands for the member ProfileType."""

PREFERENCES = f"{RESERVED_ATTRIBUTES}EngagementPreferences."
"""The prefix of the names of attributes that stand for the members of EngagementPreferences."""

TWINS: Mapping[str, tuple[str, type[StrEnum]]] = MappingProxyType(
    {"PartyType": ("party_type", PartyType), "Gender": ("gender", Gender)}
)
"""The members with a twin for free text (Gender and GenderString): the field of both, and the member's enum.

A reserved attribute, such as ``aws:Gender``, can say which of the two members the field is.
"""

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "AccountNumber": "account_number",
        "AdditionalInformation": "additional_information",
        "BusinessName": "business_name",
        "FirstName": "first_name",
        "MiddleName": "middle_name",
        "LastName": "last_name",
        "BirthDate": "birth_date",
    }
)
"""The text fields of profiles by Amazon's names."""

ADDRESS_LINES: Mapping[str, str] = MappingProxyType(
    {
        "Address1": "address_1",
        "Address2": "address_2",
        "Address3": "address_3",
        "Address4": "address_4",
        "City": "city",
        "County": "county",
        "State": "state",
        "Province": "province",
        "Country": "country",
        "PostalCode": "postal_code",
    }
)
"""The lines of addresses by Amazon's names."""


@dataclass(frozen=True, slots=True)
class Place:
    """The list and the types of the phone number, e-mail address or postal address that a member shows.

    The first type is that of a new entry. Types are compared without case.
    """

    field: Literal["phone_numbers", "email_addresses", "addresses"]
    types: tuple[str | None, ...]


PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "PhoneNumber": Place("phone_numbers", (None, "main")),
        "MobilePhoneNumber": Place("phone_numbers", ("mobile", "cell")),
        "HomePhoneNumber": Place("phone_numbers", ("home",)),
        "BusinessPhoneNumber": Place("phone_numbers", ("business", "work")),
        "EmailAddress": Place("email_addresses", (None, "main")),
        "PersonalEmailAddress": Place("email_addresses", ("personal", "home")),
        "BusinessEmailAddress": Place("email_addresses", ("business", "work")),
        "Address": Place("addresses", (None, "home")),
        "ShippingAddress": Place("addresses", ("shipping",)),
        "MailingAddress": Place("addresses", ("mailing",)),
        "BillingAddress": Place("addresses", ("billing",)),
    }
)
"""The members that show an entry of a list, by Amazon's names."""

CONTACT_TYPES = tuple(name for name, place in PLACES.items() if place.field != "addresses")
"""The members to which an engagement preference can refer."""

PREDEFINED_KEYS: Mapping[str, SearchKey] = MappingProxyType(
    {
        amazon: SearchKey(name=name, label=label, type=KeyType.TEXT)
        for amazon, name, label in (
            ("_assetId", "asset_id", "Asset ID"),
            ("_caseId", "case_id", "Case ID"),
            ("_orderId", "order_id", "Order ID"),
            ("_marketoLeadId", "marketo_lead_id", "Marketo lead ID"),
            ("_salesforceAccountId", "salesforce_account_id", "Salesforce account ID"),
            ("_salesforceContactId", "salesforce_contact_id", "Salesforce contact ID"),
            ("_salesforceAssetId", "salesforce_asset_id", "Salesforce asset ID"),
            ("_zendeskUserId", "zendesk_user_id", "Zendesk user ID"),
            ("_zendeskExternalId", "zendesk_external_id", "Zendesk external ID"),
            ("_zendeskTicketId", "zendesk_ticket_id", "Zendesk ticket ID"),
            ("_serviceNowSystemId", "servicenow_system_id", "ServiceNow system ID"),
            ("_serviceNowIncidentId", "servicenow_incident_id", "ServiceNow incident ID"),
            ("_segmentUserId", "segment_user_id", "Segment user ID"),
            ("_shopifyCustomerId", "shopify_customer_id", "Shopify customer ID"),
            ("_shopifyOrderId", "shopify_order_id", "Shopify order ID"),
        )
    }
)
"""The custom search keys for Amazon's predefined keys, by Amazon's names, without those in ``AMAZON_NAMES``.

A domain gets such a search key with the first value that is added.
"""
