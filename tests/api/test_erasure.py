"""Erasure: after it, the database contains no data of the person."""

from typing import Any
from uuid import uuid4

import pytest
from pymongo.errors import AutoReconnect

from service.app import create_app
from service.config import Settings
from tests.api.caller import Caller, Json

LISTS = {"phone_numbers", "email_addresses", "addresses", "attributes", "keys"}


def _unique_value(kind: str) -> str:
    """Return a phone number, an e-mail address or a text that occurs nowhere else."""
    if kind == "number":
        return "+1212555" + str(uuid4().int % 10_000).zfill(4)
    if kind == "email":
        return f"{uuid4().hex}@example.com"
    return f"{uuid4().hex}"


def _person() -> Json:
    """Return the body of a profile with a different value in every field."""
    text_fields = {
        *("first_name", "middle_name", "last_name", "phonetic_first_name", "phonetic_last_name"),
        *("business_name", "account_number", "birth_date", "gender", "party_type", "additional_information"),
    }
    address_fields = {
        *("address_1", "address_2", "address_3", "address_4", "city", "county", "state", "province"),
        *("country", "postal_code", "type"),
    }
    return {
        **{name: _unique_value("text") for name in sorted(text_fields)},
        "phone_numbers": [
            {"type": _unique_value("text"), "value": _unique_value("number")} for _ in range(2)
        ],
        "email_addresses": [
            {"type": _unique_value("text"), "value": _unique_value("email")} for _ in range(2)
        ],
        "addresses": [{name: _unique_value("text") for name in sorted(address_fields)}],
        "attributes": {_unique_value("text"): _unique_value("text")},
        "keys": {"vip": [_unique_value("text")], "ssn": ["9" + str(uuid4().int)[:12]]},
    }


def _values(node: Any) -> set[str]:
    """Return every text of a document, including attribute names. Field names are not personal."""
    if isinstance(node, dict):
        own = {name for name in node if len(name) == 32}
        return own.union(*map(_values, node.values()))
    if isinstance(node, list):
        return set().union(*map(_values, node))
    return {node} if isinstance(node, str) else set()


def _database_text(api: Caller) -> str:
    """Return all documents of all collections as one text."""
    api.audit()
    names = api.database.list_collection_names()
    return str({name: list(api.database[name].find()) for name in names}).casefold()


def _use_every_operation(api: Caller, person: Json) -> tuple[str, set[str]]:
    """Create the person's profile and use every operation on it. Return its ID and its values."""
    request = _unique_value("text")
    for _ in range(2):
        response = api.call("POST", "/v1/profiles", person, status=201, headers={"Idempotency-Key": request})
    profile_id = response.get_json()["profile_id"]
    (fingerprint,) = api.database["profiles"].distinct("fingerprint")
    other = api.create("Other")["profile_id"]
    agents = [_unique_value("text") for _ in range(4)]
    api.associate("open", profile_id, agent_id=agents[0])
    api.associate("corrected", profile_id, agent_id=agents[1])
    api.associate("corrected", other, status=200)
    api.associate("cleared", profile_id, agent_id=agents[2])
    api.post("/v1/contacts/cleared/clear")
    new_profile = {"first_name": "Second"}
    api.post(f"/v1/contacts/second/profile?agent_id={agents[3]}", new_profile, status=201)
    added = {"key": "vip", "values": [_unique_value("text")]}
    api.post(f"/v1/profiles/{profile_id}/keys", added)
    patched = {"last_name": _unique_value("text")}
    api.patch(f"/v1/profiles/{profile_id}", patched)
    for key, values in (("vip", person["keys"]["vip"]), ("name", [person["first_name"]])):
        assert api.search((key, values))["items"], key
    api.match(phone_number=person["phone_numbers"][0]["value"], attributes={"x": _unique_value("text")})
    all_values = _values(person) | _values(added["values"]) | _values(patched) | _other_notations(person)
    return profile_id, all_values | {request, fingerprint}


def _other_notations(person: Json) -> set[str]:
    """Return the notations of the person's values that the index terms contain."""
    return {email["value"].split("@")[0] for email in person["email_addresses"]} | {
        number["value"].removeprefix("+") for number in person["phone_numbers"]
    }


