"""The principal of a valid token, and the rejection of invalid tokens."""

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
from tests.auth.issuer import Issuer, OfflineJWKSClient, private_key, settings, to_jwk

ISSUER = Issuer()


def _verifier(issuer: Issuer = ISSUER, **changes: Any) -> TokenVerifier:
    given_settings = settings(**changes)
    client = OfflineJWKSClient(issuer, given_settings.oidc_algorithms)
    return TokenVerifier(given_settings, IssuerKeys(client))


def _reason(token: str, verifier: TokenVerifier | None = None) -> str | None:
    """Return why the token is rejected. The client gets the same message for every reason."""
    with pytest.raises(Unauthenticated) as rejected:
        (verifier or _verifier()).verify(token)
    assert str(rejected.value) == str(Unauthenticated("another reason"))
    return rejected.value.reason


def test_a_token_identifies_its_principal() -> None:
    """The claims contain the domain, the scopes and the agent."""
    principal = _verifier().verify(ISSUER.token(scope="openid profiles:edit settings:admin email"))
    assert (principal.domain, principal.agent_id) == ("acme", "agent-7")
    assert principal.scopes == {Scope.EDIT, Scope.SETTINGS}


def test_the_settings_name_the_claims() -> None:
    """Keycloak, Entra ID and Cognito use different names, which may contain colons, dots and slashes."""
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
    principal = verifier.verify(ISSUER.token(**claims))
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
def test_scopes_are_a_string_or_an_array(claim: Any, scopes: set[Scope]) -> None:
    """Unknown scopes grant nothing."""
    assert _verifier().verify(ISSUER.token(scope=claim)).scopes == scopes


def test_a_token_without_an_agent_claim_has_no_agent() -> None:
    """Some issuers omit this claim in the tokens of programs."""
    assert _verifier(oidc_agent_claim="agent").verify(ISSUER.token()).agent_id is None


def test_the_credential_id_depends_on_the_subject_but_does_not_contain_it() -> None:
    """All tokens of a subject have the same credential ID. A subject can be an e-mail address."""
    verifier = _verifier(oidc_agent_claim="agent")
    one, again, other = (
        verifier.verify(ISSUER.token(sub=sub, jti=jti)).credential_id
        for sub, jti in (("jo@example.com", "1"), ("jo@example.com", "2"), ("bo@example.com", "1"))
    )
    assert one == again != other
    assert one.startswith("oidc_")
    assert "jo" not in one.removeprefix("oidc_")


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"])
def test_every_configured_algorithm_is_accepted(algorithm: str) -> None:
    """A JWK needs no ``kid``, no ``alg`` and no ``use``."""
    issuer = Issuer(algorithm)
    assert _verifier(issuer, oidc_algorithms=(algorithm,)).verify(issuer.token()).domain == "acme"
    issuer.keys = [to_jwk(issuer.key, algorithm, None, alg=None, use=None)]
    token = jwt.encode(issuer.claims(), issuer.key, algorithm)
    assert _verifier(issuer, oidc_algorithms=(algorithm,)).verify(token).domain == "acme"


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": NOW - 60}, "ExpiredSignatureError"),
        ({"exp": None}, "MissingRequiredClaimError"),
        ({"exp": "soon"}, "DecodeError"),
        ({"nbf": NOW + 86_400}, "ImmatureSignatureError"),
        ({"iat": NOW + 86_400}, "ImmatureSignatureError"),
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
def test_a_wrong_or_missing_claim_is_rejected(claims: dict[str, Any], reason: str) -> None:
    """The signature of the token is valid."""
    assert _reason(ISSUER.token(**claims)) == reason


def test_several_audiences_and_small_clock_differences_are_accepted() -> None:
    """One of the audiences must be the service. Clocks may differ by half a minute."""
    assert _verifier().verify(ISSUER.token(aud=["other", "profile-lookup"])).domain == "acme"
    moment = int(time.time())
    assert (
        _verifier().verify(ISSUER.token(iat=moment + 10, nbf=moment + 10, exp=moment - 10)).domain == "acme"
    )


