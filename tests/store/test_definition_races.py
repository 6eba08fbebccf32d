"""Definitions and removals of a search key that race each other, and profiles that are written meanwhile.

Each answer is true, and nothing is left that the definition of the key does not allow. First requests that
really race, each with a payload of its own; then one request at a chosen moment of another.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database
from werkzeug.test import TestResponse

from service.config import Settings
from service.errors.records import UniqueKeyTaken, VersionConflict
from service.errors.requests import InvalidRequest
from service.errors.search_keys import SearchKeyFixed, SearchKeyInUse, SearchKeyNotFound
from service.matching.sensitive import Sensitive
from service.store.stores import Stores
from service.use_cases import contacts, idempotency, keys, profiles, search, search_keys
from service.use_cases.settings import change_settings
from tests.masters import ONE
from tests.store.racing import race, run_after, run_before
from tests.store.stale import any_stale

Document = dict[str, Any]
Patch = pytest.MonkeyPatch

RACERS = 12
ROUNDS = 20


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


def _define(stores: Stores, name: str = "vip", **changes: Any) -> None:
    fields = {"label": name, "type": "text", "unique": False, "sensitive": False, **changes}
    search_keys.define_search_key(stores, "default", name, fields)


def _remove(stores: Stores, name: str = "vip") -> None:
    search_keys.remove_search_key(stores, "default", name)


def _redefine(stores: Stores, name: str = "vip", **changes: Any) -> None:
    _remove(stores, name)
    _define(stores, name, **changes)


def _create(stores: Stores, *values: str, **fields: Any) -> str:
    body = {"first_name": "Ada", **({"keys": {"vip": list(values)}} if values else {}), **fields}
    profile_id: str = profiles.create_profile(stores, "default", body)["profile_id"]
    return profile_id


def _held(stores: Stores, profile_id: str, key: str = "vip") -> list[str]:
    values = profiles.read_profile(stores, "default", profile_id)["keys"].get(key, [])
    return [str(value.plain()) if isinstance(value, Sensitive) else value for value in values]


def _found(stores: Stores, value: str) -> list[str]:
    answer = search.search_profiles(
        stores, "default", [{"key": "vip", "values": [value]}], operator="or", mode="exact", limit=100
    )
    return [candidate.profile["profile_id"] for candidate in answer.items]


# Requests that really race.


def _put(app: Flask, key: str, **definition: Any) -> TestResponse:
    return app.test_client().put(f"/v1/search-keys/{key}", json={"label": key, "type": "text", **definition})


def _delete_and_put(app: Flask, key: str, **definition: Any) -> list[TestResponse]:
    return [app.test_client().delete(f"/v1/search-keys/{key}"), _put(app, key, **definition)]


def _post(app: Flask, key: str, value: str, attempts: int = 1) -> TestResponse:
    """Create a profile with a value of the key, again while the key is not defined."""
    body = {"first_name": "Ada", "keys": {key: [value]}}
    for _ in range(attempts):
        response = app.test_client().post("/v1/profiles", json=body)
        if response.status_code != 422:
            break
    return response


def _statuses(answers: Sequence[TestResponse]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def test_of_two_definitions_of_a_key_one_is_accepted(app: Flask, database: Database[Document]) -> None:
    """One of type digits, one of type text: the other one is told that the key is defined otherwise."""
    for number in range(ROUNDS):
        key = f"k{number}"
        kinds = ("digits", "text") * (RACERS // 2)
        answers = race([partial(_put, app, key, type=kind) for kind in kinds])
        document = database["search_keys"].find_one({"name": key}) or {}
        for kind, answer in zip(kinds, answers, strict=True):
            if kind == document["type"]:
                assert answer.status_code in {200, 201}
            else:
                assert (answer.status_code, answer.json["code"]) == (409, "search_key_fixed")
        assert _statuses(answers)[201] == 1
        assert _statuses(answers)[409] == RACERS // 2


def _check_creates(
    app: Flask, database: Database[Document], key: str, answers: Sequence[TestResponse]
) -> None:
    """Assert that what was created is found and stored as the key is defined now, and nothing else is."""
    client = app.test_client()
    assert all(answer.status_code in {201, 409, 422} for answer in answers)
    definition = database["search_keys"].find_one({"name": key}) or {}
    created = [answer.json for answer in answers if answer.status_code == 201 and answer.json]
    stored = list(database["profiles"].find({"lookup": f".held:{key}"}))
    assert {each["_id"] for each in stored} == {each["profile_id"] for each in created}
    for document in stored:
        (pair,) = document["keys"]
        assert ("sealed" in pair) == definition.get("sensitive", False), (pair, definition)
        assert bool(document.get("unique")) == definition.get("unique", False)
    assert any_stale(app.extensions["profile_lookup"]) is False
    for number, answer in enumerate(answers):
        criteria = {"criteria": [{"key": key, "values": [f"value {number}"]}]}
        if answer.status_code == 201 and answer.json:
            found = client.post("/v1/profiles/search", json=criteria).get_json()["items"]
            assert answer.json["profile_id"] in {each["profile"]["profile_id"] for each in found}


def test_no_plain_value_is_left_under_a_sensitive_key(app: Flask, database: Database[Document]) -> None:
    """Two definitions race, sensitive and not, and creates beside them; all that is created is found."""
    for number in range(ROUNDS):
        key = f"k{number}"
        puts = [partial(_put, app, key, sensitive=sensitive) for sensitive in (True, False)]
        posts = [partial(_post, app, key, f"value {n}", attempts=20) for n in range(6)]
        one, other, *answers = race([*puts, *posts])
        assert _statuses([one, other]) == {201: 1, 409: 1}
        _check_creates(app, database, key, answers)


@pytest.mark.parametrize("change", [{"sensitive": True}, {"unique": True}, {"type": "name"}], ids=repr)
def test_a_key_that_is_defined_anew_while_profiles_are_written(
    app: Flask, database: Database[Document], change: dict[str, Any]
) -> None:
    """It is removed and defined otherwise: unless it is held by then, which is said."""
    for number in range(ROUNDS):
        key = f"k{number}"
        assert _put(app, key).status_code == 201

        posts = [partial(_post, app, key, f"value {n}") for n in range(4)]
        (removed, defined), *answers = race([partial(_delete_and_put, app, key, **change), *posts])
        # Removed, and yet in use: a profile that was just written and is about to be taken back.
        assert (removed.status_code, defined.status_code) in {(204, 201), (409, 409), (204, 409)}
        _check_creates(app, database, key, answers)


def test_a_unique_key_never_has_two_owners(app: Flask, database: Database[Document]) -> None:
    """Definitions race, unique and not, and creates of one value in several notations beside them."""
    for number in range(ROUNDS):
        key = f"k{number}"
        puts = [partial(_put, app, key, unique=unique) for unique in (True, False)]
        posts = [partial(_post, app, key, value, attempts=20) for value in ("A 1", "a 1", "Á 1", "a 1 ")]
        one, other, *answers = race([*puts, *posts])
        assert _statuses([one, other]) == {201: 1, 409: 1}
        definition = database["search_keys"].find_one({"name": key}) or {}
        owners = database["profiles"].count_documents({"lookup": f".held:{key}"})
        assert owners == _statuses(answers)[201]
        assert owners == (1 if definition["unique"] else 4)
        assert not any_stale(app.extensions["profile_lookup"])


def test_of_twelve_definitions_at_99_keys_one_is_accepted(app: Flask, database: Database[Document]) -> None:
    """The others are told that there are as many keys as there may be; so it is each time."""
    for number in range(99):
        assert _put(app, f"k{number}").status_code == 201
    for turn in range(3):
        answers = race([partial(_put, app, f"r{turn}_{n}", type="digits") for n in range(RACERS)])
        assert _statuses(answers) == {201: 1, 409: RACERS - 1}
        assert {a.json["code"] for a in answers if a.status_code == 409} == {"too_many_search_keys"}
        assert database["search_keys"].count_documents({}) == 100
        (accepted,) = [answer.json["name"] for answer in answers if answer.status_code == 201]
        assert app.test_client().delete(f"/v1/search-keys/{accepted}").status_code == 204


def test_keys_of_an_older_release_count(app: Flask, database: Database[Document]) -> None:
    """They have no slot; all others share what is left."""
    older = {"domain": "default", "type": "text", "label": "Old", "built_in": False, "example": ""}
    database["search_keys"].insert_many(
        [{"_id": f"default/o{n}", "name": f"o{n}", "unique": False, **older} for n in range(95)]
    )
    answers = race([partial(_put, app, f"r{n}") for n in range(RACERS)])
    assert _statuses(answers) == {201: 5, 409: RACERS - 5}
    assert _put(app, "o7", label="New").status_code == 200
    assert _put(app, "o7", unique=True).status_code == 409
    assert database["search_keys"].count_documents({}) == 100


def test_a_removal_beside_creates_leaves_no_orphan(app: Flask, database: Database[Document]) -> None:
    """Either the key is removed and nobody got a value of it, or it is in use."""
    for number in range(ROUNDS):
        key = f"k{number}"
        assert _put(app, key, type="digits").status_code == 201
        remove = partial(app.test_client().delete, f"/v1/search-keys/{key}")
        removed, *answers = race([remove, *(partial(_post, app, key, f"value {n}") for n in range(2))])
        held = database["profiles"].count_documents({"lookup": f".held:{key}"})
        assert held == _statuses(answers)[201]
        assert removed.status_code in ({409} if held else {204, 409})
        defined = database["search_keys"].count_documents({"name": key})
        assert defined == (removed.status_code == 409)
        assert database["search_keys"].count_documents({"removing": {"$exists": True}}) == 0


def test_racing_removals_of_a_key_are_answered_once(app: Flask) -> None:
    """The others are told that there is no such key."""
    for number in range(3):
        assert _put(app, f"k{number}").status_code == 201
        answers = race([lambda n=number: app.test_client().delete(f"/v1/search-keys/k{n}")] * 4)  # type: ignore[misc]
        assert _statuses(answers) == {204: 1, 404: 3}


# One request at a chosen moment of another.


def _assert_nothing_is_left(stores: Stores, database: Database[Document]) -> None:
    assert database["profiles"].count_documents({}) == 0
    assert not any_stale(stores)


def test_a_key_that_is_removed_before_the_insert(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The create is taken back, and answered as if it had come later."""
    _define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(_remove, stores))
    with pytest.raises(InvalidRequest) as refused:
        _create(stores, "gold")
    assert [error.pointer for error in refused.value.errors] == ["/keys/vip"]
    _assert_nothing_is_left(stores, database)


