"""Values of clients are data. None is evaluated as an expression, an operator or a path."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from pymongo.database import Database

from service.config import Settings
from service.matching.profiles import index
from service.model.contact import Channel, ContactFilter
from service.model.limits import MAX_ASSOCIATIONS
from service.model.match import Criterion, IncomingContact, Operator, SearchMode
from service.model.profile import Profile
from service.store.client.connection import connect
from service.store.contacts.associations import AssociationStore
from service.store.stores import Stores
from service.use_cases import contacts, key_values, match, profiles, search, search_keys
from service.use_cases.clock import now

HOSTILE = [
    "$ssn",
    "$$ROOT",
    "$$NOW",
    "$_id",
    "$",
    "$literal",
    "{'$gt': ''}",
    '{"$ne": null}',
    "a.b",
    ".",
    "..",
    "a.$[].b",
    "$where",
    "_id",
    "domain",
    "lookup",
    "unique",
    "__proto__",
    "^.*$",
    "ssn:1",
    "😀😀 \u202e",
]


@pytest.fixture(scope="module")
def shared_stores(mongodb_uri: str, mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[Stores]:
    """Return the stores of a database that tests share. Each test has its own domain."""
    name = f"test_{uuid4().hex}"
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=name)
    database = connect(settings)
    stores = Stores.over(database, settings)
    stores.indexes.ensure()
    yield stores
    database.client.close()
    mongodb_client.drop_database(name)


@pytest.fixture
def domain() -> str:
    """Return the name of an unused domain."""
    return uuid4().hex


def _create(stores: Stores, domain: str = "default", **fields: Any) -> Profile:
    return profiles.insert_profile(stores, domain, {"first_name": "Ada", **fields})[0]


@pytest.mark.parametrize("value", HOSTILE)
def test_an_agent_id_is_stored_unchanged(shared_stores: Stores, domain: str, value: str) -> None:
    """The update is a pipeline, in which a dollar sign begins an expression."""
    profile_id = _create(shared_stores, domain)["profile_id"]
    other = _create(shared_stores, domain)["profile_id"]
    contacts.associate(shared_stores, domain, "c-1", profile_id, channel=Channel.VOICE, agent_id=value)
    again, is_first = contacts.associate(shared_stores, domain, "c-1", profile_id, agent_id=value)
    assert (again.value["agent_id"], is_first) == (value, False)
    contacts.associate(shared_stores, domain, "c-1", other, agent_id=value)
    contact = contacts.clear(shared_stores, domain, "c-1").value
    assert [entry["agent_id"] for entry in contact["associations"]] == [value]
    result = contacts.search_contacts(
        shared_stores, domain, ContactFilter(agent_id=value), limit=5, cursor=None
    )
    assert [contact["contact_id"] for contact in result.value.items] == ["c-1"]


@pytest.mark.parametrize("value", HOSTILE)
def test_names_and_attributes_are_stored_unchanged(shared_stores: Stores, domain: str, value: str) -> None:
    """The value is used in several fields and as the name of an attribute."""
    created = _create(
        shared_stores,
        domain,
        last_name=value,
        account_number=value,
        additional_information=value,
        attributes={value: value, "plain": value},
        email_addresses=[{"value": value}],
        addresses=[{"city": value}],
    )
    read = profiles.read_profile(shared_stores, domain, created["profile_id"])
    assert read["last_name"] == read["account_number"] == read["additional_information"] == value
    assert read["attributes"] == {value: value, "plain": value}
    assert read["email_addresses"][0]["value"] == read["addresses"][0]["city"] == value
    patched = profiles.update_profile(
        shared_stores, domain, created["profile_id"], {"attributes": {value: None}}
    ).value
    assert patched["attributes"] == {"plain": value}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_finds_only_itself(shared_stores: Stores, domain: str, value: str) -> None:
    """The value is searched by several search keys and in several modes."""
    _create(shared_stores, domain, account_number="other", last_name="Other", keys={})
    fields = {"label": "K", "type": "text", "unique": True, "sensitive": False}
    search_keys.define_search_key(shared_stores, domain, "k", fields)
    mine = _create(shared_stores, domain, keys={"k": [value]})["profile_id"]

    def search_ids(key: str, mode: str = "exact", operator: str = "or", count: int = 1) -> list[str]:
        criteria: list[Criterion] = [{"key": key, "values": [value]}] * count
        response = search.search_profiles(
            shared_stores, domain, criteria, operator=Operator(operator), mode=SearchMode(mode), limit=9
        )
        return [candidate.profile["profile_id"] for candidate in response.value.items]

    assert search_ids("k") == search_ids("k", operator="and", count=2) == [mine]
    if len(value) > 1:
        assert search_ids("k", mode="prefix") == [mine]
    assert (
        search_ids("account") == search_ids("email") == search_ids("phone") == search_ids("profile_id") == []
    )
    assert search_ids("contact_id") == []
    attributes = {"profileSearchKey": "k", "profileSearchValue": value}
    contact = IncomingContact(channel=Channel.CHAT, email_address=value, name=value, attributes=attributes)
    matched = match.match_contact(shared_stores, domain, "c-1", contact, limit=9, cursor=None)
    assert [candidate.profile["profile_id"] for candidate in matched.value.candidates] == [mine]
    released = key_values.release_key_values(shared_stores, domain, mine, "k", [value]).value
    assert released["keys"] == {}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_label_is_stored_unchanged(shared_stores: Stores, domain: str, value: str) -> None:
    """The label is part of the definition of a search key."""
    fields = {"label": value, "type": "text", "unique": False, "sensitive": False}
    search_keys.define_search_key(shared_stores, domain, "k", fields)
    assert shared_stores.domains.read(domain).custom_keys["k"].label == value


def test_names_from_clients_are_not_field_names(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """Such names are stored as values, so they cannot be operators or paths."""
    fields = {"label": "K", "type": "text", "unique": False, "sensitive": False}
    search_keys.define_search_key(stores, "default", "k", fields)
    _create(stores, attributes={"$where": "1", "a.b": "2"}, keys={"k": ["$x"]})
    (document,) = database["profiles"].find()
    assert document["attributes"] == [{"name": "$where", "value": "1"}, {"name": "a.b", "value": "2"}]
    assert document["keys"] == [{"key": "k", "values": ["$x"]}]


def test_the_history_of_a_contact_is_bounded(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """The latest associations stay, including the current one."""
    stores = replace(stores, associations=AssociationStore(database["associations"], max_associations=3))
    ids = [_create(stores)["profile_id"] for _ in range(5)]
    for profile_id in ids:
        contacts.associate(stores, "default", "c-1", profile_id)
    contact = contacts.read_contact(stores, "default", "c-1")
    assert [entry["profile_id"] for entry in contact["associations"]] == ids[-3:]
    assert contact["association"] == contact["associations"][-1]


def test_a_full_history_fits_into_a_document(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """1,000 associations by agents with the longest IDs are far below MongoDB's 16 MB."""
    profile_id = _create(stores)["profile_id"]
    contacts.associate(stores, "default", "c-1", profile_id, agent_id="😀" * 255)
    (document,) = database["associations"].find()
    many = document["associations"] * MAX_ASSOCIATIONS
    database["associations"].update_one({}, {"$set": {"associations": many}})
    _, first = contacts.associate(stores, "default", "c-1", profile_id, agent_id="Bo")
    assert not first
    contact = contacts.read_contact(stores, "default", "c-1")
    assert len(contact["associations"]) == MAX_ASSOCIATIONS
    assert contact["associations"][-1]["agent_id"] == "Bo"


