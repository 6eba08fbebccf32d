"""Send responses with up to a thousand items.

The conversion of so many items to JSON takes longer than most requests. A gevent worker handles other
requests only when the current one waits, so the conversion pauses between two slices of the items.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from flask import Response, stream_with_context
from marshmallow import Schema

from service.api.http.operations import to_json
from service.api.http.parsing import JSON
from service.store.client.slices import in_slices

_SLICE = 50
"""Number of items to convert between two pauses. Their conversion takes a few milliseconds."""


class LongPage(Protocol):
    """A page of items, perhaps with other fields."""

    @property
    def items(self) -> Sequence[object]:
        """The items."""


def stream_page(page: LongPage, item: Schema, rest: Schema) -> Response:
    """Return a response with the page. ``item`` is the schema of an item, ``rest`` that of other fields."""
    return Response(stream_with_context(_chunks(page, item, rest)), mimetype=JSON)


def items_response(items: Sequence[object], item: Schema) -> Response:
    """Return a response with the items only. ``item`` is the schema of an item."""
    return Response(b'{"items":[' + b",".join(_dump_slices(items, item)) + b"]}", mimetype=JSON)


def _chunks(page: LongPage, item: Schema, rest: Schema) -> Iterator[bytes]:
    chunk = b'{"items":['
    for dumped in _dump_slices(page.items, item):
        yield chunk + dumped
        chunk = b","
    end = b"" if page.items else chunk
    yield end + b"]," + to_json(rest.dump(page))[1:]


def _dump_slices(items: Sequence[object], item: Schema) -> Iterator[bytes]:
    """Yield each slice of the items as JSON, with commas between its items."""
    for part in in_slices(items, _SLICE):
        yield b",".join(to_json(item.dump(each)) for each in part)
