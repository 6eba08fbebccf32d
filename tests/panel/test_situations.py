"""The four situations of Amazon's page for agents, in a browser."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import tls
from tests.panel.conftest import AGENT, CreateKey, OpenPage
from tests.panel.customers import Profile
from tests.panel.screens import Screen

_KNOWN = {"en": "Patricia Smith", "ja": "田中 翔"}
_BY_EMAIL = {"en": "Linda Wilson", "ja": "佐藤 結衣"}
_BY_NAME = {"en": "Siobhán Brown", "ja": "高橋 花子"}
_NUMBER = {"en": "+1 312-555-0100", "ja": "+81 90-0000-2000"}


class _Agent(Screen):
    """An agent who uses the panel, and reads what the service has stored."""

    def __init__(self, page: Page, language: str, http: httpx.Client) -> None:
        super().__init__(page, language)
        self.language = language
        self._http = http

    def contact_id(self) -> str:
        contact_id: str = self.panel.evaluate("panel => panel.contact.contact_id")
        return contact_id

    def read_contact(self, contact_id: str) -> dict[str, Any]:
        return self._read(f"contacts/{contact_id}")

    def read_profile(self, profile_id: str) -> Profile:
        return self._read(f"profiles/{profile_id}")

    def _read(self, path: str) -> dict[str, Any]:
        response = self._http.get(f"/v1/{path}")
        assert response.is_success, response.text
        body: dict[str, Any] = response.json()
        return body

    def associated_names(self, contact_id: str) -> list[str]:
        """Return the first names of the profiles that the contact was associated with, oldest first."""
        associations = self.read_contact(contact_id)["associations"]
        return [self.read_profile(each["profile_id"])["first_name"] for each in associations]


_IN_BOTH_LANGUAGES = pytest.mark.parametrize(
    "agent",
    ["en", "ja"],
    ids=["in English without authentication", "in Japanese with authentication"],
    indirect=True,
)


@pytest.fixture
def agent(
    request: pytest.FixtureRequest,
    open_page: OpenPage,
    open_url: str,
    secured_url: str,
    create_key: CreateKey,
) -> Iterator[_Agent]:
    """Return an agent who has opened the page, and has signed in if the service has authentication.

    Most agents work in Japanese. Other modules have the same callers in English.
    """
    language: str = getattr(request, "param", "ja")
    url, key = (open_url, "") if language == "en" else (secured_url, create_key(*AGENT))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with httpx.Client(base_url=url, headers=headers, verify=tls.UNUSED) as http:
        agent = _Agent(open_page(f"{url}/panel", language), language, http)
        if key:
            agent.sign_in(key)
        expect(agent.heading(agent.texts.idle)).to_be_visible()
        yield agent


@_IN_BOTH_LANGUAGES
def test_one_profile_matches_a_call(agent: _Agent) -> None:
    """The profile is shown while the phone rings. A wrong association is corrected after the call."""
    texts, language = agent.texts, agent.language
    agent.ring("known")
    expect(agent.heading(_KNOWN[language])).to_be_visible()
    expect(agent.panel.get_by_role("list").first).to_contain_text(_NUMBER[language])
    agent.search("name", _BY_NAME[language])
    agent.heading(_BY_NAME[language]).wait_for()
    agent.associate()
    agent.phone.get_by_role("button", name=texts.answer).click()
    agent.phone.get_by_role("button", name=texts.hangUp).click()
    expect(agent.panel.get_by_text(texts.afterContactWork)).to_be_visible()
    agent.search("name", _KNOWN[language])
    agent.heading(_KNOWN[language]).wait_for()
    agent.button(texts.associateInstead).click()
    agent.button(texts.confirm).click()
    expect(agent.association).to_contain_text(_KNOWN[language])
    contact_id = agent.contact_id()
    agent.phone.get_by_role("button", name=texts.clear).click()
    expect(agent.heading(texts.idle)).to_be_visible()
    cleared = agent.read_contact(contact_id)
    assert cleared["cleared_at"]
    assert agent.associated_names(contact_id) == [{"en": "Patricia", "ja": "翔"}[language]]


def test_a_chat_is_matched_by_address(agent: _Agent) -> None:
    """An association is undone, and made again."""
    texts = agent.texts
    agent.ring("byEmail")
    expect(agent.heading(_BY_EMAIL[agent.language])).to_be_visible()
    agent.associate()
    agent.button(texts.undo).click()
    expect(agent.association).to_contain_text(texts.notAssociated)
    agent.associate()
    contact_id = agent.contact_id()
    agent.end_call()
    assert agent.read_contact(contact_id)["channel"] == "chat"
    assert len(agent.associated_names(contact_id)) == 1


def test_a_chat_is_matched_by_name(agent: _Agent) -> None:
    """A match by the name alone is offered, but not opened, because different people have the same name."""
    agent.ring("byName")
    agent.button(_BY_NAME[agent.language], exact=False).click()
    expect(agent.heading(_BY_NAME[agent.language])).to_be_visible()
    agent.associate()


@_IN_BOTH_LANGUAGES
def test_nobody_is_found_and_a_profile_is_created(agent: _Agent, open_url: str) -> None:
    """The agent searches by another key, and creates a profile with a first name and the caller's number."""
    texts = agent.texts
    agent.ring("stranger")
    expect(agent.heading(texts.noMatch)).to_be_visible()
    agent.search("email", "nobody@example.com")
    expect(agent.heading(texts.noMatch)).to_be_visible()
    expect(agent.panel.get_by_role("listitem").filter(has_text="nobody@example.com")).to_be_visible()
    agent.button(texts.createProfile).first.click()
    expect(agent.panel.get_by_label(texts.currentCustomer)).to_be_checked()
    agent.panel.get_by_label(texts.first_name, exact=True).fill("Nina")
    agent.button(texts.create).click()
    expect(agent.association).to_contain_text("Nina")
    contact_id = agent.contact_id()
    (association,) = agent.read_contact(contact_id)["associations"]
    profile = agent.read_profile(association["profile_id"])
    assert profile["phone_numbers"][0]["e164"].startswith("+")
    assert profile["email_addresses"][0]["value"] == "nobody@example.com"
    agent.end_call()
    # The next test needs a stranger. Without authentication, nothing is forbidden.
    httpx.delete(f"{open_url}/v1/profiles/{profile['profile_id']}", verify=tls.UNUSED).raise_for_status()


