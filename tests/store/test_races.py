"""Requests that race each other: each answer is true, and what is left is what the answers say.

The outcome is the same however the threads are scheduled; a barrier starts them together.
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
from service.errors.records import ContactCleared, UniqueKeyTaken, VersionConflict
from service.model.sensitive import SensitiveValue
from service.store.stores import Stores
from service.use_cases import contacts, key_values, profiles, search_keys
from tests.masters import ONE
from tests.store.racing import race as _race

RACERS = 12
ROUNDS = range(3)


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each racer."""
    return Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=database_name,
        threads=RACERS,
        master_keys=ONE,
        auth="off",
    )


def _create(stores: Stores, **fields: Any) -> str:
    profile_id: str = profiles.create_profile(stores, "default", {"first_name": "Ada", **fields})[
        "profile_id"
    ]
    return profile_id


@pytest.fixture
def ssn(stores: Stores) -> None:
    """Define a unique key."""
    fields = {"label": "SSN", "type": "digits", "unique": True, "sensitive": True}
    search_keys.define_search_key(stores, "default", "ssn", fields)


def _told(results: Sequence[Any]) -> Counter[tuple[str, datetime]]:
    return Counter((each.value["profile_id"], each.value["associated_at"]) for each, _ in results)


def _kept(contact: dict[str, Any]) -> Counter[tuple[str, datetime]]:
    return Counter((entry["profile_id"], entry["associated_at"]) for entry in contact["associations"])


@pytest.mark.parametrize("known", [False, True], ids=["new contact", "known contact"])
@pytest.mark.parametrize("number", ROUNDS)
def test_of_racing_associates_one_stands_and_each_answer_is_true(
    stores: Stores, number: int, *, known: bool
) -> None:
    """Every answer is in the history once, one of them says "first", and the last of them is current."""
    contact_id = f"c-{number}"
    ids = [_create(stores) for _ in range(RACERS)]
    before = []
    if known:
        before = [contacts.associate(stores, "default", contact_id, _create(stores))]
    raced = _race([partial(contacts.associate, stores, "default", contact_id, i) for i in ids])
    results = [*before, *raced]
    assert not [result for result in results if isinstance(result, Exception)]

    contact = contacts.read_contact(stores, "default", contact_id)
    assert _kept(contact) == _told(results)
    assert len(contact["associations"]) == RACERS + known
    assert [first for _, first in results].count(True) == 1
    assert contact["association"] == contact["associations"][-1]
    assert contact["association"]["disassociated_at"] is None
    assert all(entry["disassociated_at"] is not None for entry in contact["associations"][:-1])


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_associates_with_one_profile_are_one_association(stores: Stores, number: int) -> None:
    """The same association once more is the one that stands, and one answer alone says "first"."""
    contact_id = f"c-{number}"
    profile_id = _create(stores)
    results = _race(
        [lambda: contacts.associate(stores, "default", contact_id, profile_id)] * RACERS,
    )
    contact = contacts.read_contact(stores, "default", contact_id)
    assert len(contact["associations"]) == 1
    assert all(each.value == contact["association"] for each, _ in results)
    assert [first for _, first in results].count(True) == 1


