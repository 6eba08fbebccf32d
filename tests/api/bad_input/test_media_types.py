"""Bodies of an unsupported media type or charset."""

import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejecting import Rejecting
from tests.api.caller import pointers
from tests.api.operations import WITH_BODY, Operation

MEDIA_TYPES = [
    "",
    "text/plain",
    "text/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json-patch+json",
    "application/problem+json",
    "application/jsonx",
    "json",
    MARKER,
]
CHARSETS = ["shift_jis", '"Shift_JIS"', "utf-16", "iso-8859-1", "utf-8x", MARKER]
each_operation = pytest.mark.parametrize("operation", WITH_BODY, ids=str)


def _reject(rejecting: Rejecting, operation: Operation, content_type: str) -> str:
    """Send a valid body with a content type and return the problem's detail."""
    options = {"body": operation.body, "content_type": content_type}
    method, path = operation.method, operation.path
    detail: str = rejecting.reject(method, path, 415, "unsupported_media_type", **options)["detail"]
    return detail


@each_operation
def test_another_media_type_is_a_415(rejecting: Rejecting, operation: Operation) -> None:
    """A valid body does not change that."""
    for media_type in MEDIA_TYPES:
        _reject(rejecting, operation, media_type)


@each_operation
def test_another_charset_is_a_415(rejecting: Rejecting, operation: Operation) -> None:
    """JSON is UTF-8 (RFC 8259, 8.1)."""
    for charset in CHARSETS:
        assert "in UTF-8" in _reject(rejecting, operation, f"application/json; charset={charset}")


@pytest.mark.parametrize(
    "parameters", ["charset=utf-8", "charset=UTF-8", 'Charset="Utf-8"', "charset=utf8", "version=1", ""]
)
def test_the_charset_can_be_utf_8(rejecting: Rejecting, parameters: str) -> None:
    """The body is read if the charset is UTF-8 in any case, quoted or not, or under its common alias."""
    options = {"body": {"名": "太郎"}, "content_type": f"application/json; {parameters}"}
    problem = rejecting.reject("POST", "/v1/profiles", 422, "invalid_request", **options)
    assert pointers(problem) == ["/first_name", "/名"]


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if o.method != "PATCH"], ids=str)
def test_a_merge_patch_is_accepted_by_patch_only(rejecting: Rejecting, operation: Operation) -> None:
    """A merge patch needs something to be merged into."""
    _reject(rejecting, operation, "application/merge-patch+json")
