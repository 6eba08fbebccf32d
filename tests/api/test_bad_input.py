"""Bad input: each gets its 4xx problem, which never repeats a value, and the database is as before."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from werkzeug.test import TestResponse

from tests.api.caller import Caller, Json, check_problem, pointers
from tests.api.operations import CONTACT_ID, OPERATIONS, PROFILE_ID, WITH_BODY, Operation

MARKER = "Zq7-marker"
"""Stands in every value sent here, and in no answer."""

PROFILE: Json = {
    "first_name": "Ann",
    "middle_name": "M.",
    "last_name": "Lee",
    "phonetic_first_name": "Ann",
    "phonetic_last_name": "Lee",
    "business_name": "ACME",
    "account_number": "A-1",
    "birth_date": "1980-04-01",
    "gender": "female",
    "party_type": "INDIVIDUAL",
    "additional_information": "Calls at night.",
    "phone_numbers": [{"type": "home", "value": "+12125550123"}],
    "email_addresses": [{"type": "home", "value": "ann@example.com"}],
    "addresses": [
        {
            "type": "home",
            "address_1": "1 Main St",
            "address_2": "2",
            "address_3": "3",
            "address_4": "4",
            "city": "Tokyo",
            "county": "A",
            "state": "B",
            "province": "C",
            "country": "JP",
            "postal_code": "100-0001",
        }
    ],
    "attributes": {"tier": "gold"},
    "keys": {"vip": ["1"]},
}
CRITERIA = [{"key": "name", "values": ["Ann"]}]
FULL_BODIES: dict[str, Json] = {
    "POST /v1/contacts/{contact_id}/match": {
        "channel": "voice",
        "phone_number": "+12125550123",
        "email_address": "ann@example.com",
        "name": "Ann",
        "attributes": {"tier": "gold"},
        "limit": 20,
    },
    "PUT /v1/contacts/{contact_id}/association": {
        "profile_id": PROFILE_ID,
        "channel": "voice",
        "agent_id": "agent-7",
    },
    "POST /v1/contacts/{contact_id}/profile": PROFILE,
    "POST /v1/contacts/search": {
        "profile_id": PROFILE_ID,
        "agent_id": "agent-7",
        "channel": "voice",
        "from": "2026-03-01T00:00:00Z",
        "to": "2026-04-01T00:00:00Z",
        "limit": 20,
    },
    "POST /v1/profiles": PROFILE,
    "PATCH /v1/profiles/{profile_id}": PROFILE,
    "POST /v1/profiles/{profile_id}/keys": {"key": "vip", "values": ["1"]},
    "POST /v1/profiles/{profile_id}/keys/release": {"key": "vip", "values": ["1"]},
    "POST /v1/profiles/{profile_id}/reveal": {"key": "secret"},
    "POST /v1/profiles/search": {"criteria": CRITERIA, "operator": "or", "mode": "exact", "limit": 20},
    "PUT /v1/search-keys/{key}": {"label": "SSN", "type": "digits", "unique": True, "sensitive": True},
    "PATCH /v1/settings": {"default_region": "JP", "match_keys": {"voice": ["phone"], "chat": ["email"]}},
}


@pytest.fixture(scope="module")
def stage(module_api: Caller) -> tuple[Caller, Json]:
    """Return a caller of a service with something of everything in it, and all that is in it."""
    api = module_api
    api.define("ssn", type="digits", unique=True)
    api.define("vip")
    api.define("secret", sensitive=True)
    made = api.create("Ann", phone_numbers=[{"value": "555 1234"}], keys={"ssn": ["123"], "vip": ["1"]})
    profiles = api.database["profiles"]
    document = profiles.find_one_and_delete({"_id": made["profile_id"]})
    profiles.insert_one(document | {"_id": PROFILE_ID})
    api.associate(CONTACT_ID, PROFILE_ID, channel="voice", agent_id="agent-7")
    for _ in range(3):
        contact_id = f"other-{api.create('Bob')['profile_id']}"
        api.associate(contact_id, PROFILE_ID, agent_id="agent-7")
    api.patch("/v1/settings", {"default_region": "JP", "match_keys": {"chat": ["name"]}})
    return api, api.dump()


def refuse(
    stage: tuple[Caller, Json], method: str, path: str, status: int, code: str, **options: Any
) -> tuple[TestResponse, Json]:
    """Send what is bad, and see that it is refused, repeated to nobody, and that nothing has changed."""
    api, before = stage
    response = api.call(method, path, status=status, **options)
    problem = check_problem(response)
    assert problem["code"] == code
    assert MARKER not in response.text
    assert api.dump() == before
    return response, problem


def at_pointer(body: Any, pointer: str, value: Any) -> Any:
    """Return the body with a value at a pointer."""
    body = deepcopy(body)
    *way, last = pointer.split("/")[1:]
    target = body
    for step in way:
        target = target[int(step) if isinstance(target, list) else step]
    target[int(last) if isinstance(target, list) else last] = value
    return body


def leaves(body: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a body that is not an object or an array, with its pointer."""
    if isinstance(body, dict | list):
        members = body.items() if isinstance(body, dict) else enumerate(body)
        for name, member in members:
            yield from leaves(member, f"{pointer}/{name}")
    else:
        yield pointer, body


