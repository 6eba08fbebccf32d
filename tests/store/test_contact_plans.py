"""Query plans of lists of contacts and of reads of one profile."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from service.use_cases import cursors
from tests.store.planning import (
    LIMIT,
    MIDNIGHT,
    Document,
    World,
)

PROFILE = "a" * 32

CONTACTS: dict[str, tuple[Document, str, int]] = {
    "all": ({}, "newest", 1),
    "of a profile": ({"profile_id": PROFILE}, "newest_of_profile", 1),
    "of an agent": ({"agent_id": "bo"}, "newest_of_agent", 1),
    "of a channel": ({"channel": "voice"}, "newest_of_channel", 1),
    # An index covers only the first condition, so MongoDB also reads contacts that do not meet the others.
    # The number is how many contacts MongoDB reads for each contact that meets all conditions: every second
    # contact is Bo's, and every fourth is one of Bo's calls.
    "of a profile and a channel": ({"profile_id": PROFILE, "channel": "voice"}, "newest_of_profile", 4),
    "of a profile and an agent": ({"profile_id": PROFILE, "agent_id": "bo"}, "newest_of_profile", 2),
    "of an agent and a channel": ({"agent_id": "bo", "channel": "voice"}, "newest_of_agent", 2),
    "of all three": (
        {"profile_id": PROFILE, "agent_id": "bo", "channel": "voice"},
        "newest_of_profile",
        4,
    ),
}


@pytest.fixture(scope="module")
def contacts(world: World) -> Iterator[World]:
    """Return the application with 4,000 contacts, one each minute. Every third belongs to ``PROFILE``."""

    def contact(n: int) -> Document:
        association = {
            "profile_id": PROFILE if n % 3 == 0 else f"{n:032x}",
            "agent_id": "bo" if n % 2 == 0 else f"agent{n % 50}",
            "associated_at": MIDNIGHT,
            "disassociated_at": None,
        }
        return {
            "_id": f"default/c-{n}",
            "domain": "default",
            "contact_id": f"c-{n}",
            "channel": ("voice", "chat", "task", "email")[n % 4],
            "created_at": MIDNIGHT + timedelta(minutes=n),
            "cleared_at": None,
            "association": association,
            "associations": [association],
        }

    world.database["associations"].insert_many([contact(n) for n in range(4000)])
    yield world
    world.database["associations"].delete_many({})


PERIOD = {
    "from": (MIDNIGHT + timedelta(hours=10)).isoformat(),
    "to": (MIDNIGHT + timedelta(days=2)).isoformat(),
}


@pytest.mark.parametrize("period", [{}, PERIOD], ids=["any time", "period"])
@pytest.mark.parametrize("deep", [False, True], ids=["first page", "deep page"])
@pytest.mark.parametrize(("conditions", "index", "share"), CONTACTS.values(), ids=CONTACTS)
def test_contacts_are_read_from_the_most_selective_index(
    contacts: World, conditions: Document, index: str, share: int, period: Document, *, deep: bool
) -> None:
    """MongoDB sorts no page, and a deep page costs the same as the first page."""
    cursor = cursors.of_contact(MIDNIGHT + timedelta(minutes=2400), "c-2400") if deep else None
    contacts.commands.sent.clear()
    body = {**conditions, **period, "limit": LIMIT, "cursor": cursor}
    response = contacts.client.post("/v1/contacts/search", json=body).get_json()
    plan = contacts.explain(contacts.commands.sent[-1])
    assert len(response["items"]) == LIMIT
    assert plan.indexes == {index}
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})
    # The last command reads a page, or four if the index does not cover all conditions. It reads one more
    # document if the previous page ended within the same millisecond.
    pages = 1 if share == 1 else 4
    assert plan.documents <= (LIMIT + 1) * pages + 1


def test_the_contacts_of_a_profile_are_read_from_an_index(contacts: World) -> None:
    """One command checks that the profile exists, and one command reads the page."""
    profile_id = contacts.ids[0]
    contacts.commands.sent.clear()
    response = contacts.client.get(f"/v1/profiles/{profile_id}/contacts?limit={LIMIT}")
    assert response.status_code == 200
    profile_plan, page_plan = (contacts.explain(command) for command in list(contacts.commands.sent))
    assert (profile_plan.documents, page_plan.documents) == (1, 0)
    assert page_plan.indexes == {"newest_of_profile"}


def test_a_profile_is_read_by_its_id(contacts: World) -> None:
    """MongoDB does not use the ``lookup`` index, whose first entries many profiles share."""
    for profile_id in contacts.ids[:3]:
        for path in ("", "/contacts"):
            contacts.commands.sent.clear()
            assert contacts.client.get(f"/v1/profiles/{profile_id}{path}").status_code == 200
            plan = contacts.explain(contacts.commands.sent[0])
            assert (plan.indexes, plan.keys) == ({"_id_"}, 1)


def test_the_removal_of_a_profile_reads_only_its_contacts(contacts: World) -> None:
    """MongoDB finds these contacts in an index."""
    update = {
        "update": "associations",
        "updates": [
            {"q": {"domain": "default", "associations.profile_id": f"{1:032x}"}, "u": [{"$set": {}}]}
        ],
    }
    plan = contacts.explain(update)
    assert (plan.indexes, plan.documents) == ({"history_of_profile"}, 1)
