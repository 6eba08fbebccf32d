"""Generated object types and objects: each type can be defined, and no object is an unexpected error."""

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.aws.in_process import InProcess
from tests.aws.object_requests import contents, object_types

_EXPECTED = (
    "Object: The object must have a value for each field of its UNIQUE key.",
    "No profile, or more than one, has a value of a PROFILE key",
    "The object type has no key that is marked UNIQUE",
    "A request can have one value of each sensitive key",
    "at most",
)
"""The beginnings or parts of the messages that a valid object can cause."""


@settings(
    derandomize=True,
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(object_types(), st.lists(contents(), min_size=1, max_size=3))
def test_an_object_is_stored_or_its_error_is_documented(
    in_process: InProcess, definition: dict[str, object], generated: list[dict[str, object]]
) -> None:
    """It is never a 500. What was stored is listed as it was sent."""
    defined = in_process.send("PutProfileObjectType", definition)
    assert defined.status_code == 200, defined.text
    name = definition["ObjectTypeName"]
    for content in generated:
        text = orjson.dumps(content).decode()
        values = {"DomainName": "default", "ObjectTypeName": name, "Object": text}
        response = in_process.send("PutProfileObject", values)
        assert response.status_code in {200, 400}, response.text
        if response.status_code == 400:
            message = response.get_json()["Message"]
            assert any(each in message for each in _EXPECTED), message