each_operation = pytest.mark.parametrize("operation", WITH_BODY, ids=str)


def test_every_body_is_tried() -> None:
    """Each operation with a body has its fullest one in the table, so that no field goes untried."""
    assert FULL_BODIES.keys() == {str(operation) for operation in WITH_BODY}


MALFORMED = {
    "an empty body": b"",
    "blanks": b" \n",
    "no JSON": MARKER.encode(),
    "half of it": b'{"first_name": "Zq7-marker"',
    "one more brace": b'{"first_name": "Zq7-marker"}}',
    "two documents": b'{"first_name": "Zq7-marker"} {}',
    "single quotes": b"{'first_name': 'Zq7-marker'}",
    "a comma too many": b'{"first_name": "Zq7-marker",}',
    "a form": b"first_name=Zq7-marker",
    "a lone surrogate": b'{"first_name": "Zq7-marker\\ud800"}',
    "two surrogates the wrong way round": b'{"first_name": "Zq7-marker\\udc00\\ud800"}',
    "a surrogate in UTF-8": b'{"first_name": "Zq7-marker\xed\xa0\x80"}',
    "a lone surrogate in a name": b'{"\\udfff": "Zq7-marker"}',
    "no UTF-8": b'{"first_name": "Zq7-marker\xff"}',
    "UTF-16": '{"first_name": "Zq7-marker"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"first_name": "Zq7-marker"}',
    "a NUL byte": b'{"first_name": "Zq7-marker\x00"}',
    "NaN": b'{"first_name": NaN, "last_name": "Zq7-marker"}',
    "Infinity": b'{"first_name": -Infinity}',
    "a depth of 100,000": b"[" * 100_000,
    "objects in depth": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "a member twice": b'{"first_name": "Zq7-marker", "first_name": "Zq7-marker"}',
}


@each_operation
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_not_json_is_a_400(stage: tuple[Caller, Json], operation: Operation, body: bytes) -> None:
    """JSON is JSON in UTF-8 (RFC 8259), without what Python alone would take."""
    refuse(stage, operation.method, operation.path, 400, "malformed_json", body=body)


DUPLICATES = {
    "with other values": b'{"first_name": "Ann", "first_name": "Zq7-marker"}',
    "with blanks before the colon": b'{"first_name" : "Ann", "first_name"\t\r\n:"Ann"}',
    "one of them escaped": b'{"first_name": "Ann", "\\u0066irst_name": "Ann"}',
    "both escaped": b'{"first\\u005Fname": "Ann", "first\\u005fname": "Ann"}',
    "in an object": b'{"first_name": "Ann", "attributes": {"a": "1", "a": "2"}}',
    "in an object, escaped": b'{"first_name": "Ann", "attributes": {"a": "1", "\\u0061": "2"}}',
    "in an object in a list": b'{"first_name": "Ann", "phone_numbers": [{"value": "1", "value": "2"}]}',
    "beside strings with colons": b'{"first_name": "A:\\":\\u003a", "last_name": ":", "last_name": "b"}',
    "beside a name with a colon": b'{"first_name": "Ann", "attributes": {"a:": "1", "a\\u003A": "2"}}',
    "empty names": b'{"first_name": "Ann", "attributes": {"": "1", "": "2"}}',
    "of an object in one of the two": b'{"attributes": {"a": "1"}, "first_name": "A", "attributes": {}}',
    "at a depth of 1,000": b'{"a":' * 1_000 + b'{"b":1,"b":1}' + b"}" * 1_000,
}


