"""Agents who merge profiles in the panel."""

from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.panel.customers import Profile, create, customer
from tests.panel.screens import Screen

_READ_TEXTS = """async ([base, language]) => {
  const { messages } = await import(`${base}/messages/merging/${language}.js`);
  return messages;
}"""
ANN = customer(
    "Ann",
    "Lee",
    "+1 312-555-0190",
    "+1 206 555 0111",
    email="ann@example.com",
    birth_date="1980-04-01",
    attributes={"tier": "gold", "shop": "Chicago"},
)
ANNE = customer(
    "Anne",
    "Lee",
    "(312) 555-0190",
    "+1 206 555 0122",
    email="anne@example.com",
    account_number="A-7",
    attributes={"tier": "silver", "shop": "Chicago"},
)


class Merging(Screen):
    """The panel of an agent who may merge profiles, beside what the service has stored."""

    def __init__(self, page: Page, language: str, http: httpx.Client) -> None:
        """Wrap a page in which the agent has signed in."""
        super().__init__(page, language)
        self.http = http
        base = page.evaluate("new URL('.', location.href).pathname.replace(/\\/$/, '')")
        self.merge_texts: dict[str, Any] = page.evaluate(_READ_TEXTS, [base, language])

    def text(self, key: str, **values: object) -> str:
        """Return a text about merges."""
        text: str = self.merge_texts[key]
        return text.format(**values)

    def create(self, *profiles: Profile) -> list[str]:
        """Create profiles and return their IDs."""
        return [create(self.http, each) for each in profiles]

    def read(self, profile_id: str) -> Profile:
        """Return a profile as it is now."""
        profile: Profile = self.http.get(f"/v1/profiles/{profile_id}").raise_for_status().json()
        return profile

    def change(self, profile_id: str, **fields: object) -> None:
        """Change a profile as another agent does."""
        self.http.patch(f"/v1/profiles/{profile_id}", json=fields).raise_for_status()

    def merge_meanwhile(self, target: str, *sources: str) -> str:
        """Merge profiles as another agent does, and return the ID of the merge."""
        response = self.http.post(f"/v1/profiles/{target}/merge", json={"profile_ids": sources})
        merge_id: str = response.raise_for_status().json()["merge_id"]
        return merge_id

    def set_contact(self, contact_id: str, number: str) -> None:
        """Simulate an incoming call."""
        contact = {"contact_id": contact_id, "channel": "voice", "phone_number": number}
        self.panel.evaluate("(panel, contact) => { panel.contact = contact; }", contact)

    def associate_before(self, contact_id: str, profile_id: str) -> None:
        """Associate a contact with a profile before it comes to the panel."""
        path = f"/v1/contacts/{contact_id}/association"
        body = {"profile_id": profile_id, "channel": "voice"}
        self.http.put(path, json=body).raise_for_status()

    def open_profile(self, profile_id: str) -> None:
        """Open a profile by its ID."""
        self.search("profile_id", profile_id)
        expect(self.panel.locator(".reasons")).to_contain_text(profile_id)
        expect(self.button(self.texts.possibleDuplicates)).to_be_visible()

    def compare(self, target: str, source: str) -> None:
        """Open the possible duplicates of a profile, and choose one."""
        self.open_profile(target)
        self.button(self.texts.possibleDuplicates).click()
        self.panel.locator(f"[data-profile-id='{source}']").click()
        expect(self.heading(self.text("compare"))).to_be_visible()

    def field(self, name: str) -> Locator:
        """Return the group with both values of a field."""
        return self.panel.locator(f"[data-field='{name}']")

    def choose(self, name: str, side: str) -> None:
        """Choose the value of the `target` or of the `source`."""
        self.field(name).get_by_label(self.text(f"{side}Value"), exact=False).check()

    def merge(self) -> None:
        """Merge the profiles that are compared."""
        self.button(self.text("merge")).click()

    @property
    def notice(self) -> Locator:
        """The message after a merge or its undo."""
        return self.panel.locator("[data-merge]")
