"""An OIDC issuer that hangs, and the service under gunicorn with two threads."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from click.testing import CliRunner

from service.cli import main
from tests.tokens.issuer import AUDIENCE, ISSUER, Issuer, Site, served

_TOKENS = 20
_SLOW_SECONDS = 1.5


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """Return an issuer of tokens."""
    return Issuer()


@pytest.fixture(scope="module")
def site(issuer: Issuer) -> Iterator[Site]:
    """Return the issuer's web site."""
    with served() as site:
        site.body = issuer.document
        yield site


@pytest.fixture(scope="module")
def url(serve: Callable[..., str], module_database: str, site: Site) -> str:
    """Return the URL of a service with one worker of two threads."""
    return serve(
        module_database,
        AUTH="on",
        WORKERS="1",
        THREADS="2",
        OIDC_ISSUER=ISSUER,
        OIDC_AUDIENCE=AUDIENCE,
        OIDC_JWKS_URL=site.url,
        OIDC_ALGORITHMS="RS256, ES256",
    )


@pytest.fixture(scope="module")
def api_key(mongodb_uri: str, module_database: str) -> str:
    """Return an API key."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": module_database}
    command = ["api-keys", "create", "--label", "Frontend", "--scope", "profiles:view"]
    return CliRunner().invoke(main, command, env=environment).stdout.strip()


def _get(url: str, credential: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {credential}"}
    return httpx.get(f"{url}/v1/search-keys", headers=headers, timeout=30)


def test_the_keys_are_there_before_the_first_token(url: str, issuer: Issuer, site: Site) -> None:
    """The worker has read them when it started."""
    deadline = time.monotonic() + 10
    while site.asked == 0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert _get(url, issuer.token(domain="default")).status_code == 200
    assert site.asked == 1


def test_while_the_issuer_hangs_api_keys_and_known_tokens_are_answered(
    url: str, issuer: Issuer, site: Site, api_key: str
) -> None:
    """Tokens with made-up key IDs come meanwhile, more than there are threads; they get a 503 or a 401."""
    site.may_respond.clear()
    try:
        with ThreadPoolExecutor(4) as pool:
            made_up = [issuer.sign(issuer.claims(), kid=f"made-up-{number}") for number in range(_TOKENS)]
            failing = [pool.submit(_get, url, token) for token in made_up]
            for credential in (api_key, issuer.token(domain="default")) * 5:
                began = time.monotonic()
                assert _get(url, credential).status_code == 200
                assert time.monotonic() - began < _SLOW_SECONDS
            responses = [each.result() for each in failing]
    finally:
        site.may_respond.set()
    assert {response.status_code for response in responses} <= {401, 503}
    assert all("Retry-After" in response.headers for response in responses if response.status_code == 503)
