"""JSON Web Tokens over HTTP, with the keys of an issuer on loopback."""

from collections.abc import Iterator

import pytest
from flask import Flask
from pymongo.database import Database

from service.app import create_app
from tests.api.caller import Caller, check_problem, pointers
from tests.auth.issuer import Issuer, Site, run_site, settings, verifier_with_long_wait


@pytest.fixture
def site() -> Iterator[Site]:
    """Return the issuer's web site."""
    with run_site() as site:
        yield site


@pytest.fixture
def issuer(site: Site) -> Issuer:
    """Return the issuer. Its keys are on its site."""
    new_issuer = Issuer()
    site.body = new_issuer.document
    return new_issuer


@pytest.fixture
def app(site: Site, authenticated_app: Flask) -> Flask:
    """Return an application that accepts the issuer's tokens."""
    database: Database[dict[str, object]] = authenticated_app.extensions["database"]
    app_settings = settings(oidc_jwks_url=site.url)
    return create_app(app_settings, database=database, tokens=verifier_with_long_wait(app_settings))


def _caller(app: Flask, token: str) -> Caller:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return Caller(client, None)


def test_a_token_gives_access_to_its_domain_for_its_agent(app: Flask, issuer: Issuer, site: Site) -> None:
    """The keys are fetched once for many requests. An association gets the token's subject as agent."""
    token = issuer.token(domain="osaka", sub="agent-9", scope="profiles:create")
    api = _caller(app, token)
    profile_id = api.create()["profile_id"]
    assert api.associate("t-1", profile_id)["agent_id"] == "agent-9"
    forged = {"profile_id": profile_id, "agent_id": "agent-7"}
    response = api.call("PUT", "/v1/contacts/t-1/association", forged, status=422)
    assert pointers(check_problem(response)) == ["/agent_id"]
    elsewhere = _caller(app, issuer.token(domain="kyoto"))
    elsewhere.get(f"/v1/profiles/{profile_id}", status=404)
    assert site.request_count == 1


def test_a_token_is_limited_to_its_scopes(app: Flask, issuer: Issuer) -> None:
    """It behaves like an API key."""
    response = _caller(app, issuer.token()).call("GET", "/v1/settings", status=403)
    assert check_problem(response)["scope"] == "settings:admin"


def test_an_invalid_token_is_a_401(app: Flask, issuer: Issuer) -> None:
    """The response is that of any other invalid credential."""
    response = _caller(app, issuer.token(exp=0)).call("GET", "/v1/settings", status=401)
    assert check_problem(response)["code"] == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="profile-lookup", error="invalid_token"'


def test_an_unreachable_issuer_is_a_503(app: Flask, issuer: Issuer, site: Site) -> None:
    """The token may be valid, so it is not a 401. The response has ``Retry-After``."""
    site.status = 500
    response = _caller(app, issuer.token()).call("GET", "/v1/search-keys", status=503)
    assert check_problem(response)["code"] == "issuer_unavailable"


def test_without_an_issuer_tokens_are_rejected(authenticated_app: Flask, issuer: Issuer) -> None:
    """No keys are fetched."""
    _caller(authenticated_app, issuer.token()).get("/v1/search-keys", status=401)
