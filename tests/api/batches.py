"""Send batches, and build their items."""

from typing import Any

import orjson
from werkzeug.test import TestResponse

from tests.api.caller import PROBLEM_MEMBERS, Caller, Json

PATH = "/v1/profiles/batch"


def send(api: Caller, *items: Any, query: str = "", key: str | None = None) -> list[Json]:
    """Send a batch and return the results of its items. Assert their format."""
    response = send_raw(api, *items, query=query, key=key)
    results: list[Json] = orjson.loads(response.data)["items"]
    assert len(results) == len(items)
    for result in results:
        assert result.keys() - {"kept", "possible_duplicates", "problem"} == {
            "ref",
            "status",
            "profile_id",
            "version",
            "outcome",
        }
        if "problem" in result:
            assert result["outcome"] is None
            assert result["problem"].keys() >= PROBLEM_MEMBERS
            assert result["problem"]["status"] == result["status"] >= 400
        else:
            assert result["status"] == (201 if result["outcome"] == "created" else 200)
    return results


def send_raw(api: Caller, *items: Any, query: str = "", key: str | None = None) -> TestResponse:
    """Send a batch and return the response."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.call("POST", f"{PATH}{query}", {"items": list(items)}, headers=headers)


def create(**fields: Any) -> Json:
    """Return an item that creates a profile."""
    return {"operation": "create", "profile": {"first_name": "Ann", **fields}}


def upsert(value: str, *, lists: str = "merge", **fields: Any) -> Json:
    """Return an item that changes or creates the profile with this customer number."""
    match_on = {"key": "customer_number", "value": value}
    return {"operation": "upsert", "match_on": match_on, "lists": lists, "profile": fields}


def update(value: str, *, lists: str = "merge", **fields: Any) -> Json:
    """Return an item that changes the profile with this customer number."""
    return upsert(value, lists=lists, **fields) | {"operation": "update"}


def delete(value: str) -> Json:
    """Return an item that deletes the profile with this customer number."""
    return {"operation": "delete", "match_on": {"key": "customer_number", "value": value}}


def outcomes(results: list[Json]) -> list[str]:
    """Return the outcome of each item, or the code of its problem."""
    return [result["outcome"] or result["problem"]["code"] for result in results]
