"""Profiles with entries of other rules: how they are told, and brought up to date while others write."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier, Event
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database
from pymongo.monitoring import (
    CommandStartedEvent,
)

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.matching.profiles import Index, index
from service.matching.rules import MARKER, RULES_VERSION
from service.store.client.connection import connect
from service.store.indexes.builder import Indexes
from service.store.indexes.definitions import RULES
from service.store.profiles.stale_profiles import Conflict
from service.store.stores import Stores
from service.use_cases import erasure, key_values, profiles, reindex, search, search_keys, settings
from service.use_cases.reindex import Reindexed, reindex_profiles
from tests.commands import Commands
from tests.store.stale import any_stale

Document = dict[str, Any]

PHONE = {"value": "+1 212 555 0100"}


def _create(stores: Stores, domain: str = "default", **fields: Any) -> str:
    made = profiles.create_profile(stores, domain, {"first_name": "Ada", **fields})
    profile_id: str = made["profile_id"]
    return profile_id


def _define(stores: Stores, domain: str, name: str, key_type: str, *, unique: bool) -> None:
    fields = {"label": name, "type": key_type, "unique": unique, "sensitive": False}
    search_keys.define_search_key(stores, domain, name, fields)


def _age(database: Database[Document], profile_id: str, *unique: str, rules: int | str | None = None) -> None:
    """Give the profile entries as other rules made them: some, or none, before there were any."""
    change: Document = {"$set": {"lookup": ["name:of old"]}}
    change["$unset"] = {} if unique else {"unique": ""}
    if unique:
        change["$set"] |= {"lookup": list(unique), "unique": list(unique)}
    if rules is None:
        change["$unset"]["rules"] = ""
    else:
        change["$set"]["rules"] = rules
    database["profiles"].update_one({"_id": profile_id}, {n: v for n, v in change.items() if v})


def _reindex(stores: Stores, batch_size: int = 3) -> Reindexed:
    return reindex_profiles(stores, batch_size=batch_size, advance=lambda _: None)


def _found(stores: Stores, key: str, value: str, domain: str = "default") -> list[str]:
    answer = search.search_profiles(
        stores, domain, [{"key": key, "values": [value]}], operator="or", mode="exact", limit=100
    )
    return sorted(candidate.profile["profile_id"] for candidate in answer.value.items)


def _all(database: Database[Document]) -> list[Document]:
    return list(database["profiles"].find().sort("_id"))


def test_every_write_says_by_which_rules(stores: Stores, database: Database[Document]) -> None:
    """Created, patched, or given a key value: the document has the version of the rules."""
    created, patched, given = (_create(stores) for _ in range(3))
    for profile_id in (patched, given):
        _age(database, profile_id)
    profiles.update_profile(stores, "default", patched, {"last_name": "Lovelace"})
    key_values.add_key_values(stores, "default", given, "phone", ["+12125550100"])
    written = {document["_id"]: document["rules"] for document in _all(database)}
    assert written == dict.fromkeys((created, patched, given), MARKER)
    assert not any_stale(stores)


def test_nobody_is_shown_the_rules(stores: Stores, client: FlaskClient) -> None:
    """They are the store's own affair."""
    profile_id = _create(stores)
    assert "rules" not in profiles.read_profile(stores, "default", profile_id)
    answers = [
        client.get(f"/v1/profiles/{profile_id}"),
        client.post("/v1/profiles", json={"first_name": "B"}),
    ]
    assert ["rules" in answer.get_json() for answer in answers] == [False, False]


# Of before there were rules, when they were a number, of a library's other release, of a later release.
OTHERS = [None, RULES_VERSION, f"{RULES_VERSION}/8.13.0/2.2.0/14.0.0", f"{RULES_VERSION + 1}{MARKER[1:]}"]


