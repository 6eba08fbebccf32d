"""axe-core finds nothing in any state, in both languages, in light and dark."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.panel.conftest import OpenPage
from tests.panel.customers import create, customer
from tests.panel.screens import Screen
from tests.panel.watching import Watch


@pytest.fixture
def http(http: httpx.Client) -> httpx.Client:
    """Return a client of a domain with a household, and with a sensitive search key."""
    definition = {"label": "SSN", "type": "digits", "sensitive": True}
    assert http.put("/v1/search-keys/ssn", json=definition).is_success
    number = "+81 3-0000-0100"
    create(http, customer("太郎", "山田", number, email="taro@example.jp", keys={"ssn": ["078051120"]}))
    create(http, customer("花子", "山田", number, "+1 312-555-0100", email="hanako@example.jp"))
    return http


@pytest.mark.parametrize(("language", "color_scheme"), [("en", "light"), ("ja", "dark")])
def test_axe_finds_nothing_in_any_state(
    open_page: OpenPage,
    secured_url: str,
    key: str,
    http: httpx.Client,
    check_accessibility: Callable[[Page], None],
    language: str,
    color_scheme: str,
    watches: list[Watch],
) -> None:
    """Signing in, waiting, a match, confirmation, forms, conflict, results and problems."""
    page = open_page(f"{secured_url}/panel", language, color_scheme=color_scheme)
    screen = Screen(page, language)
    watches[0].expect("412")
    texts = screen.texts
    check_accessibility(page)
    screen.sign_in(key)
    expect(screen.heading(texts.idle)).to_be_visible()
    check_accessibility(page)
    screen.ring("household")
    expect(screen.heading(texts.severalMatch)).to_be_visible()
    check_accessibility(page)
    screen.button("山田 太郎", exact=False).click()
    screen.button(texts.associate).click()
    check_accessibility(page)
    screen.button(texts.confirm).click()
    expect(screen.association).to_contain_text("山田 太郎")
    check_accessibility(page)
    screen.button(texts.edit).click()
    last_name = screen.panel.get_by_label(texts.last_name, exact=True)
    last_name.fill("佐藤")
    check_accessibility(page)
    _change_meanwhile(http)
    screen.button(texts.save).click()
    expect(screen.heading(texts.conflict)).to_be_visible()
    check_accessibility(page)
    screen.phone.get_by_role("button", name=texts.answer).click()
    check_accessibility(page)
    screen.phone.get_by_role("button", name=texts.hangUp).click()
    screen.phone.get_by_role("button", name=texts.clear).click()
    screen.ring("stranger")
    expect(screen.panel.get_by_role("button", name=texts.show)).to_be_visible()
    check_accessibility(page)
    screen.panel.get_by_role("button", name=texts.show).click()
    screen.button(texts.createProfile).last.click()
    expect(screen.panel.get_by_label(texts.first_name, exact=True)).to_be_focused()
    check_accessibility(page)
    screen.search("email", uuid4().hex)
    expect(screen.heading(texts.noMatch)).to_be_visible()
    check_accessibility(page)


def _change_meanwhile(http: httpx.Client) -> None:
    found = http.post(
        "/v1/profiles/search", json={"criteria": [{"key": "email", "values": ["taro@example.jp"]}]}
    )
    profile_id = found.json()["items"][0]["profile"]["profile_id"]
    assert http.patch(f"/v1/profiles/{profile_id}", json={"last_name": "鈴木"}).is_success
