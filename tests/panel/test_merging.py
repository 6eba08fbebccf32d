"""Agents find duplicates in the panel, merge them side by side, and undo that."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.panel.conftest import CreateKey, OpenMerging, OpenPage
from tests.panel.customers import customer
from tests.panel.merging import ANN, ANNE, Merging


def _first_names(http: httpx.Client, contact_id: str) -> list[str]:
    """Return the first name of the profile of each association of a contact."""
    contact = http.get(f"/v1/contacts/{contact_id}").raise_for_status().json()
    ids = [each["profile_id"] for each in contact["associations"]]
    return [http.get(f"/v1/profiles/{each}").json()["first_name"] for each in ids]


def test_profiles_are_merged_as_chosen_by_keyboard_and_unmerged(open_merging: OpenMerging) -> None:
    """The association of the contact follows the merge, and its undo."""
    agent = open_merging()
    page, panel, texts = agent.page, agent.panel, agent.texts
    ann, anne = agent.create(ANN, ANNE)
    agent.associate_before("call-a", anne)
    agent.set_contact("call-a", "+13125550190")
    expect(agent.association).to_contain_text("Anne Lee")

    def limit(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "truncated": True})

    page.route("**/duplicates?*", limit)
    agent.open_profile(ann)
    agent.button(texts.possibleDuplicates).press("Enter")
    expect(agent.heading(texts.possibleDuplicates)).to_be_focused()
    expect(panel.get_by_text(agent.text("truncated"))).to_be_visible()
    reasons = panel.get_by_role("list", name=texts.matchedOn).get_by_role("listitem")
    expect(reasons).to_have_text([agent.merge_texts["reasons"]["similar_name"], texts.phone_numbers])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(agent.heading(agent.text("compare"))).to_be_focused()
    expect(agent.field("first_name").locator("mark")).to_have_text("e")
    expect(agent.field("phone_numbers").locator(".tag")).to_have_text(
        [agent.text(each) for each in ("inBoth", "onlyHere", "inBoth", "onlyHere")]
    )
    expect(agent.field("account_number").get_by_label("Other profile: A-7")).to_be_checked()
    expect(agent.field("last_name")).to_have_count(0)
    expect(agent.field("attributes.shop")).to_have_count(0)
    for name in ("first_name", "attributes.tier", "phone_numbers"):
        agent.field(name).locator("input").first.press("ArrowRight")
    agent.field("first_name").locator("input").first.press("Enter")
    expect(agent.notice).to_contain_text("Anne Lee is merged into Ann Lee.")
    expect(agent.heading("Anne Lee")).to_be_focused()
    expect(panel.get_by_text(texts.isAssociated, exact=True)).to_be_visible()
    expect(panel.get_by_role("status").last).to_have_text("Anne Lee is merged into Ann Lee.")
    merged = agent.read(ann)
    assert (merged["first_name"], merged["account_number"]) == ("Anne", "A-7")
    assert merged["attributes"] == {"tier": "silver", "shop": "Chicago"}
    numbers = [each["e164"] for each in merged["phone_numbers"]]
    assert numbers == ["+13125550190", "+12065550122", "+12065550111"]
    assert agent.read(anne)["merged_into"] == ann
    agent.button(agent.text("undoMerge")).press("Enter")
    expect(agent.notice).to_contain_text(agent.text("undone", name="Ann Lee"))
    expect(agent.heading("Ann Lee")).to_be_focused()
    expect(agent.association).to_contain_text("Anne Lee")
    agent.button(agent.text("openRestored")).click()
    expect(agent.heading("Anne Lee")).to_be_visible()
    expect(panel.get_by_text(texts.isMerged)).to_have_count(0)
    agent.button(texts.dismiss).click()
    expect(agent.notice).to_have_count(0)
    assert _first_names(agent.http, "call-a") == ["Anne"]


def test_the_list_of_merges_undoes_them_and_names_what_is_not_restored(
    open_merging: OpenMerging, http: httpx.Client
) -> None:
    """A merge into a profile that was merged since waits until the later merge is undone."""
    definition = {"label": "Member card", "type": "identifier", "unique": True}
    http.put("/v1/search-keys/card", json=definition).raise_for_status()
    agent = open_merging()
    panel, texts = agent.panel, agent.texts
    ann, anne, bob = agent.create(ANN, {**ANNE, "keys": {"card": ["K7"]}}, customer("Bob", "Ray"))
    agent.open_profile(bob)
    agent.button(texts.possibleDuplicates).click()
    expect(panel.get_by_text(agent.text("noDuplicates"))).to_be_visible()
    agent.button("Back to Bob Ray", exact=False).click()
    agent.button(texts.merges).click()
    expect(panel.get_by_text(agent.text("noMerges"))).to_be_visible()
    agent.button("Back to Bob Ray", exact=False).click()
    expect(agent.button(texts.merges)).to_be_focused()
    agent.merge_meanwhile(ann, anne)
    agent.merge_meanwhile(bob, ann)
    agent.button(texts.merges).click()
    items = panel.locator(".merges > li")
    expect(items).to_have_count(2)
    expect(items.last).to_contain_text(agent.text("laterFirst"))
    undo = agent.button("Undo the merge of", exact=False)
    expect(undo).to_have_count(1)
    undo.click()
    expect(agent.button(texts.cancel)).to_be_focused()
    agent.page.keyboard.press("Escape")
    expect(undo).to_be_focused()
    undo.click()
    agent.button(agent.text("undoMerge")).click()
    expect(agent.heading(texts.merges)).to_be_focused()
    expect(items.first).to_contain_text("Undone")
    agent.open_profile(ann)
    http.post(f"/v1/profiles/{ann}/keys/release", json={"key": "card", "values": ["K7"]}).raise_for_status()
    http.post(f"/v1/profiles/{bob}/keys", json={"key": "card", "values": ["K7"]}).raise_for_status()
    agent.button(texts.merges).click()
    undo.click()
    agent.button(agent.text("undoMerge")).click()
    expect(agent.notice).to_contain_text("Member card: another profile has one of its values.")
    expect(items.first).to_contain_text("Member card: another profile has one of its values.")
    agent.notice.get_by_role("button", name=texts.openOwner).click()
    expect(agent.heading("Bob Ray")).to_be_visible()
    assert agent.read(anne)["keys"] == {}


def test_agents_who_may_not_merge_see_the_possible_duplicates(
    open_page: OpenPage, secured_url: str, create_key: CreateKey, domain: str, http: httpx.Client
) -> None:
    """Choosing one opens it, and a link leads back. Nothing is merged, and no merge is undone."""
    ann, anne = (http.post("/v1/profiles", json=each).json()["profile_id"] for each in (ANN, ANNE))
    agent = Merging(open_page(f"{secured_url}/panel"), "en", http)
    agent.sign_in(create_key("profiles:view", domain=domain))
    agent.open_profile(ann)
    expect(agent.button(agent.texts.merges)).to_have_count(0)
    agent.button(agent.texts.possibleDuplicates).click()
    expect(agent.panel.get_by_text(agent.text("openHint"))).to_be_visible()
    row = agent.panel.locator(f"[data-profile-id='{anne}']")
    expect(row).to_contain_text(f"…{anne[-6:]}")
    row.click()
    expect(agent.heading("Anne Lee")).to_be_visible()
    expect(agent.button(agent.text("merge"))).to_have_count(0)
    agent.button(agent.texts.back, exact=False).click()
    expect(row).to_be_focused()


def test_the_other_profile_can_stay(open_merging: OpenMerging) -> None:
    """What the agent has chosen is kept. Afterwards, the list of merges names the other profile."""
    agent = open_merging()
    ann, anne = agent.create(ANN, ANNE)
    agent.compare(ann, anne)
    expect(agent.panel.locator(".side").first).to_contain_text(f"…{ann[-6:]}")
    # What is chosen at first is no choice of the agent: the profile that stays wins.
    for side in ("source", "target"):
        agent.choose("first_name", side)
    agent.choose("attributes.tier", "source")
    swap = agent.button(agent.text("swap"))
    swap.press("Enter")
    expect(swap).to_be_focused()
    expect(agent.panel.locator(".side").first).to_contain_text(f"…{anne[-6:]}")
    expect(agent.panel.get_by_role("status").last).to_have_text(f"{agent.text('target')}: Anne Lee")
    expect(agent.field("first_name").get_by_label("Other profile: Ann", exact=True)).to_be_checked()
    expect(agent.field("attributes.tier").get_by_label("This profile: silver")).to_be_checked()
    agent.merge()
    expect(agent.notice).to_contain_text("Ann Lee is merged into Anne Lee.")
    merged = agent.read(anne)
    assert (merged["first_name"], merged["attributes"]["tier"]) == ("Ann", "silver")
    assert agent.read(ann)["merged_into"] == anne
    agent.button(agent.texts.merges).click()
    expect(agent.panel.locator(".merges > li")).to_contain_text("Ann Lee")
    expect(agent.panel.locator(".merges > li")).to_contain_text(f"…{ann[-6:]}")


@pytest.mark.parametrize("chosen", ["target", "source"])
def test_values_that_are_kept_twice_and_other_labels_are_shown(
    open_merging: OpenMerging, http: httpx.Client, chosen: str
) -> None:
    """An identifier has one notation, and an address is compared line by line. A number keeps one label."""
    http.put("/v1/search-keys/card", json={"label": "Card", "type": "identifier"}).raise_for_status()
    agent = open_merging()
    number, address = "+1 312-555-0190", {"address_1": "1-2 Main St", "city": "Chicago"}
    one, two = customer("Ann", "Lee", number, addresses=[address]), customer("Ann", "Lee", "(312) 555-0190")
    one["phone_numbers"][0]["type"], two["phone_numbers"][0]["type"] = "home", "mobile"
    mail = {"value": "ann@example.com"}
    ann, other = agent.create(
        one | {"keys": {"card": ["c-1"]}, "email_addresses": [mail]},
        two
        | {"keys": {"card": ["c1"]}, "email_addresses": [{**mail, "type": "work"}]}
        | {"addresses": [{"address_2": "1-2 Main St", "city": "Chicago"}]},
    )
    agent.compare(ann, other)
    for name, tag in (
        ("keys.card", "onlyHere"),
        ("addresses", "onlyHere"),
        ("phone_numbers", "otherLabel"),
        ("email_addresses", "otherLabel"),
    ):
        expect(agent.field(name).locator(".tag")).to_have_text([agent.text(tag)] * 2)
    expect(agent.field("phone_numbers")).to_contain_text("mobile")
    expect(agent.panel.get_by_text(agent.text("labels"))).to_be_visible()
    agent.choose("phone_numbers", chosen)
    agent.merge()
    expect(agent.notice).to_be_visible()
    merged = agent.read(ann)
    labels = [each["type"] for each in merged["phone_numbers"]]
    assert labels == [{"target": "home", "source": "mobile"}[chosen]]
    assert [each["type"] for each in merged["email_addresses"]] == ["work"]
    assert (merged["keys"]["card"], len(merged["addresses"])) == (["c-1", "c1"], 2)


@pytest.mark.parametrize(("language", "color_scheme"), [("en", "light"), ("ja", "dark")])
def test_merging_is_accessible_and_fits_a_narrow_panel(
    open_merging: OpenMerging,
    check_accessibility: Callable[[Page], None],
    language: str,
    color_scheme: str,
) -> None:
    """axe-core finds nothing in any state, and nothing is wider than 320 pixels."""
    size = ViewportSize(width=320, height=900)
    agent = open_merging(language, color_scheme=color_scheme, viewport=size)
    page, texts = agent.page, agent.texts

    def check() -> None:
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    number = "+81 90-0000-1000"
    address = {"address_1": "千代田1-13", "city": "千代田区", "state": "東京都"}
    taro = customer("太郎", "山田", number, email="taro.yamada.1980@example.jp", addresses=[address])
    other = customer("太郎", "山田", number, email=f"{'a' * 60}@example.jp", account_number="X" * 60)
    one, two = agent.create(taro | {"gender": "男性"}, other | {"gender": "男"})
    agent.open_profile(one)
    agent.button(texts.possibleDuplicates).click()
    expect(agent.heading(texts.possibleDuplicates)).to_be_visible()
    check()
    agent.panel.locator(f"[data-profile-id='{two}']").click()
    expect(agent.heading(agent.text("compare"))).to_be_visible()
    agent.panel.locator("summary").click()
    check()
    agent.change(two, middle_name="J")
    agent.merge()
    expect(agent.panel.get_by_text(agent.text("outdated")).first).to_be_visible()
    check()
    agent.merge()
    expect(agent.notice).to_be_visible()
    check()
    agent.button(texts.merges).click()
    agent.panel.locator(".merges button").click()
    check()
    agent.button(agent.text("undoMerge")).last.click()
    expect(agent.notice).to_contain_text(agent.text("undone", name="山田 太郎"))
    check()
