"""The requests that simulated agents repeat under load, and the writes that MongoDB has stored.

An ``Agent`` is a client in one thread. A job gets an agent and a tag: a text that is unique for each
repetition of the job. The stored data contains the tag, so each stored write can be assigned to its request.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from tests.faults.checker import Stored
from tests.faults.client import Request
from tests.faults.load import Agent


def write_a_profile(agent: Agent, tag: str) -> str:
    """Create a profile, associate a contact with it and change it. Return its ID."""
    body = {"first_name": "Written", "account_number": tag}
    create = Request("POST", "/v1/profiles", body, key=uuid4().hex)
    profile_id: str = agent.write(f"create {tag}", create, lambda response: response["profile_id"])[
        "profile_id"
    ]
    associate = Request("PUT", f"/v1/contacts/{tag}/association", {"profile_id": profile_id})
    agent.write(f"associate {tag}", associate, lambda response: response["profile_id"])
    patch = Request("PATCH", f"/v1/profiles/{profile_id}", {"attributes": {"patched": tag}})
    agent.write(f"patch {tag}", patch, lambda response: response["attributes"]["patched"])
    return profile_id


def create_once(agent: Agent, tag: str) -> None:
    """Create a profile without retries."""
    body = {"first_name": "Written", "account_number": tag}
    agent.write_once(
        f"create {tag}", Request("POST", "/v1/profiles", body), lambda response: response["profile_id"]
    )


def read_back(agent: Agent, tag: str) -> None:
    """Write a profile. Then read it and search for it several times."""
    profile_id = write_a_profile(agent, tag)
    read = Request("GET", f"/v1/profiles/{profile_id}")
    find = Request("POST", "/v1/profiles/search", {"criteria": [{"key": "account", "values": [tag]}]})
    for _ in range(5):
        agent.read(read, lambda profile: profile["attributes"] == {"patched": tag})
        agent.read(find, lambda page: [i["profile"]["profile_id"] for i in page["items"]] == [profile_id])


def handle_a_contact(agent: Agent, tag: str) -> None:
    """Send the requests that a person sends for a new contact, including some that are rejected."""
    profile_id = write_a_profile(agent, tag)
    match = Request("POST", f"/v1/contacts/{tag}/match", {"channel": "chat", "name": "Written"})
    agent.read(match, lambda body: body["association"]["profile_id"] == profile_id)
    no_search = Request("POST", "/v1/profiles/search", {"criteria": []})
    agent.read(no_search, lambda problem: problem["code"] == "invalid_request", status=422)
    missing = Request("GET", f"/v1/profiles/{'0' * 32}")
    agent.read(missing, lambda problem: problem["code"] == "profile_not_found", status=404)
    clear = Request("POST", f"/v1/contacts/{tag}/clear")
    agent.write(f"clear {tag}", clear, lambda contact: contact["association"]["profile_id"])
    contacts = Request("GET", f"/v1/profiles/{profile_id}/contacts")
    agent.read(contacts, lambda page: [each["contact_id"] for each in page["items"]] == [tag])
    _create_for_a_contact(agent, f"new-{tag}")


def _create_for_a_contact(agent: Agent, tag: str) -> None:
    """Create a profile and associate a contact with it. This one request makes two writes."""
    body = {"first_name": "Written", "account_number": tag}
    request = Request("POST", f"/v1/contacts/{tag}/profile", body, key=uuid4().hex)
    agent.ledger.begin(f"associate {tag}")
    profile = agent.write(f"create {tag}", request, lambda response: response["profile_id"])
    agent.ledger.acknowledge(f"associate {tag}", profile["profile_id"])


def stored_writes(database: Database[dict[str, Any]]) -> Iterator[Stored]:
    """Yield the writes that a majority of the members has stored."""
    options: Any = {"read_concern": ReadConcern("majority")}
    for profile in database["profiles"].with_options(**options).find():
        tag = profile["account_number"]
        yield f"create {tag}", profile["_id"]
        patches = [pair["value"] for pair in profile["attributes"] if pair["name"] == "patched"]
        for value in patches:
            yield f"patch {tag}", value
        # If a patch was applied twice, only the version shows it.
        for _ in range(profile["version"] - 1 - len(patches)):
            yield f"patch {tag}", "once more"
    for contact in database["associations"].with_options(**options).find():
        for association in contact["associations"]:
            yield f"associate {contact['contact_id']}", association["profile_id"]
            if contact["cleared_at"] is not None:
                yield f"clear {contact['contact_id']}", association["profile_id"]
