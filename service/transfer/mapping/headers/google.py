"""Google Contacts: the headers until 2024 (``Given Name``), and those after (``First Name``)."""

COLUMNS = {
    "Additional Name": "middle_name",
    "Yomi Name": "phonetic_name",
    "Given Name Yomi": "phonetic_first_name",
    "Family Name Yomi": "phonetic_last_name",
    "Phonetic First Name": "phonetic_first_name",
    "Phonetic Last Name": "phonetic_last_name",
    "Nickname": "attributes.nickname",
    "Birthday": "birth_date",
    "Organization Name": "business_name",
    "Organization Title": "attributes.job_title",
    "Organization Department": "attributes.department",
    "Organization 1 - Name": "business_name",
    "Organization 1 - Title": "attributes.job_title",
    "Organization 1 - Department": "attributes.department",
    "Website 1 - Value": "attributes.website",
}

NUMBERED = {
    "Phone {n} - Type": "phone_numbers.{n}.type",
    "Phone {n} - Label": "phone_numbers.{n}.type",
    "Phone {n} - Value": "phone_numbers.{n}.value",
    "E-mail {n} - Type": "email_addresses.{n}.type",
    "E-mail {n} - Label": "email_addresses.{n}.type",
    "E-mail {n} - Value": "email_addresses.{n}.value",
    "Address {n} - Type": "addresses.{n}.type",
    "Address {n} - Label": "addresses.{n}.type",
    "Address {n} - Formatted": "addresses.{n}.formatted",
    "Address {n} - Street": "addresses.{n}.address_1",
    "Address {n} - Extended Address": "addresses.{n}.address_2",
    "Address {n} - PO Box": "addresses.{n}.address_3",
    "Address {n} - City": "addresses.{n}.city",
    "Address {n} - Region": "addresses.{n}.state",
    "Address {n} - Postal Code": "addresses.{n}.postal_code",
    "Address {n} - Country": "addresses.{n}.country",
}
"""Headers with a number ``{n}``. The columns of one item have the same number."""
