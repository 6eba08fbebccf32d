"""Whom a token names, and which tokens name nobody."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from service.auth.issuer_keys import IssuerKeys
from service.auth.token_verifier import TokenVerifier
from service.errors.access import Unauthenticated
from service.model.principal import Scope
from tests.auth.issuer import Issuer, Published, private_key, published, settings

ISSUED = Issuer()


def _verifier(issuer: Issuer = ISSUED, **changed: Any) -> TokenVerifier:
    given_settings = settings(**changed)
    client = Published(issuer, given_settings.oidc_algorithms)
    return TokenVerifier(given_settings, IssuerKeys(client))


def _reason(token: str, verifier: TokenVerifier | None = None) -> str | None:
    """Return why the token is refused; the caller is told the same whatever it is."""
    with pytest.raises(Unauthenticated) as refused:
        (verifier or _verifier()).verify(token)
    assert str(refused.value) == str(Unauthenticated("whatever"))
    return refused.value.reason


def test_a_token_says_whose_request_it_is() -> None:
    """By the claims that hold the domain, the scopes and the agent."""
    principal = _verifier().verify(ISSUED.token(scope="openid profiles:edit settings:admin email"))
    assert (principal.domain, principal.agent_id) == ("acme", "agent-7")
    assert principal.scopes == {Scope.EDIT, Scope.SETTINGS}


def test_the_claims_are_those_of_the_settings() -> None:
    """Keycloak, Entra ID and Cognito call them differently; a name may hold colons, dots and slashes."""
    verifier = _verifier(
        oidc_domain_claim="custom:domain",
        oidc_scopes_claim="https://example.com/roles",
        oidc_agent_claim="employee.id",
    )
    claims = {
        "custom:domain": "tokyo",
        "https://example.com/roles": ["profiles:create", "other"],
        "employee.id": "e-1",
        "domain": None,
    }
    principal = verifier.verify(ISSUED.token(**claims))
    assert (principal.domain, principal.agent_id) == ("tokyo", "e-1")
    assert principal.scopes == {Scope.CREATE}


@pytest.mark.parametrize(
    ("claim", "scopes"),
    [
        ("profiles:view", {Scope.VIEW}),
        ("profiles:view profiles:reveal", {Scope.VIEW, Scope.REVEAL}),
        (["profiles:view", "profiles:admin", 7, None, {}], {Scope.VIEW, Scope.ADMIN}),
        ("other/profiles:view profiles:viewer PROFILES:VIEW", set()),
        ("", set()),
        ([], set()),
        (None, set()),
        (7, set()),
        ({"profiles:view": True}, set()),
    ],
)
def test_scopes_are_text_or_an_array(claim: Any, scopes: set[Scope]) -> None:
    """Those that are none of ours grant nothing."""
    assert _verifier().verify(ISSUED.token(scope=claim)).scopes == scopes


def test_a_token_that_names_no_agent_names_none() -> None:
    """A program's, with an issuer that gives its tokens no such claim."""
    assert _verifier(oidc_agent_claim="agent").verify(ISSUED.token()).agent_id is None


def test_the_id_of_a_credential_is_of_its_subject_and_does_not_show_it() -> None:
    """The same for each token of the subject; a subject can be an e-mail address."""
    verifier = _verifier(oidc_agent_claim="agent")
    one, again, other = (
        verifier.verify(ISSUED.token(sub=sub, jti=jti)).credential_id
        for sub, jti in (("jo@example.com", "1"), ("jo@example.com", "2"), ("bo@example.com", "1"))
    )
    assert one == again != other
    assert one.startswith("oidc_")
    assert "jo" not in one.removeprefix("oidc_")


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"])
def test_each_algorithm_that_is_set_is_verified(algorithm: str) -> None:
    """Also where the key does not say what it is for."""
    issuer = Issuer(algorithm)
    assert _verifier(issuer, oidc_algorithms=(algorithm,)).verify(issuer.token()).domain == "acme"
    issuer.keys = [published(issuer.key, algorithm, None, alg=None, use=None)]
    token = jwt.encode(issuer.claims(), issuer.key, algorithm)
    assert _verifier(issuer, oidc_algorithms=(algorithm,)).verify(token).domain == "acme"


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": NOW - 60}, "ExpiredSignatureError"),
        ({"exp": None}, "MissingRequiredClaimError"),
        ({"exp": "soon"}, "DecodeError"),
        ({"nbf": NOW + 600}, "ImmatureSignatureError"),
        ({"iat": NOW + 600}, "ImmatureSignatureError"),
        ({"iat": None}, "MissingRequiredClaimError"),
        ({"iat": "then"}, "InvalidIssuedAtError"),
        ({"iss": "https://id.example.com/realms/other"}, "InvalidIssuerError"),
        ({"iss": "https://id.example.com/realms/calls/"}, "InvalidIssuerError"),
        ({"iss": None}, "MissingRequiredClaimError"),
        ({"aud": "another-service"}, "InvalidAudienceError"),
        ({"aud": ["another-service", "profile-lookup-2"]}, "InvalidAudienceError"),
        ({"aud": None}, "MissingRequiredClaimError"),
        ({"aud": []}, "MissingRequiredClaimError"),
        ({"sub": None}, "MissingRequiredClaimError"),
        ({"sub": 7}, "InvalidSubjectError"),
        ({"domain": None}, "the claim named by OIDC_DOMAIN_CLAIM is not a valid domain"),
        ({"domain": ["acme"]}, "the claim named by OIDC_DOMAIN_CLAIM is not a valid domain"),
        ({"domain": "acme/x"}, "the claim named by OIDC_DOMAIN_CLAIM is not a valid domain"),
        ({"domain": ""}, "the claim named by OIDC_DOMAIN_CLAIM is not a valid domain"),
        ({"domain": {"$ne": ""}}, "the claim named by OIDC_DOMAIN_CLAIM is not a valid domain"),
        ({"sub": ""}, "the claim named by OIDC_AGENT_CLAIM is not a valid agent ID"),
        ({"sub": "a" * 256}, "the claim named by OIDC_AGENT_CLAIM is not a valid agent ID"),
        ({"sub": "a\x00"}, "the claim named by OIDC_AGENT_CLAIM is not a valid agent ID"),
    ],
)
def test_a_claim_that_is_wrong_or_missing_is_refused(claims: dict[str, Any], reason: str) -> None:
    """However good the signature is."""
    assert _reason(ISSUED.token(**claims)) == reason