def test_a_key_that_is_sensitive_by_the_insert(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The value is sealed in the end, and found."""
    _define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(_redefine, stores, sensitive=True))
    profile_id = _create(stores, "golden card")
    assert _found(stores, "golden card") == [profile_id]
    assert "golden" not in repr(list(database["profiles"].find()))


def test_a_key_that_is_unique_by_the_insert(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The value has one owner; the other request is told who it is."""
    _define(stores)
    owner: list[str] = []

    def redefine() -> None:
        _redefine(stores, unique=True)
        owner.append(_create(stores, "gold"))

    run_before(monkeypatch, stores.profiles, "insert", redefine)
    with pytest.raises(UniqueKeyTaken) as taken:
        _create(stores, "GOLD")
    assert taken.value.profile_id == owner[0]
    assert database["profiles"].count_documents({}) == 1
    assert not any_stale(stores)


def test_a_removal_after_the_insert_finds_the_key_in_use(stores: Stores, monkeypatch: Patch) -> None:
    """Though the create has not looked at the key again yet."""
    _define(stores)

    def remove() -> None:
        with pytest.raises(SearchKeyInUse):
            _remove(stores)

    run_after(monkeypatch, stores.profiles, "insert", remove)
    profile_id = _create(stores, "gold")
    assert _found(stores, "gold") == [profile_id]


def test_a_create_in_the_middle_of_a_removal(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """Once the key is marked it counts as undefined; and it is removed."""
    _define(stores)

    def create() -> None:
        with pytest.raises(InvalidRequest):
            _create(stores, "gold")

    run_after(monkeypatch, stores.domains.search_keys, "begin_removal", create)
    _remove(stores)
    _assert_nothing_is_left(stores, database)
    assert database["search_keys"].count_documents({}) == 0


def test_an_insert_in_the_middle_of_a_removal(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The create read the key before it was marked, and has not looked again when the removal does."""
    _define(stores)
    answers: list[Exception] = []

    def create() -> None:
        monkeypatch.setattr(stores.domains.search_keys, "begin_removal", begin)
        run_before(monkeypatch, stores.profiles, "insert", mark)
        try:
            _create(stores, "gold")
        except InvalidRequest as error:
            answers.append(error)

    begin = stores.domains.search_keys.begin_removal
    marked: list[bool] = []

    def mark() -> None:
        marked.append(begin("default", "vip", "another token"))

    run_before(monkeypatch, stores.domains.search_keys, "begin_removal", create)
    _remove(stores)
    assert marked == [True]
    assert len(answers) == 1
    _assert_nothing_is_left(stores, database)
    assert database["search_keys"].count_documents({}) == 0


def test_a_removal_that_was_cut_off_does_not_block_for_ever(
    stores: Stores, database: Database[Document]
) -> None:
    """Until someone goes on: another removal, or a definition, which calls the first one off."""
    _define(stores)
    assert stores.domains.search_keys.begin_removal("default", "vip", "of a request that was cut off")
    with pytest.raises(InvalidRequest):
        _create(stores, "gold")
    with pytest.raises(SearchKeyFixed):
        _define(stores, type="digits")
    _define(stores)
    held = _create(stores, "gold")
    assert not stores.domains.search_keys.remove("default", "vip", "of a request that was cut off")
    assert stores.domains.search_keys.begin_removal("default", "vip", "of one more")
    assert keys.add_key_values(stores, "default", held, "vip", ["silver"]).profile["keys"] == {
        "vip": ["gold", "silver"]
    }
    assert _found(stores, "silver") == [held]
    stores.domains.read("default")
    with pytest.raises(SearchKeyInUse):
        _remove(stores)
    other = _create(stores, "bronze")
    for profile_id in (held, other):
        profiles.update_profile(stores, "default", profile_id, {"keys": {"vip": None}})
    assert stores.domains.search_keys.begin_removal("default", "vip", "of yet another one")
    _remove(stores)
    with pytest.raises(SearchKeyNotFound):
        _remove(stores)
    assert database["search_keys"].count_documents({}) == 0


def test_a_definition_in_the_middle_of_a_removal_calls_it_off(stores: Stores, monkeypatch: Patch) -> None:
    """The removal had seen that nobody holds the key; by the time that it removes it somebody does."""
    _define(stores)

    def define_and_create() -> None:
        _define(stores, label="Other")
        _create(stores, "gold")

    run_before(monkeypatch, stores.domains.search_keys, "remove", define_and_create)
    with pytest.raises(SearchKeyInUse):
        _remove(stores)
    assert len(_found(stores, "gold")) == 1


def test_a_key_that_is_removed_in_the_middle_of_its_definition(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """It is defined once more, in a slot of its own."""
    _define(stores)
    run_before(monkeypatch, stores.domains.search_keys, "define", partial(_remove, stores))
    _define(stores, label="Other")
    (document,) = database["search_keys"].find()
    assert (document["label"], "slot" in document) == ("Other", True)


Change = Callable[[Stores, str], Any]
CHANGES: list[Change] = [
    lambda stores, profile_id: profiles.update_profile(
        stores, "default", profile_id, {"last_name": "Lee", "keys": {"vip": ["gold"]}}
    ),
    lambda stores, profile_id: keys.add_key_values(stores, "default", profile_id, "vip", ["gold"]),
]


@pytest.mark.parametrize("change", CHANGES, ids=["patch", "add"])
def test_a_change_whose_key_is_removed_leaves_the_profile_as_it_was(
    stores: Stores, database: Database[Document], monkeypatch: Patch, change: Change
) -> None:
    """Whatever else the request changed is undone too."""
    _define(stores)
    _define(stores, "other", unique=True)
    profile_id = _create(stores, last_name="Bee", keys={"other": ["1"]})
    before = database["profiles"].find_one() or {}
    run_before(monkeypatch, stores.profiles, "replace", partial(_remove, stores))
    with pytest.raises(InvalidRequest):
        change(stores, profile_id)
    after = database["profiles"].find_one() or {}
    assert after == before | {"version": 3}
    assert not any_stale(stores)


@pytest.mark.parametrize("if_match", [None, frozenset({1})])
def test_a_change_whose_key_is_defined_anew_is_made_by_the_new_definition(
    stores: Stores, database: Database[Document], monkeypatch: Patch, if_match: frozenset[int] | None
) -> None:
    """The value is sealed, and the version that the caller knew was the right one."""
    _define(stores)
    profile_id = _create(stores)
    run_before(monkeypatch, stores.profiles, "replace", partial(_redefine, stores, sensitive=True))
    patch = {"keys": {"vip": ["golden card"]}}
    changed = profiles.update_profile(stores, "default", profile_id, patch, if_match).profile
    assert str(changed["keys"]["vip"][0]) != "golden card"
    assert _held(stores, profile_id) == ["golden card"]
    assert _found(stores, "golden card") == [profile_id]
    assert "golden" not in repr(list(database["profiles"].find()))
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, "default", profile_id, {"last_name": "Lee"}, frozenset({1}))


@pytest.mark.parametrize("change", CHANGES, ids=["patch", "add"])
def test_a_change_whose_value_has_an_owner_by_now_is_undone(
    stores: Stores, database: Database[Document], monkeypatch: Patch, change: Change
) -> None:
    """The key is unique in the end, and its value another profile's."""
    _define(stores)
    profile_id = _create(stores)
    before = database["profiles"].find_one() or {}
    owner: list[str] = []

    def redefine() -> None:
        _redefine(stores, unique=True)
        owner.append(_create(stores, "gold"))

    run_before(monkeypatch, stores.profiles, "replace", redefine)
    with pytest.raises(UniqueKeyTaken) as taken:
        change(stores, profile_id)
    assert taken.value.profile_id == owner[0]
    assert database["profiles"].find_one({"_id": profile_id}) == before | {"version": 3}


def test_what_others_changed_meanwhile_is_not_undone(stores: Stores, monkeypatch: Patch) -> None:
    """Of a change that is undone only the values that it brought in are taken out again."""
    _define(stores)
    profile_id = _create(stores)

    def change() -> None:
        profiles.update_profile(stores, "default", profile_id, {"gender": "f"})

    run_before(monkeypatch, stores.profiles, "replace", partial(_remove, stores))
    run_before(monkeypatch, stores.domains, "still_defines", change)
    with pytest.raises(InvalidRequest):
        CHANGES[0](stores, profile_id)
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["gender"], profile["keys"]) == ("f", {})
    assert not any_stale(stores)


CLEO = {"first_name": "Cleo", "last_name": "Lee", "keys": {"vip": ["gold"]}}


def _patch_in_between(stores: Stores, monkeypatch: Patch, profile_id: str) -> list[Document]:
    """Let a request patch the first name once another one has written and its search key is defined anew."""
    results: list[Document] = []

    def patch() -> None:
        done = profiles.update_profile(
            stores, "default", profile_id, {"first_name": "Beth"}, if_match=frozenset({2})
        )
        results.append(done.profile)

    run_before(monkeypatch, stores.profiles, "replace", partial(_redefine, stores, sensitive=True))
    run_before(monkeypatch, stores.domains, "still_defines", patch)
    return results


def test_a_change_with_a_condition_does_not_overwrite_a_later_one(stores: Stores, monkeypatch: Patch) -> None:
    """Both requests have If-Match. The later one succeeds and stays; of the first one nothing is left."""
    _define(stores)
    profile_id = _create(stores, last_name="Bee")
    results = _patch_in_between(stores, monkeypatch, profile_id)
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, "default", profile_id, CLEO, if_match=frozenset({1}))
    assert [(result["first_name"], result["version"]) for result in results] == [("Beth", 3)]
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["first_name"], profile["last_name"], profile["version"]) == ("Beth", "Bee", 4)
    assert profile["keys"] == {}
    assert profile["updated_at"] == results[0]["updated_at"]
    assert not any_stale(stores)


