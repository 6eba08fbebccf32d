"""The four situations of Amazon Connect's page for agents, step by step over HTTP.

The page is "Use Customer Profiles to accept contacts" in the Amazon Connect user guide.
"""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

Ask = Callable[..., Any]
Profile = dict[str, Any]

# Twice as long as a worker remembers them.
_SETTINGS_SECONDS = 10
_POLL_SECONDS = 0.2
_TRIES = 5


def _create(ask: Ask, first_name: str, **rest: Any) -> Profile:
    profile: Profile = ask("POST", "/v1/profiles", {"first_name": first_name, **rest}, expect=201)
    return profile


def _phones(*numbers: str) -> list[dict[str, str]]:
    return [{"type": "mobile", "value": number} for number in numbers]


def _emails(*addresses: str) -> list[dict[str, str]]:
    return [{"type": "home", "value": address} for address in addresses]


def _search(ask: Ask, *criteria: tuple[str, str], operator: str = "or") -> list[str]:
    """Return the IDs of the profiles found."""
    wanted = [{"key": key, "values": [value]} for key, value in criteria]
    page = ask("POST", "/v1/profiles/search", {"criteria": wanted, "operator": operator})
    assert page["next_cursor"] is None
    return [item["profile"]["profile_id"] for item in page["items"]]


def _ids(match: dict[str, Any]) -> list[str]:
    return [candidate["profile"]["profile_id"] for candidate in match["candidates"]]


# 1. A contact arrives and one profile matches.


def test_a_call_is_matched_by_the_callers_number(ask: Ask) -> None:
    """The number as the network delivers it finds the one profile that has it in another notation."""
    jane = _create(ask, "Jane", last_name="Caller", phone_numbers=_phones("(415) 555-0101"))
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


def test_a_match_stores_nothing(ask: Ask) -> None:
    """After a match nothing is known of the contact: it happens before the agent accepts."""
    ask("POST", "/v1/contacts/call-unaccepted/match", {"channel": "voice", "phone_number": "+14155550199"})
    problem = ask("GET", "/v1/contacts/call-unaccepted", expect=404)
    assert problem["code"] == "contact_not_found"


def test_a_chat_is_matched_by_email_and_then_by_name(ask: Ask) -> None:
    """The e-mail address decides where it finds somebody, and the name where it does not.

    A name alone is no proof, so the one who has it is shown, and the agent decides.
    """
    by_email = _create(ask, "Erika", last_name="Mustermann", email_addresses=_emails("Erika@example.com"))
    by_name = _create(ask, "Chantal", last_name="Leblanc")
    chat = {"channel": "chat", "name": "Leblanc Chantal"}
    known = ask("POST", "/v1/contacts/chat-1/match", chat | {"email_address": "erika@EXAMPLE.com"})
    assert (known["outcome"], _ids(known)) == ("unique", [by_email["profile_id"]])
    assert [reason["key"] for reason in known["candidates"][0]["matched_on"]] == ["email"]
    unknown = ask("POST", "/v1/contacts/chat-1/match", chat | {"email_address": "new@example.com"})
    assert (unknown["outcome"], _ids(unknown)) == ("ambiguous", [by_name["profile_id"]])
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
def test_a_contact_is_matched_on_its_own_search_attributes(ask: Ask, key: str, value: str) -> None:
    """`profileSearchKey`, by our names or Amazon's, comes before the number that calls."""
    amira = _amira(ask)
    attributes = {
        "profileSearchKey": key,
        "profileSearchValue": value.format(profile_id=amira["profile_id"]),
    }
    call = {"channel": "voice", "phone_number": "+14155550103", "attributes": attributes}
    match = ask("POST", "/v1/contacts/call-2/match", call)
    outcome = "ambiguous" if key in {"name", "_fullName"} else "unique"
    assert (match["outcome"], _ids(match)) == (outcome, [amira["profile_id"]])


