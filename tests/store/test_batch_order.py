"""A batch has the same result as its items one by one, and as its dry run. Random batches show it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from tests.api.batches import outcomes, send
from tests.api.caller import Caller, Json
from tests.measuring import unmeasured

_NUMBER = {"value": "+1 212 555 0100"}
_VALUES = st.sampled_from(["A", "a", "B", "C"])
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Ann", "Bo", None]),
        "last_name": st.sampled_from(["Lee", None]),
        "phone_numbers": st.lists(
            st.sampled_from(["555", "5 5 5", "556"]).map(lambda v: {"value": v}), max_size=2
        ),
        "attributes": st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", None]), max_size=2),
        "keys": st.dictionaries(
            st.sampled_from(["number", "vip"]), st.lists(_VALUES, max_size=2), max_size=2
        ),
    },
)
_MATCH_ON = st.fixed_dictionaries({"key": st.just("number"), "value": _VALUES})
_ITEMS: st.SearchStrategy[Any] = st.one_of(
    st.fixed_dictionaries({"operation": st.just("create"), "profile": _FIELDS}),
    st.fixed_dictionaries(
        {"operation": st.sampled_from(["upsert", "update"]), "match_on": _MATCH_ON, "profile": _FIELDS},
        optional={"lists": st.sampled_from(["merge", "replace"]), "if_match": st.integers(1, 3)},
    ),
    st.fixed_dictionaries({"operation": st.just("delete"), "match_on": _MATCH_ON}),
    st.sampled_from([None, {}, 7]),
)


@pytest.fixture
def api(app: Flask, database: Database[dict[str, Any]]) -> Caller:
    """Return a caller of the application. A unique search key and another one are defined."""
    caller = Caller(app.test_client(), database)
    caller.define("number", unique=True)
    caller.define("vip")
    return caller


def _state(api: Caller) -> list[Json]:
    """Return all profiles without IDs and times, in a fixed order."""
    hidden = {"_id", "created_at", "updated_at", "changed", "batch_marks", "fingerprint", "repeated"}
    profiles = [
        {name: value for name, value in document.items() if name not in hidden}
        | {"lookup": [term for term in document["lookup"] if not term.startswith("profile_id:")]}
        for document in api.database["profiles"].find()
    ]
    return sorted(profiles, key=repr)


def _single(api: Caller, item: Any) -> str:
    """Execute an item by the operation for one profile, if there is one for it; otherwise as a batch."""
    if not isinstance(item, dict) or item.get("operation") != "create":
        return outcomes(send(api, item))[0]
    response = api.client.post("/v1/profiles", json=item["profile"])
    return "created" if response.status_code == 201 else str(response.get_json()["code"])


@given(items=st.lists(_ITEMS, min_size=2, max_size=12))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_random_batch_has_the_same_result_as_its_items_one_by_one(api: Caller, items: list[Any]) -> None:
    """The outcomes, the stored profiles and their index terms are the same."""
    runs: list[Callable[[], list[str]]] = [
        lambda: outcomes(send(api, *items)),
        lambda: outcomes(send(api, *items, key="k")),
        lambda: [_single(api, item) for item in items],
    ]
    results = []
    with unmeasured():
        for run in runs:
            api.database["profiles"].delete_many({})
            api.database["batches"].delete_many({})
            results.append((run(), _state(api)))
    assert results[0] == results[1] == results[2]


@given(items=st.lists(_ITEMS, min_size=2, max_size=12), duplicates=st.sets(st.integers(0, 11)))
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_dry_run_of_a_random_batch_has_the_outcomes_of_the_batch(
    api: Caller, items: list[Any], duplicates: set[int]
) -> None:
    """With `on_duplicate=reject`, some items are rejected: a stored profile has the same number."""
    items = [_with_number(item) if n in duplicates else item for n, item in enumerate(items)]
    with unmeasured():
        for query in ("?", "?on_duplicate=reject&"):
            api.database["profiles"].delete_many({})
            api.database["batches"].delete_many({})
            api.post("/v1/profiles", {"business_name": "Lee & Co", "phone_numbers": [_NUMBER]}, status=201)
            planned = outcomes(send(api, *items, query=f"{query}dry_run=true"))
            assert planned == outcomes(send(api, *items, query=query))


def _with_number(item: Any) -> Any:
    if not isinstance(item, dict) or "profile" not in item:
        return item
    return item | {"profile": item["profile"] | {"phone_numbers": [_NUMBER]}}