@pytest.mark.parametrize("rules", OTHERS)
def test_a_profile_of_other_rules_is_found_again(
    stores: Stores, database: Database[Document], rules: int | str | None
) -> None:
    """Those of before, and those of a release that was taken back, get the entries of this one."""
    profile_id = _create(stores, last_name="Lovelace", phone_numbers=[PHONE])
    before = _all(database)
    _age(database, profile_id, rules=rules)
    assert any_stale(stores)
    assert stores.stale_profiles.count() == 1
    assert _found(stores, "phone", "212 555 0100") == []

    assert _reindex(stores) == Reindexed(renewed=1, conflicts=[], left=0)
    assert _found(stores, "phone", "212 555 0100") == _found(stores, "name", "lovelace") == [profile_id]
    assert _all(database) == before
    assert not any_stale(stores)


def test_nothing_else_of_a_profile_changes(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """The body and the ETag are what they were, so that what a caller has read may still be changed."""
    _define(stores, "default", "ssn", "digits", unique=True)
    body = {
        "first_name": "Ada",
        "attributes": {"$a.b": "c"},
        "keys": {"ssn": ["1"]},
        "phone_numbers": [PHONE],
    }
    url = client.post("/v1/profiles", json=body).headers["Location"]
    client.patch(url, json={"addresses": [{"city": "London"}]})
    before = client.get(url)
    _age(database, before.get_json()["profile_id"], "ssn:old")
    _reindex(stores)
    after = client.get(url)
    assert (after.get_json(), after.headers["ETag"]) == (before.get_json(), '"2"')
    assert client.patch(url, json={"gender": "f"}, headers={"If-Match": '"2"'}).status_code == 200


def test_each_domain_has_its_own_region_and_keys(stores: Stores, database: Database[Document]) -> None:
    """A batch of both domains is read by the settings of each."""
    for domain, region, key_type in (("jp", "JP", "digits"), ("de", "DE", "text")):
        settings.change_settings(stores, domain, {"default_region": region})
        _define(stores, domain, "member", key_type, unique=domain == "jp")
    fields = {"phone_numbers": [{"value": "030-1234-5678"}], "keys": {"member": ["No. 7"]}}
    ids = {domain: _create(stores, domain, **fields) for domain in ("jp", "de")}
    before = _all(database)
    for profile_id in ids.values():
        _age(database, profile_id)
        # As a release left it that could not read the number.
        database["profiles"].update_one({"_id": profile_id}, {"$set": {"phone_numbers.0.e164": None}})
    assert _reindex(stores).renewed == 2
    assert _found(stores, "phone", "+81 30 1234 5678", "jp") == [ids["jp"]]
    assert _found(stores, "member", "7", "jp") == [ids["jp"]]
    assert _found(stores, "phone", "+49 30 1234 5678", "de") == [ids["de"]]
    assert (_found(stores, "member", "NO. 7", "de"), _found(stores, "member", "7", "de")) == ([ids["de"]], [])
    assert [d["lookup"] for d in _all(database)] == [d["lookup"] for d in before]
    assert {d["domain"]: d.get("unique") for d in _all(database)} == {"jp": ["member:7"], "de": None}


def test_a_number_that_was_read_keeps_its_form(stores: Stores, database: Database[Document]) -> None:
    """Whatever the domain's region is now: nobody's number is read in another country."""
    settings.change_settings(stores, "default", {"default_region": "JP"})
    profile_id = _create(stores, phone_numbers=[{"value": "03-1234-5678"}])
    settings.change_settings(stores, "default", {"default_region": "US"})
    _age(database, profile_id)
    _reindex(stores)
    assert _found(stores, "phone", "+81312345678") == [profile_id]


def _stored_as(database: Database[Document], profile_id: str, number: Document, *lookup: str) -> None:
    """Leave the one phone number of a profile as a release with other rules has read it."""
    stored = {"lookup": list(lookup), "phone_numbers": [{"type": None, **number}]}
    database["profiles"].update_one({"_id": profile_id}, {"$set": stored, "$unset": {"rules": ""}})


OTHERWISE_READ = {"value": "+351 (0)21 346 6111", "e164": "+3510213466111"}


@pytest.mark.parametrize("e164", [OTHERWISE_READ["e164"], None])
def test_a_number_is_found_and_shown_as_it_is_read_now(
    stores: Stores, database: Database[Document], e164: str | None
) -> None:
    """By its own text, and in every other form: what an old rule made of it is forgotten."""
    profile_id = _create(stores, phone_numbers=[PHONE])
    _stored_as(database, profile_id, OTHERWISE_READ | {"e164": e164}, "phone:+3510213466111")
    assert _reindex(stores) == Reindexed(renewed=1, conflicts=[], left=0)
    for asked in (OTHERWISE_READ["value"], "+351213466111"):
        assert _found(stores, "phone", asked or "") == [profile_id]
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["phone_numbers"][0]["e164"], profile["version"]) == ("+351213466111", 1)


