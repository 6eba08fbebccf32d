"""A contact arrives and one profile matches."""

import time
from collections.abc import Callable

import pytest

from tests.acceptance.situations import Ask, Profile, candidate_ids, create, emails, phones, search

# Twice the time for which a worker caches the settings.
_SETTINGS_SECONDS = 10
_POLL_SECONDS = 0.2
_TRIES = 5


def test_a_call_is_matched_by_the_callers_number(ask: Ask) -> None:
    """The number in E.164 finds the profile with the same number in another notation."""
    jane = create(ask, "Jane", last_name="Caller", phone_numbers=phones("(415) 555-0101"))
    match = ask("POST", "/v1/contacts/call-1/match", {"channel": "voice", "phone_number": "+14155550101"})
    assert match == {
        "contact_id": "call-1",
        "outcome": "unique",
        "candidates": [
            {
                "profile": jane,
                "matched_on": [{"key": "phone", "value": "+14155550101", "tier": "exact", "shared": False}],
            }
        ],
        "association": None,
        "next_cursor": None,
        "truncated": False,
    }


def test_a_match_does_not_store_the_contact(ask: Ask) -> None:
    """The agent has not accepted the contact yet."""
    ask("POST", "/v1/contacts/call-unaccepted/match", {"channel": "voice", "phone_number": "+14155550199"})
    problem = ask("GET", "/v1/contacts/call-unaccepted", expect=404)
    assert problem["code"] == "contact_not_found"


def test_a_chat_is_matched_by_email_and_then_by_name(ask: Ask) -> None:
    """The name is used only if the e-mail address finds no profile.

    A name alone does not identify a customer, so the outcome is ambiguous and the agent decides.
    """
    by_email = create(ask, "Erika", last_name="Mustermann", email_addresses=emails("Erika@example.com"))
    by_name = create(ask, "Chantal", last_name="Leblanc")
    chat = {"channel": "chat", "name": "Leblanc Chantal"}
    known = ask("POST", "/v1/contacts/chat-1/match", chat | {"email_address": "erika@EXAMPLE.com"})
    assert (known["outcome"], candidate_ids(known)) == ("unique", [by_email["profile_id"]])
    assert [reason["key"] for reason in known["candidates"][0]["matched_on"]] == ["email"]
    unknown = ask("POST", "/v1/contacts/chat-1/match", chat | {"email_address": "new@example.com"})
    assert (unknown["outcome"], candidate_ids(unknown)) == ("ambiguous", [by_name["profile_id"]])
    assert [reason["key"] for reason in unknown["candidates"][0]["matched_on"]] == ["name"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phone", "0141 4960 234"),
        ("_phone", "+44 141 496 0234"),
        ("email", "AMIRA@example.org"),
        ("_email", "amira@example.org"),
        ("name", "Haddad Amira"),
        ("_fullName", "Amira Haddad"),
        ("account", "hd-77"),
        ("_account", "HD-77"),
        ("profile_id", "{profile_id}"),
        ("_profileId", "{profile_id}"),
        ("contact_id", "call-of-amira"),
        ("_ctrContactId", "call-of-amira"),
        ("member", "no. 4711"),
    ],
)
def test_a_contacts_search_attributes_come_before_its_number(ask: Ask, key: str, value: str) -> None:
    """`profileSearchKey` accepts our names and those of Amazon Connect."""
    amira = _amira(ask)
    attributes = {
        "profileSearchKey": key,
        "profileSearchValue": value.format(profile_id=amira["profile_id"]),
    }
    call = {"channel": "voice", "phone_number": "+14155550103", "attributes": attributes}
    match = ask("POST", "/v1/contacts/call-2/match", call)
    outcome = "ambiguous" if key in {"name", "_fullName"} else "unique"
    assert (match["outcome"], candidate_ids(match)) == (outcome, [amira["profile_id"]])


