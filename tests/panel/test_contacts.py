"""Failures, changes and mistakes around a contact, and what the page learns of them."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.panel.conftest import OpenPage
from tests.panel.screens import Screen
from tests.panel.watching import Watch

_RECORD = """panel => {
  window.seen = [];
  window.uncaught = [];
  window.onerror = (message) => uncaught.push(String(message));
  const names = ["matched", "associated", "disassociated", "created"].map((name) => `profile-${name}`);
  for (const name of [...names, "contact-cleared", "error"]) {
    panel.addEventListener(name, ({ detail }) => seen.push([name, detail]));
  }
}"""
_CLEAR = "(panel, id) => panel.clearContact(id).then(() => 'cleared', (error) => `failed: ${error.message}`)"
_REJECT = """panel => {
  window.token = panel.token;
  panel.token = () => "wrong";
  panel.setAttribute("api-base", "/v1");
}"""
_PATRICIA = "+13125550100"
_LINDA = "+12065550102"
# The panel shows a failed request at once instead of repeating it for 23 seconds.
_FAILURE = {"status": 500, "body": '{"code": "internal_error"}', "content_type": "application/problem+json"}


@pytest.fixture
def screen(open_page: OpenPage, open_url: str, watches: list[Watch]) -> Screen:
    """Return the page in English. It records the panel's events."""
    screen = Screen(open_page(f"{open_url}/panel"), "en")
    watches[0].expect("Failed to load resource")
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    screen.panel.evaluate(_RECORD)
    return screen


def _contact(number: str, **more: Any) -> dict[str, Any]:
    return {"contact_id": f"c-{uuid4().hex[:12]}", "channel": "voice", "phone_number": number, **more}


def _set(screen: Screen, contact: dict[str, Any]) -> str:
    screen.panel.evaluate("(panel, contact) => { panel.contact = contact; }", contact)
    contact_id: str = contact["contact_id"]
    return contact_id


def _events(page: Page, name: str) -> list[dict[str, Any]]:
    return [detail for each, detail in page.evaluate("seen") if each == name]


def test_a_failed_action_is_repeated_for_its_own_contact(screen: Screen) -> None:
    """Its notice names the action and the contact, and stays until the action is done."""
    page, panel, texts = screen.page, screen.panel, screen.texts
    first = _set(screen, _contact(_PATRICIA))
    page.route("**/association", lambda route: route.fulfill(**_FAILURE))
    page.route("**/clear", lambda route: route.fulfill(**_FAILURE))
    screen.button(texts.associate).click()
    screen.button(texts.confirm).click()
    notice = panel.get_by_role("alert")
    expect(notice).to_contain_text("Associate with Patricia Smith: Call +1 312-555-0100")
    assert panel.evaluate(_CLEAR, first) == "failed: internal_error"
    second = _set(screen, _contact(_LINDA))
    expect(screen.heading("Linda Wilson")).to_be_visible()
    expect(notice).to_contain_text("Clear contact: Call +1 312-555-0100")
    page.unroute("**/association")
    with page.expect_request("**/association") as request:
        screen.button("Try again: Associate with Patricia Smith", exact=False).click()
    assert f"/contacts/{first}/" in request.value.url
    expect(notice).not_to_contain_text("Associate with")
    expect(screen.association).to_contain_text(texts.notAssociated)
    page.unroute("**/clear")
    assert panel.evaluate(_CLEAR, first) == "cleared"
    expect(notice).to_be_empty()
    assert [each["contact_id"] for each in _events(page, "contact-cleared")] == [first]
    assert panel.evaluate("panel => panel.contact.contact_id") == second
    # The panel knows that the contact is cleared.
    _set(screen, _contact(_PATRICIA, contact_id=first))
    expect(panel.get_by_text("Cleared", exact=True)).to_be_visible()
    expect(screen.button(texts.undo)).to_have_count(0)
    messages = {each["message"] for each in _events(page, "error")}
    assert messages == {"The service has an error. Try again, or ask your administrator."}
    assert page.evaluate("uncaught") == []


def test_an_undone_association_is_an_event(screen: Screen) -> None:
    """The page learns which profile the contact is not associated with any more."""
    contact_id = _set(screen, _contact(_PATRICIA))
    screen.associate()
    screen.button(screen.texts.undo).click()
    expect(screen.association).to_contain_text(screen.texts.notAssociated)
    (associated,) = _events(screen.page, "profile-associated")
    assert _events(screen.page, "profile-disassociated") == [associated]
    assert associated["contact_id"] == contact_id


def test_an_invalid_contact_is_an_error_of_the_page(screen: Screen) -> None:
    """The panel does not show the last caller any longer."""
    invalid = (
        {"contact_id": "a"},
        {"contact_id": "", "channel": "voice"},
        {"contact_id": "a/b", "channel": "voice"},
        {"contact_id": "search", "channel": "voice"},
        {"contact_id": "a", "channel": "fax"},
    )
    for contact in invalid:
        _set(screen, _contact(_PATRICIA))
        expect(screen.association).to_contain_text("+1 312-555-0100")
        set_invalid = """(panel, contact) => {
          try { panel.contact = contact; } catch (error) { return `${error}`; }
        }"""
        assert screen.panel.evaluate(set_invalid, contact).startswith("TypeError: c")
        expect(screen.association).to_contain_text(screen.texts.noContact)
        expect(screen.heading(screen.texts.idle)).to_be_visible()


