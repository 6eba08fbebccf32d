"""A contact arrives and several profiles match."""

from tests.acceptance.situations import Ask, candidate_ids, create, emails, phones, search


def test_one_more_criterion_distinguishes_several_matches(ask: Ask) -> None:
    """A shared number matches three profiles. One more criterion leaves one profile."""
    family = [
        create(
            ask,
            first_name,
            last_name="Garcia",
            account_number=f"G-{position}",
            phone_numbers=phones("+1 415 555 0108"),
            email_addresses=emails(f"{first_name}@garcia.example.com"),
        )["profile_id"]
        for position, first_name in enumerate(("Ana", "Bruno", "Carla"))
    ]
    call = {"channel": "voice", "phone_number": "+14155550108"}
    match = ask("POST", "/v1/contacts/call-8/match", call)
    assert (match["outcome"], set(candidate_ids(match))) == ("ambiguous", set(family))
    reason = {"key": "phone", "value": "+14155550108", "tier": "exact", "shared": False}
    assert [candidate["matched_on"] for candidate in match["candidates"]] == [[reason]] * 3

    criteria = {"criteria": [{"key": "account", "values": ["g-1"]}]}
    narrowed = ask("POST", "/v1/contacts/call-8/match", call | criteria)
    assert (narrowed["outcome"], candidate_ids(narrowed)) == ("unique", [family[1]])
    keys = [matched_on["key"] for matched_on in narrowed["candidates"][0]["matched_on"]]
    assert keys == ["phone", "account"]
    no_match = ask(
        "POST", "/v1/contacts/call-8/match", call | {"criteria": [{"key": "account", "values": ["g-9"]}]}
    )
    assert (no_match["outcome"], candidate_ids(no_match)) == ("none", [])

    phone = ("phone", "+14155550108")
    assert search(ask, phone, ("name", "Garcia Bruno"), operator="and") == [family[1]]
    assert search(ask, phone, ("email", "CARLA@garcia.example.com"), operator="and") == [family[2]]
    assert search(ask, phone, ("account", "g-0"), operator="and") == [family[0]]
    assert search(ask, phone, ("account", "g-9"), operator="and") == []

    ask("PUT", "/v1/contacts/call-8/association", {"profile_id": family[1]}, expect=201)
    assert ask("GET", "/v1/contacts/call-8")["association"]["profile_id"] == family[1]
    # At the next match, the profile of the last contact ranks first.
    assert candidate_ids(ask("POST", "/v1/contacts/call-88/match", call))[0] == family[1]


def test_candidates_are_paginated(ask: Ask) -> None:
    """A match with more candidates than `limit` returns a cursor. Every page has the same outcome."""
    expected = {
        create(ask, f"Twin {number}", phone_numbers=phones("+1 415 555 0109"))["profile_id"]
        for number in range(3)
    }
    call = {"channel": "voice", "phone_number": "+14155550109", "limit": 2}
    first = ask("POST", "/v1/contacts/call-9/match", call)
    last = ask("POST", "/v1/contacts/call-9/match", call | {"cursor": first["next_cursor"]})
    assert (first["outcome"], last["outcome"], last["next_cursor"]) == ("ambiguous", "ambiguous", None)
    assert len(candidate_ids(first)) == 2
    assert {*candidate_ids(first), *candidate_ids(last)} == expected
