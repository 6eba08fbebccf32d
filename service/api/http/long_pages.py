"""Send pages of up to a thousand items.

Their conversion to JSON takes longer than most requests. A gevent worker handles other requests only when the
current one waits, so the conversion pauses after each slice.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from flask import Response, stream_with_context
from marshmallow import Schema

from service.api.http.operations import to_json
from service.api.http.parsing import JSON

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


def _chunks(page: LongPage, item: Schema, rest: Schema) -> Iterator[bytes]:
    chunk = b'{"items":['
    for start in range(0, len(page.items), _SLICE):
        dumped = [to_json(item.dump(each)) for each in page.items[start : start + _SLICE]]
        yield chunk + b",".join(dumped)
        chunk = b","
        time.sleep(0)
    end = b"" if page.items else chunk
    yield end + b"]," + to_json(rest.dump(page))[1:]
