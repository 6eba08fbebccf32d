"""The state of the database in the model's terms, and its invariants."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.matching.profiles import index
from service.model.profile import Profile
from service.model.sensitive import SensitiveValue
from service.store.profiles.documents import to_profile
from tests.model.harness import Harness
from tests.model.operation import DOMAINS, World
from tests.model.world import Json, comparable_profile

State = dict[str, Any]
Documents = Mapping[str, Sequence[dict[str, Any]]]
"""All documents by collection."""


def read_documents(harness: Harness) -> Documents:
    """Read each collection once."""
    names = ("profiles", "associations", "search_keys", "settings")
    return {name: list(harness.database[name].find()) for name in names}


def model_state(world: World) -> State:
    """Return the state of the model."""
    return {
        name: {
            "profiles": {
                profile_id: comparable_profile(
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


def database_state(harness: Harness, documents: Documents) -> State:
    """Return the state of the database, with decrypted sensitive values."""
    return {name: _domain(harness, documents, name) for name in DOMAINS}


def _domain(harness: Harness, documents: Documents, name: str) -> Json:
    keyring = harness.stores.keyring
    own = {
        collection: [each for each in documents[collection] if each.get("domain", each["_id"]) == name]
        for collection in documents
    }
    settings = next(iter(own["settings"]), {})
    return {
        "profiles": {
            document["_id"]: _profile(to_profile(document, keyring)) for document in own["profiles"]
        },
        "contacts": {
            document["contact_id"]: (
                [(entry["profile_id"], entry["agent_id"]) for entry in document["associations"]],
                document["association"] is not None,
                document["channel"],
                document["cleared_at"] is not None,
            )
            for document in own["associations"]
        },
        "keys": {
            document["name"]: {part: document[part] for part in ("label", "type", "unique", "sensitive")}
            for document in own["search_keys"]
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
    return comparable_profile(profile["profile_id"], profile, numbers, keys, profile["version"])


def check_profiles(harness: Harness, documents: Documents) -> None:
    """Assert that all profiles have current index terms, and that each unique value has one owner."""
    owners: dict[tuple[str, str], str] = {}
    for name in DOMAINS:
        domain = harness.stores.domains.read(name)
        for document in (each for each in documents["profiles"] if each["domain"] == name):
            profile = to_profile(document, harness.stores.keyring)
            expected = index(profile, domain.custom_keys, domain.default_region)
            assert (document["lookup"], document.get("unique", [])) == (expected.lookup, expected.unique), (
                document
            )
            assert f"profile_id:{document['_id']}" in document["lookup"]
            for term in expected.unique:
                assert owners.setdefault((name, term), document["_id"]) == document["_id"], term


def check_contacts(documents: Documents) -> None:
    """Assert that only the latest association of a contact may be current, and that all profiles exist."""
    profiles = {(each["domain"], each["_id"]) for each in documents["profiles"]}
    for contact in documents["associations"]:
        current, history = contact["association"], contact["associations"]
        is_open = [entry for entry in history if entry["disassociated_at"] is None]
        assert is_open == ([] if current is None else [current]), contact
        assert is_open in ([], history[-1:]), contact
        times = [entry["associated_at"] for entry in history]
        assert times == sorted(times), contact
        assert all((contact["domain"], entry["profile_id"]) in profiles for entry in history), contact
        assert all(
            entry["associated_at"] <= entry["disassociated_at"] for entry in history if entry not in is_open
        )
        if contact["cleared_at"] is not None:
            assert history == is_open, contact


def versions_in(documents: Documents) -> Iterator[tuple[tuple[str, Any], tuple[int, Any]]]:
    """Yield each profile's ID and time of creation, with its version and the time of its last change."""
    for document in documents["profiles"]:
        yield (document["_id"], document["created_at"]), (document["version"], document["updated_at"])
