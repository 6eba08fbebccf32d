"""Erasure: afterwards the database contains no data of the person."""

from typing import Any
from uuid import uuid4

import pytest
from pymongo.errors import AutoReconnect

from service.app import create_app
from service.config import Settings
from tests.api.caller import Caller, Json

LISTS = {"phone_numbers", "email_addresses", "addresses", "attributes", "keys"}


def _unique(kind: str) -> str:
    """Return a value that occurs nowhere else. The value of a number has digits."""
    if kind == "number":
        return "+1212555" + str(uuid4().int % 10_000).zfill(4)
    if kind == "email":
        return f"{uuid4().hex}@example.com"
    return f"{uuid4().hex}"


def _person() -> Json:
    """Return a profile with a distinct value in every field."""
    plain = {
        *("first_name", "middle_name", "last_name", "phonetic_first_name", "phonetic_last_name"),
        *("business_name", "account_number", "birth_date", "gender", "party_type", "additional_information"),
    }
    lines = {
        *("address_1", "address_2", "address_3", "address_4", "city", "county", "state", "province"),
        *("country", "postal_code", "type"),
    }
    return {
        **{name: _unique("text") for name in sorted(plain)},
        "phone_numbers": [{"type": _unique("text"), "value": _unique("number")} for _ in range(2)],
        "email_addresses": [{"type": _unique("text"), "value": _unique("email")} for _ in range(2)],
        "addresses": [{name: _unique("text") for name in sorted(lines)}],
        "attributes": {_unique("text"): _unique("text")},
        "keys": {"vip": [_unique("text")], "ssn": ["9" + str(uuid4().int)[:12]]},
    }


def _values(node: Any) -> set[str]:
    """Return every text in it, including attribute names. Field names are not personal."""
    if isinstance(node, dict):
        own = {name for name in node if len(name) == 32}
        return own.union(*map(_values, node.values()))
    if isinstance(node, list):
        return set().union(*map(_values, node))
    return {node} if isinstance(node, str) else set()


def _everything(api: Caller) -> str:
    """Return all documents of all collections as one text."""
    api.audit()
    names = api.database.list_collection_names()
    return str({name: list(api.database[name].find()) for name in names}).casefold()


def _live_with(api: Caller, person: Json) -> tuple[str, set[str]]:
    """Create the person, use every operation on the profile, and return its ID and its values."""
    request = _unique("text")
    for _ in range(2):
        response = api.call("POST", "/v1/profiles", person, status=201, headers={"Idempotency-Key": request})
    profile_id = response.get_json()["profile_id"]
    (fingerprint,) = api.database["profiles"].distinct("fingerprint")
    other = api.create("Other")["profile_id"]
    agents = [_unique("text") for _ in range(4)]
    api.associate("open", profile_id, agent_id=agents[0])
    api.associate("corrected", profile_id, agent_id=agents[1])
    api.associate("corrected", other, status=200)
    api.associate("cleared", profile_id, agent_id=agents[2])
    api.post("/v1/contacts/cleared/clear")
    new_profile = {"first_name": "Second"}
    api.post(f"/v1/contacts/second/profile?agent_id={agents[3]}", new_profile, status=201)
    added = {"key": "vip", "values": [_unique("text")]}
    api.post(f"/v1/profiles/{profile_id}/keys", added)
    patched = {"last_name": _unique("text")}
    api.patch(f"/v1/profiles/{profile_id}", patched)
    for key, values in (("vip", person["keys"]["vip"]), ("name", [person["first_name"]])):
        assert api.search((key, values))["items"], key
    api.match(phone_number=person["phone_numbers"][0]["value"], attributes={"x": _unique("text")})
    all_values = _values(person) | _values(added["values"]) | _values(patched) | _forms(person)
    return profile_id, all_values | {request, fingerprint}