def test_within_one_millisecond_one_associate_is_the_first(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is the first does not hang on the resolution of MongoDB's times."""
    monkeypatch.setattr(contacts, "now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    profile_id = _create(stores)
    results = _race([partial(contacts.associate, stores, "default", "c-1", profile_id)] * RACERS)
    assert [first for _, first in results].count(True) == 1


@pytest.mark.parametrize("number", ROUNDS)
def test_over_http_one_of_the_racing_associates_is_answered_201(
    app: Flask, stores: Stores, number: int
) -> None:
    """The others are answered 200, and each with its own association."""
    ids = [_create(stores) for _ in range(RACERS)]
    url = f"/v1/contacts/c-{number}/association"
    answers = _race(
        [partial(app.test_client().put, url, json={"profile_id": i}) for i in ids],
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: RACERS - 1}
    assert [answer.json["profile_id"] for answer in answers] == ids
    contact = app.test_client().get(f"/v1/contacts/c-{number}").get_json()
    assert sorted(entry["profile_id"] for entry in contact["associations"]) == sorted(ids)
    assert contact["association"] == contact["associations"][-1]
    assert [a.json for a in answers if a.json["profile_id"] == contact["association"]["profile_id"]] == [
        contact["association"]
    ]


@pytest.mark.parametrize("known", [False, True], ids=["new contact", "known contact"])
@pytest.mark.parametrize("number", ROUNDS)
def test_whoever_is_told_that_the_contact_is_cleared_is_not_in_it(
    stores: Stores, number: int, *, known: bool
) -> None:
    """What remains is what an associate that was accepted said, or what stood before, or nothing."""
    contact_id = f"c-{number}"
    first = _create(stores)
    if known:
        contacts.associate(stores, "default", contact_id, first)
    ids = [_create(stores) for _ in range(RACERS - 1)]
    associates = [partial(contacts.associate, stores, "default", contact_id, i) for i in ids]
    *results, cleared = _race([*associates, lambda: contacts.clear(stores, "default", contact_id)])

    contact = contacts.read_contact(stores, "default", contact_id)
    assert contact == cleared.value
    refused = {i for i, result in zip(ids, results, strict=True) if isinstance(result, ContactCleared)}
    accepted = {result[0].value["profile_id"] for result in results if not isinstance(result, Exception)}
    assert refused | accepted == set(ids)
    remaining = [entry["profile_id"] for entry in contact["associations"]]
    assert not refused & set(remaining)
    if accepted:
        assert set(remaining) <= accepted
        assert contact["associations"] == [contact["association"]]
    else:
        assert remaining == [first] * known
    with pytest.raises(ContactCleared):
        contacts.associate(stores, "default", contact_id, first)
    assert contacts.read_contact(stores, "default", contact_id) == contact


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_disassociates_are_answered_once(stores: Stores, number: int) -> None:
    """One is told that it ended the association, the others that there is none."""
    contact_id = f"c-{number}"
    contacts.associate(stores, "default", contact_id, _create(stores))
    results = _race([lambda: contacts.disassociate(stores, "default", contact_id)] * RACERS)
    assert Counter(type(result).__name__ for result in results) == {
        "Audited": 1,
        "AssociationNotFound": RACERS - 1,
    }


@pytest.mark.usefixtures("ssn")
@pytest.mark.parametrize("number", ROUNDS)
def test_of_racing_creates_one_owns_the_unique_value(
    stores: Stores, database: Database[dict[str, Any]], number: int
) -> None:
    """The others are told who owns it, however they wrote the value, and leave no profile behind."""
    notations = ["123-45-678", "123 45 678", "12345678", "(123)45678"]
    fields = [{"first_name": "Ada", "keys": {"ssn": [f"{notations[n % 4]}{number}"]}} for n in range(RACERS)]
    results = _race(
        [partial(profiles.create_profile, stores, "default", f) for f in fields],
    )
    (owner,) = [result for result in results if not isinstance(result, Exception)]
    _assert_taken([result for result in results if result is not owner], owner["profile_id"])
    assert [document["_id"] for document in database["profiles"].find()] == [owner["profile_id"]]


def _assert_taken(results: list[Any], owner: str) -> None:
    assert len(results) == RACERS - 1
    assert all(isinstance(result, UniqueKeyTaken) for result in results), results
    assert {(result.key, result.profile_id) for result in results} == {("ssn", owner)}


@pytest.mark.usefixtures("ssn")
def test_over_http_the_others_are_answered_409_without_the_owner(app: Flask) -> None:
    """One 201; each 409 names the key, which is sensitive, and nobody."""
    body = {"first_name": "Ada", "keys": {"ssn": ["123-45-6789"]}}
    answers = _race([lambda: app.test_client().post("/v1/profiles", json=body)] * RACERS)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: RACERS - 1}
    refused = [answer.json for answer in answers if answer.status_code == 409]
    assert {(problem["code"], problem["key"]) for problem in refused} == {("unique_key_taken", "ssn")}
    assert not any("profile_id" in problem for problem in refused)


@pytest.mark.usefixtures("ssn")
@pytest.mark.parametrize("number", ROUNDS)
def test_of_racing_key_adds_one_profile_owns_the_unique_value(stores: Stores, number: int) -> None:
    """The other profiles are as before."""
    ids = [_create(stores) for _ in range(RACERS)]
    value = f"12345678{number}"
    results = _race(
        [partial(key_values.add_key_values, stores, "default", i, "ssn", [value]) for i in ids],
    )
    (owner,) = [result for result in results if not isinstance(result, Exception)]
    _assert_taken([result for result in results if result is not owner], owner.value["profile_id"])
    held = [profiles.read_profile(stores, "default", i) for i in ids]
    assert Counter((profile["version"], *profile["keys"]) for profile in held) == {
        (2, "ssn"): 1,
        (1,): RACERS - 1,
    }


@pytest.mark.usefixtures("ssn")
@pytest.mark.parametrize("number", ROUNDS)
def test_a_unique_value_passes_from_one_profile_to_another(stores: Stores, number: int) -> None:
    """The claim succeeds, or names the owner that it met and succeeds when the value is released."""
    value = f"12345678{number}"
    owner, claimant = _create(stores, keys={"ssn": [value]}), _create(stores)
    released, claimed = _race(
        [
            lambda: key_values.release_key_values(stores, "default", owner, "ssn", [value]),
            lambda: key_values.add_key_values(stores, "default", claimant, "ssn", [value]),
        ],
    )
    assert not isinstance(released, Exception)
    if isinstance(claimed, Exception):
        assert isinstance(claimed, UniqueKeyTaken)
        assert claimed.profile_id == owner
        claimed = key_values.add_key_values(stores, "default", claimant, "ssn", [value])
    assert claimed.value["keys"] == {"ssn": [SensitiveValue(value)]}


@pytest.mark.parametrize("number", ROUNDS)
def test_of_racing_patches_of_one_version_one_passes(stores: Stores, number: int) -> None:
    """The others are told that the profile has changed, and it has changed once."""
    profile_id = _create(stores, attributes={"round": str(number)})
    results = _race(
        [
            partial(
                profiles.update_profile,
                stores,
                "default",
                profile_id,
                {"attributes": {f"a{n}": "x"}},
                frozenset({1}),
            )
            for n in range(RACERS)
        ],
    )
    (passed,) = [result for result in results if not isinstance(result, Exception)]
    assert sum(isinstance(result, VersionConflict) for result in results) == RACERS - 1
    stands = profiles.read_profile(stores, "default", profile_id)
    assert (stands["version"], stands["attributes"]) == (2, passed.value["attributes"])


def test_over_http_the_other_patches_are_answered_412(app: Flask, stores: Stores) -> None:
    """One 200 with the next ETag, and no other."""
    profile_id = _create(stores)

    def patch(n: int) -> Any:
        return app.test_client().patch(
            f"/v1/profiles/{profile_id}", json={"last_name": f"L{n}"}, headers={"If-Match": '"1"'}
        )

    answers = _race([partial(patch, n) for n in range(RACERS)])
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: RACERS - 1}
    (passed,) = [answer for answer in answers if answer.status_code == 200]
    assert passed.headers["ETag"] == '"2"'
    assert app.test_client().get(f"/v1/profiles/{profile_id}").get_json() == passed.json