@pytest.mark.parametrize("body", DUPLICATES.values(), ids=DUPLICATES.keys())
def test_an_object_with_two_members_of_the_same_name_is_a_400(
    stage: tuple[Caller, Json], body: bytes
) -> None:
    """Parsers disagree on which of the two counts (RFC 8259, 4): a proxy may have checked the other."""
    _, problem = refuse(stage, "POST", "/v1/profiles", 400, "malformed_json", body=body)
    assert "two members of the same name" in problem["detail"]


@pytest.mark.parametrize(
    "attributes",
    [
        b'{"a": "1", "A": "2"}',
        b'{"a": "a\\":", "b": "\\\\", ":": "\\u003a"}',
        b'{"a": "1", "\\u0062": ":"}',
        '{"é": "1", "e\u0301": ":"}'.encode(),
    ],
)
def test_names_that_only_look_alike_are_not_duplicates(stage: tuple[Caller, Json], attributes: bytes) -> None:
    """Names are compared by their characters, with escapes resolved; colons inside strings do not count."""
    body = b'{"channel": "voice", "name": "Ann:", "attributes": ' + attributes + b"}"
    stage[0].call("POST", f"/v1/contacts/{CONTACT_ID}/match", body, status=200)


@each_operation
@pytest.mark.parametrize("body", [[], [MARKER], [{}], MARKER, "", 1, 1.5, 10**30, True, False, "null"])
def test_what_is_not_an_object_is_a_422(stage: tuple[Caller, Json], operation: Operation, body: Any) -> None:
    """The pointer is that of the whole document."""
    sent = b"null" if body == "null" else str(body).encode() if body == 10**30 else orjson.dumps(body)
    _, problem = refuse(stage, operation.method, operation.path, 422, "invalid_request", body=sent)
    assert pointers(problem) == [""]


@each_operation
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_two_mebibytes_is_a_413(
    stage: tuple[Caller, Json], operation: Operation, *, chunked: bool
) -> None:
    """With its length announced, and in chunks without one (RFC 9112, 7.1)."""
    body = orjson.dumps({"first_name": MARKER + "x" * 2 * 1024 * 1024})
    options: Json = {"body": body}
    if chunked:
        headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
        options = {
            "input_stream": BytesIO(body),
            "headers": headers,
            "environ_overrides": {"wsgi.input_terminated": True},
        }
    refuse(stage, operation.method, operation.path, 413, "payload_too_large", **options)


@each_operation
@pytest.mark.parametrize(
    "content_type",
    [
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
    ],
)
def test_another_media_type_is_a_415(
    stage: tuple[Caller, Json], operation: Operation, content_type: str
) -> None:
    """Even where the body would do."""
    options = {"body": operation.body, "content_type": content_type}
    refuse(stage, operation.method, operation.path, 415, "unsupported_media_type", **options)


@each_operation
@pytest.mark.parametrize("charset", ["shift_jis", '"Shift_JIS"', "utf-16", "iso-8859-1", "utf-8x", MARKER])
def test_another_charset_is_a_415(stage: tuple[Caller, Json], operation: Operation, charset: str) -> None:
    """The body is not read as what it is not; JSON is UTF-8 (RFC 8259, 8.1)."""
    options = {"body": operation.body, "content_type": f"application/json; charset={charset}"}
    _, problem = refuse(stage, operation.method, operation.path, 415, "unsupported_media_type", **options)
    assert "in UTF-8" in problem["detail"]


@pytest.mark.parametrize(
    "parameters", ["charset=utf-8", "charset=UTF-8", 'Charset="Utf-8"', "charset=utf8", "version=1", ""]
)
def test_utf_8_may_be_said(stage: tuple[Caller, Json], parameters: str) -> None:
    """In any case, quoted or not, and by the name that many clients have for it: the body is read."""
    options = {"body": {"名": "太郎"}, "content_type": f"application/json; {parameters}"}
    _, problem = refuse(stage, "POST", "/v1/profiles", 422, "invalid_request", **options)
    assert pointers(problem) == ["/first_name", "/名"]


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if o.method != "PATCH"], ids=str)
def test_a_merge_patch_is_for_patch_alone(stage: tuple[Caller, Json], operation: Operation) -> None:
    """What it means to merge into nothing is not defined."""
    options = {"body": operation.body, "content_type": "application/merge-patch+json"}
    refuse(stage, operation.method, operation.path, 415, "unsupported_media_type", **options)


