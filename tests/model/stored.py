"""What is in the database, in the words of the model; and what must hold there, whatever the model says."""

from collections.abc import Iterator
from typing import Any

from service.matching.profiles import index
from service.model.profile import Profile
from service.model.sensitive import SensitiveValue
from service.store.profiles.documents import to_profile
from tests.model.operation import DOMAINS, World
from tests.model.stage import Stage
from tests.model.world import Json, said_of_profile

State = dict[str, Any]


def state_of(world: World) -> State:
    """Return all that the model says is there."""
    return {
        name: {
            "profiles": {
                profile_id: said_of_profile(
                    profile_id, profile.fields, profile.phones, profile.keys, profile.version
                )
                for profile_id, profile in domain.profiles.items()
            },
            "contacts": {
                contact_id: (contact.history, contact.associated, contact.channel, contact.cleared)
                for contact_id, contact in domain.contacts.items()
            },
            "keys": domain.keys,
            "settings": domain.settings,
        }
        for name, domain in world.items()
    }


def state_in(stage: Stage) -> State:
    """Return all that is there, sensitive values opened."""
    return {name: _domain(stage, name) for name in DOMAINS}


def _domain(stage: Stage, name: str) -> Json:
    masters, database = stage.stores.keyring, stage.database
    settings = database["settings"].find_one({"_id": name}) or {}
    return {
        "profiles": {
            document["_id"]: _profile(to_profile(document, masters))
            for document in database["profiles"].find({"domain": name})
        },
        "contacts": {
            document["contact_id"]: (
                [(entry["profile_id"], entry["agent_id"]) for entry in document["associations"]],
                document["association"] is not None,
                document["channel"],
                document["cleared_at"] is not None,
            )
            for document in database["associations"].find({"domain": name})
        },
        "keys": {
            document["name"]: {part: document[part] for part in ("label", "type", "unique", "sensitive")}
            for document in database["search_keys"].find({"domain": name})
        },
        "settings": {
            part: value for part, value in settings.items() if part not in {"_id", "domain"} and value != {}
        },
    }


def _profile(profile: Profile) -> Any:
    keys = {
        name: [value.plain() if isinstance(value, SensitiveValue) else value for value in values]
        for name, values in profile["keys"].items()
    }
    numbers = [number["value"] for number in profile["phone_numbers"]]
    return said_of_profile(profile["profile_id"], profile, numbers, keys, profile["version"])


def check_profiles(stage: Stage) -> None:
    """Assert that each profile is found by what the rules make of it now; a unique value has one owner."""
    owners: dict[tuple[str, str], str] = {}
    for name in DOMAINS:
        domain = stage.stores.domains.read(name)
        for document in stage.database["profiles"].find({"domain": name}):
            profile = to_profile(document, stage.stores.keyring)
            due = index(profile, domain.custom_keys, domain.default_region)
            assert (document["lookup"], document.get("unique", [])) == (due.lookup, due.unique), document
            assert f"profile_id:{document['_id']}" in document["lookup"]
            for entry in due.unique:
                assert owners.setdefault((name, entry), document["_id"]) == document["_id"], entry


def check_contacts(stage: Stage) -> None:
    """Assert that a contact has one current association, its latest; others have ended; all profiles live."""
    living = {(each["domain"], each["_id"]) for each in stage.database["profiles"].find({}, {"domain": True})}
    for contact in stage.database["associations"].find():
        current, history = contact["association"], contact["associations"]
        is_open = [entry for entry in history if entry["disassociated_at"] is None]
        assert is_open == ([] if current is None else [current]), contact
        assert is_open in ([], history[-1:]), contact
        times = [entry["associated_at"] for entry in history]
        assert times == sorted(times), contact
        assert all((contact["domain"], entry["profile_id"]) in living for entry in history), contact
        assert all(
            entry["associated_at"] <= entry["disassociated_at"] for entry in history if entry not in is_open
        )
        if contact["cleared_at"] is not None:
            assert history == is_open, contact


def versions_in(stage: Stage) -> Iterator[tuple[tuple[str, Any], tuple[int, Any]]]:
    """Yield each profile, by its ID and creation, with its version and the time of its last change."""
    for document in stage.database["profiles"].find():
        yield (document["_id"], document["created_at"]), (document["version"], document["updated_at"])