def test_no_method_reads_or_changes_another_domain(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """All methods of all stores are called for another domain. Nothing is found, and nothing changes."""
    fields = {"label": "K", "type": "text", "unique": True, "sensitive": False}
    search_keys.define_search_key(stores, "ours", "k", fields)
    stores.domains.settings.change("ours", {"default_region": "JP"})
    profile = _create(stores, "ours", last_name="Lovelace", keys={"k": ["v"]})
    profile_id = profile["profile_id"]
    contacts.associate(stores, "ours", "c-1", profile_id, agent_id="Bo")
    before = _all_documents(database)

    assert stores.profiles.get("theirs", profile_id) is None
    assert not stores.profiles.exists("theirs", profile_id)
    began = stores.profiles.begin_erasure("ours", profile_id)
    assert began is not None
    before = _all_documents(database)
    for versions in (None, [1]):
        assert stores.profiles.begin_erasure("theirs", profile_id, versions) is None
        assert not stores.profiles.finish_erasure("theirs", profile_id, began, versions)
    assert not stores.profiles.undo_insert("theirs", profile_id)
    assert stores.profiles.repeat_creation("theirs", profile_id) is None
    assert not stores.profiles.holds_key("theirs", "k")
    profile_index = index(profile, {}, "US")
    assert not stores.profiles.replace("theirs", profile, profile_index, old=profile)
    names = ["name:adalovelace", "k:v"]
    assert len(stores.profiles.find_any("ours", names, after=None, limit=9)) == 1
    assert stores.profiles.find_any("theirs", names, after=None, limit=9) == []
    assert stores.profiles.find_best("theirs", names, [], max_profiles=5, limit=9) == ([], set())
    assert stores.profiles.find_best("theirs", names, [names], max_profiles=5, limit=9) == ([], set())
    assert stores.profiles.shared_terms("theirs", names, max_profiles=0) == set()
    assert stores.profiles.find_all("theirs", [names, names], after=None, limit=9).items == []
    assert stores.profiles.find_starting_with("theirs", ["name:", "k:"], limit=9) == []
    assert stores.associations.get("theirs", "c-1") is None
    assert stores.associations.current("theirs", ["c-1"]) == {}
    assert stores.associations.last_associated("theirs", [profile_id]) == {}
    assert stores.associations.disassociate("theirs", "c-1", now()) is None
    stores.associations.forget_profile("theirs", profile_id)
    for conditions in (ContactFilter(), ContactFilter(agent_id="Bo"), ContactFilter(profile_id=profile_id)):
        assert stores.associations.find("theirs", conditions, 9).items == []
    assert stores.domains.search_keys.all("theirs") == {}
    assert not stores.domains.search_keys.remove("theirs", "k", "removal-1")
    assert stores.domains.settings.get("theirs") == {}
    assert _all_documents(database) == before

    # The same names can be used in another domain.
    stores.associations.clear("theirs", "c-1", now())
    search_keys.define_search_key(stores, "theirs", "k", fields)
    _create(stores, "theirs", keys={"k": ["v"]})
    stores.domains.settings.change("theirs", {"default_region": "FR"})
    assert {name: _of("ours", documents) for name, documents in _all_documents(database).items()} == before


def _all_documents(database: Database[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: sorted(database[name].find(), key=lambda document: str(document["_id"]))
        for name in ("profiles", "associations", "search_keys", "settings")
    }


def _of(domain: str, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [document for document in documents if document["domain"] == domain]
