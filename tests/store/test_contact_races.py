"""Concurrent requests change the same contact.

A barrier starts them together. The result does not depend on the order of the threads.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from service.config import Settings
from service.errors.records import ContactCleared
from service.model.contact import Contact
from service.store.stores import Stores
from service.use_cases import contacts, profiles
from tests.store.defining import create
from tests.store.racing import RACERS, race, racing_settings

ROUNDS = range(2)


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return racing_settings(mongodb_uri, database_name)


def _count_responses(results: Sequence[Any]) -> Counter[tuple[str, datetime]]:
    return Counter((each.value["profile_id"], each.value["associated_at"]) for each, _ in results)


def _count_history(contact: Contact) -> Counter[tuple[str, datetime]]:
    return Counter((entry["profile_id"], entry["associated_at"]) for entry in contact["associations"])


@pytest.mark.parametrize("exists", [False, True], ids=["new contact", "existing contact"])
@pytest.mark.parametrize("number", ROUNDS)
def test_racing_associations_are_all_in_the_history(stores: Stores, number: int, *, exists: bool) -> None:
    """Each response is in the history once. One request is the first, and the last entry is current."""
    contact_id = f"c-{number}"
    ids = [create(stores) for _ in range(RACERS)]
    before = []
    if exists:
        before = [contacts.associate(stores, "default", contact_id, create(stores))]
    raced = race([partial(contacts.associate, stores, "default", contact_id, i) for i in ids])
    results = [*before, *raced]
    assert not [result for result in results if isinstance(result, Exception)]

    contact = contacts.read_contact(stores, "default", contact_id)
    assert _count_history(contact) == _count_responses(results)
    assert len(contact["associations"]) == RACERS + exists
    assert [first for _, first in results].count(True) == 1
    assert contact["association"] == contact["associations"][-1]
    assert contact["association"]["disassociated_at"] is None
    assert all(entry["disassociated_at"] is not None for entry in contact["associations"][:-1])


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_associations_with_one_profile_create_one_association(stores: Stores, number: int) -> None:
    """Exactly one request creates the association."""
    contact_id = f"c-{number}"
    profile_id = create(stores)
    results = race(
        [lambda: contacts.associate(stores, "default", contact_id, profile_id)] * RACERS,
    )
    contact = contacts.read_contact(stores, "default", contact_id)
    assert len(contact["associations"]) == 1
    assert all(each.value == contact["association"] for each, _ in results)
    assert [first for _, first in results].count(True) == 1


def test_one_association_is_the_first_even_within_one_millisecond(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result does not depend on the resolution of MongoDB's timestamps."""
    monkeypatch.setattr(contacts, "now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    profile_id = create(stores)
    results = race([partial(contacts.associate, stores, "default", "c-1", profile_id)] * RACERS)
    assert [first for _, first in results].count(True) == 1


@pytest.mark.parametrize("number", ROUNDS)
def test_over_http_one_of_racing_associations_gets_a_201(app: Flask, stores: Stores, number: int) -> None:
    """The other requests get a 200, each with its own association."""
    ids = [create(stores) for _ in range(RACERS)]
    url = f"/v1/contacts/c-{number}/association"
    responses = race(
        [partial(app.test_client().put, url, json={"profile_id": i}) for i in ids],
    )
    assert Counter(response.status_code for response in responses) == {201: 1, 200: RACERS - 1}
    assert [response.json["profile_id"] for response in responses] == ids
    contact = app.test_client().get(f"/v1/contacts/c-{number}").get_json()
    assert sorted(entry["profile_id"] for entry in contact["associations"]) == sorted(ids)
    assert contact["association"] == contact["associations"][-1]
    assert [a.json for a in responses if a.json["profile_id"] == contact["association"]["profile_id"]] == [
        contact["association"]
    ]


@pytest.mark.parametrize("exists", [False, True], ids=["new contact", "existing contact"])
@pytest.mark.parametrize("number", ROUNDS)
def test_a_rejected_association_is_not_in_the_cleared_contact(
    stores: Stores, number: int, *, exists: bool
) -> None:
    """If no association was accepted, the contact keeps its previous association, if any."""
    contact_id = f"c-{number}"
    first = create(stores)
    if exists:
        contacts.associate(stores, "default", contact_id, first)
    ids = [create(stores) for _ in range(RACERS - 1)]
    associates = [partial(contacts.associate, stores, "default", contact_id, i) for i in ids]
    *results, cleared = race([*associates, lambda: contacts.clear(stores, "default", contact_id)])

    contact = contacts.read_contact(stores, "default", contact_id)
    assert contact == cleared.value
    rejected = {i for i, result in zip(ids, results, strict=True) if isinstance(result, ContactCleared)}
    accepted = {result[0].value["profile_id"] for result in results if not isinstance(result, Exception)}
    assert rejected | accepted == set(ids)
    remaining = [entry["profile_id"] for entry in contact["associations"]]
    assert not rejected & set(remaining)
    if accepted:
        assert set(remaining) <= accepted
        assert contact["associations"] == [contact["association"]]
    else:
        assert remaining == [first] * exists
    with pytest.raises(ContactCleared):
        contacts.associate(stores, "default", contact_id, first)
    assert contacts.read_contact(stores, "default", contact_id) == contact


@pytest.mark.parametrize("number", ROUNDS)
def test_one_of_racing_disassociations_succeeds(stores: Stores, number: int) -> None:
    """The other requests find no association."""
    contact_id = f"c-{number}"
    contacts.associate(stores, "default", contact_id, create(stores))
    results = race([lambda: contacts.disassociate(stores, "default", contact_id)] * RACERS)
    assert Counter(type(result).__name__ for result in results) == {
        "Audited": 1,
        "AssociationNotFound": RACERS - 1,
    }


@pytest.mark.parametrize("number", ROUNDS)
def test_creation_for_a_contact_that_is_being_cleared_leaves_no_orphan(
    stores: Stores, database: Database[dict[str, Any]], number: int
) -> None:
    """Only the profiles of successful responses are stored."""
    contact_id = f"c-{number}"
    creates: list[Callable[[], Any]] = [
        lambda: profiles.create_for_contact(stores, "default", contact_id, {"first_name": "Ada"})
    ] * (RACERS - 1)
    results = race([*creates, lambda: contacts.clear(stores, "default", contact_id)])[:-1]
    created = [result[0].value["profile_id"] for result in results if not isinstance(result, Exception)]
    rejected = [result for result in results if isinstance(result, ContactCleared)]
    assert len(created) + len(rejected) == RACERS - 1
    assert sorted(document["_id"] for document in database["profiles"].find()) == sorted(created)
    remaining = contacts.read_contact(stores, "default", contact_id)["associations"]
    assert {entry["profile_id"] for entry in remaining} <= set(created)
    assert len(remaining) == (1 if created else 0)


@pytest.mark.parametrize("number", ROUNDS)
def test_the_times_of_racing_associations_are_in_order(stores: Stores, number: int) -> None:
    """The current association is the latest. No association ends before it begins."""
    contact_id = f"times-{number}"
    profile_ids = [create(stores, attributes={"round": str(number)}) for _ in range(RACERS)]
    race([partial(contacts.associate, stores, "default", contact_id, each) for each in profile_ids])
    history = contacts.read_contact(stores, "default", contact_id)["associations"]
    times = [time for entry in history for time in (entry["associated_at"], entry["disassociated_at"])]
    ends = [time for time in times[:-1] if time is not None]
    assert (ends, times[-1]) == (sorted(ends), None)
    assert len(ends) == len(times) - 1