@pytest.mark.parametrize("change", ["patch", "add", "release"])
def test_a_change_of_something_else_reads_the_numbers_by_the_rules_of_now(
    stores: Stores, database: Database[Document], change: str
) -> None:
    """It says that the profile is up to date, so everything in it must be."""
    profile_id = _create(stores, phone_numbers=[PHONE], email_addresses=[{"value": "ada@example.com"}])
    _stored_as(database, profile_id, OTHERWISE_READ, "phone:+3510213466111")
    if change == "patch":
        profiles.update_profile(stores, "default", profile_id, {"gender": "f"})
    elif change == "add":
        key_values.add_key_values(stores, "default", profile_id, "phone", ["+1 212 555 0100"])
    else:
        key_values.release_key_values(stores, "default", profile_id, "email", ["ada@example.com"])
    assert not any_stale(stores)
    assert _found(stores, "phone", OTHERWISE_READ["value"]) == [profile_id]


def test_what_a_newer_release_says_of_a_number_stays(stores: Stores, database: Database[Document]) -> None:
    """Read again by a run, and by a change of something else."""
    profile_id = _create(stores, phone_numbers=[PHONE])
    for renew in (
        lambda: _reindex(stores),
        lambda: profiles.update_profile(stores, "default", profile_id, {"gender": "f"}),
    ):
        _stored_as(database, profile_id, OTHERWISE_READ | {"carrier": "of the next release"})
        renew()
        ((number,),) = (document["phone_numbers"] for document in _all(database))
        assert (number["e164"], number["carrier"]) == ("+351213466111", "of the next release")


def test_a_number_of_before_is_released_by_its_own_text(stores: Stores, database: Database[Document]) -> None:
    """Though it was read in another way then."""
    profile_id = _create(stores, phone_numbers=[PHONE])
    _stored_as(database, profile_id, OTHERWISE_READ, "phone:+3510213466111")
    left = key_values.release_key_values(
        stores, "default", profile_id, "phone", [OTHERWISE_READ["value"]]
    ).value
    assert left["phone_numbers"] == []


def test_a_national_number_is_read_again_where_it_was_typed(
    stores: Stores, database: Database[Document]
) -> None:
    """Its region stands beside it; where it does not, as of old, no other country than its own is tried."""
    settings.change_settings(stores, "default", {"default_region": "US"})
    told, untold = (_create(stores, phone_numbers=[PHONE]) for _ in range(2))
    read = {"value": "03-1234-5678", "e164": "+810312345678"}
    _stored_as(database, told, read | {"region": "JP"}, "phone:+810312345678")
    _stored_as(database, untold, read, "phone:+810312345678")
    _reindex(stores)
    assert _found(stores, "phone", "+81312345678") == [told]
    assert _found(stores, "phone", "+1 031 234 5678") == []
    shown = [profiles.read_profile(stores, "default", one)["phone_numbers"] for one in (told, untold)]
    assert [numbers[0]["e164"] for numbers in shown] == ["+81312345678", "+810312345678"]

    settings.change_settings(stores, "default", {"default_region": "JP"})
    _age(database, untold)
    _reindex(stores)
    assert _found(stores, "phone", "+81312345678") == sorted([told, untold])


