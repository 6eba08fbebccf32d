"""Requests and responses for the values that one profile has of one search key."""

from marshmallow import fields

from schemas.base import Request, Response
from schemas.fields import BoundedList, Text
from schemas.identifiers import search_key_field
from schemas.response_fields import list_field, string_field
from service.model.limits import MAX_LIST_ITEMS


class KeyValuesRequest(Request):
    """Values of one search key to add or to release."""

    key = search_key_field("`phone`, `email` or a custom search key.", example="ssn", required=True)
    values = BoundedList(
        Text(),
        min_items=1,
        max_items=MAX_LIST_ITEMS,
        required=True,
        metadata={"description": "The values, in any notation."},
    )


class RevealRequest(Request):
    """The sensitive search key to reveal."""

    key = search_key_field("A sensitive custom search key.", example="ssn", required=True)


class RevealedResponse(Response):
    """The plain values of a sensitive search key."""

    key = string_field("The search key's name.")
    values = list_field(fields.String(), "The values as they were sent. Empty if the profile has none.")
