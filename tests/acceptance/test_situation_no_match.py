"""A contact arrives and no profile matches."""

import httpx
import pytest

from tests import tls
from tests.acceptance.situations import Ask, create, emails, phones, search


def test_without_a_match_the_agent_creates_a_profile(ask: Ask, http: httpx.Client) -> None:
    """Neither the match nor any search key finds a profile. A first name is enough to create one."""
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
        assert search(ask, (key, value)) == [], key
    _define_ssn(ask)
    assert search(ask, ("ssn", "078-05-1120")) == []

    created = http.post("/v1/contacts/call-5/profile", json={"first_name": "Nina"})
    nina = created.json()
    assert created.status_code == 201
    assert nina.pop("possible_duplicates") == []
    assert created.headers["Location"] == f"/v1/profiles/{nina['profile_id']}"
    assert created.headers["ETag"] == '"1"'
    assert ask("GET", created.headers["Location"]) == nina
    assert ask("GET", "/v1/contacts/call-5/association")["profile_id"] == nina["profile_id"]
    assert search(ask, ("contact_id", "call-5")) == [nina["profile_id"]]


def test_a_custom_search_key_is_listed_at_once(ask: Ask, server_url: str) -> None:
    """Both workers list the search key with its label."""
    _define_ssn(ask)
    for _ in range(20):
        # Open a new connection each time, so that both workers get requests.
        listed = httpx.get(
            f"{server_url}/v1/search-keys", headers={"Connection": "close"}, verify=tls.UNUSED
        ).json()["items"]
        assert [key["name"] for key in listed if key["built_in"]] == [
            "phone",
            "email",
            "name",
            "account",
            "profile_id",
            "contact_id",
        ]
        assert [key["label"] for key in listed if key["name"] == "ssn"] == ["Social security number"]


def _define_ssn(ask: Ask) -> None:
    """Define the search key, unless another test has done so."""
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
    """The searches use another notation than the profile."""
    luis = _luis(ask)
    assert search(ask, (key, value.format(profile_id=luis))) == [luis]


def _luis(ask: Ask) -> str:
    """Return the ID of a profile that every search key finds. Create it if necessary."""
    if existing := search(ask, ("account", "BR 1")):
        return existing[0]
    _define_ssn(ask)
    luis = create(
        ask,
        "Luís",
        last_name="Gonçalves",
        account_number="BR 1",
        phone_numbers=phones("+551239235557"),
        email_addresses=emails("luis.g@example.com"),
        keys={"ssn": ["219-09-9999"]},
    )
    profile_id: str = luis["profile_id"]
    ask("PUT", "/v1/contacts/call-of-luis/association", {"profile_id": profile_id}, expect=201)
    return profile_id
