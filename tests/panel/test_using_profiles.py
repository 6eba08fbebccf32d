"""What an agent has entered for a new profile is added to the profile that is there already."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.panel.conftest import CreateKey, OpenPage
from tests.panel.customers import create, customer
from tests.panel.screens import Screen
from tests.panel.watching import Watch

_NUMBER, _NEW_NUMBER = "+1 614-555-0117", "+1 614-555-0199"


@pytest.fixture
def grace(http: httpx.Client) -> str:
    """Return the ID of a customer with values of a sensitive and of another search key."""
    for name, sensitive in (("card", False), ("pin", True)):
        definition = {"label": name.title(), "type": "identifier", "sensitive": sensitive}
        http.put(f"/v1/search-keys/{name}", json=definition).raise_for_status()
    keys = {"card": ["K-7"], "pin": ["1234567"]}
    return create(http, customer("Grace", "Hopper", _NUMBER, attributes={"tier": "gold"}, keys=keys))


def _enter(screen: Screen, contact_id: str = "c-1") -> None:
    """Fill in the form for a new profile while a customer with a new number calls. The name has a mistake."""
    contact = {"contact_id": contact_id, "channel": "voice", "phone_number": _NEW_NUMBER}
    screen.panel.evaluate("(panel, contact) => { panel.contact = contact; }", contact)
    expect(screen.heading(screen.texts.noMatch)).to_be_visible()
    screen.button(screen.texts.createProfile).last.click()
    panel, texts = screen.panel, screen.texts
    panel.get_by_label(texts.first_name, exact=True).fill("Grace")
    panel.get_by_label(texts.last_name, exact=True).fill("Hoper")
    panel.get_by_label(texts.account_number, exact=True).fill("A-1")
    for group, value in ((texts.email_addresses, "grace@example.com"), (texts.phone_numbers, _NUMBER)):
        _add(panel.get_by_role("group", name=group), value)
    for key, value in (("card", "K-8"), ("pin", "7654321")):
        rows = panel.get_by_role("group", name=texts.keys)
        _add(rows, value)
        rows.locator("select").last.select_option(key)


def _add(group: Locator, value: str) -> None:
    group.get_by_role("button").first.click()
    group.locator("[name=value]").last.fill(value)


def _use(screen: Screen) -> None:
    screen.button(screen.texts.create).click()
    screen.button(f"{screen.texts.useThis}: Grace Hopper").click()
    expect(screen.association).to_contain_text("Grace Hopper")


def _open(open_page: OpenPage, url: str, key: str, watches: list[Watch]) -> Screen:
    screen = Screen(open_page(f"{url}/panel"), "en")
    watches[-1].expect("Failed to load resource")
    screen.sign_in(key)
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    return screen


def _read(http: httpx.Client, profile_id: str) -> dict[str, Any]:
    profile: dict[str, Any] = http.get(f"/v1/profiles/{profile_id}").raise_for_status().json()
    return profile


def _count(http: httpx.Client) -> int:
    return len(http.get("/v1/profiles").raise_for_status().json()["items"])


def test_what_the_profile_does_not_have_is_filled_in(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, grace: str, watches: list[Watch]
) -> None:
    """The agent saves it. A text that the profile has otherwise is offered, and no profile is created."""
    screen = _open(open_page, secured_url, key, watches)
    panel, texts = screen.panel, screen.texts
    _enter(screen)
    _use(screen)
    expect(screen.heading(f"{texts.edit}: Grace Hopper")).to_be_visible()
    expect(panel.get_by_text(texts.draft)).to_have_count(0)
    entered = panel.locator(".entered")
    for field in (texts.account_number, texts.phone_numbers, texts.email_addresses, texts.keys):
        expect(entered.locator("p").first).to_contain_text(field)
    expect(entered.get_by_role("listitem")).to_contain_text("Hoper")
    expect(panel.locator(".row.phone_numbers.added [name=value]")).to_have_value(_NEW_NUMBER)
    expect(panel.locator(".row.added [name=value].secret")).to_have_value("7654321")
    screen.button(f"{texts.useEntered}: {texts.last_name}").click()
    expect(panel.get_by_label(texts.last_name, exact=True)).to_have_value("Hoper")
    screen.button(texts.save).click()
    expect(screen.heading("Grace Hoper")).to_be_visible()
    profile = _read(http, grace)
    assert (profile["last_name"], profile["account_number"]) == ("Hoper", "A-1")
    assert [each["e164"] for each in profile["phone_numbers"]] == ["+16145550117", "+16145550199"]
    assert [each["value"] for each in profile["email_addresses"]] == ["grace@example.com"]
    assert profile["keys"]["card"] == ["K-7", "K-8"]
    assert [each[-2:] for each in profile["keys"]["pin"]] == ["67", "21"]
    assert profile["attributes"] == {"tier": "gold"}
    assert http.get("/v1/contacts/c-1/association").json()["profile_id"] == grace
    assert _count(http) == 1


def test_what_is_filled_in_is_kept_until_it_is_discarded(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, grace: str, watches: list[Watch]
) -> None:
    """It waits beside the next contact. Cancelling leaves the profile as it is, and creates none."""
    screen = _open(open_page, secured_url, key, watches)
    panel, texts = screen.panel, screen.texts
    _enter(screen)
    _use(screen)
    screen.panel.evaluate("panel => { panel.contact = null; }")
    screen.search("profile_id", grace)
    expect(screen.heading("Grace Hopper")).to_be_visible()
    draft = panel.locator(".notice").filter(has_text=texts.draft)
    expect(draft).to_contain_text("Edit Grace Hopper")
    draft.get_by_role("button", name=texts.show, exact=True).click()
    expect(panel.get_by_label(texts.account_number, exact=True)).to_have_value("A-1")
    screen.button(texts.cancel).click()
    expect(screen.heading("Grace Hopper")).to_be_visible()
    expect(draft).to_have_count(0)
    assert _read(http, grace)["version"] == 1
    assert _count(http) == 1


def test_what_others_add_meanwhile_is_kept(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, grace: str, watches: list[Watch]
) -> None:
    """The values of search keys are united. Those of a sensitive one are not shown."""
    screen = _open(open_page, secured_url, key, watches)
    _enter(screen)
    _use(screen)
    expect(screen.heading("Edit: Grace Hopper")).to_be_visible()
    http.patch(f"/v1/profiles/{grace}", json={"keys": {"card": ["K-9"]}}).raise_for_status()
    screen.button(screen.texts.save).click()
    expect(screen.heading(screen.texts.conflict)).to_be_visible()
    expect(screen.panel.get_by_text("7654321")).to_have_count(0)
    screen.panel.get_by_label(screen.texts.keepBoth, exact=False).check()
    screen.button(screen.texts.saveChoice).click()
    expect(screen.heading("Grace Hopper")).to_be_visible()
    keys = _read(http, grace)["keys"]
    assert keys["card"] == ["K-9", "K-8"]
    assert [each[-2:] for each in keys["pin"]] == ["67", "21"]


def test_agents_who_may_not_edit_keep_the_form(
    open_page: OpenPage,
    secured_url: str,
    create_key: CreateKey,
    domain: str,
    http: httpx.Client,
    grace: str,
    watches: list[Watch],
) -> None:
    """It is not for the current customer any more, so that it cannot move the contact by accident."""
    key = create_key("profiles:create", domain=domain)
    screen = _open(open_page, secured_url, key, watches)
    _enter(screen)
    _use(screen)
    expect(screen.heading("Grace Hopper")).to_be_visible()
    draft = screen.panel.locator(".notice").filter(has_text=screen.texts.draft)
    draft.get_by_role("button", name=screen.texts.show, exact=True).click()
    expect(screen.panel.get_by_label(screen.texts.account_number, exact=True)).to_have_value("A-1")
    expect(screen.panel.get_by_label(screen.texts.currentCustomer)).not_to_be_checked()
    expect(screen.button(screen.texts.create)).to_have_count(0)
    assert _count(http) == 1
    assert http.get("/v1/contacts/c-1/association").json()["profile_id"] == grace
