"""Cursors and limits of paginated lists."""

from base64 import urlsafe_b64encode
from typing import Any

import orjson
import pytest

from tests.api.bad_input.bodies import MARKER
from tests.api.bad_input.rejecting import Rejecting
from tests.api.caller import Json
from tests.api.operations import CONTACT_ID, PROFILE_ID


def encoded(text: str | bytes) -> str:
    """Return text in the encoding of a cursor."""
    raw = text if isinstance(text, bytes) else text.encode()
    return urlsafe_b64encode(raw).decode().rstrip("=")


ONE = PROFILE_ID
MADE_UP = [
    *("a", "ab", "abcde", MARKER, "é", "\x00", " ", "=", "====", "x" * 1024, "next", "W" + "1" * 999),
    encoded(b"\xff\xfe"),
    *map(encoded, ("", MARKER, "null", "true", "1", "{}", "[]", '"a"', "[[]]", "[null]", "[1]", "[true]")),
    *map(encoded, ('[""]', "[1, 2]", "[NaN]", '{"a": 1}', '[{"$gt":""}]')),
    *map(encoded, (f'["{ONE}" ]', f'["{ONE.upper()}"]', f'["{ONE}",true]', f'["{ONE}",-1]', f'["{ONE}",99]')),
    *map(encoded, (f'["{ONE}",0.0]', f'["{ONE}",{10**30}]', f'["{ONE}","0"]', f'["{ONE}",0,0]')),
    *map(encoded, ('[true,"c-1"]', '[false,"c-1"]', '[-1,"c-1"]', '[253402300800000,"c-1"]')),
    *map(encoded, (f'[{10**30},"c-1"]', '[1.5,"c-1"]', '[0,""]', '[0,"a/b"]', f'[0,"{ONE}\\n"]')),
    *map(encoded, ('[0,"é"]', '[0,{"$gt":""}]', '[0,"c-1",0]', '["0","c-1"]')),
]
LISTS: dict[str, tuple[str, Any]] = {
    "search": ("/v1/profiles/search", {"criteria": [{"key": "name", "values": ["Bob"]}]}),
    "match": (f"/v1/contacts/{CONTACT_ID}/match", {"channel": "chat", "name": "Bob"}),
    "contacts": ("/v1/contacts/search", {}),
    "profile": (f"/v1/profiles/{PROFILE_ID}/contacts", None),
    "audit": ("/v1/audit", None),
}


def ask(name: str, **more: Any) -> tuple[str, str, Json]:
    """Return the method, path and options of a request for a list."""
    path, body = LISTS[name]
    if body is None:
        return "GET", path, {"query_string": {k: str(v) for k, v in more.items()}}
    return "POST", path, {"body": body | more}


@pytest.mark.parametrize("name", LISTS)
def test_a_made_up_cursor_is_rejected(rejecting: Rejecting, name: str) -> None:
    """Only cursors from the service are valid, however similar others look."""
    for cursor in MADE_UP:
        method, path, options = ask(name, cursor=cursor)
        rejecting.reject_field(method, path, "/cursor", **options)


@pytest.mark.parametrize("other", LISTS)
@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_list_is_rejected(rejecting: Rejecting, name: str, other: str) -> None:
    """The two lists of contacts have the same order and share cursors. No other lists do."""
    method, path, options = ask(other, limit=1)
    cursor = orjson.loads(rejecting.api.call(method, path, **options).data)["next_cursor"]
    assert cursor
    method, path, options = ask(name, cursor=cursor)
    if name == other or {name, other} == {"contacts", "profile"}:
        rejecting.api.call(method, path, **options)
    else:
        rejecting.reject_field(method, path, "/cursor", **options)


@pytest.mark.parametrize("name", ["search", "match", "contacts"])
def test_a_cursor_of_another_type_is_rejected(rejecting: Rejecting, name: str) -> None:
    """A cursor must be a string."""
    cursors: list[Any] = [1, True, "", [], {"$gt": ""}, "x" * 1025]
    for cursor in cursors:
        method, path, options = ask(name, cursor=cursor)
        rejecting.reject_field(method, path, "/cursor", **options)


@pytest.mark.parametrize("name", ["search", "match", "contacts"])
def test_an_invalid_limit_is_rejected(rejecting: Rejecting, name: str) -> None:
    """A limit is a number from 1 to 100. A larger one is an error and is never silently reduced."""
    limits: list[Any] = [0, -1, 101, "ten", "10", True, False, 1.5, 0.0, 2**63, None, [], {}, ""]
    method, path, options = ask(name)
    body = orjson.dumps(options["body"] | {"limit": 0})
    for limit in (*map(orjson.dumps, limits), str(10**30).encode()):
        payload = body.replace(b'"limit":0', b'"limit":' + limit)
        rejecting.reject_field(method, path, "/limit", body=payload)


@pytest.mark.parametrize(
    "limit", ["0", "-1", "101", "ten", "true", "1.5", str(10**30), "", "1e1", "0x10", "null", MARKER]
)
def test_an_invalid_limit_in_a_query_string_is_rejected(rejecting: Rejecting, limit: str) -> None:
    """The range is the same. A query string has no types."""
    rejecting.reject_field("GET", LISTS["profile"][0], "/limit", query_string={"limit": limit})
