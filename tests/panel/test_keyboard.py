"""The panel without a mouse, and for people who use a screen reader."""

import pytest
from playwright.sync_api import Page, expect

from tests.panel.conftest import OpenPage
from tests.panel.screens import Screen

_FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
}"""
_MAX_TABS = 40


@pytest.fixture
def screen(open_page: OpenPage, open_url: str) -> Screen:
    """Return the page in English."""
    screen = Screen(open_page(f"{open_url}/panel"), "en")
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    return screen


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of this name has the focus."""
    for _ in range(_MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED).startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name}.")


def test_a_household_is_narrowed_down_and_associated_by_keyboard(screen: Screen) -> None:
    """Each step moves the focus to what comes next. An arriving match is announced and takes no focus."""
    page, texts = screen.page, screen.texts
    _tab_to(page, "From a household")
    page.keyboard.press("Enter")
    expect(screen.panel.get_by_role("status").last).to_contain_text("3 profiles")
    assert page.evaluate(_FOCUSED) == texts.answer
    page.keyboard.press("Enter")
    _tab_to(page, texts.createProfile)
    page.keyboard.press("Tab")
    page.keyboard.type("E")
    page.keyboard.press("Tab")
    page.keyboard.type("taro.yamada@example.jp")
    page.keyboard.press("Enter")
    expect(screen.heading("山田 太郎")).to_be_focused()
    _tab_to(page, texts.associate)
    page.keyboard.press("Enter")
    expect(screen.button(texts.confirm)).to_be_focused()
    page.keyboard.press("Enter")
    expect(screen.panel.get_by_role("status").last).to_contain_text("Associated with 山田 太郎")


def test_a_question_is_answered_no_by_enter_and_escape(screen: Screen) -> None:
    """Enter twice on a button that asks changes nothing. Escape closes a question."""
    page, texts = screen.page, screen.texts
    screen.ring("known")
    expect(screen.heading("Patricia Smith")).to_be_visible()
    screen.button(texts.clear).focus()
    page.keyboard.press("Enter")
    expect(screen.button(texts.cancel)).to_be_focused()
    page.keyboard.press("Enter")
    expect(screen.button(texts.cancel)).to_have_count(0)
    expect(screen.association).to_contain_text(texts.notAssociated)
    expect(screen.panel.locator("[data-focus=status]")).to_be_focused()
    for ask in (texts.clear, texts.associate):
        screen.button(ask).click()
        expect(screen.button(texts.cancel)).to_be_visible()
        page.keyboard.press("Escape")
        expect(screen.button(texts.cancel)).to_have_count(0)
    expect(screen.button(texts.associate)).to_be_focused()
    expect(screen.association).to_contain_text(texts.notAssociated)


def test_completions_are_chosen_with_the_arrow_keys(screen: Screen) -> None:
    """While the agent types a name, profiles are offered. Escape closes the list."""
    page = screen.page
    form = screen.panel.get_by_role("search")
    form.get_by_label(screen.texts.searchKey, exact=True).select_option("name")
    field = form.locator("input")
    field.press_sequentially("Patr")
    option = screen.panel.get_by_role("option", name="Patricia Smith")
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    field.press_sequentially("i")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(screen.heading("Patricia Smith")).to_be_visible()
