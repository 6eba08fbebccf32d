"""Fields of paginated lists."""

from marshmallow import fields, validate

from schemas.fields import Integer
from schemas.response_fields import string_field
from service.model.limits import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE

EXAMPLE_CURSOR = "WzE3NzIzNTcyNjAwMDAsIjVhMWI3YzllIl0"


def limit_field(*, strict: bool = True) -> Integer:
    """Return a field for the page size. ``strict`` rejects strings; a query string has nothing else."""
    return Integer(
        strict=strict,
        load_default=DEFAULT_PAGE_SIZE,
        validate=validate.Range(min=1, max=MAX_PAGE_SIZE),
        metadata={"description": "The maximum number of items on the page.", "example": DEFAULT_PAGE_SIZE},
    )


def cursor_field(*, allow_none: bool = True) -> fields.String:
    """Return a field for a page's cursor. A query string has no null."""
    return fields.String(
        # A callable, so that the document shows no default: null is not valid in a query string.
        load_default=lambda: None,
        allow_none=allow_none,
        validate=validate.Length(min=1, max=1024),
        metadata={
            "description": "The `next_cursor` of the previous page. Leave it out for the first page.",
        },
    )


def next_cursor_field() -> fields.String:
    """Return a field for the next page's cursor."""
    return string_field(
        "The cursor of the next page; null on the last page. A page with a cursor can "
        "have fewer items than `limit`, or none.",
        allow_none=True,
    )