@pytest.mark.parametrize("number", ROUNDS)
def test_of_racing_patches_of_any_version_none_is_lost(stores: Stores, number: int) -> None:
    """Each sets an attribute of its own: all are there, and each made one version."""
    profile_id = _create(stores, attributes={"round": str(number)})
    results = _race(
        [
            partial(profiles.update_profile, stores, "default", profile_id, {"attributes": {f"a{n}": "x"}})
            for n in range(RACERS)
        ],
    )
    assert sorted(result.value["version"] for result in results) == list(range(2, RACERS + 2))
    stands = profiles.read_profile(stores, "default", profile_id)
    assert stands["version"] == RACERS + 1
    assert stands["attributes"] == {"round": str(number)} | {f"a{n}": "x" for n in range(RACERS)}


@pytest.mark.parametrize("number", ROUNDS)
def test_of_racing_key_adds_to_one_profile_none_is_lost(stores: Stores, number: int) -> None:
    """Each added number is there, and found."""
    profile_id = _create(stores)
    numbers = [f"+1212556{number}{n:03}" for n in range(RACERS)]
    _race([partial(key_values.add_key_values, stores, "default", profile_id, "phone", [v]) for v in numbers])
    stands = profiles.read_profile(stores, "default", profile_id)
    assert sorted(item["e164"] for item in stands["phone_numbers"]) == numbers
    assert {f"phone:{value}" for value in numbers} <= set(stands["lookup"])


