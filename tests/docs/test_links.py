"""Every relative link of a page has an existing file and heading as its target."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGES = [*sorted(_ROOT.glob("*.md")), *sorted((_ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_link_resolves(page: Path) -> None:
    """The files and headings of relative links exist."""
    targets = [link for link in _LINK.findall(_prose(page)) if not link.startswith(("http://", "https://"))]
    assert [target for target in targets if not _resolves(page, target)] == []


def test_the_check_of_links_finds_broken_links() -> None:
    """The pages have links to check. A missing file and a missing heading are detected."""
    links = [link for page in _PAGES for link in _LINK.findall(_prose(page))]
    assert len([link for link in links if "#" in link]) > 20
    assert not _resolves(_ROOT / "README.md", "docs/missing.md")
    assert not _resolves(_ROOT / "README.md", "#no-such-heading")


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _resolves(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    linked = page.parent / path if path else page
    return linked.exists() and (not anchor or anchor in _anchors(linked))


def _anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(_prose(page)))
    return {heading.replace(" ", "-") for heading in headings}
