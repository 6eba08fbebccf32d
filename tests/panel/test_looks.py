"""How the panel looks, and in which form it shows and takes values."""

from collections.abc import Callable
from typing import Literal

import httpx
import pytest
from playwright.sync_api import FloatRect, Locator, ViewportSize, expect

from tests.panel.conftest import OpenPage
from tests.panel.customers import create, customer
from tests.panel.screens import Screen
from tests.panel.watching import Watch

_LIGHT, _DARK = "rgb(255, 255, 255)", "rgb(22, 25, 29)"
_SET_SCHEME = "scheme => { document.documentElement.style.colorScheme = scheme }"
_NUMBER = "+81 90-1234-5678"

Open = Callable[..., Screen]


@pytest.fixture
def show(open_page: OpenPage, secured_url: str, key: str) -> Open:
    """Return a function that opens the page of the domain."""

    def open_screen(language: str = "en") -> Screen:
        screen = Screen(open_page(f"{secured_url}/panel", language), language)
        screen.sign_in(key)
        expect(screen.heading(screen.texts.idle)).to_be_visible()
        return screen

    return open_screen


def _box(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


def test_the_panel_is_light_or_dark_like_its_page(open_page: OpenPage, open_url: str) -> None:
    """The preference of the browser has no effect, unless the page follows it."""
    page = open_page(f"{open_url}/panel")
    panel = page.locator("profile-lookup-panel")
    page.evaluate("document.querySelector('meta[name=color-scheme]').remove()")
    preferences: dict[Literal["light", "dark"], str] = {"light": _LIGHT, "dark": _DARK}
    for preference, follows in preferences.items():
        page.emulate_media(color_scheme=preference)
        for scheme, background in {
            "light dark": follows,
            "dark": _DARK,
            "light": _LIGHT,
            "normal": _LIGHT,
        }.items():
            page.evaluate(_SET_SCHEME, scheme)
            expect(panel).to_have_css("background-color", background)


def test_values_and_suggestions_have_room(open_page: OpenPage, open_url: str) -> None:
    """An e-mail address is readable while it is typed, and no suggestion leaves the window."""
    screen = Screen(open_page(f"{open_url}/panel"), "en")
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    form = screen.panel.get_by_role("search")
    option = screen.panel.get_by_role("option", name="Patricia Smith")
    for width, room in {1100: 400, 600: 200, 320: 170}.items():
        screen.page.set_viewport_size(ViewportSize(width=width, height=800))
        form.get_by_label(screen.texts.searchKey, exact=True).select_option("email")
        assert _box(form.locator("input"))["width"] >= room
        form.get_by_label(screen.texts.searchKey, exact=True).select_option("name")
        form.locator("input").clear()
        form.locator("input").press_sequentially("Patr")
        expect(option).to_be_visible()
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    option.click()
    expect(screen.heading("Patricia Smith")).to_be_visible()
    # The compared form of the value, "smithpatricia", is not shown.
    expect(screen.panel.locator(".reasons li")).to_have_text("Name (beginning)")


def test_on_a_narrow_page_the_panel_is_above_the_events(open_page: OpenPage, open_url: str) -> None:
    """The caller's name is in sight."""
    size = ViewportSize(width=320, height=800)
    screen = Screen(open_page(f"{open_url}/panel", viewport=size), "en")
    screen.ring("known")
    heading = screen.heading("Patricia Smith")
    expect(heading).to_be_in_viewport()
    assert _box(screen.page.locator(".phone .log"))["y"] > _box(heading)["y"]


def test_addresses_and_labels_are_those_of_the_country_and_language(
    open_page: OpenPage, open_url: str
) -> None:
    """In Japanese, labels are translated."""
    screen = Screen(open_page(f"{open_url}/panel"), "en")
    screen.ring("known")
    expect(screen.panel.get_by_text("69 Market Street, San Francisco, CA 94103")).to_be_visible()
    screen = Screen(open_page(f"{open_url}/panel", "ja"), "ja")
    screen.ring("known")
    expect(screen.panel.get_by_text("〒100-0001 東京都千代田区千代田1-13")).to_be_visible()
    expect(screen.panel.get_by_text("携帯")).to_be_visible()
    expect(screen.panel.get_by_text("mobile")).to_have_count(0)


@pytest.mark.parametrize(("region", "shown"), [("US", _NUMBER), ("JP", "090-1234-5678")])
def test_the_service_reads_a_shown_number_as_the_same_number(
    http: httpx.Client, show: Open, region: str, shown: str
) -> None:
    """Without a country code, only numbers of the default region are shown."""
    http.patch("/v1/settings", json={"default_region": region}).raise_for_status()
    create(http, customer("花子", "山田", _NUMBER))
    screen = show("ja")
    screen.panel.evaluate(
        "(panel, phone) => { panel.contact = { contact_id: 'c', channel: 'voice', phone_number: phone } }",
        "+819012345678",
    )
    expect(screen.heading("山田 花子")).to_be_visible()
    expect(screen.association).to_contain_text(shown)
    expect(screen.panel.locator("dd").first).to_contain_text(shown)
    screen.panel.evaluate("panel => { panel.contact = null }")
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    screen.search("phone", shown)
    expect(screen.heading("山田 花子")).to_be_visible()


def test_a_sensitive_value_has_one_mask(http: httpx.Client, show: Open) -> None:
    """The reason of a match hides as much as the profile. Its label has one line above the value."""
    definition = {"label": "Customer number", "type": "digits", "sensitive": True}
    http.put("/v1/search-keys/ssn", json=definition).raise_for_status()
    create(http, customer("Ann", "Lee", "+1 312-555-0190", keys={"ssn": ["078-05-1120"]}))
    screen = show()
    screen.search("ssn", "078051120")
    expect(screen.panel.locator(".reasons li")).to_have_text("Customer number ••••1120")
    row = screen.panel.locator(".key-row")
    expect(row).to_contain_text("••••1120")
    label, number = row.locator(".muted").first, screen.panel.locator("dt").first
    assert _box(label)["height"] < 1.5 * _box(number)["height"]
    assert _box(row.locator(".values"))["x"] == _box(screen.panel.locator("dd").first)["x"]


def test_dates_and_addresses_are_checked_before_they_are_saved(http: httpx.Client, show: Open) -> None:
    """A date that another program has stored as a text stays a text."""
    create(http, customer("Ann", "Lee", email="ann@example.com"))
    create(http, customer("Bob", "Lee", email="bob@localhost", birth_date="1 April"))
    screen = show()
    texts, panel = screen.texts, screen.panel
    screen.search("email", "ann@example.com")
    screen.button(texts.edit).click()
    panel.get_by_label(texts.birth_date, exact=True).fill("1980-12-31")
    address = panel.locator(".email_addresses input").first
    address.fill("not-an-email")
    screen.button(texts.save).click()
    expect(panel.get_by_role("alert").filter(has_text=texts.emailHint)).to_be_visible()
    expect(address).to_be_focused()
    expect(address).to_have_attribute("aria-invalid", "true")
    address.fill("ann.lee@example.com")
    screen.button(texts.save).click()
    expect(panel.get_by_text("Dec 31, 1980")).to_be_visible()
    screen.search("name", "Bob Lee")
    expect(screen.heading("Bob Lee")).to_be_visible()
    screen.button(texts.edit).click()
    expect(panel.get_by_label(texts.birth_date, exact=True)).to_have_value("1 April")
    panel.get_by_label(texts.account_number, exact=True).fill("A-7")
    screen.button(texts.save).click()
    expect(panel.get_by_text("A-7")).to_be_visible()
    expect(panel.get_by_text("1 April")).to_be_visible()


def test_lists_that_both_changed_are_united(http: httpx.Client, show: Open, watches: list[Watch]) -> None:
    """Both sides are shown in one form, and no number is lost."""
    profile_id = create(http, customer("Ann", "Lee", "+1 312-555-0190"))
    screen = show()
    watches[0].expect("412")
    texts, panel = screen.texts, screen.panel
    screen.search("name", "Ann Lee")
    screen.button(texts.edit).click()
    panel.get_by_role("group", name=texts.phone_numbers).get_by_role("button", name=texts.add).click()
    screen.page.keyboard.type("+1 206 555 0111")
    theirs = customer("Ann", "Lee", "+1 312-555-0190", "+1 206 555 0177")["phone_numbers"]
    http.patch(f"/v1/profiles/{profile_id}", json={"phone_numbers": theirs}).raise_for_status()
    screen.button(texts.save).click()
    expect(screen.heading(texts.conflict)).to_be_visible()
    old = "+1 312-555-0190 mobile"
    both = panel.get_by_label(f"{texts.keepBoth}: {old}; +1 206-555-0177 mobile; +1 206-555-0111")
    expect(panel.get_by_label(f"{texts.mine}: {old}; +1 206-555-0111")).to_be_checked()
    expect(panel.get_by_label(f"{texts.theirs}: {old}; +1 206-555-0177 mobile")).to_be_visible()
    both.check()
    screen.button(texts.saveChoice).click()
    expect(screen.heading("Ann Lee")).to_be_visible()
    numbers = http.get(f"/v1/profiles/{profile_id}").json()["phone_numbers"]
    assert [each["e164"] for each in numbers] == ["+13125550190", "+12065550177", "+12065550111"]


def test_the_heading_and_the_announcement_say_the_same(open_page: OpenPage, open_url: str) -> None:
    """A withheld number, a single candidate that is not sure, and the details that callers know."""
    screen = Screen(open_page(f"{open_url}/panel"), "en")
    texts, live = screen.texts, screen.panel.get_by_role("status").last
    screen.ring("withheld")
    expect(screen.heading(texts.withheld)).to_be_visible()
    expect(screen.association).to_contain_text(f"{texts.voice}{texts.withheld}")
    expect(live).to_have_text(f"{texts.voice} {texts.withheld}: {texts.noMatch}")
    screen.phone.get_by_role("button", name=texts.decline).click()
    screen.ring("byName")
    expect(screen.heading(texts.onePossible)).to_have_text(texts.onePossible)
    expect(live).to_contain_text(f"{texts.onePossible}: Siobhán Brown")
    screen.phone.get_by_role("button", name=texts.decline).click()
    screen.ring("household")
    expect(screen.heading(texts.severalMatch)).to_be_visible()
    options = screen.panel.locator(".box select option")
    assert options.evaluate_all("all => all.map(({ value }) => value)") == [
        "phone",
        "email",
        "name",
        "account",
    ]