def test_nobody_is_shown_the_region_of_a_number(stores: Stores, client: FlaskClient) -> None:
    """It is the store's own affair; and it may not be sent."""
    number = {"value": "(212) 555-0100"}
    profile_id = _create(stores, phone_numbers=[number])
    assert profiles.read_profile(stores, "default", profile_id)["phone_numbers"][0]["region"] == "US"
    answer = client.get(f"/v1/profiles/{profile_id}").get_json()
    assert answer["phone_numbers"] == [{"type": None, "e164": "+12125550100", **number}]
    number["region"] = "JP"
    assert client.patch(f"/v1/profiles/{profile_id}", json={"phone_numbers": [number]}).status_code == 422


def test_a_number_that_is_sent_back_as_it_was_read_before_is_not_read_anew(
    stores: Stores, database: Database[Document], client: FlaskClient
) -> None:
    """It was answered, read in another way by a reindex, and comes back: in another region by now."""
    settings.change_settings(stores, "default", {"default_region": "JP"})
    profile_id = _create(stores, phone_numbers=[{"value": "03-1234-5678"}])
    _stored_as(database, profile_id, {"value": "03-1234-5678", "e164": "+810312345678", "region": "JP"})
    answered = client.get(f"/v1/profiles/{profile_id}").get_json()["phone_numbers"]
    _reindex(stores)
    settings.change_settings(stores, "default", {"default_region": "US"})
    changed = profiles.update_profile(
        stores, "default", profile_id, {"gender": "f", "phone_numbers": answered}
    ).value
    assert [number["e164"] for number in changed["phone_numbers"]] == ["+81312345678"]


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_who_cannot_have_a_unique_value_is_reported_and_the_others_are_done(
    stores: Stores, database: Database[Document], batch_size: int
) -> None:
    """Two that differed by the old rules and agree by the new: one gets it, one stays as it is, each time."""
    _define(stores, "default", "ssn", "digits", unique=True)
    others = [_create(stores, last_name=f"L{n}") for n in range(5)]
    owner = _create(stores, keys={"ssn": ["1-2"]})
    loser = _create(stores, keys={"ssn": ["3"]})
    database["profiles"].update_one({"_id": loser}, {"$set": {"keys.0.values": ["12"]}})
    for profile_id in (*others, owner):
        _age(database, profile_id)
    _age(database, loser, "ssn:old")
    for renewed in (6, 0):
        result = _reindex(stores, batch_size)
        assert result == Reindexed(renewed, [Conflict("default", result.conflicts[0].profile_id, "ssn")], 1)
        left = result.conflicts[0].profile_id
        assert left in {owner, loser}
    kept = database["profiles"].find_one({"_id": left}) or {}
    assert "rules" not in kept
    assert kept["lookup"] == (["ssn:old"] if left == loser else ["name:of old"])

    (held,) = kept["keys"][0]["values"]
    key_values.release_key_values(stores, "default", left, "ssn", [held])
    assert _reindex(stores, batch_size) == Reindexed(0, [], 0)


def test_a_value_that_a_stale_owner_gives_up_can_be_taken(
    stores: Stores, database: Database[Document]
) -> None:
    """However the two stand in the index: who waits for the other is asked again."""
    _define(stores, "default", "ssn", "text", unique=True)
    waiting = [_create(stores, keys={"ssn": [f"v{n}"]}) for n in range(4)]
    for n, profile_id in reversed(list(enumerate(waiting))):
        # By the old rules, each has what the one before it is to get.
        _age(database, profile_id, f"ssn:v{n + 1}")
    assert _reindex(stores, 100) == Reindexed(renewed=4, conflicts=[], left=0)
    assert [_found(stores, "ssn", f"v{n}") for n in range(4)] == [[profile_id] for profile_id in waiting]


