"""JSON Web Tokens over HTTP, with the public keys of a local issuer."""

from collections.abc import Iterator

import pytest
from flask import Flask
from pymongo.database import Database

from service.app import create_app
from tests.api.caller import Caller, check_problem, pointers
from tests.auth.issuer import Issuer, Site, run_site, settings, verifier_with_long_wait


@pytest.fixture
def site() -> Iterator[Site]:
    """Return the web site of the issuer."""
    with run_site() as site:
        yield site


@pytest.fixture
def issuer(site: Site) -> Issuer:
    """Return an issuer whose public keys are on the web site."""
    new_issuer = Issuer()
    site.body = new_issuer.document
    return new_issuer


@pytest.fixture
def app(site: Site, authenticated_app: Flask) -> Flask:
    """Return an application that accepts tokens of the issuer."""
    database: Database[dict[str, object]] = authenticated_app.extensions["database"]
    app_settings = settings(oidc_jwks_url=site.url)
    return create_app(app_settings, database=database, tokens=verifier_with_long_wait(app_settings))


def _caller(app: Flask, token: str) -> Caller:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return Caller(client, None)


def test_a_token_gives_access_to_its_domain_for_its_agent(app: Flask, issuer: Issuer, site: Site) -> None:
    """The subject of the token is the agent. The issuer's keys are fetched once for all requests."""
    token = issuer.token(domain="osaka", sub="agent-9", scope="profiles:create")
    api = _caller(app, token)
    profile_id = api.create()["profile_id"]
    assert api.associate("t-1", profile_id)["agent_id"] == "agent-9"
    other_agent = {"profile_id": profile_id, "agent_id": "agent-7"}
    response = api.call("PUT", "/v1/contacts/t-1/association", other_agent, status=422)
    assert pointers(check_problem(response)) == ["/agent_id"]
    other_domain = _caller(app, issuer.token(domain="kyoto"))
    other_domain.get(f"/v1/profiles/{profile_id}", status=404)
    assert site.request_count == 1


def test_a_token_is_limited_to_its_scopes(app: Flask, issuer: Issuer) -> None:
    """Scopes work as for API keys."""
    response = _caller(app, issuer.token()).call("GET", "/v1/settings", status=403)
    assert check_problem(response)["scope"] == "settings:admin"


def test_an_invalid_token_gets_a_401(app: Flask, issuer: Issuer) -> None:
    """The response is the same as for any other invalid credential."""
    response = _caller(app, issuer.token(exp=0)).call("GET", "/v1/settings", status=401)
    assert check_problem(response)["code"] == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="profile-lookup", error="invalid_token"'


def test_a_token_gets_a_503_while_its_issuer_is_unreachable(app: Flask, issuer: Issuer, site: Site) -> None:
    """The token may be valid, so a 401 would be wrong. The response has ``Retry-After``."""
    site.status = 500
    response = _caller(app, issuer.token()).call("GET", "/v1/search-keys", status=503)
    assert check_problem(response)["code"] == "issuer_unavailable"


def test_without_an_issuer_tokens_are_rejected(authenticated_app: Flask, issuer: Issuer) -> None:
    """The settings contain no issuer, so no public keys are fetched."""
    _caller(authenticated_app, issuer.token()).get("/v1/search-keys", status=401)