@each_operation
@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("nickname", "/nickname"),
        ("First_Name", "/First_Name"),
        ("a/b~c", "/a~1b~0c"),
        ("", "/"),
        ("$where", "/$where"),
        ("$set", "/$set"),
        ("a.b", "/a.b"),
        ("__proto__", "/__proto__"),
        ("_id", "/_id"),
        ("domain", "/domain"),
        ("lookup", "/lookup"),
        ("version", "/version"),
        ("\x00", "/\x00"),
        ("名前", "/名前"),
        ("x" * 1000, "/" + "x" * 1000),
    ],
)
def test_an_unknown_field_is_refused_with_its_pointer(
    stage: tuple[Caller, Json], operation: Operation, name: str, pointer: str
) -> None:
    """Whatever its name is, though all else is right."""
    body = operation.body | {name: {"$gt": MARKER}}
    _, problem = refuse(stage, operation.method, operation.path, 422, "invalid_request", body=body)
    assert pointers(problem) == [pointer]


@each_operation
def test_ten_thousand_unknown_fields_are_refused(stage: tuple[Caller, Json], operation: Operation) -> None:
    """A body of many members is answered like any other."""
    body = {f"k{number}": MARKER for number in range(10_000)}
    refuse(stage, operation.method, operation.path, 422, "invalid_request", body=body)


@pytest.mark.parametrize(
    ("path", "method", "field"),
    [
        ("/v1/profiles", "POST", "attributes"),
        ("/v1/profiles", "POST", "keys"),
        (f"/v1/profiles/{PROFILE_ID}", "PATCH", "attributes"),
        (f"/v1/profiles/{PROFILE_ID}", "PATCH", "keys"),
        (f"/v1/contacts/{CONTACT_ID}/profile", "POST", "attributes"),
        (f"/v1/contacts/{CONTACT_ID}/match", "POST", "attributes"),
    ],
)
def test_ten_thousand_members_of_an_open_object_are_refused(
    stage: tuple[Caller, Json], path: str, method: str, field: str
) -> None:
    """Objects whose member names a caller chooses are bounded."""
    value: Any = [MARKER] if field == "keys" else MARKER
    body: Json = {} if method == "PATCH" else {"first_name": "Ann"}
    body = {"channel": "voice"} if path.endswith("/match") else body
    body |= {field: {f"k{number}": value for number in range(10_000)}}
    _, problem = refuse(stage, method, path, 422, "invalid_request", body=body)
    assert pointers(problem) == [f"/{field}"]


LEAVES = [
    pytest.param(operation, pointer, value, id=f"{operation} {pointer}")
    for operation in WITH_BODY
    for pointer, value in leaves(FULL_BODIES[str(operation)])
]
WRONG_TEXTS = {
    "a number": 7,
    "a fraction": 1.5,
    "a boolean": True,
    "an array": [MARKER],
    "an object": {"value": MARKER},
    "an operator": {"$gt": ""},
    "a nested operator": {"a": {"$where": MARKER}},
    "NUL": f"{MARKER}\x00",
    "blanks": " \t\u3000",
    "nothing": "",
    "a control character": f"{MARKER}\x1b[31m",
    "too many characters": MARKER + "x" * 991,
}
BLANK = {"blanks", "nothing"}
# What a machine delivers, and nobody stores, may be blank; a contact's attributes are the flow's own.
TAKEN_IN_A_MATCH = {
    "/phone_number": BLANK,
    "/email_address": BLANK,
    "/name": BLANK,
    "/attributes/tier": BLANK | {"a control character", "too many characters"},
}


