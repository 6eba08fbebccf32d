"""Request bodies with an unsupported media type or charset."""

import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejection_checker import RejectionChecker
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


def _reject(checker: RejectionChecker, operation: Operation, content_type: str) -> str:
    """Send a valid body with an unsupported content type. Return the detail of the problem."""
    options = {"body": operation.body, "content_type": content_type}
    method, path = operation.method, operation.path
    detail: str = checker.reject(method, path, 415, "unsupported_media_type", **options)["detail"]
    return detail


@each_operation
def test_an_unsupported_media_type_gets_a_415(checker: RejectionChecker, operation: Operation) -> None:
    """The request is rejected even if its body is valid JSON."""
    for media_type in MEDIA_TYPES:
        _reject(checker, operation, media_type)


@each_operation
def test_an_unsupported_charset_gets_a_415(checker: RejectionChecker, operation: Operation) -> None:
    """JSON is always UTF-8 (RFC 8259, 8.1)."""
    for charset in CHARSETS:
        assert "in UTF-8" in _reject(checker, operation, f"application/json; charset={charset}")


@pytest.mark.parametrize(
    "parameters", ["charset=utf-8", "charset=UTF-8", 'Charset="Utf-8"', "charset=utf8", "version=1", ""]
)
def test_a_utf_8_charset_is_accepted(checker: RejectionChecker, parameters: str) -> None:
    """The case does not matter, quotation marks are optional, and the alias utf8 is accepted."""
    options = {"body": {"名": "太郎"}, "content_type": f"application/json; {parameters}"}
    problem = checker.reject("POST", "/v1/profiles", 422, "invalid_request", **options)
    assert pointers(problem) == ["/first_name", "/名"]


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if o.method != "PATCH"], ids=str)
def test_a_merge_patch_is_accepted_by_patch_only(checker: RejectionChecker, operation: Operation) -> None:
    """Only PATCH changes existing data, so only PATCH can merge."""
    _reject(checker, operation, "application/merge-patch+json")
