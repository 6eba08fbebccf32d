"""Batches: many operations on profiles in one request."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json


def batch(api: Caller, *items: Any, query: str = "", **options: Any) -> list[Json]:
    """Send a batch and return the results of its items."""
    body: list[Json] = api.post(f"/v1/profiles/batch{query}", {"items": list(items)}, **options)["items"]
    return body


def test_each_operation(api: Caller) -> None:
    api.define("customer_number", unique=True)
    r = batch(
        api,
        {
            "operation": "create",
            "profile": {"first_name": "Ann", "keys": {"customer_number": ["1"]}},
            "ref": "a",
        },
        {
            "operation": "upsert",
            "match_on": {"key": "customer_number", "value": "1"},
            "profile": {"last_name": "Lee", "phone_numbers": [{"value": "+14155550101"}]},
        },
        {
            "operation": "upsert",
            "match_on": {"key": "customer_number", "value": "2"},
            "profile": {"first_name": "Bob"},
        },
        {
            "operation": "upsert",
            "match_on": {"key": "customer_number", "value": "2"},
            "profile": {"first_name": "Bob"},
        },
        {"operation": "create", "profile": {"first_name": "Ann", "keys": {"customer_number": ["1"]}}},
        {"operation": "delete", "match_on": {"key": "customer_number", "value": "1"}},
        {"operation": "create", "profile": {"first_name": "Ann", "keys": {"customer_number": ["1"]}}},
        {"operation": "update", "profile_id": "0" * 32, "profile": {"first_name": "X"}},
        {"operation": "update", "profile_id": "0" * 32, "profile": {"first_name": 7}},
        None,
        7,
        {},
        {"operation": "x", "ref": "z"},
    )
    for x in r:
        print(x)
    r = batch(
        api,
        {
            "operation": "create",
            "profile": {"first_name": "Ann", "keys": {"customer_number": ["5"]}},
            "ref": "a",
        },
        {
            "operation": "upsert",
            "match_on": {"key": "customer_number", "value": "5"},
            "profile": {"first_name": "Ann"},
        },
        {
            "operation": "upsert",
            "match_on": {"key": "customer_number", "value": "2"},
            "profile": {"first_name": "Cy"},
        },
        {"operation": "delete", "match_on": {"key": "customer_number", "value": "2"}},
        query="?dry_run=true",
    )
    for x in r:
        print(x)
    for e in api.audit():
        print(e["action"], len(e["profile_ids"]), e["keys"])
    b = {
        "items": [
            {"operation": "create", "profile": {"first_name": "Ann"}},
            {
                "operation": "upsert",
                "match_on": {"key": "customer_number", "value": "2"},
                "profile": {"first_name": "Cy"},
            },
            {"operation": "delete", "match_on": {"key": "customer_number", "value": "1"}},
        ]
    }
    for _ in range(2):
        x = api.call("POST", "/v1/profiles/batch", b, headers={"Idempotency-Key": "k"})
        print(x.json, x.headers)
    assert 0
