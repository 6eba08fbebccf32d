"""The examples of docs/panel.md, run on a page of another origin with a strict policy and agent tokens."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.panel.conftest import Show
from tests.panel.embedding import PAGE, TESTS, events_of, examples
from tests.panel.watching import Watch

_ADD_STYLES = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""


def test_a_page_shows_the_panel_with_two_lines(show_example: Show) -> None:
    """The page gives a contact and a token, and gets events."""
    (html,) = examples("In a page", "html")
    assert len(html.splitlines()) == 2
    (script,) = examples("In a page", "js")
    page = show_example(html, script.replace('"call-1"', f'"call-{uuid4().hex}"'))
    panel = page.locator("profile-lookup-panel")
    expect(panel.get_by_role("heading", name="Several profiles match")).to_be_visible()
    panel.get_by_role("button", name="山田 太郎").click()
    panel.get_by_role("button", name="Associate").click()
    with page.expect_console_message(lambda message: message.text.startswith("call-")):
        panel.get_by_role("button", name="Confirm").click()
    page.evaluate("document.querySelector('profile-lookup-panel').endContact()")
    expect(panel.get_by_text("After-contact work")).to_be_visible()
    page.evaluate("document.querySelector('profile-lookup-panel').clearContact()")
    expect(panel.get_by_role("heading", name="Waiting for a contact")).to_be_visible()
    assert [name for name, _ in events_of(page)] == [
        "profile-matched",
        "profile-associated",
        "contact-cleared",
    ]
    (matched,) = (detail for name, detail in events_of(page) if name == "profile-matched")
    assert (matched["outcome"], len(matched["candidates"])) == ("ambiguous", 3)
    assert "Yamada" not in str(events_of(page))
    assert "山田" not in str(events_of(page))


def test_the_custom_properties_change_the_look(show_example: Show, watches: list[Watch]) -> None:
    """Every property of the page exists in the component, and the other way round."""
    named = set(re.findall(r"`(--profile-lookup-[\w-]+)`", PAGE))
    styles = (TESTS.parents[1] / "service/panel/static/styles.js").read_text(encoding="utf-8")
    assert named == set(re.findall(r"var\((--profile-lookup-[\w-]+)", styles))
    (css,) = examples("In a page", "css")
    page = show_example(*examples("In a page", "html"))
    # This page has no token.
    watches[0].expect("401")
    page.evaluate(_ADD_STYLES, css)
    button = page.locator("profile-lookup-panel").get_by_role("button", name="Search", exact=True)
    expect(button).to_have_css("background-color", "rgb(11, 110, 79)")
    expect(button).to_have_css("border-radius", "2px")


@pytest.fixture
def streams(show_example: Show) -> Page:
    """Return the page with the contact control panel of Amazon Connect."""
    (html,) = examples("In Amazon Connect", "html")
    return show_example(html, before='<script src="streams.js"></script>')


def test_amazon_connects_contacts_are_shown(streams: Page) -> None:
    """A call is shown while it rings, and cleared with it. A missed call is not cleared."""
    panel = streams.locator("profile-lookup-panel")
    call = {"contactId": str(uuid4()), "type": "voice", "phoneNumber": "+13125550100"}
    streams.evaluate("call => agent.ring(call)", call)
    expect(panel.get_by_role("heading", name="Patricia Smith")).to_be_visible()
    panel.get_by_role("button", name="Associate").click()
    panel.get_by_role("button", name="Confirm").click()
    expect(panel.locator(".contact")).to_contain_text("Patricia Smith")
    streams.evaluate("id => agent.hangUp(id)", call["contactId"])
    expect(panel.get_by_text("After-contact work")).to_be_visible()
    streams.evaluate("id => agent.clear(id)", call["contactId"])
    expect(panel.get_by_role("heading", name="Waiting for a contact")).to_be_visible()
    missed = {"contactId": str(uuid4()), "type": "queue_callback", "phoneNumber": "+12065550102"}
    streams.evaluate("call => agent.ring(call)", missed)
    expect(panel.get_by_role("heading", name="Linda Wilson")).to_be_visible()
    streams.evaluate("id => { agent.miss(id); agent.clear(id) }", missed["contactId"])
    expect(panel.get_by_role("heading", name="Waiting for a contact")).to_be_visible()
    cleared = [detail["contact_id"] for name, detail in events_of(streams) if name == "contact-cleared"]
    assert cleared == [call["contactId"]]


def test_amazon_connects_attributes_names_and_addresses_are_matched(streams: Page) -> None:
    """Of several contacts, the one is shown that the agent selects in the contact control panel."""
    panel = streams.locator("profile-lookup-panel")
    attribute = {"name": "email", "value": "linda.wilson@example.com"}
    found: dict[str, dict[str, Any]] = {
        "Linda Wilson": {"type": "chat", "customerName": "Lin", "attributes": {"email": attribute}},
        "佐藤 結衣": {"type": "email", "emailAddress": "yui.sato@example.jp"},
        "Siobhán Brown": {"type": "chat", "customerName": "Siobhán Brown"},
        "田中 翔": {
            "type": "voice",
            "phoneNumber": "anonymous",
            "attributes": {
                "profileSearchKey": {"name": "profileSearchKey", "value": "_phone"},
                "profileSearchValue": {"name": "profileSearchValue", "value": "+819000002000"},
            },
        },
    }
    ids = {name: str(uuid4()) for name in found}
    for name, contact in found.items():
        streams.evaluate("contact => agent.ring(contact)", {"contactId": ids[name], **contact})
    for name, contact_id in ids.items():
        streams.evaluate("id => agent.view(id)", contact_id)
        expect(panel.get_by_text(name).first).to_be_visible()
        assert panel.evaluate("panel => panel.contact.contact_id") == contact_id
