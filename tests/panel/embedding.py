"""The examples of docs/panel.md, and the pages that show them."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

TESTS = Path(__file__).parent
PAGE = (TESTS.parents[1] / "docs" / "panel.md").read_text(encoding="utf-8")
SERVICE = "https://profiles.example.com"
"""The service of the examples."""
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MODULE = re.compile(r'<script type="module">\n(.*?)</script>', re.DOTALL)
_LISTEN = """
window.events = [];
const NAMES = ["matched", "associated", "disassociated", "created"].map((name) => `profile-${name}`);
for (const name of [...NAMES, "contact-cleared", "error"]) {
  addEventListener(name, (event) => events.push([name, event.detail]), true);
}
"""


def examples(heading: str, language: str) -> list[str]:
    """Return the code blocks of a section."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [text for found, text in _FENCE.findall(section) if found == language]


def files_of(html: str, script: str, language: str, before: str) -> dict[str, str]:
    """Return the files of a page. Its policy forbids inline scripts, so they are moved to files."""
    inline = _MODULE.search(html)
    files = {"streams.js": (TESTS / "streams.js").read_text(encoding="utf-8"), "listen.js": _LISTEN}
    files["example.js"] = script or (inline[1] if inline else "")
    body = _MODULE.sub("", html) + '<script type="module" src="example.js"></script>'
    files["index.html"] = (
        f'<!doctype html><html lang="{language}"><head><title>Frontend</title>'
        f'<link rel="icon" href="data:,"><script src="listen.js"></script>{before}</head>'
        f"<body>{body}</body></html>"
    )
    return files


def events_of(page: Page) -> list[tuple[str, dict[str, Any]]]:
    """Return the names and details of the events that the page got."""
    return [(name, detail) for name, detail in page.evaluate("events")]