def _forms(person: Json) -> set[str]:
    """Return the values in the forms of the index terms, too."""
    return {email["value"].split("@")[0] for email in person["email_addresses"]} | {
        number["value"].removeprefix("+") for number in person["phone_numbers"]
    }


@pytest.fixture
def defined(api: Caller) -> Caller:
    """Return a caller of a service with two custom search keys, one of them unique and sensitive."""
    api.define("vip")
    api.define("ssn", type="digits", unique=True, sensitive=True)
    return api


def test_an_erased_person_leaves_no_data(defined: Caller) -> None:
    """Every value is searched for in every document of every collection."""
    person = _person()
    profile_id, values = _live_with(defined, person)
    before = _everything(defined)
    # These were replaced, encrypted or never stored.
    missing = {value for value in values if value.casefold() not in before}
    assert {person["last_name"], *person["keys"]["ssn"]} < missing
    assert len(missing) == 3
    defined.delete(f"/v1/profiles/{profile_id}")
    after = _everything(defined)
    assert [value for value in values if value.casefold() in after] == []
    # The ID remains in the audit only, as a record that the profile existed.
    assert profile_id not in str(defined.dump())
    last = defined.audit()[-1]
    assert (last["action"], last["profile_ids"]) == ("erased", [profile_id])


def test_contacts_remain_without_the_erased_person(defined: Caller) -> None:
    """A contact itself is not personal data. Its associations with other profiles remain."""
    profile_id, _ = _live_with(defined, _person())
    defined.delete(f"/v1/profiles/{profile_id}")
    for contact_id, left in (("open", 0), ("corrected", 1), ("cleared", 0)):
        contact = defined.get(f"/v1/contacts/{contact_id}")
        assert len(contact["associations"]) == left
        assert profile_id not in str(contact)
    defined.reject("GET", f"/v1/profiles/{profile_id}/export", status=404, code="profile_not_found")


def test_a_stale_version_erases_nothing_and_is_not_audited(api: Caller) -> None:
    """The request is rejected before anything is written."""
    ann = api.create("Ann")
    path = f"/v1/profiles/{ann['profile_id']}"
    api.patch(path, {"last_name": "Lee"})
    api.reject("DELETE", path, status=412, code="version_conflict", headers={"If-Match": '"1"'})
    api.delete(path, headers={"If-Match": '"2"'})
    assert [event["action"] for event in api.audit()] == ["created", "changed", "erasing", "erased"]


class _Interrupted:
    """A database that fails at one method of one collection."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.at: tuple[str, str] | None = None

    def __getitem__(self, name: str) -> Any:
        return _InterruptedCollection(self, self.inner[name], name)

    def list_collection_names(self) -> list[str]:
        names: list[str] = self.inner.list_collection_names()
        return names


class _InterruptedCollection:
    def __init__(self, owner: _Interrupted, inner: Any, name: str) -> None:
        self._owner, self._inner, self._name = owner, inner, name

    def __getattr__(self, method: str) -> Any:
        if self._owner.at == (self._name, method):
            raise AutoReconnect
        return getattr(self._inner, method)


@pytest.mark.parametrize(
    ("collection", "method", "retried"),
    [
        ("audit", "insert_many", 204),
        ("profiles", "delete_one", 204),
        ("associations", "update_many", 404),
    ],
)
def test_a_retry_completes_an_erasure_that_was_interrupted(
    api: Caller, collection: str, method: str, retried: int
) -> None:
    """It can be interrupted anywhere. After the retry the profile and its contacts are gone and audited."""
    database = _Interrupted(api.database)
    api = Caller(create_app(Settings(auth=False), database=database).test_client(), database)
    ann = api.create("Ann")["profile_id"]
    api.associate("c-1", ann)
    database.at = (collection, method)
    api.call("DELETE", f"/v1/profiles/{ann}", status=503)
    database.at = None
    api.call("DELETE", f"/v1/profiles/{ann}", status=retried)
    assert ann not in str(api.dump())
    assert "erased" in {event["action"] for event in api.audit()}
