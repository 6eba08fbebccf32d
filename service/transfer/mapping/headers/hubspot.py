"""HubSpot: exports of contacts and companies, and the internal names of their properties."""

COLUMNS = {
    "Record ID": "attributes.hubspot_record_id",
    "Record ID - Contact": "attributes.hubspot_record_id",
    "hs_object_id": "attributes.hubspot_record_id",
    "Associated Company": "business_name",
    "Mobile Phone Number": "phone_numbers.mobile",
    "mobilephone": "phone_numbers.mobile",
    "WhatsApp Phone Number": "phone_numbers.whatsapp",
    "Fax Number": "phone_numbers.fax",
    "Work email": "email_addresses.work",
    "Additional email addresses": "email_addresses",
    "hs_additional_emails": "email_addresses",
    "Street Address 2": "addresses.address_2",
    "State/Region": "addresses.state",
    "Country/Region": "addresses.country",
    "Website URL": "attributes.website",
}
