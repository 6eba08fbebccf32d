"""Operations that write: the request, the MongoDB command that a fault disturbs, and its effects."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect

Names = Mapping[str, str]
"""``tag``: a unique text. ``profile``: the ID of a profile at version 2, with one phone number.
``contact``: a contact associated with it. ``new``: the ID of a contact that does not exist yet."""

Data = Database[dict[str, Any]]

_PHONE = "+12125550100"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A request, the MongoDB command that the fault disturbs, and a count of the request's effects."""

    method: str
    path: str
    body: Callable[[Names], Any] = lambda _: None
    headers: Mapping[str, str] = field(default_factory=dict)
    has_idempotency_key: bool = False
    command: str
    collection: str
    count_effects: Callable[[Data, Names], int]
    """Returns how often the operation was applied."""
    statuses_if_repeated: frozenset[int] = frozenset({200, 201})
    """Allowed statuses if the operation has been applied already."""

    def send(self, client: FlaskClient, names: Names) -> TestResponse:
        """Send the request. Each call sends the same request."""
        key = {"Idempotency-Key": f"key-{names['tag']}"} if self.has_idempotency_key else {}
        return client.open(
            self.path.format(**names),
            method=self.method,
            json=self.body(names),
            headers={**self.headers, **key},
        )


@contextmanager
def service_client(settings: Settings) -> Iterator[FlaskClient]:
    """Yield a test client of the service."""
    database = connect(settings)
    try:
        yield create_app(settings, database=database).test_client()
    finally:
        database.client.close()


def arrange(client: FlaskClient) -> Names:
    """Create the data that the operations use."""
    tag = uuid4().hex
    created = client.post("/v1/profiles", json={"first_name": "Ada"})
    profile = created.get_json()["profile_id"]
    added = client.post(f"/v1/profiles/{profile}/keys", json={"key": "phone", "values": [_PHONE]})
    associated = client.put(f"/v1/contacts/old-{tag}/association", json={"profile_id": profile})
    assert (created.status_code, added.status_code, associated.status_code) == (201, 200, 201)
    return {"tag": tag, "profile": profile, "contact": f"old-{tag}", "new": f"new-{tag}"}


def _count_creations(data: Data, names: Names) -> int:
    return data["profiles"].count_documents({"account_number": names["tag"]})


def _count_associations(data: Data, names: Names) -> int:
    contact = data["associations"].find_one({"contact_id": names["new"]})
    return len(contact["associations"]) if contact else 0


def _count_creations_for_contact(data: Data, names: Names) -> int:
    """Return 0 if the profile exists without an association. Return 2 or more if a second profile exists."""
    return max(
        _count_associations(data, names),
        _count_creations(data, names) if _count_creations(data, names) > 1 else 0,
    )


def _count_disassociations(data: Data, names: Names) -> int:
    return data["associations"].count_documents({"contact_id": names["contact"], "association": None})


def _count_clearings(data: Data, names: Names) -> int:
    return data["associations"].count_documents({"contact_id": names["contact"], "cleared_at": {"$ne": None}})


def _count_changes(data: Data, names: Names) -> int:
    profile = data["profiles"].find_one({"_id": names["profile"]})
    assert profile is not None
    version: int = profile["version"]
    return version - 2


def _profile_body(names: Names) -> Any:
    return {"first_name": "Grace", "account_number": names["tag"]}


def _on_profiles(method: str, path: str, **rest: Any) -> Operation:
    return Operation(method=method, path=path, **{"command": "update", "collection": "profiles", **rest})


def _on_contact(method: str, path: str, **rest: Any) -> Operation:
    return Operation(method=method, path=path, command="findAndModify", collection="associations", **rest)


def _patch(**rest: Any) -> Operation:
    def body(names: Names) -> Any:
        return {"last_name": names["tag"]}

    return _on_profiles("PATCH", "/v1/profiles/{profile}", body=body, count_effects=_count_changes, **rest)


_CREATE_FOR_CONTACT: dict[str, Any] = {
    "method": "POST",
    "path": "/v1/contacts/{new}/profile",
    "body": _profile_body,
    "has_idempotency_key": True,
    "count_effects": _count_creations_for_contact,
}

OPERATIONS = {
    "create": _on_profiles(
        "POST",
        "/v1/profiles",
        command="insert",
        body=_profile_body,
        has_idempotency_key=True,
        count_effects=_count_creations,
    ),
    "create for a contact": _on_profiles(command="insert", **_CREATE_FOR_CONTACT),
    "create for a contact, and associate": _on_contact(**_CREATE_FOR_CONTACT),
    "associate": _on_contact(
        "PUT",
        "/v1/contacts/{new}/association",
        body=lambda names: {"profile_id": names["profile"]},
        count_effects=_count_associations,
    ),
    "disassociate": _on_contact(
        "DELETE",
        "/v1/contacts/{contact}/association",
        count_effects=_count_disassociations,
        # The first request ended the association.
        statuses_if_repeated=frozenset({404}),
    ),
    "clear": _on_contact("POST", "/v1/contacts/{contact}/clear", count_effects=_count_clearings),
    "patch": _patch(),
    # The first request increased the version.
    "patch the version that was read": _patch(
        headers={"If-Match": '"2"'}, statuses_if_repeated=frozenset({412})
    ),
    "add a value of a key": _on_profiles(
        "POST",
        "/v1/profiles/{profile}/keys",
        body=lambda names: {"key": "email", "values": [f"{names['tag']}@example.com"]},
        count_effects=_count_changes,
    ),
    "release a value of a key": _on_profiles(
        "POST",
        "/v1/profiles/{profile}/keys/release",
        body=lambda _: {"key": "phone", "values": [_PHONE]},
        count_effects=_count_changes,
    ),
}
"""Operations by description."""