def test_two_that_wait_for_each_other_do_not_wait_for_ever(
    stores: Stores, database: Database[Document]
) -> None:
    """Both are reported, and both are still found by what they were found by."""
    _define(stores, "default", "ssn", "text", unique=True)
    one, other = (_create(stores, keys={"ssn": [value]}) for value in ("a", "b"))
    for profile_id in (one, other):
        _age(database, profile_id)
    _age(database, one, "ssn:b")
    _age(database, other, "ssn:a")
    result = _reindex(stores)
    assert (result.renewed, result.left) == (0, 2)
    assert {conflict.profile_id for conflict in result.conflicts} == {one, other}


def test_not_more_conflicts_are_kept_than_can_be_read(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of those left is right all the same."""
    monkeypatch.setattr(reindex, "MAX_REPORTED", 2)
    _define(stores, "default", "ssn", "text", unique=True)
    ids = [_create(stores, keys={"ssn": [f"v{n}"]}) for n in range(5)]
    for profile_id in ids[1:]:
        _age(database, profile_id)
        database["profiles"].update_one({"_id": profile_id}, {"$set": {"keys.0.values": ["v0"]}})
    result = _reindex(stores, 1)
    assert (len(result.conflicts), result.left) == (2, 4)


def test_who_changes_a_profile_in_the_meantime_wins(stores: Stores, database: Database[Document]) -> None:
    """What was changed, deleted or done by another run after it was read is left as it is."""
    changed, deleted, done, plain = (_create(stores, account_number="A-1") for _ in range(4))
    for profile_id in (changed, deleted, done, plain):
        _age(database, profile_id)
    (batch,) = stores.stale_profiles.batches(10)
    profiles.update_profile(stores, "default", changed, {"account_number": "A-2"})
    erasure.erase_profile(stores, "default", deleted, record=lambda *_: None)
    database["profiles"].update_one({"_id": done}, {"$set": {"rules": MARKER}})
    before = _all(database)
    nonsense = Index(lookup=["account:wrong"], unique=[])
    assert stores.stale_profiles.renew([(stale, nonsense) for stale in batch]) == (1, [])
    wrong = {"lookup": ["account:wrong"], "rules": MARKER}
    assert _all(database) == [d | wrong if d["_id"] == plain else d for d in before]


def test_a_failure_that_is_no_conflict_is_not_taken_for_one(
    stores: Stores, database: Database[Document]
) -> None:
    """A collection that refuses the write for another reason is a matter for the operator."""
    _age(database, _create(stores))
    database.command("collMod", "profiles", validator={"first_name": "Bo"})
    with pytest.raises(DatastoreUnavailable):
        _reindex(stores)


def _entries(stores: Stores, documents: Iterable[Document]) -> dict[str, list[str]]:
    known = stores.domains.read("default")
    return {
        d["_id"]: index(
            profiles.read_profile(stores, "default", d["_id"]), known.custom_keys, known.default_region
        ).lookup
        for d in documents
    }


def test_changes_while_it_runs_are_not_lost(stores: Stores, database: Database[Document]) -> None:
    """Eight callers patch and create while two runs reindex: each answer stands, nothing is left stale."""
    _define(stores, "default", "ssn", "digits", unique=True)
    ids = [_create(stores, keys={"ssn": [str(n)]}, phone_numbers=[PHONE]) for n in range(96)]
    for profile_id in ids:
        _age(database, profile_id)
    started = Barrier(10)
    created: list[str] = []

    def patch(mine: list[str]) -> None:
        started.wait(timeout=30)
        for turn in range(3):
            for profile_id in mine:
                profiles.update_profile(
                    stores, "default", profile_id, {"account_number": f"{profile_id}-{turn}"}
                )
            created.append(_create(stores, last_name="Meanwhile"))

    def run(batch_size: int) -> int:
        started.wait(timeout=30)
        return _reindex(stores, batch_size).renewed

    with ThreadPoolExecutor(10) as pool:
        runs = [pool.submit(run, size) for size in (4, 7)]
        # Each second profile is left to the runs.
        patchers = [pool.submit(patch, ids[n::16]) for n in range(8)]
        renewed = sum(done.result() for done in runs)
        for patcher in patchers:
            patcher.result()

    assert stores.stale_profiles.count() == 0
    documents = _all(database)
    assert {d["_id"] for d in documents} == {*ids, *created}
    assert {d["_id"]: d["lookup"] for d in documents} == _entries(stores, documents)
    patched = {profile_id for n in range(8) for profile_id in ids[n::16]}
    for document in documents:
        turns = 3 if document["_id"] in patched else 0
        assert document["version"] == 1 + turns
        assert document["account_number"] == (f"{document['_id']}-2" if turns else None)
    # Each was renewed once, by either run, or not at all as a patch was faster.
    assert len(ids) - len(patched) <= renewed <= len(ids)


def test_two_runs_at_once_do_each_profile_once(stores: Stores, database: Database[Document]) -> None:
    """The second to come finds it done."""
    for n in range(60):
        _age(database, _create(stores, last_name=f"L{n}"))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda size: _reindex(stores, size), (4, 5)))
    assert sum(result.renewed for result in results) == 60
    assert stores.stale_profiles.count() == 0


def test_a_run_that_was_broken_off_is_taken_up(stores: Stores, database: Database[Document]) -> None:
    """What is done is done; the next run does the rest alone."""
    for _ in range(10):
        _age(database, _create(stores))

    def break_off(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex_profiles(stores, batch_size=4, advance=break_off)
    assert stores.stale_profiles.count() == 6
    advanced: list[int] = []
    result = reindex_profiles(stores, batch_size=4, advance=advanced.append)
    assert (result.renewed, result.left, advanced) == (6, 0, [4, 2])


class OfProfiles(Commands):
    """Keeps those about profiles."""

    def started(self, event: CommandStartedEvent) -> None:
        """Keep the command."""
        if "profiles" in event.command.values():
            super().started(event)


@dataclass
class Plan:
    """What ``explain`` tells of a command."""

    stages: set[str] = field(default_factory=set)
    keys: int = 0
    documents: int = 0

    def take(self, part: Any) -> None:
        """Take in a part of an explanation."""
        if isinstance(part, list):
            for inner in part:
                self.take(inner)
        elif isinstance(part, Mapping):
            if "stage" in part:
                self.stages.add(f"{part['stage']} {part.get('indexName', '')}".strip())
            self.keys += part.get("totalKeysExamined", 0)
            self.documents += part.get("totalDocsExamined", 0)
            for name, inner in part.items():
                if name not in {"rejectedPlans", "command"}:
                    self.take(inner)


@pytest.fixture
def watched(settings: Settings, stores: Stores) -> Iterator[tuple[Stores, Commands]]:
    """Return the stores with what they send."""
    assert stores
    commands = OfProfiles()
    database = connect(settings, listeners=[commands])
    yield Stores.over(database, settings), commands
    database.client.close()


def _explain(database: Database[Document], command: Document) -> Plan:
    bare = {n: v for n, v in command.items() if n not in {"lsid", "maxTimeMS"} and not n.startswith("$")}
    plan = Plan()
    plan.take(database.command({"explain": bare, "verbosity": "executionStats"}))
    return plan


@pytest.mark.parametrize("stale", [0, 5])
def test_the_stale_ones_are_told_from_the_index(
    database: Database[Document],
    settings: Settings,
    watched: tuple[Stores, Commands],
    insert_profiles: Callable[..., list[str]],
    stale: int,
) -> None:
    """Among many that are not, whether there are any takes one key, and the walk reads none but them."""
    ids = insert_profiles(database, settings, ({"first_name": f"N{n}"} for n in range(1000)))
    for position, profile_id in enumerate(ids[:stale]):
        _age(database, profile_id, rules=OTHERS[position % len(OTHERS)])
    stores, commands = watched
    assert any_stale(stores) == bool(stale)
    assert stores.stale_profiles.count() == stale
    assert sum(map(len, stores.stale_profiles.batches(2))) == stale
    by_rules = [command for command in commands.sent if command["hint"] == RULES]
    exist, count, *walk = (_explain(database, command) for command in by_rules)
    assert exist.stages == {"LIMIT", "PROJECTION_COVERED", "IXSCAN rules_and_id"}
    assert (exist.documents, exist.keys <= 2) == (0, True)
    assert "IXSCAN rules_and_id" in count.stages
    assert count.stages.isdisjoint({"COLLSCAN", "FETCH"})
    assert (count.documents, count.keys <= stale + 2) == (0, True)
    assert all("IXSCAN rules_and_id" in part.stages for part in walk)
    assert all(part.stages.isdisjoint({"COLLSCAN", "SORT"}) for part in walk)
    assert sum(part.documents for part in walk) == stale
    assert all(part.keys <= part.documents + len(OTHERS) + 1 for part in walk)


def test_a_batch_costs_two_commands_of_its_own(
    database: Database[Document], stores: Stores, watched: tuple[Stores, Commands]
) -> None:
    """One reads it and one writes it, however many are in it: none has to be done in the time of another."""
    for _ in range(10):
        _age(database, _create(stores))
    reindexing, commands = watched
    _reindex(reindexing, batch_size=4)
    names = [next(iter(command)) for command in commands.sent]
    # The first of the other commands tells which rules. The last ones tell that no other rules and no other
    # definitions are left, and how many are stale by either.
    assert names == ["find", *["find", "update"] * 3, "find", "find", "aggregate", "aggregate"]
    assert all("maxTimeMS" in command for command in commands.sent if "find" in command)


@pytest.mark.parametrize("size", [1, 3, 250])
def test_a_walk_comes_to_each_once_however_many_rules_there_are(
    database: Database[Document],
    settings: Settings,
    stores: Stores,
    insert_profiles: Callable[..., list[str]],
    size: int,
) -> None:
    """Also to those that stay stale, and without any that is up to date."""
    ids = insert_profiles(database, settings, ({"first_name": f"N{n}"} for n in range(250)))
    for position, profile_id in enumerate(ids[10:]):
        _age(database, profile_id, rules=OTHERS[position % len(OTHERS)])
    walked = [stale.profile["profile_id"] for batch in stores.stale_profiles.batches(size) for stale in batch]
    assert sorted(walked) == ids[10:]


def test_the_indexes_are_built_with_patience(database: Database[Document], settings: Settings) -> None:
    """A request's time is not enough on millions of documents, and a build that runs out of it is undone."""
    hasty = connect(Settings(**{**vars(settings), "mongodb_timeout_ms": 1000}))
    blocked, go_on = Event(), Event()

    def hold() -> None:
        # A transaction that has written keeps an index from being built.
        with database.client.start_session() as session, session.start_transaction():
            database["profiles"].insert_one({"_id": "1", "domain": "elsewhere"}, session=session)
            blocked.set()
            go_on.wait(timeout=30)

    database.create_collection("profiles")
    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert blocked.wait(timeout=30)
        with pytest.raises(DatastoreUnavailable):
            Indexes(hasty, patience=0.5).ensure()
        building = pool.submit(Indexes(hasty).build)
        with pytest.raises(TimeoutError):
            building.result(timeout=2)
        go_on.set()
        holding.result()
        building.result()
    assert Indexes(hasty).state() == "ok"
    hasty.client.close()
