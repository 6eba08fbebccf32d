"""A slow service, a failing service, and a lost connection."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.panel.conftest import OpenPage
from tests.panel.screens import Screen
from tests.panel.watching import Watch

_LOST = "There is no connection to the service"
_UNAVAILABLE = "The service is not available"


@pytest.fixture
def screen(open_page: OpenPage, open_url: str) -> Screen:
    """Return the page in English."""
    screen = Screen(open_page(f"{open_url}/panel"), "en")
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    return screen


@pytest.fixture
def fail(screen: Screen, watches: list[Watch]) -> Callable[..., None]:
    """Return a function that makes the next requests for a path fail."""
    watches[0].expect("Failed to load resource")

    def fail_next(pattern: str, *answers: Callable[[Route], None]) -> None:
        remaining = iter(answers)

        def respond(route: Route) -> None:
            next(remaining, _forward)(route)

        screen.page.route(pattern, respond)

    return fail_next


def _forward(route: Route) -> None:
    route.continue_()


def _cut(route: Route) -> None:
    route.abort("connectionreset")


def _problem(status: int, code: str, **headers: str) -> Callable[[Route], None]:
    body = json.dumps({"code": code, "status": status, "request_id": "r-1", "title": "Not shown"})
    return lambda route: route.fulfill(
        status=status, body=body, content_type="application/problem+json", headers=headers
    )


def test_a_lost_connection_is_reported_and_the_match_is_repeated(
    screen: Screen, fail: Callable[..., None]
) -> None:
    """The agent sees that the panel is trying again, and then the profile."""
    fail("**/match", _cut, _cut)
    screen.ring("known")
    expect(screen.panel.get_by_text(_LOST).first).to_be_visible()
    expect(screen.heading("Patricia Smith")).to_be_visible()
    expect(screen.panel.get_by_text(_LOST)).to_have_count(0)


def test_an_unavailable_service_is_asked_again(screen: Screen, fail: Callable[..., None]) -> None:
    """Responses with Retry-After are repeated after that time."""
    fail("**/match", _problem(503, "datastore_unavailable", **{"Retry-After": "1"}))
    screen.ring("known")
    expect(screen.panel.get_by_text(_UNAVAILABLE).first).to_be_visible()
    expect(screen.heading("Patricia Smith")).to_be_visible()


def test_an_association_that_fails_can_be_tried_again(screen: Screen, fail: Callable[..., None]) -> None:
    """The agent sees a sentence and the request ID, not the service's text."""
    fail("**/association", _problem(500, "internal_error"))
    screen.ring("known")
    screen.button(screen.texts.associate).click()
    screen.button(screen.texts.confirm).click()
    expect(screen.panel.get_by_role("alert")).to_contain_text("r-1")
    expect(screen.panel.get_by_text("Not shown")).to_have_count(0)
    screen.button("Try again: Associate with Patricia Smith", exact=False).click()
    expect(screen.association).to_contain_text("Patricia Smith")


def test_a_missing_permission_is_explained(screen: Screen, watches: list[Watch]) -> None:
    """The search is not repeated, because that would not help."""
    watches[0].expect("Failed to load resource")
    searches: list[str] = []

    def refuse(route: Route) -> None:
        # On a slow machine, there is also a request for completions.
        body = route.request.post_data or ""
        if "prefix" not in body:
            searches.append(body)
        _problem(403, "insufficient_scope")(route)

    screen.page.route("**/profiles/search", refuse)
    screen.search("name", "Linda Wilson")
    expect(screen.panel.get_by_role("alert")).to_contain_text("not permitted")
    assert len(searches) == 1


def test_while_the_service_is_slow_the_panel_shows_that_it_looks(screen: Screen) -> None:
    """A contact that ends meanwhile does not appear later."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    screen.page.route("**/match", hold)
    screen.ring("known")
    expect(screen.heading("Looking for the customer")).to_be_visible()
    screen.phone.get_by_role("button", name="Decline").click()
    expect(screen.heading(screen.texts.idle)).to_be_visible()
    screen.ring("byEmail")
    _wait_for(screen.page, lambda: len(waiting) == 2)
    first, second = waiting
    second.continue_()
    expect(screen.heading("Linda Wilson")).to_be_visible()
    # The browser has cancelled the first request.
    assert first.request.failure
    expect(screen.heading("Patricia Smith")).to_have_count(0)


def test_a_slow_search_does_not_replace_what_the_agent_opens_meanwhile(screen: Screen) -> None:
    """The agent does not wait for the search, and what the form contains is not lost."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    screen.page.route("**/profiles/search", hold)
    screen.search("name", "Linda Wilson")
    _wait_for(screen.page, lambda: len(waiting) == 1)
    screen.button(screen.texts.createProfile).click()
    expect(screen.heading(screen.texts.createProfile)).to_be_visible()
    # The browser has cancelled the search.
    assert waiting[0].request.failure
    screen.page.evaluate("() => new Promise((done) => setTimeout(done))")
    expect(screen.heading(screen.texts.createProfile)).to_be_visible()
    expect(screen.panel.locator("[name=first_name]")).to_have_value("Linda")


def _wait_for(page: Page, condition: Callable[[], bool]) -> None:
    """Process the browser's events until the condition is true."""
    while not condition():
        page.evaluate("() => new Promise(requestAnimationFrame)")