@pytest.mark.parametrize(("operation", "pointer", "value"), LEAVES)
def test_a_field_of_another_kind_is_refused(
    stage: tuple[Caller, Json], operation: Operation, pointer: str, value: Any
) -> None:
    """Each field of each body in turn, however deep, gets what it cannot be; the pointer is its own."""
    api, before = stage
    for what, wrong in WRONG_TEXTS.items():
        if operation.rule.endswith("/match") and what in TAKEN_IN_A_MATCH.get(pointer, ()):
            continue
        if type(wrong) is type(value) and not isinstance(value, str):
            continue
        body = at_pointer(FULL_BODIES[str(operation)], pointer, wrong)
        response = api.call(operation.method, operation.path, body, status=422)
        assert pointers(check_problem(response)) == [pointer], what
        assert MARKER not in response.text
    assert api.dump() == before


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if "first_name" in FULL_BODIES[str(o)]], ids=str)
@pytest.mark.parametrize("value", [None, "", " ", "\u3000\u2003", "\n", "x" * 256, "\U0001f600" * 256])
def test_a_first_name_that_is_none_is_refused(
    stage: tuple[Caller, Json], operation: Operation, value: str | None
) -> None:
    """Null in a merge patch would remove the one field that a profile needs."""
    body = {"first_name": value}
    _, problem = refuse(stage, operation.method, operation.path, 422, "invalid_request", body=body)
    assert pointers(problem) == ["/first_name"]


@pytest.mark.parametrize("operation", [o for o in WITH_BODY if "keys" in FULL_BODIES[str(o)]], ids=str)
@pytest.mark.parametrize(
    "key", ["undefined", "phone", "name", "contact_id", "_phone", "SSN", "", "$where", "a.b"]
)
def test_a_custom_key_that_is_none_is_refused(
    stage: tuple[Caller, Json], operation: Operation, key: str
) -> None:
    """One never defined, one named like a built-in one, and one that is no name."""
    body = {"first_name": "Ann", "keys": {key: [MARKER]}}
    _, problem = refuse(stage, operation.method, operation.path, 422, "invalid_request", body=body)
    assert pointers(problem) == [f"/keys/{key}"]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if "profile_id" in o.rule], ids=str)
@pytest.mark.parametrize(
    "profile_id",
    [
        "1",
        MARKER,
        "A" * 32,
        "g" * 32,
        "a" * 31,
        "a" * 33,
        "a" * 1000,
        "a" * 32 + "\n",
        "\U0001f600",
        "a\x00",
        "٣" * 32,
        "..",
        "{}",
        "\udcff",
    ],
)
def test_a_profile_id_that_is_not_one_is_a_422(
    stage: tuple[Caller, Json], operation: Operation, profile_id: str
) -> None:
    """32 hexadecimal digits in lower case, and nothing else."""
    part = quote(profile_id, safe="", errors="surrogateescape")
    path = operation.rule.format(profile_id=part)
    _, problem = refuse(stage, operation.method, path, 422, "invalid_request", body=operation.body)
    assert pointers(problem) == ["/profile_id"]


CONTACT_OPERATIONS = [operation for operation in OPERATIONS if "contact_id" in operation.rule]


@pytest.mark.parametrize("operation", CONTACT_OPERATIONS, ids=str)
@pytest.mark.parametrize(
    "contact_id",
    ["a" * 129, "a" * 1000, "\U0001f600", f"{MARKER} ", "a@b", "a\n", "a\x00", "é", "$a", "{}", "a%2Fb"],
)
def test_a_contact_id_that_is_not_one_is_a_422(
    stage: tuple[Caller, Json], operation: Operation, contact_id: str
) -> None:
    """1 to 128 of A-Z, a-z, 0-9, _, ., : and -."""
    path = operation.rule.format(contact_id=quote(contact_id, safe=""))
    _, problem = refuse(stage, operation.method, path, 422, "invalid_request", body=operation.body)
    assert pointers(problem) == ["/contact_id"]


@pytest.mark.parametrize("operation", CONTACT_OPERATIONS, ids=str)
def test_no_contact_is_called_search(stage: tuple[Caller, Json], operation: Operation) -> None:
    """Its path is that of an operation, and has no other method than that one."""
    path = operation.path.replace(CONTACT_ID, "search")
    if path == "/v1/contacts/search":
        refuse(stage, operation.method, path, 405, "method_not_allowed", body=operation.body)
    else:
        _, problem = refuse(stage, operation.method, path, 422, "invalid_request", body=operation.body)
        assert pointers(problem) == ["/contact_id"]


