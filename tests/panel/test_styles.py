"""The style sheets in the modules."""

import re
from pathlib import Path

from service.panel import modules
from tests.panel.conftest import OpenPage

_STATIC = Path(__file__).parents[2] / "service" / "panel" / "static"
_STYLES = re.compile(r"replaceSync\(`([^`]*)`\)")
_READ_RULES = """text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map(({ cssText }) => cssText);
}"""


def test_a_served_style_sheet_has_the_rules_of_its_source(open_page: OpenPage, open_url: str) -> None:
    """A browser reads both. It keeps the white space behind the commas of custom properties."""
    page = open_page(f"{open_url}/panel")
    paths = [path for path, content in modules().items() if b"replaceSync" in content]
    assert len(paths) == 4
    for path in paths:
        served, source = (
            [rule.replace(", ", ",") for rule in page.evaluate(_READ_RULES, styles)]
            for text in (modules()[path].decode(), (_STATIC / path).read_text(encoding="utf-8"))
            for styles in _STYLES.findall(text)
        )
        assert len(source) > 4
        assert served == source, path
