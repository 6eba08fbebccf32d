"""The agent looks up and completes profiles without a contact."""

from typing import Any

import httpx

from tests.acceptance.situations import Ask, create, emails, search


def test_the_agent_lists_past_contacts(ask: Ask) -> None:
    """The list has the contacts of a customer or of an agent, newest first."""
    profile_id = create(ask, "Past", last_name="Caller")["profile_id"]
    for contact_id, channel in (("past-1", "voice"), ("past-2", "chat"), ("past-3", "voice")):
        chosen = {"profile_id": profile_id, "channel": channel, "agent_id": "agent-past"}
        ask("PUT", f"/v1/contacts/{contact_id}/association", chosen, expect=201)
    ask("POST", "/v1/contacts/past-1/clear")
    assert search(ask, ("name", "Caller Past")) == [profile_id]
    of_profile = ask("GET", f"/v1/profiles/{profile_id}/contacts")["items"]
    assert [contact["contact_id"] for contact in of_profile] == ["past-3", "past-2", "past-1"]
    calls = ask("GET", f"/v1/profiles/{profile_id}/contacts?channel=voice")["items"]
    assert [contact["contact_id"] for contact in calls] == ["past-3", "past-1"]
    since = of_profile[1]["created_at"].replace("+", "%2B")
    latest = ask("GET", f"/v1/profiles/{profile_id}/contacts?from={since}")["items"]
    assert [contact["contact_id"] for contact in latest] == ["past-3", "past-2"]
    of_agent = ask("POST", "/v1/contacts/search", {"agent_id": "agent-past", "channel": "chat"})["items"]
    assert [contact["contact_id"] for contact in of_agent] == ["past-2"]


def test_past_contacts_are_paginated(ask: Ask) -> None:
    """Each contact is on one page."""
    profile_id = create(ask, "Often", last_name="Calls")["profile_id"]
    for number in range(5):
        chosen = {"profile_id": profile_id}
        ask("PUT", f"/v1/contacts/often-{number}/association", chosen, expect=201)
    contact_ids: list[str] = []
    query: dict[str, Any] = {"profile_id": profile_id, "limit": 2}
    while True:
        page = ask("POST", "/v1/contacts/search", query)
        contact_ids += [contact["contact_id"] for contact in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert contact_ids == ["often-4", "often-3", "often-2", "often-1", "often-0"]


def test_the_agent_completes_a_profile(ask: Ask, http: httpx.Client) -> None:
    """Searches find the profile by the added values."""
    created = http.post("/v1/profiles", json={"first_name": "Sparse"})
    path = created.headers["Location"]
    patch = {"last_name": "Profile", "email_addresses": emails("sparse@example.com")}
    changed = http.patch(path, json=patch, headers={"If-Match": created.headers["ETag"]})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    stale = http.patch(path, json={"last_name": "Lost"}, headers={"If-Match": created.headers["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    added = ask("POST", f"{path}/keys", {"key": "phone", "values": ["+1 415 555 0107"]})
    assert [number["e164"] for number in added["phone_numbers"]] == ["+14155550107"]
    for key, value in (
        ("email", "sparse@example.com"),
        ("phone", "4155550107"),
        ("name", "profile sparse"),
    ):
        assert search(ask, (key, value)) == [added["profile_id"]], key
