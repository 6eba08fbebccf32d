"""The fields of lists that come a page at a time."""

from marshmallow import fields, validate

from schemas.fields import Whole

DEFAULT_LIMIT = 20
GREATEST_LIMIT = 100
EXAMPLE_CURSOR = "WzE3NzIzNTcyNjAwMDAsIjVhMWI3YzllIl0"


def limit_field(*, strict: bool = True) -> Whole:
    """Return the field of a page's length; ``strict`` refuses a string, which is all that a URL can hold."""
    return Whole(
        strict=strict,
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=GREATEST_LIMIT),
        metadata={"description": "The greatest number of items on the page.", "example": 20},
    )


def cursor_field(*, allow_none: bool = True) -> fields.String:
    """Return the field of a page's cursor; a URL cannot say null."""
    return fields.String(
        # Called, so that the document does not name null as the default of what cannot be null.
        load_default=lambda: None,
        allow_none=allow_none,
        validate=validate.Length(min=1, max=1024),
        metadata={
            "description": "`next_cursor` of the page before; leave it out for the first page.",
        },
    )


def next_cursor_field() -> fields.String:
    """Return the field of the next page's cursor."""
    return fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Cursor of the next page; null on the last one. A page with a cursor can be "
            "short, or even empty."
        },
    )
