"""What others change, and what fails, while an agent merges profiles. The agent's choices are kept."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.panel.conftest import OpenMerging
from tests.panel.customers import customer
from tests.panel.merging import ANN, ANNE, Merging

_FAILURE = {"status": 500, "body": '{"code": "internal_error"}', "content_type": "application/problem+json"}


@pytest.fixture
def agent(open_merging: OpenMerging) -> Merging:
    """Return an agent of an empty domain."""
    agent: Merging = open_merging()
    return agent


def _associations(agent: Merging, contact_id: str) -> Any:
    return agent.http.get(f"/v1/contacts/{contact_id}").json().get("association")


def _wait_for(page: Page, waiting: list[Route]) -> Route:
    while not waiting:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    return waiting.pop()


def test_profiles_that_others_change_are_compared_again(agent: Merging) -> None:
    """A change of either profile stops the merge. The choices stay, and the merge has what others changed."""
    ann, anne = agent.create(ANN, ANNE)
    agent.compare(ann, anne)
    agent.choose("first_name", "source")
    for profile_id, fields in ((anne, {"birth_date": "1981-05-02"}), (ann, {"middle_name": "Zoe"})):
        agent.change(profile_id, **fields)
        agent.merge()
        (name,) = fields
        expect(agent.panel.get_by_text(agent.text("outdated")).first).to_be_visible()
        expect(agent.field(name)).to_be_visible()
        assert "merged_into" not in agent.read(anne)
    agent.merge()
    expect(agent.notice).to_contain_text("Anne Lee is merged into Ann Zoe Lee.")
    merged = agent.read(ann)
    assert (merged["first_name"], merged["middle_name"]) == ("Anne", "Zoe")
    assert merged["birth_date"] == "1980-04-01"


def test_what_cannot_be_merged_is_explained(agent: Merging) -> None:
    """Too many values, no name, and a profile that was deleted."""
    panel, texts = agent.panel, agent.texts
    numbers = [f"+81 90-0000-{number:04}" for number in range(120)]
    one = customer("Ann", "Lee", *numbers[:60], email="lee@example.com")
    other = customer("", "Lee", *numbers[60:], email="lee@example.com", business_name="Lee Ltd")
    ann, company = agent.create(one, other | {"first_name": None})
    agent.compare(ann, company)
    agent.merge()
    alert = panel.locator("form").get_by_role("alert")
    expect(alert).to_have_text(agent.text("tooManyOf", fields=texts.phone_numbers))
    agent.choose("first_name", "source")
    agent.choose("business_name", "target")
    agent.merge()
    expect(alert).to_have_text(agent.text("nameless"))
    agent.choose("business_name", "source")
    agent.http.delete(f"/v1/profiles/{company}").raise_for_status()
    agent.merge()
    expect(alert).to_have_text(agent.text("gone", name="Lee"))
    expect(panel.get_by_role("alert").first).to_be_empty()
    expect(agent.field("first_name").locator("input").last).to_be_checked()
    assert len(agent.read(ann)["phone_numbers"]) == 60


def test_a_lost_response_merges_once(agent: Merging) -> None:
    """The panel repeats the request, and shows the merge of the first attempt."""
    ann, anne = agent.create(ANN, ANNE)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    agent.page.route("**/merge", lose)
    agent.compare(ann, anne)
    agent.choose("first_name", "source")
    agent.merge()
    expect(agent.notice).to_contain_text("Anne Lee is merged into Ann Lee.")
    assert lost == [200]
    merges = agent.http.get(f"/v1/profiles/{ann}/merges").json()["items"]
    assert [each["profile_ids"] for each in merges] == [[anne]]


def test_a_failed_merge_is_tried_again_when_another_contact_is_shown(agent: Merging) -> None:
    """Its notice names both profiles. Nothing happens to the other contact."""
    ann, anne, bob = agent.create(ANN, ANNE, customer("Bob", "Ray", "+1 206 555 0133"))
    agent.associate_before("call-a", anne)
    agent.set_contact("call-a", "+13125550190")
    expect(agent.association).to_contain_text("Anne Lee")
    agent.page.route("**/merge", lambda route: route.fulfill(**_FAILURE))
    agent.compare(ann, anne)
    agent.choose("first_name", "source")
    agent.merge()
    again = agent.button("Try again: Merge Anne Lee into Ann Lee")
    expect(again).to_be_visible()
    agent.set_contact("call-b", "+12065550133")
    # What the agent chose is kept, also beside the next contact.
    agent.panel.get_by_text(agent.texts.waiting).locator("..").get_by_role("button").click()
    expect(agent.heading("Bob Ray")).to_be_visible()
    expect(agent.panel.get_by_text("Not saved yet: Merge Anne Lee into Ann Lee")).to_be_visible()
    agent.page.unroute("**/merge")
    again.click()
    expect(agent.notice).to_contain_text("Anne Lee is merged into Ann Lee.")
    expect(agent.heading("Bob Ray")).to_be_visible()
    expect(agent.association).to_contain_text(agent.texts.notAssociated)
    expect(agent.panel.get_by_text("Not saved yet")).to_have_count(0)
    expect(again).to_have_count(0)
    assert agent.read(ann)["first_name"] == "Anne"
    assert _associations(agent, "call-a")["profile_id"] == ann
    assert _associations(agent, "call-b") is None
    assert agent.read(bob)["first_name"] == "Bob"


def test_a_contact_that_comes_during_a_merge_is_shown_after_it(agent: Merging) -> None:
    """The merged profile of the last contact is not shown for it, and neither is its association."""
    ann, anne, _ = agent.create(ANN, ANNE, customer("Bob", "Ray", "+1 206 555 0133"))
    agent.associate_before("call-a", anne)
    agent.set_contact("call-a", "+13125550190")
    expect(agent.association).to_contain_text("Anne Lee")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    agent.page.route("**/merge", hold)
    agent.compare(ann, anne)
    agent.merge()
    route = _wait_for(agent.page, waiting)
    agent.set_contact("call-b", "+12065550133")
    expect(agent.panel.get_by_text(agent.texts.waiting)).to_be_visible()
    expect(agent.association).to_contain_text("+1 206-555-0133")
    route.continue_()
    expect(agent.heading("Bob Ray")).to_be_visible()
    expect(agent.notice).to_contain_text("Anne Lee is merged into Ann Lee.")
    expect(agent.association).to_contain_text(agent.texts.notAssociated)
    agent.button(agent.text("undoMerge")).click()
    expect(agent.notice).to_contain_text(agent.text("undone", name="Ann Lee"))
    expect(agent.heading("Bob Ray")).to_be_visible()
    expect(agent.association).to_contain_text(agent.texts.notAssociated)
    assert _associations(agent, "call-a")["profile_id"] == anne


def test_the_id_of_a_merged_profile_leads_to_the_profile_it_was_merged_into(agent: Merging) -> None:
    """In a list, at an association, and in a form."""
    panel, texts = agent.panel, agent.texts
    ann, anne, bob = agent.create(ANN, ANNE, customer("Bob", "Lee", "+1 206 555 0133"))
    agent.set_contact("call-a", "+12065550133")
    expect(agent.heading("Bob Lee")).to_be_visible()
    agent.button(texts.associate).click()
    first = agent.merge_meanwhile(ann, bob)
    agent.button(texts.confirm).click()
    expect(agent.association).to_contain_text("Ann Lee")
    expect(agent.heading("Ann Lee")).to_be_visible()
    agent.http.post(f"/v1/merges/{first}/undo").raise_for_status()
    agent.search("phone", "+13125550190")
    row = panel.locator(f"[data-profile-id='{anne}']")
    expect(row).to_be_visible()
    second = agent.merge_meanwhile(ann, anne)
    row.click()
    expect(panel.get_by_text(texts.isMerged)).to_be_visible()
    agent.button(texts.show).click()
    expect(agent.heading("Ann Lee")).to_be_visible()
    expect(panel.get_by_text(texts.wasMerged)).to_be_visible()
    # The other agent undoes the merge.
    agent.http.post(f"/v1/merges/{second}/undo").raise_for_status()
    agent.open_profile(anne)
    expect(panel.get_by_text(texts.isMerged)).to_have_count(0)
    expect(agent.button(texts.associateInstead)).to_be_visible()
    agent.open_profile(bob)
    agent.button(texts.edit).click()
    panel.get_by_label(texts.account_number, exact=True).fill("B-1")
    agent.merge_meanwhile(ann, bob)
    agent.button(texts.save).click()
    expect(agent.heading(texts.conflict)).to_be_visible()
    expect(panel.get_by_text(texts.isMerged)).to_be_visible()
    agent.button(texts.saveChoice).click()
    expect(agent.heading("Ann Lee")).to_be_visible()
    assert agent.read(ann)["account_number"] == "B-1"


def test_the_association_follows_a_merge_that_others_made_before_an_edit(agent: Merging) -> None:
    """The panel names the profile that the contact has now, and does not offer to associate it."""
    panel, texts = agent.panel, agent.texts
    ann, bob = agent.create(ANN, customer("Bob", "Lee", "+1 206 555 0133"))
    agent.associate_before("call-a", bob)
    agent.set_contact("call-a", "+12065550133")
    expect(agent.association).to_contain_text("Bob Lee")
    agent.button(texts.edit).click()
    panel.get_by_label(texts.account_number, exact=True).fill("B-1")
    agent.merge_meanwhile(ann, bob)
    agent.button(texts.save).click()
    expect(agent.heading(texts.conflict)).to_be_visible()
    expect(agent.association).to_contain_text("Ann Lee")
    agent.button(texts.saveChoice).click()
    expect(agent.heading("Ann Lee")).to_be_visible()
    expect(panel.get_by_text(texts.isAssociated, exact=True)).to_be_visible()
    expect(agent.button(texts.associateInstead)).to_have_count(0)
    panel.evaluate(
        "panel => panel.addEventListener('profile-disassociated', ({ detail }) => window.undone = detail)"
    )
    agent.button(texts.undo).click()
    expect(agent.association).to_contain_text(texts.notAssociated)
    assert agent.page.evaluate("undone") == {"contact_id": "call-a", "profile_id": ann}


def test_the_association_follows_a_merge_that_the_panel_notices(agent: Merging) -> None:
    """The way to the other profile leads to the one that the contact has."""
    panel, texts = agent.panel, agent.texts
    ann, anne = agent.create(ANN, ANNE)
    agent.associate_before("call-a", anne)
    agent.set_contact("call-a", "+13125550190")
    expect(agent.heading("Anne Lee")).to_be_visible()
    expect(panel.get_by_text(texts.thisContact)).to_be_visible()
    agent.merge_meanwhile(ann, anne)
    agent.button(texts.possibleDuplicates).click()
    agent.button("Back to Anne Lee", exact=False).click()
    expect(panel.get_by_text(texts.isMerged)).to_be_visible()
    agent.button(texts.show).click()
    expect(agent.heading("Ann Lee")).to_be_visible()
    expect(agent.association).to_contain_text("Ann Lee")
    expect(panel.get_by_text(texts.isAssociated, exact=True)).to_be_visible()


def test_profiles_that_others_merged_meanwhile_are_shown_merged(agent: Merging) -> None:
    """The other way round, too: then the profile that stays is another one."""
    ann, anne = agent.create(ANN, ANNE)
    agent.compare(ann, anne)
    agent.choose("first_name", "source")
    agent.merge_meanwhile(anne, ann)
    agent.merge()
    expect(agent.heading("Anne Lee")).to_be_visible()
    expect(agent.panel.get_by_role("status").last).to_have_text(agent.text("already"))
    assert agent.read(ann)["merged_into"] == anne