@pytest.mark.parametrize("operation", CONTACT_OPERATIONS, ids=str)
@pytest.mark.parametrize("contact_id", ["a/b", "a/b/c", "/a", "a/", "/", "a%2Fb", "%2Fa"])
def test_a_contact_id_with_slashes_is_a_404(
    stage: tuple[Caller, Json], operation: Operation, contact_id: str
) -> None:
    """To a server they are other paths, and none of them leads to another contact."""
    path = operation.rule.format(contact_id=contact_id)
    response = stage[0].client.open(path, method=operation.method, json=operation.body or {})
    assert response.status_code in {404, 405, 422}
    assert check_problem(response)["code"] in {"not_found", "method_not_allowed", "invalid_request"}
    assert stage[0].dump() == stage[1]


def encoded(text: str | bytes) -> str:
    """Return text as a cursor is written."""
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
    """Return method, path and options of a request for a list."""
    path, body = LISTS[name]
    if body is None:
        return "GET", path, {"query_string": {k: str(v) for k, v in more.items()}}
    return "POST", path, {"body": body | more}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("cursor", MADE_UP)
def test_a_cursor_that_someone_made_up_is_refused(stage: tuple[Caller, Json], name: str, cursor: str) -> None:
    """What the service never gave out is no cursor, however near it comes."""
    method, path, options = ask(name, cursor=cursor)
    _, problem = refuse(stage, method, path, 422, "invalid_request", **options)
    assert pointers(problem) == ["/cursor"]


@pytest.mark.parametrize("other", LISTS)
@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_another_list_is_refused(stage: tuple[Caller, Json], name: str, other: str) -> None:
    """Both lists of contacts go by the same order, and so share their cursors; no others do."""
    method, path, options = ask(other, limit=1)
    cursor = orjson.loads(stage[0].call(method, path, **options).data)["next_cursor"]
    assert cursor
    method, path, options = ask(name, cursor=cursor)
    if name == other or {name, other} == {"contacts", "profile"}:
        stage[0].call(method, path, **options)
    else:
        _, problem = refuse(stage, method, path, 422, "invalid_request", **options)
        assert pointers(problem) == ["/cursor"]


@pytest.mark.parametrize("name", ["search", "match", "contacts"])
@pytest.mark.parametrize("cursor", [1, True, "", [], {"$gt": ""}, "x" * 1025])
def test_a_cursor_of_another_kind_is_refused(stage: tuple[Caller, Json], name: str, cursor: Any) -> None:
    """A cursor is a string."""
    method, path, options = ask(name, cursor=cursor)
    _, problem = refuse(stage, method, path, 422, "invalid_request", **options)
    assert pointers(problem) == ["/cursor"]


@pytest.mark.parametrize("name", ["search", "match", "contacts"])
@pytest.mark.parametrize(
    "limit", [0, -1, 101, "ten", "10", True, False, 1.5, 0.0, 2**63, 10**30, None, [], {}, ""]
)
def test_a_limit_that_is_none_is_refused(stage: tuple[Caller, Json], name: str, limit: Any) -> None:
    """1 to 100, as a number; over the cap is a fault, never a silent clamp."""
    method, path, options = ask(name)
    body = options["body"] | {"limit": 0}
    sent = orjson.dumps(body).replace(
        b'"limit":0', b'"limit":' + (str(limit).encode() if limit == 10**30 else orjson.dumps(limit))
    )
    _, problem = refuse(stage, method, path, 422, "invalid_request", body=sent)
    assert pointers(problem) == ["/limit"]