def _amira(ask: Ask) -> Profile:
    """Return a profile that every search key finds. Another profile has the caller's number."""
    if existing := search(ask, ("account", "HD-77")):
        profile: Profile = ask("GET", f"/v1/profiles/{existing[0]}")
        return profile
    ask("PUT", "/v1/search-keys/member", {"label": "Member number", "type": "digits"}, expect=201)
    create(ask, "Somebody", last_name="Else", phone_numbers=phones("+14155550103"))
    amira = create(
        ask,
        "Amira",
        last_name="Haddad",
        account_number="HD-77",
        # The same number with and without its country code. The domain's region is the United States.
        phone_numbers=phones("+44 141 496 0234", "0141 4960 234"),
        email_addresses=emails("amira@example.org"),
        keys={"member": ["4711"]},
    )
    chosen = {"profile_id": amira["profile_id"]}
    ask("PUT", "/v1/contacts/call-of-amira/association", chosen, expect=201)
    return amira


def test_the_agent_can_change_the_association_until_the_contact_is_cleared(ask: Ask) -> None:
    """Clearing keeps only the last association."""
    wrong, right = (create(ask, name)["profile_id"] for name in ("Wrong", "Right"))
    association = "/v1/contacts/call-3/association"
    chosen = {"channel": "voice", "agent_id": "agent-7"}
    first = ask("PUT", association, {"profile_id": wrong, **chosen}, expect=201)
    assert (first["profile_id"], first["agent_id"]) == (wrong, "agent-7")
    ask("PUT", association, {"profile_id": right, **chosen})
    assert ask("GET", association)["profile_id"] == right
    ask("DELETE", association, expect=204)
    assert ask("GET", association, expect=404)["code"] == "association_not_found"
    last = ask("PUT", association, {"profile_id": right, **chosen})
    history = ask("GET", "/v1/contacts/call-3")["associations"]
    assert [entry["profile_id"] for entry in history] == [wrong, right, right]
    assert [entry["disassociated_at"] is None for entry in history] == [False, False, True]

    cleared = ask("POST", "/v1/contacts/call-3/clear")
    assert cleared["cleared_at"] is not None
    assert (cleared["association"], cleared["associations"]) == (last, [last])
    for method, path, body in (
        ("PUT", association, {"profile_id": wrong}),
        ("DELETE", association, None),
        ("POST", "/v1/contacts/call-3/profile", {"first_name": "Late"}),
    ):
        assert ask(method, path, body, expect=409)["code"] == "contact_cleared"
    assert ask("POST", "/v1/contacts/call-3/clear") == cleared
    assert ask("GET", "/v1/contacts/call-3") == cleared
    assert search(ask, ("name", "Late")) == []


def test_a_match_shows_the_current_association(ask: Ask) -> None:
    """A frontend that reloads during a call gets the confirmed profile."""
    profile_id = create(ask, "Kofi", phone_numbers=phones("+14155550104"))["profile_id"]
    association = ask("PUT", "/v1/contacts/call-4/association", {"profile_id": profile_id}, expect=201)
    match = ask("POST", "/v1/contacts/call-4/match", {"channel": "voice", "phone_number": "+14155550104"})
    assert (match["association"], candidate_ids(match)) == (association, [profile_id])


def test_the_settings_control_matching(ask: Ask) -> None:
    """The settings have match modes by channel, and values to ignore, such as a switchboard's number."""
    ana = create(ask, "Ana", last_name="Setting", phone_numbers=phones("+14155550120"))["profile_id"]
    ben = create(ask, "Ben", email_addresses=emails("ben@settings.example.com"))["profile_id"]
    task = {
        "channel": "task",
        "phone_number": "+14155550120",
        "email_address": "ben@settings.example.com",
    }
    path = "/v1/contacts/task-1/match"
    assert candidate_ids(ask("POST", path, task)) == [ana]
    ask("PATCH", "/v1/settings", {"match_modes": {"task": "all"}})
    assert _eventually(lambda: set(candidate_ids(ask("POST", path, task))) == {ana, ben})
    ask("PATCH", "/v1/settings", {"ignored_values": {"phone": ["(415) 555-0120"]}})
    assert _eventually(lambda: candidate_ids(ask("POST", path, task)) == [ben])
    ask("PATCH", "/v1/settings", {"match_modes": None, "ignored_values": None})
    assert _eventually(lambda: candidate_ids(ask("POST", path, task)) == [ana])


def _eventually(condition: Callable[[], bool]) -> bool:
    """Return whether the condition becomes true in both workers after their cached settings expire."""
    deadline = time.monotonic() + _SETTINGS_SECONDS
    while time.monotonic() < deadline:
        if all(condition() for _ in range(_TRIES)):
            return True
        time.sleep(_POLL_SECONDS)
    return False
