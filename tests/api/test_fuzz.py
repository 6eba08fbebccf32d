"""Random JSON bodies always get a JSON response, and never a 5xx."""

import json
import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.bad_input.bodies import FULL_BODIES, at_pointer, leaves
from tests.api.caller import Caller, check_problem
from tests.api.operations import CONTACT_ID, PROFILE_ID, WITH_BODY, Operation
from tests.measuring import unmeasured

fuzz_settings = settings(derandomize=True, deadline=None, database=None, max_examples=15)

# UTF-8 cannot encode surrogates, so ``json.dumps`` encodes them as JSON escapes.
TEXTS = st.one_of(
    st.text(st.characters(), max_size=300),
    st.sampled_from(
        ["\ud800", "\x00", "$where", "", " ", "\ufdfa" * 255, "+" + "9" * 254, "ﷺ", "a@b", "İ" * 255]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**40), max_value=10**40),
    st.floats(),
    TEXTS,
)
NAMES = st.one_of(
    st.sampled_from(sorted({name for body in FULL_BODIES.values() for name in body})),
    st.text(st.characters(), max_size=20),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)


@pytest.fixture(scope="module")
def api(module_api: Caller) -> Caller:
    """Return a caller of a service that contains the contact and the profile of the test paths."""
    module_api.define("vip")
    profile = module_api.create("Ann")
    profiles = module_api.database["profiles"]
    document = profiles.find_one_and_delete({"_id": profile["profile_id"]})
    profiles.insert_one(document | {"_id": PROFILE_ID})
    module_api.associate(CONTACT_ID, PROFILE_ID)
    return module_api


def send(api: Caller, operation: Operation, body: Any) -> None:
    """Send the body. Assert that the response is valid JSON or a valid problem document."""
    headers = {"Content-Type": "application/json"}
    response = api.client.open(
        operation.path, method=operation.method, data=json.dumps(body), headers=headers
    )
    assert response.status_code < 500, (str(operation), response.text)
    if response.status_code >= 400:
        check_problem(response)
    else:
        assert response.content_type == "application/json"
        json.loads(response.data)


def test_any_json_gets_a_valid_response(api: Caller) -> None:
    """The bodies are random JSON values, or objects with valid field names and random values.

    Each body is sent to each operation. Generating a body takes longer than a response.
    """

    @fuzz_settings
    @given(JSON | st.dictionaries(NAMES, JSON, max_size=6))
    def check(body: Any) -> None:
        for operation in WITH_BODY:
            send(api, operation, body)

    with unmeasured():
        check()


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_any_value_in_any_field_gets_a_valid_response(api: Caller, operation: Operation) -> None:
    """The body is valid except for one or two random values, which can be valid too."""
    body = FULL_BODIES[str(operation)]
    pointers = st.sampled_from([pointer for pointer, _ in leaves(body)])

    @fuzz_settings
    @given(st.lists(st.tuples(pointers, TEXTS | JSON), min_size=1, max_size=2))
    def check(changes: list[tuple[str, Any]]) -> None:
        changed = body
        for pointer, value in changes:
            changed = at_pointer(changed, pointer, value)
        send(api, operation, changed)

    check()


def test_a_search_for_any_text_gets_a_valid_response(api: Caller) -> None:
    """The search finds profiles, finds none, or rejects the text. Each text is searched for by each key."""
    operation = next(o for o in WITH_BODY if o.path == "/v1/profiles/search")
    keys = ("phone", "email", "name", "account", "vip", "contact_id", "profile_id")

    @fuzz_settings
    @given(TEXTS)
    def check(value: str) -> None:
        for key, mode in product(keys, ("exact", "prefix")):
            send(api, operation, {"criteria": [{"key": key, "values": [value]}], "mode": mode})

    with unmeasured():
        check()


@fuzz_settings
@given(query=st.dictionaries(st.sampled_from(["limit", "cursor", "from", "to", "channel", "x"]), st.text()))
def test_any_query_string_gets_a_valid_response(api: Caller, query: dict[str, str]) -> None:
    """The test uses the list of a profile's contacts."""
    encodable = {name: re.sub("[\ud800-\udfff]", "", value) for name, value in query.items()}
    response = api.client.get(f"/v1/profiles/{PROFILE_ID}/contacts", query_string=encodable)
    assert response.status_code in {200, 422}