@pytest.mark.parametrize("number", ROUNDS)
def test_of_racing_deletions_one_has_deleted(app: Flask, stores: Stores, number: int) -> None:
    """The others are told that there is no such profile."""
    profile_id = _create(stores, attributes={"round": str(number)})
    answers = _race([lambda: app.test_client().delete(f"/v1/profiles/{profile_id}")] * RACERS)
    assert Counter(answer.status_code for answer in answers) == {204: 1, 404: RACERS - 1}


@pytest.mark.parametrize("number", ROUNDS)
def test_creating_for_a_contact_that_is_being_cleared_leaves_no_orphan(
    stores: Stores, database: Database[dict[str, Any]], number: int
) -> None:
    """The profiles that are there are those whose creation was answered with them."""
    contact_id = f"c-{number}"
    creates: list[Callable[[], Any]] = [
        lambda: profiles.create_for_contact(stores, "default", contact_id, {"first_name": "Ada"})
    ] * (RACERS - 1)
    results = _race([*creates, lambda: contacts.clear(stores, "default", contact_id)])[:-1]
    created = [result[0].value["profile_id"] for result in results if not isinstance(result, Exception)]
    refused = [result for result in results if isinstance(result, ContactCleared)]
    assert len(created) + len(refused) == RACERS - 1
    assert sorted(document["_id"] for document in database["profiles"].find()) == sorted(created)
    remaining = contacts.read_contact(stores, "default", contact_id)["associations"]
    assert {entry["profile_id"] for entry in remaining} <= set(created)
    assert len(remaining) == (1 if created else 0)


@pytest.mark.parametrize("number", ROUNDS)
def test_racing_definitions_of_a_key_have_one_creator(stores: Stores, number: int) -> None:
    """One is told that the key is new."""
    fields = {"label": "K", "type": "text", "unique": False, "sensitive": False}
    results = _race([lambda: search_keys.define_search_key(stores, "default", f"k{number}", fields)] * RACERS)
    assert [created for _, created in results].count(True) == 1


@pytest.mark.parametrize("number", ROUNDS)
def test_the_times_of_racing_associations_follow_each_other(stores: Stores, number: int) -> None:
    """The current one is the latest, and none has ended before it began."""
    contact_id = f"times-{number}"
    profile_ids = [_create(stores, attributes={"round": str(number)}) for _ in range(RACERS)]
    _race([partial(contacts.associate, stores, "default", contact_id, each) for each in profile_ids])
    history = contacts.read_contact(stores, "default", contact_id)["associations"]
    times = [time for entry in history for time in (entry["associated_at"], entry["disassociated_at"])]
    assert times[:-1] == sorted(times[:-1])
    assert times[-1] is None
