"""The examples of docs/panel.md, run on a page of another origin with a strict policy and agent tokens."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import tls
from tests.panel.conftest import AGENT, CreateKey, OpenPage
from tests.panel.sites import Site
from tests.panel.watching import Watch

_TESTS = Path(__file__).parent
_PAGE = (_TESTS.parents[1] / "docs" / "panel.md").read_text(encoding="utf-8")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MODULE = re.compile(r'<script type="module">\n(.*?)</script>', re.DOTALL)
_SERVICE = "https://profiles.example.com"

Show = Callable[..., Page]


def _examples(heading: str, language: str) -> list[str]:
    """Return the code blocks of a section."""
    section = _PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [text for found, text in _FENCE.findall(section) if found == language]


@pytest.fixture
def show(site: Site, secured_url: str, create_key: CreateKey, open_page: OpenPage) -> Show:
    """Return a function that opens a page with HTML of the documentation.

    The policy of the page forbids inline scripts, so they are moved to files. `/agent-token` exchanges an
    API key for an agent token, as the server of the frontend does.
    """
    key = create_key(*AGENT, "tokens:create")

    def create_token() -> str:
        response = httpx.post(
            f"{secured_url}/v1/agent-tokens",
            json={"agent_id": "agent-7"},
            headers={"Authorization": f"Bearer {key}"},
            verify=tls.UNUSED,
        )
        assert response.is_success, response.text
        return response.text

    site.post["/agent-token"] = create_token

    def open_example(html: str, script: str = "", *, language: str = "en", before: str = "") -> Page:
        html, script = (text.replace(_SERVICE, secured_url) for text in (html, script))
        inline = _MODULE.search(html)
        files = {"streams.js": (_TESTS / "streams.js").read_text(encoding="utf-8"), "listen.js": _LISTEN}
        files["example.js"] = script or (inline[1] if inline else "")
        body = _MODULE.sub("", html) + '<script type="module" src="example.js"></script>'
        files["index.html"] = (
            f'<!doctype html><html lang="{language}"><head><title>Frontend</title>'
            f'<link rel="icon" href="data:,"><script src="listen.js"></script>{before}</head>'
            f"<body>{body}</body></html>"
        )
        return open_page(site.write(files, secured_url), language)

    return open_example


_LISTEN = """
window.events = [];
const NAMES = ["matched", "associated", "disassociated", "created"].map((name) => `profile-${name}`);
for (const name of [...NAMES, "contact-cleared", "error"]) {
  addEventListener(name, (event) => events.push([name, event.detail]), true);
}
"""

_ADD_STYLES = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""


def _events(page: Page) -> list[tuple[str, dict[str, Any]]]:
    return [(name, detail) for name, detail in page.evaluate("events")]


def test_a_page_shows_the_panel_with_two_lines(show: Show) -> None:
    """The page gives a contact and a token, and gets events."""
    (html,) = _examples("In a page", "html")
    assert len(html.splitlines()) == 2
    (script,) = _examples("In a page", "js")
    page = show(html, script.replace('"call-1"', f'"call-{uuid4().hex}"'))
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
    assert [name for name, _ in _events(page)] == ["profile-matched", "profile-associated", "contact-cleared"]
    (matched,) = (detail for name, detail in _events(page) if name == "profile-matched")
    assert (matched["outcome"], len(matched["candidates"])) == ("ambiguous", 3)
    assert "Yamada" not in str(_events(page))
    assert "山田" not in str(_events(page))


def test_the_custom_properties_change_the_look(show: Show, watches: list[Watch]) -> None:
    """Every property of the page exists in the component, and the other way round."""
    named = set(re.findall(r"`(--profile-lookup-[\w-]+)`", _PAGE))
    styles = (_TESTS.parents[1] / "service/panel/static/styles.js").read_text(encoding="utf-8")
    assert named == set(re.findall(r"var\((--profile-lookup-[\w-]+)", styles))
    (css,) = _examples("In a page", "css")
    page = show(*_examples("In a page", "html"))
    # This page has no token.
    watches[0].expect("401")
    page.evaluate(_ADD_STYLES, css)
    button = page.locator("profile-lookup-panel").get_by_role("button", name="Search", exact=True)
    expect(button).to_have_css("background-color", "rgb(11, 110, 79)")
    expect(button).to_have_css("border-radius", "2px")


@pytest.fixture
def streams(show: Show) -> Page:
    """Return the page with the contact control panel of Amazon Connect."""
    (html,) = _examples("In Amazon Connect", "html")
    return show(html, before='<script src="streams.js"></script>')


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
    cleared = [detail["contact_id"] for name, detail in _events(streams) if name == "contact-cleared"]
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


def test_a_page_shows_the_panel_in_an_iframe(show: Show) -> None:
    """The page and the iframe exchange contacts, tokens and events by messages."""
    (html,) = _examples("In an iframe", "html")
    page = show(html.replace('"call-1"', f'"call-{uuid4().hex}"'))
    panel = page.frame_locator("iframe").locator("profile-lookup-panel")
    panel.get_by_role("button", name="山田 花子").click()
    panel.get_by_role("button", name="関連付け").click()
    with page.expect_console_message(lambda message: message.text.startswith("call-")):
        panel.get_by_role("button", name="確認").click()
    assert [name for name, _ in _events(page)] == ["profile-matched", "profile-associated"]


_EMBED = f"""
import {{ embedPanel }} from "{_SERVICE}/panel/post-message.js";
window.embed = embedPanel(document.querySelector("iframe"), {{ token: () => "" }});
window.bubbled = [];
for (const name of ["profile-matched", "contact-cleared", "error"]) {{
  document.addEventListener(name, () => bubbled.push(name));
}}
"""


def test_an_iframe_is_controlled_as_a_panel_in_the_page_is(show: Show, watches: list[Watch]) -> None:
    """Events bubble except errors, an invalid contact is an error, and a failed clearing is rejected."""
    page = show("<iframe></iframe>", _EMBED)
    watches[0].expect("401")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Waiting for a contact")).to_be_visible()
    clear = "id => embed.clearContact(id).then(() => 'cleared', ({ message }) => message)"
    assert page.evaluate(clear, "c-1") == "Error: unauthenticated"
    assert "error" in [name for name, _ in _events(page)]
    assert page.evaluate("bubbled") == []
    set_invalid = (
        "() => { try { embed.setContact({ contact_id: 'a' }); } catch (error) { return `${error}`; } }"
    )
    assert page.evaluate(set_invalid).startswith("TypeError: channel must be one of voice")
    count = len(_events(page))
    page.evaluate(
        """() => {
          embed.disconnect();
          window.arrived = new Promise((done) => addEventListener("message", () => done(), { once: true }));
        }"""
    )
    dispatch = "panel => { panel.dispatchEvent(new CustomEvent('error', { detail: {} })); }"
    frame.locator("profile-lookup-panel").evaluate(dispatch)
    page.evaluate("arrived")
    assert len(_events(page)) == count


def test_a_page_of_another_origin_cannot_show_the_frame(
    site: Site, secured_url: str, open_page: OpenPage, watches: list[Watch]
) -> None:
    """The browser blocks the frame, because CORS_ORIGINS has `127.0.0.1` and not `localhost`."""
    html = f'<!doctype html><title>Foreign</title><iframe src="{secured_url}/panel/frame.html"></iframe>'
    site.write({"index.html": html, "favicon.ico": ""}, secured_url)
    page = open_page(f"http://localhost:{site.port}/index.html")
    watches[0].expect("frame-ancestors")
    watches[0].allow(f"http://localhost:{site.port}")
    expect(page.locator("iframe")).to_be_visible()
    assert page.frames[1].url == "chrome-error://chromewebdata/"
    assert any("frame-ancestors" in error for error in watches[0].errors)


def test_the_frame_ignores_messages_of_other_senders(
    site: Site, secured_url: str, open_page: OpenPage
) -> None:
    """Another frame of an allowed origin cannot control the panel. Without a page, the frame is empty."""
    script = f"""
