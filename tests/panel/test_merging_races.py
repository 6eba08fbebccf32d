"""What others merge while an agent compares, and what the panel shows after a merge."""

import pytest
from playwright.sync_api import Route, expect

from tests.panel.conftest import OpenMerging
from tests.panel.customers import customer
from tests.panel.merging import ANN, ANNE, Merging

_THIRD = customer("Third", "Party", "+1 206 555 0155")


@pytest.fixture
def agent(open_merging: OpenMerging) -> Merging:
    """Return an agent of an empty domain."""
    agent: Merging = open_merging()
    return agent


@pytest.mark.parametrize(("language", "moved"), [("en", "source"), ("ja", "target")])
def test_a_profile_that_others_merged_into_a_third_one_is_not_merged(
    open_merging: OpenMerging, language: str, moved: str
) -> None:
    """The agent sees into which one. The agent has not compared that one, so the two cannot be merged."""
    agent = open_merging(language)
    panel = agent.panel
    ann, anne, third = agent.create(ANN, ANNE, _THIRD)
    agent.compare(ann, anne)
    agent.choose("first_name", "source")
    name, profile_id = {"source": ("Anne Lee", anne), "target": ("Ann Lee", ann)}[moved]
    agent.merge_meanwhile(third, profile_id)
    agent.merge()
    text = agent.text("mergedMeanwhile", source=name, target="Third Party")
    expect(panel.get_by_text(text)).to_have_count(2)  # also in the live region
    expect(agent.heading(agent.text("compare"))).to_be_focused()
    expect(agent.button(agent.text("merge"))).to_have_count(0)
    expect(panel.get_by_text(agent.texts.draft)).to_have_count(0)
    agent.button(agent.text("backToProfile", name="Ann Lee"), exact=False).click()
    expect(panel.get_by_text(agent.texts.isMerged)).to_have_count(1 if moved == "target" else 0)
    other = anne if moved == "target" else ann
    assert "merged_into" not in agent.read(other)


def test_a_profile_of_the_list_that_others_merged_is_not_compared(agent: Merging) -> None:
    """Otherwise, the comparison would show a third profile instead."""
    ann, anne, third = agent.create(ANN, ANNE, _THIRD)
    agent.open_profile(ann)
    agent.button(agent.texts.possibleDuplicates).click()
    row = agent.panel.locator(f"[data-profile-id='{anne}']")
    expect(row).to_be_visible()
    agent.merge_meanwhile(third, anne)
    row.click()
    text = agent.text("mergedMeanwhile", source="Anne Lee", target="Third Party")
    expect(agent.panel.locator(".error")).to_have_text(text)
    expect(agent.button(agent.text("merge"))).to_have_count(0)
    agent.button(agent.text("openNamed", name="Third Party")).click()
    expect(agent.heading("Third Party")).to_be_visible()
    expect(agent.button(agent.texts.possibleDuplicates)).to_be_visible()


def test_a_comparison_without_a_choice_stays_when_a_contact_comes_in(agent: Merging) -> None:
    """The match waits. When the agent has looked at it, the comparison is still there."""
    ann, anne, _ = agent.create(ANN, ANNE, customer("Bob", "Ray", "+1 206 555 0133"))
    agent.compare(ann, anne)
    agent.set_contact("call-b", "+12065550133")
    waiting = agent.panel.get_by_text(agent.texts.waiting).locator("..")
    expect(waiting).to_be_visible()
    expect(agent.association).to_contain_text("+1 206-555-0133")
    expect(agent.heading(agent.text("compare"))).to_be_visible()
    waiting.get_by_role("button").click()
    expect(agent.heading("Bob Ray")).to_be_visible()
    draft = agent.panel.get_by_text("Not saved yet: Merge Anne Lee into Ann Lee").locator("..")
    draft.get_by_role("button", name=agent.texts.show, exact=True).click()
    agent.merge()
    expect(agent.notice).to_contain_text("Anne Lee is merged into Ann Lee.")
    assert agent.read(anne)["merged_into"] == ann


