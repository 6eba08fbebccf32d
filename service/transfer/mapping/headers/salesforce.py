"""Salesforce: reports of contacts, accounts and leads, and the API names that Data Loader exports."""

_KINDS = ("Mailing", "Other", "Billing", "Shipping")
_PARTS = {
    "Street": "address_1",
    "Address Line 1": "address_1",
    "Address Line 2": "address_2",
    "Address Line 3": "address_3",
    "City": "city",
    "State": "state",
    "State/Province": "state",
    "State/Province (text only)": "state",
    "Zip/Postal Code": "postal_code",
    "Postal Code": "postal_code",
    "Country": "country",
    "Country (text only)": "country",
}

COLUMNS = (
    {
        "Account Name": "business_name",
        "Company / Account": "business_name",
        "Account Number": "account_number",
        "Account Phone": "phone_numbers.work",
        "Account Fax": "phone_numbers.fax",
        "Mobile Phone": "phone_numbers.mobile",
        "Home Phone": "phone_numbers.home",
        "Other Phone": "phone_numbers.other",
        "Business Fax": "phone_numbers.fax",
        "Birthdate": "birth_date",
        "Description": "additional_information",
        "Contact Description": "additional_information",
        "State/Province": "addresses.state",
        "State/Province (text only)": "addresses.state",
        "Zip/Postal Code": "addresses.postal_code",
        "Country (text only)": "addresses.country",
        "Contact ID": "attributes.salesforce_contact_id",
        "Account ID": "attributes.salesforce_account_id",
        "Lead ID": "attributes.salesforce_lead_id",
    }
    | {part: f"addresses.{field}" for part, field in _PARTS.items() if part.startswith("Address")}
    | {
        f"{kind} {part}": f"addresses.{kind.lower()}.{field}"
        for kind in _KINDS
        for part, field in _PARTS.items()
    }
)

COMPANY_SIGNS = frozenset({"billingstreet", "billingcity", "billingpostalcode"})
"""Normalised headers of exports of accounts.

If a file has one of them, and no column of first or last names, its names are those of companies.
"""
COMPANY_COLUMNS = {"Name": "business_name"}
