"""Outlook: its CSV files in English, of the desktop program and of the web."""

_KINDS = {"Business": "work", "Home": "home", "Other": "other"}
_PARTS = {
    "Street": "address_1",
    "Street 2": "address_2",
    "Street 3": "address_3",
    "Address PO Box": "address_4",
    "City": "city",
    "State": "state",
    "Postal Code": "postal_code",
    "Country": "country",
    "Country/Region": "country",
}

TITLE = "title"
"""The attribute of ``Title`` in a file that also has ``Job Title``: there it is a title such as Dr."""

COLUMNS = {
    "Account": "account_number",
    "Given Yomi": "phonetic_first_name",
    "Surname Yomi": "phonetic_last_name",
    "E-mail Address": "email_addresses",
    "E-mail 2 Address": "email_addresses",
    "E-mail 3 Address": "email_addresses",
    "Business Phone": "phone_numbers.work",
    "Business Phone 2": "phone_numbers.work",
    "Company Main Phone": "phone_numbers.main",
    "Home Phone": "phone_numbers.home",
    "Home Phone 2": "phone_numbers.home",
    "Mobile Phone": "phone_numbers.mobile",
    "Primary Phone": "phone_numbers.main",
    "Car Phone": "phone_numbers.car",
    "Other Phone": "phone_numbers.other",
    "Callback": "phone_numbers.callback",
    "Pager": "phone_numbers.pager",
    "Business Fax": "phone_numbers.fax",
    "Home Fax": "phone_numbers.fax",
    "Other Fax": "phone_numbers.fax",
    "Web Page": "attributes.website",
} | {
    f"{name} {part}": f"addresses.{kind}.{field}"
    for name, kind in _KINDS.items()
    for part, field in _PARTS.items()
}
