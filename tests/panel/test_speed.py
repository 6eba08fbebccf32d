"""How fast the panel shows a profile, and how much it loads."""

from collections.abc import Callable
from statistics import median

import httpx
import pytest
from playwright.sync_api import expect

from tests import tls
from tests.panel.conftest import OpenPage
from tests.panel.screens import Screen
from tests.panel.test_modules import MAX_BYTES

_CONTACTS = 15
_LIMIT_MS = 150
_MAX_RATIO = 5
# From setting the contact to the heading with the customer's name in the panel, in milliseconds.
_MEASURE = """async ([panel, contact, name]) => {
  const isShown = () => panel.shadowRoot.querySelector("h2")?.textContent.includes(name);
  panel.contact = null;
  await new Promise(requestAnimationFrame);
  const start = performance.now();
  panel.contact = contact;
  await new Promise((resolve) => {
    const observer = new MutationObserver(() => isShown() && resolve(observer.disconnect()));
    observer.observe(panel.shadowRoot, { subtree: true, childList: true, characterData: true });
  });
  return performance.now() - start;
}"""
_SHOWN_AT = """([panel, name]) => {
  const shown = { at: Infinity };
  const note = () => {
    if (!panel.shadowRoot.querySelector("h2")?.textContent.includes(name)) return;
    shown.at = performance.now();
    observer.disconnect();
  };
  const observer = new MutationObserver(note);
  observer.observe(panel.shadowRoot, { subtree: true, childList: true });
  return shown;
}"""
_LOADED_UNTIL = """({ at }) => performance.getEntriesByType("resource")
  .filter(({ startTime }) => startTime < at)
  .map(({ name }) => name)"""
_MATCH = """async ([url, body]) => {
  const start = performance.now();
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  await (await fetch(url, options)).json();
  return performance.now() - start;
}"""


@pytest.fixture
def screen(open_page: OpenPage, open_url: str) -> Screen:
    """Return the page in English."""
    screen = Screen(open_page(f"{open_url}/panel"), "en")
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    return screen


def test_a_profile_is_shown_soon_after_the_contact(
    screen: Screen, record_property: Callable[[str, object], None]
) -> None:
    """The median is below 150 ms on loopback.

    On a busy machine the match itself can take longer than that. Then the panel may take five times as long
    as a plain request for the match.
    """
    panel = screen.panel.element_handle()
    contact = {"channel": "voice", "phone_number": "+13125550100"}
    shown, requests = [], []
    for number in range(_CONTACTS):
        contact["contact_id"] = f"speed-{number}"
        shown.append(screen.page.evaluate(_MEASURE, [panel, contact, "Patricia Smith"]))
        body = '{"channel": "voice", "phone_number": "+13125550100"}'
        requests.append(screen.page.evaluate(_MATCH, [f"/v1/contacts/speed-{number}/match", body]))
    record_property("milliseconds", round(median(shown), 1))
    assert median(shown) < max(_LIMIT_MS, _MAX_RATIO * median(requests)), (shown, requests)


def test_the_modules_that_show_a_profile_are_small(open_page: OpenPage, open_url: str) -> None:
    """Everything that the browser loads until the profile is shown is counted, uncompressed."""
    page = open_page(f"{open_url}/panel", "ja")
    screen = Screen(page, "ja")
    shown = page.evaluate_handle(_SHOWN_AT, [screen.panel.element_handle(), "田中 翔"])
    screen.ring("known")
    expect(screen.heading("田中 翔")).to_be_visible()
    urls = page.evaluate(_LOADED_UNTIL, shown)
    modules = {url for url in urls if url.endswith(".js") and "/panel/phone/" not in url}
    assert f"{open_url}/panel/messages/ja.js" in modules
    assert f"{open_url}/panel/views/past.js" not in modules
    with httpx.Client(verify=tls.UNUSED) as http:
        assert sum(len(http.get(url).content) for url in modules) < MAX_BYTES
