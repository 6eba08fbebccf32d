"""A browser, the service with its panel, and a frontend of another origin."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pymongo
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect, sync_playwright

from service.cli import main
from tests import tls
from tests.faults.serving import running_service
from tests.master_keys import ONE
from tests.panel.customers import CUSTOMERS, create
from tests.panel.embedding import SERVICE, files_of
from tests.panel.merging import Merging
from tests.panel.sites import Site, running_site
from tests.panel.watching import Watch

_AXE = Path(__file__).parents[1] / "openapi" / "node_modules" / "axe-core" / "axe.min.js"
_TIMEOUT_MS = 15_000
# Debian's and Ubuntu's names of the program. The first one has no windows, so it needs half of the CPU time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
AGENT = ("profiles:edit", "profiles:create")
"""The scopes of an agent."""

CreateKey = Callable[..., str]
OpenPage = Callable[..., Page]
Show = Callable[..., Page]
OpenMerging = Callable[..., Merging]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser for all tests. Each test opens pages in contexts of its own."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("The tests of the panel need a browser: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        # Containers have no user namespaces for the sandbox. The tests load no foreign pages.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        expect.set_options(timeout=_TIMEOUT_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Return a frontend whose origin may call the services."""
    with running_site() as running:
        yield running


@pytest.fixture(scope="session")
def panel_database(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Return the name of the services' database."""
    name = f"panel_{uuid4().hex[:12]}"
    yield name
    mongodb_client.drop_database(name)


@pytest.fixture(scope="session")
def start_service(
    mongodb_uri: str, panel_database: str, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., str]]:
    """Return a function that starts the service, and returns its URL."""
    with ExitStack() as stack:

        def start(**settings: str) -> str:
            log = tmp_path_factory.mktemp("panel") / "log"
            defaults = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": panel_database, "MASTER_KEYS": ONE}
            defaults |= {"WORKERS": "1", "PANEL": "on", "CORS_ORIGINS": site.origin}
            service = stack.enter_context(running_service(log, defaults | settings))
            return f"http://127.0.0.1:{service.port}"

        yield start


@pytest.fixture(scope="session")
def open_url(start_service: Callable[..., str]) -> str:
    """Return the URL of a service without authentication. It has the customers."""
    url = start_service(AUTH="off")
    with httpx.Client(base_url=url, verify=tls.UNUSED) as http:
        for customer in CUSTOMERS:
            create(http, customer)
    return url


@pytest.fixture(scope="session")
def secured_url(start_service: Callable[..., str], open_url: str) -> str:  # noqa: ARG001 - it has the customers
    """Return the URL of a service with authentication, for the same database."""
    return start_service(AUTH="on", SETTINGS_CACHE_SECONDS="0")


@pytest.fixture(scope="session")
def create_key(mongodb_uri: str, panel_database: str) -> CreateKey:
    """Return a function that creates an API key, given its scopes and its domain."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": panel_database}

    def create_api_key(*scopes: str, domain: str = "default") -> str:
        arguments = ["api-keys", "create", "--label", "test", "--domain", domain]
        for scope in scopes:
            arguments += ["--scope", scope]
        result = CliRunner().invoke(main, arguments, env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout.strip()

    return create_api_key


@pytest.fixture
def domain() -> str:
    """Return the name of a domain that no other test uses."""
    return f"d{uuid4().hex[:12]}"


@pytest.fixture
def key(create_key: CreateKey, domain: str) -> str:
    """Return an API key of an agent and administrator of an empty domain."""
    return create_key(*AGENT, "profiles:merge", "profiles:admin", "settings:admin", domain=domain)


@pytest.fixture
def http(secured_url: str, key: str) -> Iterator[httpx.Client]:
    """Return a client of the domain."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=secured_url, headers=headers, verify=tls.UNUSED) as client:
        yield client


@pytest.fixture
def watches() -> list[Watch]:
    """Return the watches of the pages that the test opened."""
    return []


@pytest.fixture
def open_page(
    browser: Browser, open_url: str, secured_url: str, site: Site, watches: list[Watch]
) -> Iterator[OpenPage]:
    """Return a function that opens a page in a language. Afterwards, check what all pages did."""
    with ExitStack() as stack:

        def open_in(url: str, language: str = "en", **options: Any) -> Page:
            context = stack.enter_context(
                browser.new_context(locale={"en": "en-US", "ja": "ja-JP"}[language], **options)
            )
            context.set_default_timeout(_TIMEOUT_MS)
            watches.append(Watch(context))
            page = context.new_page()
            page.goto(url)
            return page

        yield open_in
        for watch in watches:
            watch.check({open_url, secured_url, site.origin})


@pytest.fixture
def open_merging(
    open_page: OpenPage, secured_url: str, key: str, http: httpx.Client, watches: list[Watch]
) -> OpenMerging:
    """Return a function that signs in an agent who may merge the profiles of the domain."""

    def open_panel(language: str = "en", **options: Any) -> Merging:
        page = open_page(f"{secured_url}/panel", language, **options)
        watches[-1].expect("Failed to load resource")
        agent = Merging(page, language, http)
        agent.sign_in(key)
        expect(agent.heading(agent.texts.idle)).to_be_visible()
        return agent

    return open_panel


@pytest.fixture
def show_example(site: Site, secured_url: str, create_key: CreateKey, open_page: OpenPage) -> Show:
    """Return a function that opens a page with HTML of the documentation.

    `/agent-token` exchanges an API key for an agent token, as the server of the frontend does.
    """
    key = create_key(*AGENT, "tokens:create")

    def create_token() -> str:
        response = httpx.post(
            f"{secured_url}/v1/agent-tokens",
            json={"agent_id": "agent-7"},
            headers={"Authorization": f"Bearer {key}"},
            verify=tls.UNUSED,
        )
        assert response.is_success, response.text
        return response.text

    site.post["/agent-token"] = create_token

    def open_example(
        html: str, script: str = "", *, language: str = "en", before: str = "", **options: Any
    ) -> Page:
        html, script = (text.replace(SERVICE, secured_url) for text in (html, script))
        return open_page(
            site.write(files_of(html, script, language, before), secured_url), language, **options
        )

    return open_example


@pytest.fixture(scope="session")
def check_accessibility() -> Callable[[Page], None]:
    """Return a function that asserts that axe-core finds nothing on a page."""
    script = _AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        found = page.evaluate("axe.run(document).then(({ violations }) => violations)")
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []

    return check