def test_a_change_without_a_condition_is_made_after_the_later_one(stores: Stores, monkeypatch: Patch) -> None:
    """As if it had come later: it has not asked for a version."""
    _define(stores)
    profile_id = _create(stores, last_name="Bee")
    _patch_in_between(stores, monkeypatch, profile_id)
    changed = profiles.update_profile(stores, "default", profile_id, CLEO).profile
    assert (changed["first_name"], changed["last_name"], changed["version"]) == ("Cleo", "Lee", 5)
    assert _held(stores, profile_id) == ["gold"]
    assert not any_stale(stores)


def test_a_change_with_a_condition_fails_if_it_cannot_be_undone_as_a_whole(
    stores: Stores, monkeypatch: Patch
) -> None:
    """A value that it released has a new owner, so the profile is not at the version that was asked for."""
    _define(stores)
    _define(stores, "other", unique=True)
    profile_id = _create(stores, keys={"other": ["1"]})
    run_before(monkeypatch, stores.profiles, "replace", partial(_redefine, stores, sensitive=True))
    run_before(monkeypatch, stores.domains, "still_defines", lambda: _create(stores, keys={"other": ["1"]}))
    patch = {"keys": {"vip": ["gold"], "other": None}}
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, "default", profile_id, patch, if_match=frozenset({1}))
    assert profiles.read_profile(stores, "default", profile_id)["keys"] == {}