def test_one_of_several_audiences_may_be_ours() -> None:
    """And clocks may be half a minute apart."""
    assert _verifier().verify(ISSUED.token(aud=["other", "profile-lookup"])).domain == "acme"
    moment = int(time.time())
    assert (
        _verifier().verify(ISSUED.token(iat=moment + 10, nbf=moment + 10, exp=moment - 10)).domain == "acme"
    )


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _by_hand(header: Any, signature: str = "") -> str:
    return f"{_part(header)}.{_part(ISSUED.claims())}.{signature}"


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "nOnE", "", None, 7, ["ES256"], "HS256", "es256"]
)
def test_an_algorithm_that_is_not_set_is_refused(algorithm: Any) -> None:
    """First of all none at all (RFC 8725, 2.1)."""
    token = _by_hand({"alg": algorithm, "kid": "key-1", "typ": "JWT"})
    assert _reason(token) == "signed with an algorithm that is not accepted"


def test_the_public_key_is_no_secret() -> None:
    """A token signed with HMAC by what everybody can read does not pass for one of the issuer's."""
    issuer = Issuer("RS256")
    pem = issuer.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{_part({'alg': 'HS256', 'kid': 'key-1'})}.{_part(issuer.claims())}"
    signature = base64.urlsafe_b64encode(hmac.digest(pem, signed.encode(), hashlib.sha256)).decode()
    token = f"{signed}.{signature.rstrip('=')}"
    assert _reason(token, _verifier(issuer)) == "signed with an algorithm that is not accepted"


def test_a_token_brings_no_key_along() -> None:
    """Neither in its header nor by a URL in it: the keys are those of the settings."""
    mallory = private_key("ES256", "mallory")
    jwk = published(mallory, "ES256", "key-1")
    for header in ({"jwk": jwk}, {"jku": "https://mallory.example/keys"}, {"x5u": "https://mallory.example"}):
        token = jwt.encode(ISSUED.claims(), mallory, "ES256", headers={"kid": "key-1", **header})
        assert _reason(token) == "InvalidSignatureError"


def test_a_token_of_a_key_that_the_issuer_does_not_have_is_refused() -> None:
    """Signed well, by somebody else."""
    token = jwt.encode(ISSUED.claims(), private_key("ES256", "mallory"), "ES256", headers={"kid": "key-9"})
    assert _reason(token) == "signed with a key that the issuer does not have"


def test_a_token_that_was_changed_is_refused() -> None:
    """In its header, its claims, or its signature."""
    header, _, signature = ISSUED.token().split(".")
    more = _part(ISSUED.claims(scope="profiles:admin"))
    assert _reason(f"{header}.{more}.{signature}") == "InvalidSignatureError"
    assert _reason(f"{header}.{more}.") == "InvalidSignatureError"


def test_a_weak_key_is_no_key() -> None:
    """An RSA key of less than 2048 bits (RFC 7518, 3.3)."""
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that it is weak is what is tested
    issuer = Issuer("RS256")
    issuer.keys = [published(weak, "RS256", "key-1")]
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = jwt.encode(issuer.claims(), weak, "RS256", headers={"kid": "key-1"})
    assert _reason(token, _verifier(issuer)) == "InvalidKeyError"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "cty", "zip"]), _JSON),
    st.text(max_size=20),
)
def test_no_header_is_too_strange(header: dict[str, Any], signature: str) -> None:
    """Whatever a token says of itself, it is refused in the same way."""
    _reason(_by_hand({"alg": "ES256", "kid": "key-1", **header}, signature))


@given(st.text(max_size=60) | st.text("ey.A-_=", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """What is no token is refused as a bad one is."""
    _reason(text)


def test_nested_beyond_measure_is_refused() -> None:
    """A header of thousands of brackets is no reason to fall over."""
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    assert _reason(f"{deep}.{deep}.AA") == "DecodeError"


def test_without_an_issuer_there_is_no_verifier() -> None:
    """With one there is, and nobody is asked yet."""
    assert TokenVerifier.of(settings(oidc_issuer="")) is None
    assert TokenVerifier.of(settings()) is not None
