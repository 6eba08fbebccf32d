"""Invalid cursors and limits of paginated lists."""

from base64 import urlsafe_b64encode
from typing import Any

import orjson
import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejection_checker import RejectionChecker
from tests.api.caller import Json
from tests.api.operations import CONTACT_ID, PROFILE_ID


def encode(text: str | bytes) -> str:
    """Return the text in the encoding of a cursor."""
    raw = text if isinstance(text, bytes) else text.encode()
    return urlsafe_b64encode(raw).decode().rstrip("=")


ONE = PROFILE_ID
INVALID_CURSORS = [
    *("a", "ab", "abcde", MARKER, "é", "\x00", " ", "=", "====", "x" * 1024, "next", "W" + "1" * 999),
    encode(b"\xff\xfe"),
    *map(encode, ("", MARKER, "null", "true", "1", "{}", "[]", '"a"', "[[]]", "[null]", "[1]", "[true]")),
    *map(encode, ('[""]', "[1, 2]", "[NaN]", '{"a": 1}', '[{"$gt":""}]')),
    *map(encode, (f'["{ONE}" ]', f'["{ONE.upper()}"]', f'["{ONE}",true]', f'["{ONE}",-1]', f'["{ONE}",99]')),
    *map(encode, (f'["{ONE}",0.0]', f'["{ONE}",{10**30}]', f'["{ONE}","0"]', f'["{ONE}",0,0]')),
    *map(encode, ('[true,"c-1"]', '[false,"c-1"]', '[-1,"c-1"]', '[253402300800000,"c-1"]')),
    *map(encode, (f'[{10**30},"c-1"]', '[1.5,"c-1"]', '[0,""]', '[0,"a/b"]', f'[0,"{ONE}\\n"]')),
    *map(encode, (f'["changes",-1,"{ONE}"]', f'["changes",{2**64},"{ONE}"]', f'["changes",1.5,"{ONE}"]')),
    *map(
        encode, ('["changes",1,"x"]', '["changes",1]', f'["changes",1,"{ONE}",1]', '["changes",1,{"$gt":""}]')
    ),
    *map(encode, (f'["created_at",null,"{ONE}"]', f'["created_at",-1,"{ONE}"]', '["created_at",1,""]')),
    *map(encode, ('[0,"é"]', '[0,{"$gt":""}]', '[0,"c-1",0]', '["0","c-1"]')),
]
LISTS: dict[str, tuple[str, Any]] = {
    "search": ("/v1/profiles/search", {"criteria": [{"key": "name", "values": ["Bob"]}]}),
    "match": (f"/v1/contacts/{CONTACT_ID}/match", {"channel": "chat", "name": "Bob"}),
    "contacts": ("/v1/contacts/search", {}),
    "profile": (f"/v1/profiles/{PROFILE_ID}/contacts", None),
    "audit": ("/v1/audit", None),
    "profiles": ("/v1/profiles", None),
    "changes": ("/v1/profiles/changes", None),
}


def list_request(name: str, **parameters: Any) -> tuple[str, str, Json]:
    """Return the method, path and options of a request for a list."""
    path, body = LISTS[name]
    if body is None:
        return "GET", path, {"query_string": {k: str(v) for k, v in parameters.items()}}
    return "POST", path, {"body": body | parameters}


@pytest.mark.parametrize("name", LISTS)
def test_an_invalid_cursor_is_rejected(checker: RejectionChecker, name: str) -> None:
    """Cursors that look like those of the service are rejected too."""
    for cursor in INVALID_CURSORS:
        method, path, options = list_request(name, cursor=cursor)
        checker.reject_field(method, path, "/cursor", **options)


@pytest.mark.parametrize("other", LISTS)
@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_list_is_rejected(checker: RejectionChecker, name: str, other: str) -> None:
    """Only the two lists of contacts share cursors, because they have the same order."""
    method, path, options = list_request(other, limit=1)
    cursor = orjson.loads(checker.api.call(method, path, **options).data)["next_cursor"]
    assert cursor
    method, path, options = list_request(name, cursor=cursor)
    if name == other or {name, other} == {"contacts", "profile"}:
        checker.api.call(method, path, **options)
    else:
        checker.reject_field(method, path, "/cursor", **options)


@pytest.mark.parametrize("name", ["search", "match", "contacts"])
def test_a_cursor_with_an_invalid_type_or_length_is_rejected(checker: RejectionChecker, name: str) -> None:
    """A cursor must be a string of 1 to 1024 characters."""
    cursors: list[Any] = [1, True, "", [], {"$gt": ""}, "x" * 1025]
    for cursor in cursors:
        method, path, options = list_request(name, cursor=cursor)
        checker.reject_field(method, path, "/cursor", **options)


@pytest.mark.parametrize("name", ["search", "match", "contacts"])
def test_an_invalid_limit_is_rejected(checker: RejectionChecker, name: str) -> None:
    """A limit is an integer from 1 to 100. A larger limit is an error and is not reduced."""
    limits: list[Any] = [0, -1, 101, "ten", "10", True, False, 1.5, 0.0, 2**63, None, [], {}, ""]
    method, path, options = list_request(name)
    body = orjson.dumps(options["body"] | {"limit": 0})
    for limit in (*map(orjson.dumps, limits), str(10**30).encode()):
        payload = body.replace(b'"limit":0', b'"limit":' + limit)
        checker.reject_field(method, path, "/limit", body=payload)


@pytest.mark.parametrize(
    "limit", ["0", "-1", "101", "ten", "true", "1.5", str(10**30), "", "1e1", "0x10", "null", MARKER]
)
def test_an_invalid_limit_in_a_query_string_is_rejected(checker: RejectionChecker, limit: str) -> None:
    """Query strings have the same range."""
    checker.reject_field("GET", LISTS["profile"][0], "/limit", query_string={"limit": limit})
