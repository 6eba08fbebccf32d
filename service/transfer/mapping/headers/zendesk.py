"""Zendesk: the columns of its files of users, and the members of a user in its API."""

COLUMNS = {
    "external_id": "account_number",
    "details": "attributes.details",
    "organization": "business_name",
    "alias": "attributes.alias",
}