const [panel, other] = document.querySelectorAll("iframe");
panel.src = "{secured_url}/panel/frame.html";
other.src = "other.html";
"""
    message = '{ type: "profile-lookup:contact", contact: { contact_id: "c", channel: "voice" } }'
    site.write(
        {
            "index.html": '<!doctype html><title>Page</title><link rel="icon" href="data:,">'
            '<iframe></iframe><iframe></iframe><script type="module" src="page.js"></script>',
            "page.js": script,
            "other.html": '<!doctype html><title>Other</title><script src="other.js"></script>',
            "other.js": f'setInterval(() => parent.frames[0].postMessage({message}, "{secured_url}"), 20);',
        },
        secured_url,
    )
    site.policy = site.policy.replace("frame-src", "frame-src 'self'")
    page = open_page(f"{site.origin}/index.html")
    page.frame_locator("iframe >> nth=0").locator("body").wait_for(state="attached")
    frame = next(frame for frame in page.frames if frame.url.endswith("frame.html"))
    frame.wait_for_function(
        """() => new Promise((resolve) => {
            let count = 0;
            addEventListener("message", () => ++count === 3 && resolve(true));
        })"""
    )
    assert frame.locator("profile-lookup-panel").count() == 0
    alone = open_page(f"{secured_url}/panel/frame.html")
    alone.wait_for_function("() => customElements.get('profile-lookup-panel')")
    assert alone.locator("profile-lookup-panel").count() == 0
