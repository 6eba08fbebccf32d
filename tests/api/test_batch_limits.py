"""The rate limit of batch items, and the limit of sensitive values."""

from typing import Any

import pytest

from service.app import create_app
from service.config import Settings
from tests.api.batches import PATH, create, outcomes, send, send_raw
from tests.api.caller import Caller, check_problem
from tests.api.credentials import Credentials


def _limited(database: Any, **settings: Any) -> Caller:
    app = create_app(Settings(auth=False, **settings), database=database)
    app.extensions["profile_lookup"].indexes.build()
    # mongomock does not support partial indexes. It would reject a second profile without a unique value.
    database["profiles"].drop_index("unique")
    return Caller(app.test_client(), database)


def test_the_rate_limit_counts_items(database: Any) -> None:
    """A batch over the limit is not executed at all, and does not use up the rest. Requests count apart."""
    api = _limited(database, rate_limit_batch_items_per_minute=10, rate_limit_per_minute=1)
    response = send_raw(api, *[create()] * 6)
    assert response.headers["RateLimit-Policy"] == '"batch-items";q=10;w=60'
    assert response.headers["RateLimit"].startswith('"batch-items";r=4;')
    rejected = api.call("POST", PATH, {"items": [create()] * 6}, status=429)
    assert check_problem(rejected)["code"] == "rate_limited"
    assert api.database["profiles"].count_documents({}) == 6
    # The rejected request counts as one item, so that invalid requests are limited too.
    assert send_raw(api, *[create()] * 3).headers["RateLimit"].startswith('"batch-items";r=0;')
    assert api.call("GET", "/v1/settings").headers["RateLimit-Policy"] == '"requests";q=1;w=60'
    api.call("GET", "/v1/settings", status=429)


def test_without_a_rate_limit_there_is_no_header(database: Any) -> None:
    """On a loopback address, ``auto`` is no limit."""
    api = _limited(database)
    assert "RateLimit" not in send_raw(api, create()).headers
    assert Settings(host="10.0.0.1").batch_items_per_minute == 240_000


@pytest.fixture
def limited(credentials: Credentials) -> Caller:
    """Return a caller without ``profiles:reveal``. A unique and sensitive search key is defined."""
    admin = credentials.caller(scopes={"settings:admin"})
    admin.define("ssn", type="digits", unique=True, sensitive=True)
    return credentials.caller(scopes={"profiles:create", "profiles:edit"})


def test_sensitive_values_of_each_item_count(limited: Caller) -> None:
    """The hourly limit is 120. The items before the limit are executed, the others get a 429."""
    items = [create(keys={"ssn": [f"1234567{n:03}"]}) for n in range(100)]
    assert set(outcomes(send(limited, *items))) == {"created"}
    guesses = [
        {
            "operation": "update",
            "match_on": {"key": "ssn", "value": f"9{n:08}"},
            "profile": {"last_name": "X"},
        }
        for n in range(30)
    ]
    results = outcomes(send(limited, create(), *guesses, create()))
    assert results == [
        *("created", *["profile_not_found"] * 20, *["too_many_sensitive_values"] * 10, "created"),
    ]


def test_an_item_has_one_value_of_a_sensitive_search_key(limited: Caller) -> None:
    """As a request of its own. The value of ``match_on`` is one of them."""
    two = create(keys={"ssn": ["123456789", "123456780"]})
    match_on = {"key": "ssn", "value": "123456789"}
    other = {
        "operation": "upsert",
        "match_on": match_on,
        "profile": {"first_name": "A", "keys": {"ssn": ["1"]}},
    }
    same = {"operation": "upsert", "match_on": match_on, "profile": {"first_name": "A"}}
    results = send(limited, two, other, same)
    assert outcomes(results) == ["invalid_request", "invalid_request", "created"]
    assert [each["problem"]["errors"][0]["pointer"] for each in results[:2]] == [
        *("/profile/keys/ssn/1", "/profile/keys/ssn/0"),
    ]


def test_a_hit_on_a_sensitive_value_is_audited_as_a_search(limited: Caller) -> None:
    """Also if the item fails, and if the value is taken."""
    match_on = {"key": "ssn", "value": "123456789"}
    (owner,) = send(limited, create(keys={"ssn": ["123456789"]}))
    items = [
        {"operation": "update", "match_on": match_on, "profile": {"last_name": "X"}, "if_match": 7},
        create(keys={"ssn": ["123-456-789"]}),
        {"operation": "update", "match_on": match_on, "profile": {"last_name": "X"}},
    ]
    results = send(limited, *items)
    assert outcomes(results) == ["version_conflict", "unique_key_taken", "updated"]
    assert "profile_id" not in results[1]["problem"]
    searched = [event for event in limited.audit() if event["action"] == "searched"]
    assert {tuple(event["keys"]) for event in searched} == {("ssn",)}
    assert {profile_id for event in searched for profile_id in event["profile_ids"]} == {owner["profile_id"]}