@pytest.fixture
def with_search_keys(api: Caller) -> Caller:
    """Return a caller of a service with two custom search keys. One is unique and sensitive."""
    api.define("vip")
    api.define("ssn", type="digits", unique=True, sensitive=True)
    return api


def _collections_with(api: Caller, profile_id: str) -> list[str]:
    """Return the collections that contain the ID, except the audit."""
    return [name for name, documents in api.dump().items() if profile_id in str(documents)]


def test_an_erased_person_leaves_no_data(with_search_keys: Caller) -> None:
    """The test looks for every value in every document of every collection."""
    person = _person()
    profile_id, values = _use_every_operation(with_search_keys, person)
    before = _database_text(with_search_keys)
    # The last name was replaced, the value of `ssn` is encrypted, and the Idempotency-Key is never stored.
    missing = {value for value in values if value.casefold() not in before}
    assert {person["last_name"], *person["keys"]["ssn"]} < missing
    assert len(missing) == 3
    with_search_keys.delete(f"/v1/profiles/{profile_id}")
    after = _database_text(with_search_keys)
    assert [value for value in values if value.casefold() in after] == []
    # Only the audit still contains the ID, as evidence of the erasure, and the list of changes.
    assert _collections_with(with_search_keys, profile_id) == ["deletions"]
    last = with_search_keys.audit()[-1]
    assert (last["action"], last["profile_ids"]) == ("erased", [profile_id])


def test_contacts_remain_without_the_erased_person(with_search_keys: Caller) -> None:
    """The contacts lose their associations with this person and keep all others."""
    profile_id, _ = _use_every_operation(with_search_keys, _person())
    with_search_keys.delete(f"/v1/profiles/{profile_id}")
    for contact_id, count in (("open", 0), ("corrected", 1), ("cleared", 0)):
        contact = with_search_keys.get(f"/v1/contacts/{contact_id}")
        assert len(contact["associations"]) == count
        assert profile_id not in str(contact)
    with_search_keys.reject("GET", f"/v1/profiles/{profile_id}/export", status=404, code="profile_not_found")


def test_an_erasure_with_a_stale_version_changes_nothing(api: Caller) -> None:
    """The request is rejected before anything is written, so it is not audited."""
    ann = api.create("Ann")
    path = f"/v1/profiles/{ann['profile_id']}"
    api.patch(path, {"last_name": "Lee"})
    api.reject("DELETE", path, status=412, code="version_conflict", headers={"If-Match": '"1"'})
    api.delete(path, headers={"If-Match": '"2"'})
    assert [event["action"] for event in api.audit()] == ["created", "changed", "erasing", "erased"]


class _InterruptedDatabase:
    """A database that loses its connection at one method of one collection."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.fails_at: tuple[str, str] | None = None

    def __getitem__(self, name: str) -> Any:
        return _InterruptedCollection(self, self.inner[name], name)

    def list_collection_names(self) -> list[str]:
        names: list[str] = self.inner.list_collection_names()
        return names


class _InterruptedCollection:
    def __init__(self, owner: _InterruptedDatabase, inner: Any, name: str) -> None:
        self._owner, self._inner, self._name = owner, inner, name

    def __getattr__(self, method: str) -> Any:
        if self._owner.fails_at == (self._name, method):
            raise AutoReconnect
        return getattr(self._inner, method)


@pytest.mark.parametrize(
    ("collection", "method", "retry_status"),
    [
        ("audit", "insert_many", 204),
        ("profiles", "delete_one", 204),
        ("associations", "update_many", 404),
    ],
)
def test_a_retry_completes_an_interrupted_erasure(
    api: Caller, collection: str, method: str, retry_status: int
) -> None:
    """After the retry the profile is deleted, no contact refers to it, and the erasure is audited."""
    database = _InterruptedDatabase(api.database)
    api = Caller(create_app(Settings(auth=False), database=database).test_client(), database)
    ann = api.create("Ann")["profile_id"]
    api.associate("c-1", ann)
    database.fails_at = (collection, method)
    api.call("DELETE", f"/v1/profiles/{ann}", status=503)
    database.fails_at = None
    api.call("DELETE", f"/v1/profiles/{ann}", status=retry_status)
    assert _collections_with(api, ann) == ["deletions"]
    assert "erased" in {event["action"] for event in api.audit()}
