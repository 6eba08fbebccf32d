"""The panel in an iframe of a page of another origin."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.panel.conftest import OpenPage, Show
from tests.panel.embedding import SERVICE, events_of, examples
from tests.panel.sites import Site
from tests.panel.watching import Watch

_LIGHT, _DARK = "rgb(255, 255, 255)", "rgb(22, 25, 29)"


def test_a_page_shows_the_panel_in_an_iframe(show_example: Show) -> None:
    """The page and the iframe exchange contacts, tokens and events by messages."""
    (html,) = examples("In an iframe", "html")
    page = show_example(html.replace('"call-1"', f'"call-{uuid4().hex}"'))
    panel = page.frame_locator("iframe").locator("profile-lookup-panel")
    panel.get_by_role("button", name="山田 花子").click()
    panel.get_by_role("button", name="関連付け").click()
    with page.expect_console_message(lambda message: message.text.startswith("call-")):
        panel.get_by_role("button", name="確認").click()
    assert [name for name, _ in events_of(page)] == ["profile-matched", "profile-associated"]


@pytest.mark.parametrize(("page_scheme", "background"), [("dark", _DARK), ("light", _LIGHT), ("", _LIGHT)])
def test_a_panel_in_an_iframe_is_light_or_dark_like_the_page(
    show_example: Show, page_scheme: str, background: str
) -> None:
    """The preference of the browser has no effect, unless the page follows it."""
    (html,) = examples("In an iframe", "html")
    meta = f'<meta name="color-scheme" content="{page_scheme}">' if page_scheme else ""
    options = {"color_scheme": "light" if page_scheme == "dark" else "dark"}
    page = show_example(html.replace('"call-1"', f'"call-{uuid4().hex}"'), before=meta, **options)
    panel = page.frame_locator("iframe").locator("profile-lookup-panel")
    expect(panel).to_have_css("background-color", background)


_EMBED = f"""
import {{ embedPanel }} from "{SERVICE}/panel/post-message.js";
window.embed = embedPanel(document.querySelector("iframe"), {{ token: () => "" }});
window.bubbled = [];
for (const name of ["profile-matched", "contact-cleared", "error"]) {{
  document.addEventListener(name, () => bubbled.push(name));
}}
"""


def test_an_iframe_is_controlled_as_a_panel_in_the_page_is(show_example: Show, watches: list[Watch]) -> None:
    """Events bubble except errors, an invalid contact is an error, and a failed clearing is rejected."""
    page = show_example("<iframe></iframe>", _EMBED)
    watches[0].expect("401")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Waiting for a contact")).to_be_visible()
    clear = "id => embed.clearContact(id).then(() => 'cleared', ({ message }) => message)"
    assert page.evaluate(clear, "c-1") == "Error: unauthenticated"
    assert "error" in [name for name, _ in events_of(page)]
    assert page.evaluate("bubbled") == []
    set_invalid = (
        "() => { try { embed.setContact({ contact_id: 'a' }); } catch (error) { return `${error}`; } }"
    )
    assert page.evaluate(set_invalid).startswith("TypeError: channel must be one of voice")
    count = len(events_of(page))
    page.evaluate(
        """() => {
          embed.disconnect();
          window.arrived = new Promise((done) => addEventListener("message", () => done(), { once: true }));
        }"""
    )
    dispatch = "panel => { panel.dispatchEvent(new CustomEvent('error', { detail: {} })); }"
    frame.locator("profile-lookup-panel").evaluate(dispatch)
    page.evaluate("arrived")
    assert len(events_of(page)) == count


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
