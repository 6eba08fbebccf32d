"""Amazon Connect Customer Profiles: the members of its Profile, and the paths of its exports."""

_ADDRESSES = {
    "Address": "",
    "ShippingAddress": "shipping.",
    "MailingAddress": "mailing.",
    "BillingAddress": "billing.",
}
_PARTS = {
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

COLUMNS = {
    "ProfileId": "profile_id",
    "AccountNumber": "account_number",
    "AdditionalInformation": "additional_information",
    "PartyType": "party_type",
    "PartyTypeString": "party_type",
    "BusinessName": "business_name",
    "FirstName": "first_name",
    "MiddleName": "middle_name",
    "LastName": "last_name",
    "BirthDate": "birth_date",
    "Gender": "gender",
    "GenderString": "gender",
    "PhoneNumber": "phone_numbers",
    "MobilePhoneNumber": "phone_numbers.mobile",
    "HomePhoneNumber": "phone_numbers.home",
    "BusinessPhoneNumber": "phone_numbers.business",
    "EmailAddress": "email_addresses",
    "PersonalEmailAddress": "email_addresses.personal",
    "BusinessEmailAddress": "email_addresses.business",
    "ProfileType": "-",
    "FoundByItems": "-",
} | {
    f"{address}.{part}": f"addresses.{kind}{field}"
    for address, kind in _ADDRESSES.items()
    for part, field in _PARTS.items()
}
