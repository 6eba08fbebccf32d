"""An agent creates a profile for a customer who may have one already."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.panel.conftest import OpenPage
from tests.panel.customers import create, customer
from tests.panel.screens import Screen
from tests.panel.watching import Watch

_NUMBER = "+1 614-555-0117"
_RECORD = """panel => {
  window.created = [];
  panel.addEventListener("profile-created", ({ detail }) => created.push(detail));
}"""


@pytest.fixture
def grace(http: httpx.Client) -> str:
    """Return the ID of a customer with a number and an address."""
    return create(http, customer("Grace", "Hopper", _NUMBER, email="grace@example.com"))


def _open(open_page: OpenPage, url: str, key: str, watches: list[Watch], language: str = "en") -> Screen:
    screen = Screen(open_page(f"{url}/panel", language), language)
    watches[-1].expect("Failed to load resource")
    screen.sign_in(key)
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    screen.panel.evaluate(_RECORD)
    return screen


def _call(screen: Screen) -> str:
    """Simulate a call from a number that no profile has, and fill in the form for a new profile.

    Calls are not matched by e-mail address, but the form has it.
    """
    contact = {"contact_id": "c-1", "channel": "voice", "phone_number": "+16145550199"}
    contact["email_address"] = "grace@example.com"
    screen.panel.evaluate("(panel, contact) => { panel.contact = contact; }", contact)
    expect(screen.heading(screen.texts.noMatch)).to_be_visible()
    screen.button(screen.texts.createProfile).last.click()
    screen.panel.get_by_label(screen.texts.first_name, exact=True).fill("Grace")
    screen.panel.get_by_label(screen.texts.last_name, exact=True).fill("Hopper")
    return contact["contact_id"]


def _association(http: httpx.Client, contact_id: str) -> Any:
    return http.get(f"/v1/contacts/{contact_id}/association").json().get("profile_id")


def _profiles(http: httpx.Client) -> int:
    found = http.post(
        "/v1/profiles/search", json={"criteria": [{"key": "email", "values": ["grace@example.com"]}]}
    ).json()
    return len(found["items"])


def test_an_agent_uses_the_profile_that_is_there_by_keyboard(
    open_page: OpenPage,
    secured_url: str,
    key: str,
    http: httpx.Client,
    grace: str,
    watches: list[Watch],
    check_accessibility: Callable[[Page], None],
) -> None:
    """The focus moves to the question, and then to the form of the profile. No profile is created.

    The other agents work in English.
    """
    screen = _open(open_page, secured_url, key, watches, "ja")
    contact_id = _call(screen)
    screen.page.keyboard.press("Enter")
    box = screen.panel.get_by_role("region", name=screen.texts.mayExist)
    expect(box.get_by_role("heading")).to_be_focused()
    expect(box).to_contain_text("Grace Hopper")
    expect(box.get_by_role("list", name=screen.texts.matchedOn)).to_be_visible()
    check_accessibility(screen.page)
    screen.page.keyboard.press("Tab")
    expect(screen.button(f"{screen.texts.useThis}: Grace Hopper")).to_be_focused()
    screen.page.keyboard.press("Enter")
    expect(screen.association).to_contain_text("Grace Hopper")
    # The profile does not have the number of the caller.
    expect(screen.heading(f"{screen.texts.edit}: Grace Hopper")).to_be_focused()
    check_accessibility(screen.page)
    assert _association(http, contact_id) == grace
    assert _profiles(http) == 1
    assert screen.page.evaluate("created") == []


def test_an_agent_creates_the_profile_anyway(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, grace: str, watches: list[Watch]
) -> None:
    """If the form has changed since the question, the service is asked again."""
    screen = _open(open_page, secured_url, key, watches)
    contact_id = _call(screen)
    screen.button(screen.texts.create).click()
    anyway, send = screen.button(screen.texts.createAnyway), screen.button(screen.texts.create)
    expect(anyway).to_be_visible()
    expect(send).to_have_count(0)
    screen.panel.get_by_label(screen.texts.last_name, exact=True).fill("Hoper")
    expect(anyway).to_have_count(0)
    with screen.page.expect_request("**/profile?*") as request:
        send.click()
    assert "on_duplicate=reject" in request.value.url
    expect(screen.panel.get_by_role("region", name=screen.texts.mayExist)).to_contain_text("Grace Hopper")
    anyway.click()
    expect(screen.association).to_contain_text("Grace Hoper")
    assert _association(http, contact_id) != grace
    assert _profiles(http) == 2
    ((created),) = screen.page.evaluate("created")
    assert created["contact_id"] == contact_id


def test_a_profile_that_is_not_there_is_created_at_once(
    open_page: OpenPage, secured_url: str, key: str, watches: list[Watch]
) -> None:
    """The agent sees no question."""
    screen = _open(open_page, secured_url, key, watches)
    _call(screen)
    screen.button(screen.texts.create).click()
    expect(screen.association).to_contain_text("Grace Hopper")


def test_without_a_contact_the_profile_is_opened(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, grace: str, watches: list[Watch]
) -> None:
    """The agent says that this is not the current customer."""
    screen = _open(open_page, secured_url, key, watches)
    contact_id = _call(screen)
    screen.panel.get_by_label(screen.texts.currentCustomer).uncheck()
    screen.button(screen.texts.create).click()
    screen.button(f"{screen.texts.useThis}: Grace Hopper").click()
    expect(screen.heading("Grace Hopper")).to_be_visible()
    expect(screen.association).to_contain_text(screen.texts.notAssociated)
    assert _association(http, contact_id) is None
    assert http.get(f"/v1/profiles/{grace}").json()["version"] == 1


def test_a_form_without_anything_new_is_not_kept(
    open_page: OpenPage, secured_url: str, key: str, grace: str, watches: list[Watch]
) -> None:
    """The profile has the number in another notation, and the e-mail address."""
    assert grace
    screen = _open(open_page, secured_url, key, watches)
    _call(screen)
    screen.panel.locator(".list input").first.fill("(614) 555-0117")
    screen.button(screen.texts.create).click()
    screen.button(f"{screen.texts.useThis}: Grace Hopper").click()
    expect(screen.association).to_contain_text("Grace Hopper")
    expect(screen.heading("Grace Hopper")).to_be_visible()
    expect(screen.panel.get_by_text(screen.texts.draft)).to_have_count(0)


def test_profiles_that_look_alike_are_told_apart(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, grace: str, watches: list[Watch]
) -> None:
    """Each has the end of its ID. The button that asked is offered again after a change."""
    other = create(http, customer("Grace", "Hopper", _NUMBER, email="grace@example.com"))
    screen = _open(open_page, secured_url, key, watches)
    _call(screen)
    send = screen.button(screen.texts.create)
    send.click()
    box = screen.panel.get_by_role("region", name=screen.texts.mayExist)
    for profile_id in (grace, other):
        expect(box).to_contain_text(f"…{profile_id[-6:]}")
    expect(send).to_have_count(0)
    screen.panel.get_by_label(screen.texts.last_name, exact=True).fill("Hoper")
    send.click()
    expect(box.get_by_role("heading")).to_be_focused()
    expect(send).to_have_count(0)


def test_profiles_that_cannot_be_read_are_shown_without_a_name(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, grace: str, watches: list[Watch]
) -> None:
    """The agent can still create the profile."""
    screen = _open(open_page, secured_url, key, watches)
    _call(screen)

    def refuse(route: Route) -> None:
        route.fulfill(
            status=403, body='{"code": "insufficient_scope"}', content_type="application/problem+json"
        )

    screen.page.route(f"**/v1/profiles/{grace}", refuse)
    screen.button(screen.texts.create).click()
    box = screen.panel.get_by_role("region", name=screen.texts.mayExist)
    expect(box).to_contain_text(screen.texts.noName)
    expect(screen.panel.get_by_role("alert")).to_have_text(["", ""])
    screen.button(screen.texts.createAnyway).click()
    expect(screen.association).to_contain_text("Grace Hopper")
    assert _profiles(http) == 2
