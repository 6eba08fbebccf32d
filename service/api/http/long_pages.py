"""Send responses with up to a thousand items.

Their conversion to JSON takes longer than most requests. A gevent worker handles other requests only when the
current one waits, so the conversion pauses after each slice.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from flask import Response, stream_with_context
from marshmallow import Schema

from service.api.http.operations import to_json
from service.api.http.parsing import JSON
from service.store.client.slices import in_slices

_SLICE = 50
"""Number of items to convert between two pauses, which takes a few milliseconds."""


class LongPage(Protocol):
    """A page of any number of items."""

    @property
    def items(self) -> Sequence[object]:
        """The items."""


def stream_page(page: LongPage, item: Schema, rest: Schema) -> Response:
    """Return the response of a page. ``item`` is the schema of an item, ``rest`` that of other members."""
    return Response(stream_with_context(_chunks(page, item, rest)), mimetype=JSON)


def items_response(items: Sequence[object], item: Schema) -> Response:
    """Return a response with the items only. ``item`` is the schema of an item."""
    return Response(b'{"items":[' + b",".join(_dumped(items, item)) + b"]}", mimetype=JSON)


def _chunks(page: LongPage, item: Schema, rest: Schema) -> Iterator[bytes]:
    chunk = b'{"items":['
    for dumped in _dumped(page.items, item):
        yield chunk + dumped
        chunk = b","
    end = b"" if page.items else chunk
    yield end + b"]," + to_json(rest.dump(page))[1:]


def _dumped(items: Sequence[object], item: Schema) -> Iterator[bytes]:
    """Yield the items as JSON with commas between them, a slice at a time."""
    for part in in_slices(items, _SLICE):
        yield b",".join(to_json(item.dump(each)) for each in part)