def test_a_plain_value_is_taken_out_though_others_changed_the_profile(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The key is sensitive in the end: the value is sealed, and the other change stays."""
    _define(stores)
    profile_id = _create(stores)

    def change() -> None:
        profiles.update_profile(stores, "default", profile_id, {"gender": "f"})

    run_before(monkeypatch, stores.profiles, "replace", partial(_redefine, stores, sensitive=True))
    run_before(monkeypatch, stores.domains, "still_defines", change)
    patch = {"keys": {"vip": ["golden card", "golden card"]}}
    changed = profiles.update_profile(stores, "default", profile_id, patch).profile
    assert (changed["gender"], len(changed["keys"]["vip"])) == ("f", 2)
    assert _held(stores, profile_id) == ["golden card"] * 2
    assert "golden" not in repr(list(database["profiles"].find()))
    assert not any_stale(stores)


def test_what_a_change_gave_up_and_another_took_is_not_taken_back(stores: Stores, monkeypatch: Patch) -> None:
    """A unique value was released by the change that is undone, and has a new owner."""
    _define(stores)
    _define(stores, "other", unique=True)
    profile_id = _create(stores, keys={"other": ["1"]})
    taken: list[str] = []
    run_before(monkeypatch, stores.profiles, "replace", partial(_remove, stores))
    run_before(
        monkeypatch,
        stores.domains,
        "still_defines",
        lambda: taken.append(_create(stores, keys={"other": ["1"]})),
    )
    patch = {"keys": {"vip": ["gold"], "other": None}}
    with pytest.raises(InvalidRequest):
        profiles.update_profile(stores, "default", profile_id, patch)
    assert profiles.read_profile(stores, "default", profile_id)["keys"] == {}
    assert _held(stores, taken[0], "other") == ["1"]
    assert not any_stale(stores)


def _create_once(stores: Stores, **body: Any) -> tuple[Document, bool]:
    fields = {"first_name": "Ada", "keys": {"vip": ["gold"]}, **body}
    return idempotency.create_profile_once(stores, "default", fields, "key")


def test_a_claimed_create_is_taken_back_and_done_again(stores: Stores, monkeypatch: Patch) -> None:
    """With an Idempotency-Key it is the same profile ID, and a repetition is told of the result."""
    _define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(_redefine, stores, sensitive=True))
    profile, repeated = _create_once(stores)
    assert not repeated
    assert _held(stores, profile["profile_id"]) == ["gold"]
    assert _create_once(stores)[0]["profile_id"] == profile["profile_id"]
    assert not any_stale(stores)


def test_what_a_repetition_was_told_of_is_not_taken_back(stores: Stores, monkeypatch: Patch) -> None:
    """It came between the insert and the second look at the key, which is being removed: that then fails."""
    _define(stores)
    replays: list[tuple[Document, bool]] = []

    def repeat() -> None:
        replays.append(_create_once(stores))
        assert stores.domains.search_keys.begin_removal("default", "vip", "a token")

    run_after(monkeypatch, stores.profiles, "insert", repeat)
    profile, _ = _create_once(stores)
    assert [(each["profile_id"], replayed) for each, replayed in replays] == [(profile["profile_id"], True)]
    assert _held(stores, profile["profile_id"]) == ["gold"]
    with pytest.raises(SearchKeyInUse):
        _remove(stores)


def test_a_profile_for_a_contact_is_taken_back_too(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The contact is not associated with what was taken back."""
    _define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(_remove, stores))
    fields = {"first_name": "Ada", "keys": {"vip": ["gold"]}}
    with pytest.raises(InvalidRequest):
        contacts.create_for_contact(stores, "default", "c-1", fields)
    _assert_nothing_is_left(stores, database)
    assert database["associations"].count_documents({}) == 0


