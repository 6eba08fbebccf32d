"""The text that AWS Signature Version 4 signs."""

import pytest

from service.auth.canonical_request import canonical_path, canonical_query


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"", b"/"),
        (b"/", b"/"),
        (b"//a///b/", b"/a/b/"),
        (b"/a/./b/../c", b"/a/c"),
        (b"/../..", b"/"),
        (b"/a%20b", b"/a%2520b"),
        (b"/a:b~-._", b"/a%3Ab~-._"),
        (b"/\xe3\x81\x82", b"/%E3%81%82"),
    ],
)
def test_a_path_is_encoded_once_more(path: bytes, expected: bytes) -> None:
    """As for all services of AWS except S3."""
    assert canonical_path(path) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"b=2&a=1&a=0", b"a=0&a=1&b=2"),
        (b"a", b"a="),
        (b"a=b=c", b"a=b%3Dc"),
        (b"a=b+c", b"a=b%20c"),
        (b"a=%2b%7e", b"a=%2B~"),
        (b"a=%zz", b"a=%25zz"),
        (b"a-b=1&a=2", b"a=2&a-b=1"),
    ],
)
def test_a_query_string_is_sorted_and_encoded(query: bytes, expected: bytes) -> None:
    """Each parameter has one form."""
    assert canonical_query(query) == expected
