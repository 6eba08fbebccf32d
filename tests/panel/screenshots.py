"""Write the pictures of the agent panel for the documentation: ``make screenshots``."""

import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from service.local.mongod import BundledMongoDB
from tests import tls
from tests.faults.serving import running_service
from tests.master_keys import ONE
from tests.panel.customers import CUSTOMERS, create
from tests.panel.screens import Screen

_DOCS = Path(__file__).parents[2] / "docs"
_SIZE = ViewportSize(width=900, height=680)
_NAMES = {"en": "Patricia Smith", "ja": "田中 翔"}


def main() -> None:
    """Take a picture in each language, with made-up customers."""
    path = shutil.which("chromium")
    if path is None:
        sys.exit("The pictures need a browser: apt-get install chromium fonts-noto-cjk")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        mongodb = stack.enter_context(BundledMongoDB(folder))
        settings = {"MONGODB_URI": mongodb.uri, "MASTER_KEYS": ONE, "PANEL": "on", "WORKERS": "1"}
        service = stack.enter_context(running_service(folder / "log", settings))
        url = f"http://127.0.0.1:{service.port}"
        _fill(url)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for language in _NAMES:
            _take(browser, url, language)
        browser.close()


def _fill(url: str) -> None:
    """Create the customers, and a past contact of each that calls."""
    with httpx.Client(base_url=url, verify=tls.UNUSED) as http:
        definition = {"label": "Customer number", "type": "identifier", "unique": True}
        http.put("/v1/search-keys/customer_number", json=definition).raise_for_status()
        for number, customer in enumerate(CUSTOMERS):
            profile_id = create(http, {**customer, "keys": {"customer_number": [f"C-{1000 + number}"]}})
            body = {"profile_id": profile_id, "channel": "voice", "agent_id": "agent-7"}
            http.put(f"/v1/contacts/call-{number}/association", json=body).raise_for_status()
            http.post(f"/v1/contacts/call-{number}/clear").raise_for_status()


def _take(browser: Browser, url: str, language: str) -> None:
    """Take the picture of a call whose association the agent is about to confirm."""
    context = browser.new_context(locale={"en": "en-US", "ja": "ja-JP"}[language], viewport=_SIZE)
    page = context.new_page()
    page.goto(f"{url}/panel")
    screen = Screen(page, language)
    screen.ring("known")
    expect(screen.heading(_NAMES[language])).to_be_visible()
    screen.button(screen.texts.associate).click()
    expect(screen.button(screen.texts.confirm)).to_be_visible()
    expect(screen.panel.get_by_role("time").first).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=_DOCS / f"panel-{language}.png", animations="disabled")
    context.close()


if __name__ == "__main__":
    main()