@pytest.mark.parametrize(
    "limit", ["0", "-1", "101", "ten", "true", "1.5", str(10**30), "", "1e1", "0x10", "null", MARKER]
)
def test_a_limit_in_a_query_that_is_none_is_refused(stage: tuple[Caller, Json], limit: str) -> None:
    """The same bounds, as far as a URL can tell kinds apart."""
    _, problem = refuse(
        stage, "GET", LISTS["profile"][0], 422, "invalid_request", query_string={"limit": limit}
    )
    assert pointers(problem) == ["/limit"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_is_not_there_changes_nothing(
    stage: tuple[Caller, Json], operation: Operation, method: str
) -> None:
    """Though "search" could be the ID of a contact; Allow lists those that are there."""
    served = {o.method for o in OPERATIONS if o.path == operation.path}
    if method not in served:
        response = stage[0].client.open(operation.path, method=method, json={"first_name": MARKER})
        assert response.status_code == 405
        check_problem(response)
        assert {*response.allow} - {"HEAD", "OPTIONS"} == served
        assert MARKER not in response.text
        assert stage[0].dump() == stage[1]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@pytest.mark.parametrize("name", ["nickname", "domain", "$where", "_id", "a/b", "filter[limit]"])
def test_an_unknown_parameter_is_refused_and_leaves_no_trace(
    stage: tuple[Caller, Json], operation: Operation, name: str
) -> None:
    """Whatever the operation reads of a query string; what was refused has touched nobody, says the audit."""
    options = {"query_string": {name: MARKER}}
    problem = stage[0].refuse(
        operation.method, operation.path, operation.body, status=422, code="invalid_request", **options
    )
    assert pointers(problem) == ["/" + name.replace("/", "~1")]
    assert MARKER not in str(problem)


QUERIES: dict[str, dict[str, list[str]]] = {
    "POST /v1/contacts/{contact_id}/profile": {
        "channel": ["", "fax", "Voice", "voice,chat"],
        "agent_id": ["", " ", "\u3000", "a\x00", "a\n", "x" * 256],
    },
    "GET /v1/profiles/{profile_id}/contacts": {
        "channel": ["", "fax", "Voice", "voice,chat"],
        "from": ["", "now", "0", "2026-13-01T00:00:00Z", "1" * 65],
        "to": ["", "now", "2026-03-01T24:60:00Z", "0001-01-01T00:00:00+01:00"],
    },
    "GET /v1/audit": {
        "profile_id": ["", "1", "A" * 32, MARKER],
        "agent_id": ["", " ", "\u3000", "a\x00", "a\n", "x" * 256],
        "from": ["", "now", "0", "2026-13-01T00:00:00Z", "1" * 65],
        "to": ["", "now", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+01:00"],
    },
}
BY_NAME = {str(operation): operation for operation in OPERATIONS}


@pytest.mark.parametrize(
    ("operation", "name", "value"),
    [
        (op, name, value)
        for op, names in QUERIES.items()
        for name, values in names.items()
        for value in values
    ],
)
def test_a_parameter_that_is_none_is_refused(
    stage: tuple[Caller, Json], operation: str, name: str, value: str
) -> None:
    """Each parameter of each query string in turn."""
    sent = BY_NAME[operation]
    options = {"body": sent.body, "query_string": {name: value}}
    _, problem = refuse(stage, sent.method, sent.path, 422, "invalid_request", **options)
    assert pointers(problem) == [f"/{name}"]


HEADERS = [
    *(
        (f"POST {rule}", "Idempotency-Key", value, 422)
        for rule in ("/v1/profiles", "/v1/contacts/{contact_id}/profile")
        for value in (
            "",
            '""',
            '"a',
            'a"',
            "a b",
            "a,b",
            "a\\b",
            "é",
            "x" * 256,
            '"k";p=1',
            f"{MARKER},{MARKER}",
        )
    ),
    *(
        (f"{method} /v1/profiles/{{profile_id}}{rest}", "If-Match", value, status)
        for method, rest in (("PATCH", ""), ("DELETE", ""), ("POST", "/keys"), ("POST", "/keys/release"))
        for status, values in (
            (412, ('"2"', 'W/"1"', f'"{MARKER}"', '"1.0"', '"٣"', '"' + "9" * 5000 + '"')),
            (422, ("", '"', "x", MARKER, f'"{MARKER}', "0x1", "1.0")),
        )
        for value in values
    ),
]


@pytest.mark.parametrize(("operation", "name", "value", "status"), HEADERS)
def test_a_header_that_is_none_is_refused(
    stage: tuple[Caller, Json], operation: str, name: str, value: str, status: int
) -> None:
    """A key that is none creates nothing, and a version that never was changes nothing."""
    sent = BY_NAME[operation]
    options = {"body": sent.body, "headers": {name: value.encode().decode("latin-1")}}
    code = {422: "invalid_request", 412: "version_conflict"}[status]
    refuse(stage, sent.method, sent.path, status, code, **options)


def test_every_query_string_is_tried(stage: tuple[Caller, Json]) -> None:
    """Each operation of the service that reads one has its parameters in the table, paging aside."""
    document = stage[0].get("/openapi.json")
    read = {
        f"{method.upper()} {path}": {
            each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query"
        }
        - {"limit", "cursor"}
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert {name: {*names} for name, names in QUERIES.items()} == {
        name: each for name, each in read.items() if each
    }