def _amira(ask: Ask) -> Profile:
    """Return a profile that every search key finds, and let another one have the number that calls."""
    if found := _search(ask, ("account", "HD-77")):
        profile: Profile = ask("GET", f"/v1/profiles/{found[0]}")
        return profile
    ask("PUT", "/v1/search-keys/member", {"label": "Member number", "type": "digits"}, expect=201)
    _create(ask, "Somebody", last_name="Else", phone_numbers=_phones("+14155550103"))
    amira = _create(
        ask,
        "Amira",
        last_name="Haddad",
        account_number="HD-77",
        # The same number with and without its country code: the domain's region is the United States.
        phone_numbers=_phones("+44 141 496 0234", "0141 4960 234"),
        email_addresses=_emails("amira@example.org"),
        keys={"member": ["4711"]},
    )
    chosen = {"profile_id": amira["profile_id"]}
    ask("PUT", "/v1/contacts/call-of-amira/association", chosen, expect=201)
    return amira


def test_the_agent_corrects_a_choice_until_the_contact_is_cleared(ask: Ask) -> None:
    """Associated, associated anew, taken back, associated, cleared: the last association alone is left."""
    wrong, right = (_create(ask, name)["profile_id"] for name in ("Wrong", "Right"))
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
    assert _search(ask, ("name", "Late")) == []


def test_a_match_shows_the_association_that_stands(ask: Ask) -> None:
    """A frontend that reloads in the middle of a call sees what the agent has confirmed."""
    profile_id = _create(ask, "Kofi", phone_numbers=_phones("+14155550104"))["profile_id"]
    made = ask("PUT", "/v1/contacts/call-4/association", {"profile_id": profile_id}, expect=201)
    match = ask("POST", "/v1/contacts/call-4/match", {"channel": "voice", "phone_number": "+14155550104"})
    assert (match["association"], _ids(match)) == (made, [profile_id])


def test_what_is_matched_on_is_changed_in_the_settings(ask: Ask) -> None:
    """Per channel: which keys, and whether all of them count; the switchboard's own number never does."""
    ana = _create(ask, "Ana", last_name="Setting", phone_numbers=_phones("+14155550120"))["profile_id"]
    ben = _create(ask, "Ben", email_addresses=_emails("ben@settings.example.com"))["profile_id"]
    task = {
        "channel": "task",
        "phone_number": "+14155550120",
        "email_address": "ben@settings.example.com",
    }
    path = "/v1/contacts/task-1/match"
    assert _ids(ask("POST", path, task)) == [ana]
    ask("PATCH", "/v1/settings", {"match_modes": {"task": "all"}})
    assert _eventually(lambda: set(_ids(ask("POST", path, task))) == {ana, ben})
    ask("PATCH", "/v1/settings", {"ignored_values": {"phone": ["(415) 555-0120"]}})
    assert _eventually(lambda: _ids(ask("POST", path, task)) == [ben])
    ask("PATCH", "/v1/settings", {"match_modes": None, "ignored_values": None})
    assert _eventually(lambda: _ids(ask("POST", path, task)) == [ana])


def _eventually(holds: Callable[[], bool]) -> bool:
    """Return whether it holds in both workers once what they remember of the settings has grown old."""
    deadline = time.monotonic() + _SETTINGS_SECONDS
    while time.monotonic() < deadline:
        if all(holds() for _ in range(_TRIES)):
            return True
        time.sleep(_POLL_SECONDS)
    return False


# 2. A contact arrives and nothing matches.


def test_nobody_is_found_and_the_agent_creates_a_profile(ask: Ask, http: httpx.Client) -> None:
    """No match, no search key helps, not even one defined a moment ago: a first name makes a profile."""
    call = {"channel": "voice", "phone_number": "+14155550105"}
    match = ask("POST", "/v1/contacts/call-5/match", call)
    assert (match["outcome"], match["candidates"], match["association"]) == ("none", [], None)
    for key, value in (
        ("phone", "+14155550105"),
        ("email", "nobody@example.com"),
        ("name", "Nobody Atall"),
        ("account", "A-none"),
        ("profile_id", "0" * 32),
        ("contact_id", "call-5"),
    ):
        assert _search(ask, (key, value)) == [], key
    _define_ssn(ask)
    assert _search(ask, ("ssn", "078-05-1120")) == []

    created = http.post("/v1/contacts/call-5/profile", json={"first_name": "Nina"})
    nina = created.json()
    assert created.status_code == 201
    assert created.headers["Location"] == f"/v1/profiles/{nina['profile_id']}"
    assert created.headers["ETag"] == '"1"'
    assert ask("GET", created.headers["Location"]) == nina
    assert ask("GET", "/v1/contacts/call-5/association")["profile_id"] == nina["profile_id"]
    assert _search(ask, ("contact_id", "call-5")) == [nina["profile_id"]]