def test_values_to_ignore_of_a_key_that_becomes_sensitive_are_not_kept(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """They were checked while the key was not, and written when it was."""
    _define(stores)
    _define(stores, "other")
    run_before(monkeypatch, stores.domains.settings, "change", partial(_redefine, stores, sensitive=True))
    patch = {"default_region": "JP", "ignored_values": {"vip": ["golden card"], "other": ["1"]}}
    changed = change_settings(stores, "default", patch)
    assert (changed.ignored_values, changed.default_region) == ({"other": ["1"]}, "JP")
    assert "golden" not in repr(list(database["settings"].find()))


def test_two_changes_of_the_settings_at_once_lose_nothing(stores: Stores) -> None:
    """Each of another member, and of another member of a member."""
    _define(stores)
    patches: list[dict[str, Any]] = [
        {"default_region": "JP"},
        {"match_keys": {"voice": ["phone", "vip"]}},
        {"match_keys": {"chat": ["vip"]}},
        {"ignored_values": {"phone": ["1"]}},
        {"ignored_values": {"vip": ["2"]}},
        {"unique_by_name": True},
    ]
    results = race([partial(change_settings, stores, "default", patch) for patch in patches])
    assert not [result for result in results if isinstance(result, Exception)]
    known = stores.domains.read("default")
    assert (known.default_region, known.unique_by_name) == ("JP", True)
    assert (known.match_keys["voice"], known.match_keys["chat"]) == (("phone", "vip"), ("vip",))
    assert known.ignored_values == {"phone": ["1"], "vip": ["2"]}


def test_a_match_key_that_is_removed_meanwhile_is_left_out(stores: Stores, monkeypatch: Patch) -> None:
    """As if it had been removed after the change: the other match keys still tell who is calling."""
    _define(stores)
    run_before(monkeypatch, stores.domains.settings, "change", partial(_remove, stores))
    changed = change_settings(stores, "default", {"match_keys": {"voice": ["vip", "phone"]}})
    assert changed.match_keys["voice"] == ("phone",)
