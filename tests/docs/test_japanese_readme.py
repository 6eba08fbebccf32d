"""README.ja.md has the commands of README.md, which tests/acceptance/test_readme.py runs, and its links."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_TEXTS = [(_ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md")]
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r" +# .*$", re.MULTILINE)


def _blocks(text: str) -> list[tuple[str, str]]:
    """Return the code blocks without comments of shell commands."""
    return [(language, _COMMENT.sub("", block)) for language, block in _FENCE.findall(text)]


def test_the_commands_and_responses_are_those_of_the_english_readme() -> None:
    """Only comments are translated."""
    english, japanese = (_blocks(text) for text in _TEXTS)
    assert len(english) > 20
    assert japanese == english


@pytest.mark.parametrize("pattern", [r"^#+ ", r"^\| \[", r"`[A-Z_]{3,}=?\w*`"])
def test_the_parts_are_those_of_the_english_readme(pattern: str) -> None:
    """Headings, rows of the table of pages, and settings."""
    found = [re.findall(pattern, _FENCE.sub("", text), re.MULTILINE) for text in _TEXTS]
    assert sorted(found[1]) == sorted(found[0])


def test_the_linked_pages_are_those_of_the_english_readme() -> None:
    """The pages themselves are in English. Each README has a picture and a link to the other one."""
    links = [set(re.findall(r"\]\(([^)#]+)[^)]*\)", _FENCE.sub("", text))) for text in _TEXTS]
    own = [{"README.ja.md", "docs/panel-en.png"}, {"README.md", "docs/panel-ja.png"}]
    assert [found & pages for found, pages in zip(links, own, strict=True)] == own
    assert links[0] - own[0] == links[1] - own[1]