def test_an_undo_names_the_profile_whose_merge_must_be_undone_first(agent: Merging) -> None:
    """Its button opens that profile, whose list has both merges."""
    ann, anne, third = agent.create(ANN, ANNE, _THIRD)
    agent.compare(ann, anne)
    agent.merge()
    expect(agent.notice).to_contain_text("Anne Lee is merged into Ann Lee.")
    agent.merge_meanwhile(third, ann)
    agent.button(agent.text("undoMerge")).click()
    text = agent.text("superseded", source="Ann Lee", target="Third Party")
    expect(agent.notice.locator("p")).to_have_text(text)
    expect(agent.panel.get_by_role("status").last).to_have_text(text)
    expect(agent.button(agent.text("undoMerge"))).to_have_count(0)
    agent.button(agent.text("openNamed", name="Third Party")).click()
    expect(agent.heading("Third Party")).to_be_visible()
    agent.button(agent.texts.merges).click()
    expect(agent.panel.locator(".merges > li")).to_have_count(2)


def test_the_list_of_a_search_does_not_show_a_merged_profile(agent: Merging) -> None:
    """It shows the profile as it is after the merge, and both again after the undo."""
    panel, texts = agent.panel, agent.texts
    ann, anne = agent.create(ANN, ANNE)
    agent.search("phone", "+13125550190")
    rows = panel.locator("[data-profile-id]")
    expect(rows).to_have_count(2)
    panel.locator(f"[data-profile-id='{ann}']").click()
    expect(agent.heading("Ann Lee")).to_be_visible()
    agent.button(texts.possibleDuplicates).click()
    panel.locator(f"[data-profile-id='{anne}']").click()
    agent.choose("first_name", "source")
    agent.button(agent.text("swap")).click()
    agent.merge()
    expect(agent.notice).to_contain_text("Ann Lee is merged into Anne Lee.")
    agent.button(texts.back, exact=False).click()
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-profile-id", anne)
    expect(panel.locator(".count")).to_have_text(texts.oneProfile)
    rows.click()
    expect(panel.get_by_text("+1 206-555-0111")).to_be_visible()
    agent.button(agent.text("undoMerge")).click()
    expect(agent.notice).to_contain_text(agent.text("undone", name="Anne Lee"))
    agent.button(texts.back, exact=False).click()
    expect(rows).to_have_count(2)


def test_the_other_matches_of_a_contact_are_without_a_merged_profile(agent: Merging) -> None:
    """If there are no others, there is no way to an empty list."""
    ann, anne = agent.create(ANN, ANNE)

    def match_one(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "outcome": "unique"})

    agent.page.route("**/match", match_one)
    agent.set_contact("call-a", "+13125550190")
    others = agent.button(agent.texts.otherMatches, exact=False)
    expect(others).to_contain_text(agent.texts.oneProfile)
    agent.button(agent.texts.possibleDuplicates).click()
    agent.panel.locator("[data-profile-id]").click()
    agent.merge()
    expect(agent.notice).to_be_visible()
    expect(agent.button(agent.texts.possibleDuplicates)).to_be_visible()
    expect(others).to_have_count(0)
    agent.button(agent.text("undoMerge")).click()
    expect(others).to_contain_text(agent.texts.oneProfile)
    for profile_id in (ann, anne):
        assert "merged_into" not in agent.read(profile_id)


def test_restored_profiles_are_named(open_merging: OpenMerging) -> None:
    """Others have merged several profiles at once. The agent works in Japanese."""
    agent = open_merging("ja")
    ann, anne, third = agent.create(ANN, ANNE, _THIRD)
    merge_id = agent.merge_meanwhile(third, ann, anne)
    agent.http.post(f"/v1/merges/{merge_id}/undo").raise_for_status()
    agent.open_profile(third)
    agent.button(agent.texts.merges).click()
    labels = [
        agent.text("openRestoredOf", name=name, id=f"…{profile_id[-6:]}")
        for name, profile_id in (("Ann Lee", ann), ("Anne Lee", anne))
    ]
    expect(agent.panel.locator(".merges button")).to_have_text(labels)
    agent.button(labels[1]).click()
    expect(agent.heading("Anne Lee")).to_be_visible()
