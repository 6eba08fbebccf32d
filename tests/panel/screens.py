"""What agents see and do on the page with the simulated phone, in both languages."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

_READ_TEXTS = """async ([base, language]) => {
  const { messages } = await import(`${base}/messages/${language}.js`);
  const { texts } = await import(`${base}/phone/texts.js`);
  return { ...texts[language], ...messages };
}"""
_READ_LATER = """async ([base, language]) => {
  const { messages } = await import(`${base}/messages/merging/${language}.js`);
  return messages;
}"""


class Texts:
    """The texts of the panel and of the phone in one language, as attributes."""

    def __init__(self, page: Page, language: str) -> None:
        """Read them from the modules that the page uses."""
        base = page.evaluate("new URL('.', location.href).pathname.replace(/\\/$/, '')")
        self._page, self._arguments = page, [base, language]
        self._texts: dict[str, Any] = page.evaluate(_READ_TEXTS, self._arguments)

    def __getattr__(self, name: str) -> str:
        """Return the part of a text before its first variable."""
        texts = self._texts["fields"] | self._texts
        # The panel loads the texts about duplicates when they are used first, and so do the tests.
        text: str = texts[name] if name in texts else self._page.evaluate(_READ_LATER, self._arguments)[name]
        return text.partition("{")[0].strip() or text.rpartition("}")[2].strip()


class Screen:
    """The panel beside the simulated phone."""

    def __init__(self, page: Page, language: str) -> None:
        """Wrap a page that shows the panel in the language."""
        self.page = page
        self.texts = Texts(page, language)
        self.panel = page.locator("profile-lookup-panel")
        self.phone = page.locator(".phone")

    @property
    def association(self) -> Locator:
        """The bar with the contact, and the profile that it is associated with."""
        return self.panel.locator(".contact")

    def sign_in(self, key: str) -> None:
        """Enter an API key."""
        self.page.get_by_label(self.texts.apiKey, exact=True).fill(key)
        self.page.get_by_role("button", name=self.texts.useKey).click()

    def ring(self, caller: str) -> None:
        """Let a contact come in."""
        self.phone.locator(f"button[value={caller}]").click()

    def heading(self, name: str) -> Locator:
        """Return a heading of the panel."""
        return self.panel.get_by_role("heading", name=name)

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """Return a button of the panel."""
        return self.panel.get_by_role("button", name=name, exact=exact)

    def associate(self) -> None:
        """Associate the contact with the shown profile, and confirm."""
        self.button(self.texts.associate).click()
        self.button(self.texts.confirm).click()
        expect(self.association).to_contain_text(self.texts.associatedWith)

    def search(self, key: str, value: str) -> None:
        """Search by a search key."""
        form = self.panel.get_by_role("search")
        form.get_by_label(self.texts.searchKey, exact=True).select_option(key)
        form.locator("input").fill(value)
        form.get_by_role("button", name=self.texts.search, exact=True).click()

    def end_call(self) -> None:
        """Answer, hang up, and clear the contact after after-contact work."""
        self.phone.get_by_role("button", name=self.texts.answer).click()
        self.phone.get_by_role("button", name=self.texts.hangUp).click()
        expect(self.panel.get_by_text(self.texts.afterContactWork)).to_be_visible()
        self.phone.get_by_role("button", name=self.texts.clear).click()
        expect(self.heading(self.texts.idle)).to_be_visible()