def _encode_part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _forge_token(header: Any, signature: str = "") -> str:
    return f"{_encode_part(header)}.{_encode_part(ISSUER.claims())}.{signature}"


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "nOnE", "", None, 7, ["ES256"], "HS256", "es256"]
)
def test_an_algorithm_that_is_not_set_is_refused(algorithm: Any) -> None:
    """The most important case is ``none`` (RFC 8725, section 2.1)."""
    token = _forge_token({"alg": algorithm, "kid": "key-1", "typ": "JWT"})
    assert _reason(token) == "signed with an algorithm that is not accepted"


def test_a_token_signed_with_the_public_key_as_an_hmac_secret_is_rejected() -> None:
    """Attackers know the public key."""
    issuer = Issuer("RS256")
    pem = issuer.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{_encode_part({'alg': 'HS256', 'kid': 'key-1'})}.{_encode_part(issuer.claims())}"
    signature = base64.urlsafe_b64encode(hmac.digest(pem, signed.encode(), hashlib.sha256)).decode()
    token = f"{signed}.{signature.rstrip('=')}"
    assert _reason(token, _verifier(issuer)) == "signed with an algorithm that is not accepted"


def test_keys_in_the_header_of_a_token_are_ignored() -> None:
    """Only the keys at the configured URL are used, not a key or a URL in the header."""
    mallory = private_key("ES256", "mallory")
    jwk = to_jwk(mallory, "ES256", "key-1")
    for header in ({"jwk": jwk}, {"jku": "https://mallory.example/keys"}, {"x5u": "https://mallory.example"}):
        token = jwt.encode(ISSUER.claims(), mallory, "ES256", headers={"kid": "key-1", **header})
        assert _reason(token) == "InvalidSignatureError"


def test_a_token_signed_with_an_unknown_key_is_rejected() -> None:
    """The signature is valid, but the issuer does not have the key."""
    token = jwt.encode(ISSUER.claims(), private_key("ES256", "mallory"), "ES256", headers={"kid": "key-9"})
    assert _reason(token) == "signed with a key that the issuer does not have"


def test_a_changed_token_is_rejected() -> None:
    """The claims are changed, with the old signature and without a signature."""
    header, _, signature = ISSUER.token().split(".")
    more = _encode_part(ISSUER.claims(scope="profiles:admin"))
    assert _reason(f"{header}.{more}.{signature}") == "InvalidSignatureError"
    assert _reason(f"{header}.{more}.") == "InvalidSignatureError"


def test_a_weak_key_is_rejected() -> None:
    """An RSA key must have at least 2048 bits (RFC 7518, section 3.3)."""
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the test needs a weak key
    issuer = Issuer("RS256")
    issuer.keys = [to_jwk(weak, "RS256", "key-1")]
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
def test_no_header_causes_another_error(header: dict[str, Any], signature: str) -> None:
    """Any JSON in the fields of a header gives ``Unauthenticated``."""
    _reason(_forge_token({"alg": "ES256", "kid": "key-1", **header}, signature))


@given(st.text(max_size=60) | st.text("ey.A-_=", max_size=60))
def test_no_text_causes_another_error(text: str) -> None:
    """Text that is not a token gives ``Unauthenticated`` too."""
    _reason(text)


def test_a_deeply_nested_header_is_rejected() -> None:
    """Thousands of brackets do not cause a ``RecursionError``."""
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    assert _reason(f"{deep}.{deep}.AA") == "DecodeError"


def test_without_an_issuer_there_is_no_verifier() -> None:
    """With an issuer, a verifier is created without a download."""
    assert TokenVerifier.of(settings(oidc_issuer="")) is None
    assert TokenVerifier.of(settings()) is not None