def test_a_withheld_number_matches_nobody(agent: _Agent) -> None:
    """The panel says so, and the agent searches."""
    agent.ring("withheld")
    expect(agent.heading(agent.texts.withheld)).to_be_visible()
    expect(agent.panel.get_by_text("anonymous")).to_have_count(0)
    agent.search("phone", "+1 312 555 0100")
    expect(agent.heading("Patricia Smith")).to_be_visible()


def test_the_japanese_terms_are_those_of_amazon_connect(open_page: OpenPage, open_url: str) -> None:
    """Agents know these words from Amazon's page."""
    screen = Screen(open_page(f"{open_url}/panel", "ja"), "ja")
    screen.ring("known")
    screen.button("関連付け").click()
    expect(screen.button("確認")).to_be_visible()
    expect(screen.button("プロファイルを作成")).to_be_visible()


def test_between_calls_the_agent_searches_and_completes_a_profile(agent: _Agent) -> None:
    """Without a contact, nothing can be associated."""
    texts = agent.texts
    agent.search("email", "hanako.takahashi@example.jp")
    expect(agent.heading("高橋 花子")).to_be_visible()
    expect(agent.button(texts.associate)).to_have_count(0)
    expect(agent.heading(texts.pastContacts)).to_be_visible()
    agent.button(texts.edit).click()
    agent.panel.get_by_label(texts.account_number, exact=True).fill(f"A-{uuid4().hex[:6]}")
    agent.button(texts.save).click()
    expect(agent.heading("高橋 花子")).to_be_visible()
    expect(agent.panel.get_by_text("A-", exact=False).first).to_be_visible()


def test_several_profiles_match_and_one_more_detail_decides(agent: _Agent) -> None:
    """All candidates are shown with reasons. The agent asks for the e-mail address."""
    texts = agent.texts
    agent.ring("household")
    expect(agent.heading(texts.severalMatch)).to_be_visible()
    for name in ("太郎", "花子", "翔"):
        expect(agent.button(f"山田 {name}", exact=False)).to_be_visible()
    form = agent.panel.locator("form").filter(has=agent.page.get_by_role("button", name=texts.narrow))
    form.get_by_role("combobox").select_option("email")
    form.get_by_role("textbox").fill("hanako.yamada@example.jp")
    agent.button(texts.narrow).click()
    expect(agent.heading("山田 花子")).to_be_visible()
    agent.associate()
    contact_id = agent.contact_id()
    agent.end_call()
    assert agent.associated_names(contact_id) == ["花子"]