def test_an_unknown_search_key_of_a_flow_does_not_stop_the_match(
    screen: Screen, watches: list[Watch]
) -> None:
    """The call is matched by its number. The page and the console learn the mistake, the agent does not."""
    watches[0].expect("without its attributes")
    _set(screen, _contact(_PATRICIA, attributes={"profileSearchKey": "nokey", "profileSearchValue": "1"}))
    expect(screen.heading("Patricia Smith")).to_be_visible()
    expect(screen.panel.get_by_role("alert")).to_be_empty()
    assert [each["code"] for each in _events(screen.page, "error")] == ["invalid_request"]


def test_a_search_finds_what_its_suggestions_show(screen: Screen) -> None:
    """Enter searches for the whole value, and then for its beginning."""
    panel = screen.panel
    screen.search("name", "Patr")
    expect(screen.heading("Patricia Smith")).to_be_visible()
    screen.search("phone", "+81")
    expect(panel.locator(".candidates > li")).to_have_count(6)
    expect(screen.heading(screen.texts.noMatch)).to_have_count(0)

    def limit(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "truncated": True})

    screen.page.route("**/profiles/search", limit)
    screen.search("phone", "+81 90")
    expect(panel.get_by_text("There may be more profiles")).to_be_visible()
    panel.get_by_role("search").locator("input").fill("+81 9")
    expect(panel.get_by_text("Press Enter to see more")).to_be_visible()


def test_a_filled_form_is_kept_and_an_empty_one_is_not(screen: Screen) -> None:
    """A search, a change of the language and the next contact do not lose what the agent has entered."""
    page, panel, texts = screen.page, screen.panel, screen.texts
    name = panel.locator("[name=first_name]")
    tick = panel.locator("[name=current_customer]")
    _set(screen, _contact("+12065550177"))
    expect(screen.heading(texts.noMatch)).to_be_visible()
    screen.button(texts.createProfile).first.click()
    expect(tick).to_be_checked()
    # The form is untouched, so the next contact replaces it.
    _set(screen, _contact("+12065550178"))
    expect(name).to_have_count(0)
    expect(screen.heading(texts.noMatch)).to_be_visible()
    screen.button(texts.createProfile).first.click()
    name.fill("Nina")
    panel.evaluate("panel => panel.endContact()")
    screen.search("name", "Linda Wilson")
    expect(screen.heading("Linda Wilson")).to_be_visible()
    panel.evaluate("panel => panel.setAttribute('language', 'ja')")
    expect(panel.get_by_text("通話後作業")).to_be_visible()
    expect(screen.heading("Linda Wilson")).to_be_visible()
    panel.get_by_role("button", name="開く").click()
    expect(name).to_have_value("Nina")
    panel.evaluate("panel => panel.setAttribute('language', 'en')")
    expect(panel.get_by_text(texts.afterContactWork)).to_be_visible()
    expect(name).to_have_value("Nina")
    expect(tick).to_be_checked()
    # The contact of the form is over.
    _set(screen, _contact(_PATRICIA))
    expect(panel.get_by_text(texts.waiting)).to_be_visible()
    expect(tick).to_be_disabled()
    expect(tick).not_to_be_checked()
    panel.get_by_role("button", name=texts.show).click()
    expect(screen.heading("Patricia Smith")).to_be_visible()
    panel.get_by_role("button", name=texts.discard).click()
    expect(panel.get_by_text(texts.draft)).to_have_count(0)
    assert page.evaluate("uncaught") == []


def test_a_failed_sign_in_is_restored_by_one_button(
    open_page: OpenPage, secured_url: str, create_key: Any, watches: list[Watch]
) -> None:
    """One notice, one event and one button, which restores scopes, search keys and the customer."""
    screen = Screen(open_page(f"{secured_url}/panel"), "en")
    watches[0].expect("401")
    screen.sign_in("wrong")
    expect(screen.button("Try again")).to_have_count(1)
    # A wrong key can be replaced.
    screen.sign_in(create_key("profiles:edit", "profiles:create"))
    expect(screen.button(screen.texts.createProfile)).to_be_visible()
    screen.panel.evaluate(_RECORD)
    screen.panel.evaluate("panel => { panel.contact = null; }")
    _set(screen, _contact(_PATRICIA))
    expect(screen.heading("Patricia Smith")).to_be_visible()
    screen.panel.evaluate(_REJECT)
    expect(screen.heading(screen.texts.failed)).to_be_visible()
    expect(screen.button("Try again")).to_have_count(1)
    assert len(_events(screen.page, "error")) == 1
    screen.panel.evaluate("panel => { panel.token = token; }")
    screen.button("Try again").click()
    expect(screen.heading("Patricia Smith")).to_be_visible()
    expect(screen.button(screen.texts.edit)).to_be_visible()
    expect(screen.button(screen.texts.createProfile)).to_be_visible()
    expect(screen.panel.get_by_role("search").locator("option").first).to_be_attached()
    expect(screen.panel.get_by_role("alert")).to_be_empty()


def test_the_page_of_another_server_is_a_problem_of_the_set_up(screen: Screen) -> None:
    """A wrong URL of the API is neither a lost connection nor an uncaught error."""
    screen.page.route("**/html/**", lambda route: route.fulfill(status=200, body="<!doctype html>"))
    screen.panel.evaluate("panel => panel.setAttribute('api-base', '/html')")
    expect(screen.panel.get_by_role("alert")).to_contain_text("not set up")
    assert [each["code"] for each in _events(screen.page, "error")] == ["no_api"]
    assert screen.page.evaluate("uncaught") == []