def test_a_custom_key_is_offered_as_soon_as_it_is_defined(ask: Ask, server_url: str) -> None:
    """The drop-down has it with its label, whichever worker answers."""
    _define_ssn(ask)
    for _ in range(20):
        # A connection of its own each time, so that both workers get some.
        offered = httpx.get(f"{server_url}/v1/search-keys", headers={"Connection": "close"}).json()["items"]
        assert [key["name"] for key in offered if key["built_in"]] == [
            "phone",
            "email",
            "name",
            "account",
            "profile_id",
            "contact_id",
        ]
        assert [key["label"] for key in offered if key["name"] == "ssn"] == ["Social security number"]


def _define_ssn(ask: Ask) -> None:
    """Define the key; two tests do, and either may be the first."""
    defined = {key["name"] for key in ask("GET", "/v1/search-keys")["items"]}
    definition = {"label": "Social security number", "type": "digits", "unique": True, "sensitive": True}
    ask("PUT", "/v1/search-keys/ssn", definition, expect=200 if "ssn" in defined else 201)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phone", "+55 (12) 3923-5557"),
        ("email", "LUIS.G@example.com"),
        ("name", "Goncalves Luis"),
        ("account", "br 1"),
        ("profile_id", "{profile_id}"),
        ("contact_id", "call-of-luis"),
        ("ssn", "219 09 9999"),
    ],
)
def test_every_search_key_finds_the_customer(ask: Ask, key: str, value: str) -> None:
    """Each key of the drop-down finds the one profile, typed in another way than it was stored."""
    luis = _luis(ask)
    assert _search(ask, (key, value.format(profile_id=luis))) == [luis]


def _luis(ask: Ask) -> str:
    """Return the ID of a profile that every search key finds; the first test that asks creates it."""
    if found := _search(ask, ("account", "BR 1")):
        return found[0]
    _define_ssn(ask)
    luis = _create(
        ask,
        "Luís",
        last_name="Gonçalves",
        account_number="BR 1",
        phone_numbers=_phones("+551239235557"),
        email_addresses=_emails("luis.g@example.com"),
        keys={"ssn": ["219-09-9999"]},
    )
    profile_id: str = luis["profile_id"]
    ask("PUT", "/v1/contacts/call-of-luis/association", {"profile_id": profile_id}, expect=201)
    return profile_id


# 3. No contact at all.


def test_between_calls_the_agent_looks_up_past_contacts(ask: Ask) -> None:
    """A customer's contacts and an agent's contacts are listed, newest first."""
    profile_id = _create(ask, "Past", last_name="Caller")["profile_id"]
    for contact_id, channel in (("past-1", "voice"), ("past-2", "chat"), ("past-3", "voice")):
        chosen = {"profile_id": profile_id, "channel": channel, "agent_id": "agent-past"}
        ask("PUT", f"/v1/contacts/{contact_id}/association", chosen, expect=201)
    ask("POST", "/v1/contacts/past-1/clear")
    assert _search(ask, ("name", "Caller Past")) == [profile_id]
    of_profile = ask("GET", f"/v1/profiles/{profile_id}/contacts")["items"]
    assert [contact["contact_id"] for contact in of_profile] == ["past-3", "past-2", "past-1"]
    calls = ask("GET", f"/v1/profiles/{profile_id}/contacts?channel=voice")["items"]
    assert [contact["contact_id"] for contact in calls] == ["past-3", "past-1"]
    since = of_profile[1]["created_at"].replace("+", "%2B")
    latest = ask("GET", f"/v1/profiles/{profile_id}/contacts?from={since}")["items"]
    assert [contact["contact_id"] for contact in latest] == ["past-3", "past-2"]
    of_agent = ask("POST", "/v1/contacts/search", {"agent_id": "agent-past", "channel": "chat"})["items"]
    assert [contact["contact_id"] for contact in of_agent] == ["past-2"]


