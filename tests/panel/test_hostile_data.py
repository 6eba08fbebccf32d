"""Data that someone wrote to harm an agent, or that is much more than usual."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.panel.conftest import OpenPage
from tests.panel.customers import create, customer
from tests.panel.screens import Screen

_SCRIPT = '<img src=x onerror="window.harmed = 1">'
_OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"
_NUMBER = "+14155550123"


@pytest.fixture
def show(open_page: OpenPage, secured_url: str, key: str) -> Iterator[Callable[..., Screen]]:
    """Return a function that opens the narrowest page. Afterwards nothing is wider, and no script has run."""
    pages = []

    def open_screen(**contact: Any) -> Screen:
        page = open_page(f"{secured_url}/panel", viewport={"width": 352, "height": 800})
        pages.append(page)
        screen = Screen(page, "en")
        screen.sign_in(key)
        expect(screen.heading(screen.texts.idle)).to_be_visible()
        screen.panel.evaluate(
            "(panel, contact) => { panel.contact = contact }",
            {"contact_id": "hostile", "channel": "voice", "phone_number": _NUMBER, **contact},
        )
        return screen

    yield open_screen
    for page in pages:
        assert page.evaluate("window.harmed") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 352


@pytest.mark.parametrize(
    "hostile", [f"{_OVERRIDE}nhoJ{_SCRIPT}", "W" * 255, "ﷺ" * 28], ids=["script", "long", "wide"]
)
def test_a_hostile_profile_is_shown_as_text(
    http: httpx.Client,
    show: Callable[..., Screen],
    check_accessibility: Callable[[Page], None],
    hostile: str,
) -> None:
    """Neither HTML nor signs of direction nor long words change anything outside of their place."""
    profile = customer(hostile, hostile, _NUMBER, email="a@example.com", account_number=hostile)
    profile["additional_information"] = profile["business_name"] = hostile
    profile["attributes"] = {"note": hostile}
    profile["addresses"] = [{"type": hostile[:7], "address_1": hostile, "city": hostile}]
    create(http, profile)
    screen = show(name=hostile, attributes={"note": hostile})
    heading = screen.panel.get_by_role("heading", level=2).first
    expect(heading).to_contain_text(hostile.removeprefix(_OVERRIDE)[:200])
    assert screen.panel.locator("img").count() == 0
    isolated = heading.locator("bdi").first
    expect(isolated).to_have_css("unicode-bidi", "isolate")
    # A long name has two lines, until it is clicked. The whole is its title.
    box = heading.bounding_box()
    assert box is not None
    assert box["height"] < 50
    expect(isolated).to_have_attribute("title", isolated.inner_text())
    screen.button(screen.texts.associate).click()
    expect(screen.button(screen.texts.confirm)).to_be_visible()
    check_accessibility(screen.page)
    other = create(http, {**profile, "account_number": hostile[:-1], "attributes": {"note": hostile[:-1]}})
    screen.button(screen.texts.possibleDuplicates).click()
    screen.panel.locator(f"[data-profile-id='{other}']").click()
    expect(screen.panel.locator("[data-field='attributes.note'] mark").first).to_be_visible()
    assert screen.panel.locator("img").count() == 0
    check_accessibility(screen.page)


def test_two_hundred_candidates_are_shown_page_by_page(
    http: httpx.Client, show: Callable[..., Screen]
) -> None:
    """The first page appears at once, and the agent loads more."""
    people = [customer(f"First{number}", "Shared", _NUMBER) for number in range(200)]
    items = [{"operation": "create", "profile": person} for person in people]
    assert http.post("/v1/profiles/batch", json={"items": items}).is_success
    screen = show()
    candidates = screen.panel.locator(".candidate")
    expect(candidates).to_have_count(20)
    for page in range(2, 11):
        screen.button("Show more").click()
        expect(candidates).to_have_count(20 * page)
    expect(screen.button("Show more")).to_have_count(0)


def test_sixty_search_keys_are_offered(http: httpx.Client, show: Callable[..., Screen]) -> None:
    """A search key with a hostile label appears as soon as it is defined. Its values are found."""
    for number in range(59):
        definition: dict[str, object] = {"label": f"Key {number} {_SCRIPT}", "type": "identifier"}
        assert http.put(f"/v1/search-keys/key_{number}", json=definition).is_success
    # A profile has values of at most 50 search keys.
    keys = {f"key_{number}": [f"{_SCRIPT} {number}"] for number in range(50)}
    create(http, {"first_name": "Ann", "keys": keys})
    screen = show()
    select = screen.panel.get_by_role("search").get_by_label(screen.texts.searchKey, exact=True)
    expect(select.locator("option")).to_have_count(59 + 6)
    definition = {"label": "Newest key", "type": "digits", "sensitive": True}
    assert http.put("/v1/search-keys/newest", json=definition).is_success
    screen.panel.get_by_role("search").locator("input").focus()
    screen.page.clock.install()
    screen.page.clock.fast_forward(10_000)
    select.focus()
    expect(select.locator("option")).to_have_count(60 + 6)
    screen.search("key_7", f"{_SCRIPT} 7")
    expect(screen.heading("Ann")).to_be_visible()
