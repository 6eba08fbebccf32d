"""A test client that checks each response against the API contract."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask.testing import FlaskClient
from pymongo.read_concern import ReadConcern
from werkzeug.test import TestResponse

PROBLEM_MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")

Json = dict[str, Any]


def check_problem(response: TestResponse) -> Json:
    """Assert that the response is a complete RFC 9457 problem document. Return the document."""
    assert response.content_type == "application/problem+json"
    problem: Json = orjson.loads(response.data)
    assert problem.keys() >= PROBLEM_MEMBERS
    assert problem["status"] == response.status_code
    assert _CODE.fullmatch(problem["code"])
    assert problem["type"] == f"urn:profile-lookup:problem:{problem['code']}"
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert problem["instance"] == f"urn:profile-lookup:request:{problem['request_id']}"
    assert problem["title"]
    assert problem["detail"]
    assert ("errors" in problem) == (problem["code"] == "invalid_request")
    for fault in problem.get("errors", ()):
        assert fault.keys() == {"pointer", "detail"}
        assert fault["pointer"] == "" or fault["pointer"].startswith("/")
        assert fault["detail"]
    assert ("Retry-After" in response.headers) == (response.status_code in {429, 503})
    assert ("Allow" in response.headers) == (response.status_code == 405)
    return problem


def pointers(problem: Json) -> list[str]:
    """Return the pointers of a problem's errors, sorted and without duplicates."""
    return sorted({fault["pointer"] for fault in problem.get("errors", ())})


def stored_part(created: Json) -> Json:
    """Return the response of a creation without the possible duplicates: the profile as others read it."""
    return {name: value for name, value in created.items() if name != "possible_duplicates"}


def union(database: Any, names: Sequence[str], stage: Json) -> list[Json]:
    """Apply a stage to the documents of each collection. Return them all with the names of their collections.

    One command for all collections is much faster than one for each.
    """
    if not names:
        return []
    first, *others = (
        (name, [stage, {"$project": {"_id": 0, "collection": {"$literal": name}, "document": "$$ROOT"}}])
        for name in names
    )
    unions = [{"$unionWith": {"coll": name, "pipeline": pipeline}} for name, pipeline in others]
    # Like the service, read audit events with `local`: some are not on a majority yet.
    collection = database[first[0]].with_options(read_concern=ReadConcern("local"))
    return list(collection.aggregate([*first[1], *unions]))


@dataclass(frozen=True)
class Caller:
    """Sends requests, checks the status of the response, and gives access to the database."""

    client: FlaskClient
    database: Any

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        **options: Any,
    ) -> TestResponse:
        """Send a request and return the response. Assert its status and its format."""
        if body is not None:
            options |= {"data": body if isinstance(body, bytes) else orjson.dumps(body)}
            options |= {"content_type": content_type}
        response = self.client.open(path, method=method, headers=dict(headers or {}), **options)
        assert response.status_code == status, response.text
        assert response.headers["X-Request-Id"]
        if status >= 400:
            check_problem(response)
        elif status == 204:
            assert response.data == b""
            assert "Content-Type" not in response.headers
        else:
            assert response.content_type == "application/json"
        return response

    def get(self, path: str, *, status: int = 200, **options: Any) -> Any:
        """Send a GET request and return the response body."""
        return orjson.loads(self.call("GET", path, status=status, **options).data)

    def post(self, path: str, body: Any = None, *, status: int = 200, **options: Any) -> Any:
        """Send a POST request and return the response body."""
        return orjson.loads(self.call("POST", path, body, status=status, **options).data)

    def put(self, path: str, body: Any, *, status: int = 200, **options: Any) -> Any:
        """Send a PUT request and return the response body."""
        return orjson.loads(self.call("PUT", path, body, status=status, **options).data)

    def patch(self, path: str, body: Any, *, status: int = 200, **options: Any) -> Any:
        """Send a merge patch and return the response body."""
        options = {"content_type": "application/merge-patch+json", **options}
        return orjson.loads(self.call("PATCH", path, body, status=status, **options).data)

    def delete(self, path: str, **options: Any) -> None:
        """Send a DELETE request and assert that the response is empty."""
        self.call("DELETE", path, status=204, **options)

    def reject(
        self, method: str, path: str, body: Any = None, *, status: int, code: str, **options: Any
    ) -> Json:
        """Send a request that must be rejected. Return the problem. Assert that no data changed."""
        data_before, events_before = self.dump(), self.audit()
        problem = check_problem(self.call(method, path, body, status=status, **options))
        assert problem["code"] == code
        assert self.dump() == data_before
        events = self.audit()[len(events_before) :]
        if code == "possible_duplicate":
            shown = [
                ("searched", [each["profile_id"]], each["matched_on"])
                for each in problem["possible_duplicates"]
            ]
            assert [(event["action"], event["profile_ids"], event["keys"]) for event in events] == shown
        elif code == "unique_key_taken":
            # The response discloses that a profile has this value, so the audit records a search.
            (event,) = events
            assert (event["action"], event["keys"]) == ("searched", [problem["key"]])
            (owner,) = event["profile_ids"]
            # The response does not disclose the owner of a value of a sensitive search key.
            assert problem.get("profile_id", owner) == owner
        else:
            assert events == []
        return problem

    def dump(self) -> dict[str, list[Json]]:
        """Return all documents of the database except the audit events, because every access adds one.

        Empty collections are omitted, because the first request creates them with their indexes.
        """
        names = sorted({*self.database.list_collection_names()} - {"audit"})
        documents: dict[str, list[Json]] = {}
        for each in union(self.database, names, {"$sort": {"_id": 1}}):
            documents.setdefault(each["collection"], []).append(each["document"])
        return documents

    def audit(self) -> list[Json]:
        """Write the queued audit events. Return all audit events, oldest first."""
        self.client.application.extensions["profile_lookup"].audit.flush()
        # Like the service, read with `local`: this includes events that are not on a majority yet.
        events = self.database["audit"].with_options(read_concern=ReadConcern("local"))
        return list(events.find().sort("_id", 1))

    def create(self, first_name: str = "Ann", **fields: Any) -> Json:
        """Create a profile and return it, without its possible duplicates."""
        return stored_part(self.post("/v1/profiles", {"first_name": first_name, **fields}, status=201))

    def define(self, key: str, *, status: int = 201, **fields: Any) -> Json:
        """Define a search key, by default of type text. Return the search key."""
        body = {"label": key.title(), "type": "text", **fields}
        search_key: Json = self.put(f"/v1/search-keys/{key}", body, status=status)
        return search_key

    def associate(self, contact_id: str, profile_id: str, *, status: int = 201, **fields: Any) -> Json:
        """Associate a contact with a profile and return the association."""
        body = {"profile_id": profile_id, **fields}
        association: Json = self.put(f"/v1/contacts/{contact_id}/association", body, status=status)
        return association

    def search(self, *criteria: tuple[str, list[str]], **fields: Any) -> Json:
        """Search profiles by search keys and their values. Return the response body."""
        body = {"criteria": [{"key": key, "values": values} for key, values in criteria], **fields}
        response: Json = self.post("/v1/profiles/search", body)
        return response

    def match(self, contact_id: str = "c-1", channel: str = "voice", **fields: Any) -> Json:
        """Match a contact and return the response body."""
        response: Json = self.post(f"/v1/contacts/{contact_id}/match", {"channel": channel, **fields})
        return response