def test_past_contacts_come_page_by_page(ask: Ask) -> None:
    """Following the cursor shows each contact once."""
    profile_id = _create(ask, "Often", last_name="Calls")["profile_id"]
    for number in range(5):
        chosen = {"profile_id": profile_id}
        ask("PUT", f"/v1/contacts/often-{number}/association", chosen, expect=201)
    seen: list[str] = []
    query: dict[str, Any] = {"profile_id": profile_id, "limit": 2}
    while True:
        page = ask("POST", "/v1/contacts/search", query)
        seen += [contact["contact_id"] for contact in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == ["often-4", "often-3", "often-2", "often-1", "often-0"]


def test_between_calls_the_agent_completes_a_profile(ask: Ask, http: httpx.Client) -> None:
    """A profile with a first name alone is completed, and found by what was added."""
    created = http.post("/v1/profiles", json={"first_name": "Sparse"})
    path = created.headers["Location"]
    patch = {"last_name": "Profile", "email_addresses": _emails("sparse@example.com")}
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
        assert _search(ask, (key, value)) == [added["profile_id"]], key


# 4. Several profiles match.


def test_several_profiles_match_and_one_more_detail_tells_them_apart(ask: Ask) -> None:
    """A shared number finds the whole family, with reasons; one more detail leaves one."""
    family = [
        _create(
            ask,
            first_name,
            last_name="Garcia",
            account_number=f"G-{position}",
            phone_numbers=_phones("+1 415 555 0108"),
            email_addresses=_emails(f"{first_name}@garcia.example.com"),
        )["profile_id"]
        for position, first_name in enumerate(("Ana", "Bruno", "Carla"))
    ]
    call = {"channel": "voice", "phone_number": "+14155550108"}
    match = ask("POST", "/v1/contacts/call-8/match", call)
    assert (match["outcome"], set(_ids(match))) == ("ambiguous", set(family))
    reason = {"key": "phone", "value": "+14155550108", "tier": "exact", "shared": False}
    assert [candidate["matched_on"] for candidate in match["candidates"]] == [[reason]] * 3

    asked = {"criteria": [{"key": "account", "values": ["g-1"]}]}
    narrowed = ask("POST", "/v1/contacts/call-8/match", call | asked)
    assert (narrowed["outcome"], _ids(narrowed)) == ("unique", [family[1]])
    keys = [matched_on["key"] for matched_on in narrowed["candidates"][0]["matched_on"]]
    assert keys == ["phone", "account"]
    nobody = ask(
        "POST", "/v1/contacts/call-8/match", call | {"criteria": [{"key": "account", "values": ["g-9"]}]}
    )
    assert (nobody["outcome"], _ids(nobody)) == ("none", [])

    phone = ("phone", "+14155550108")
    assert _search(ask, phone, ("name", "Garcia Bruno"), operator="and") == [family[1]]
    assert _search(ask, phone, ("email", "CARLA@garcia.example.com"), operator="and") == [family[2]]
    assert _search(ask, phone, ("account", "g-0"), operator="and") == [family[0]]
    assert _search(ask, phone, ("account", "g-9"), operator="and") == []

    ask("PUT", "/v1/contacts/call-8/association", {"profile_id": family[1]}, expect=201)
    assert ask("GET", "/v1/contacts/call-8")["association"]["profile_id"] == family[1]
    # Whoever was talked to last comes first the next time.
    assert _ids(ask("POST", "/v1/contacts/call-88/match", call))[0] == family[1]


def test_candidates_come_page_by_page(ask: Ask) -> None:
    """A match with more candidates than `limit` hands on a cursor, and stays ambiguous to the last page."""
    everyone = {
        _create(ask, f"Twin {number}", phone_numbers=_phones("+1 415 555 0109"))["profile_id"]
        for number in range(3)
    }
    call = {"channel": "voice", "phone_number": "+14155550109", "limit": 2}
    first = ask("POST", "/v1/contacts/call-9/match", call)
    last = ask("POST", "/v1/contacts/call-9/match", call | {"cursor": first["next_cursor"]})
    assert (first["outcome"], last["outcome"], last["next_cursor"]) == ("ambiguous", "ambiguous", None)
    assert len(_ids(first)) == 2
    assert {*_ids(first), *_ids(last)} == everyone
