"""Forged, changed and malformed agent tokens are rejected."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import jwt
import orjson
import pytest

from service.auth.agent_tokens import MAX_LENGTH
from service.crypto.vault import AGENT_TOKEN, INDEX, derive_key
from service.errors.access import Unauthenticated
from service.model.limits import MAX_VALUE_LENGTH
from service.model.principal import Scope
from tests.auth.token_worker import AGENT, Worker, create_worker, keyring_of


@pytest.fixture
def worker() -> Worker:
    """Return a worker whose API key can create tokens for agents who edit and create profiles."""
    return create_worker()


def _flip(token: str, position: int) -> str:
    """Return the token with another character at the position."""
    other = "A" if token[position] != "A" else "B"
    return token[:position] + other + token[position:][1:]


def _rewrite(token: str, part: int, **members: Any) -> str:
    """Return the token with these members in its header (0) or its claims (1), and the same signature."""
    parts = token.removeprefix("plt_").split(".")
    values = orjson.loads(urlsafe_b64decode(parts[part] + "=="))
    parts[part] = urlsafe_b64encode(orjson.dumps(values | members)).decode().rstrip("=")
    return "plt_" + ".".join(parts)


@pytest.mark.parametrize(
    "members",
    [{"sub": "agent-8"}, {"scope": "profiles:admin"}, {"exp": 4102444800}, {"client_id": "plk_" + "0" * 16}],
    ids=str,
)
def test_a_changed_token_is_rejected(worker: Worker, members: dict[str, Any]) -> None:
    """The signature covers every claim."""
    assert worker.reason(_rewrite(worker.token(), 1, **members)) == "an agent token: InvalidSignatureError"


def test_every_character_of_the_signature_counts(worker: Worker) -> None:
    """The last one is left out, because it has two bits that are not used."""
    token = worker.token()
    for position in range(-43, -1):
        assert worker.reason(_flip(token, position)) == "an agent token: InvalidSignatureError"


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "RS256", "", None, 7])
def test_the_header_does_not_choose_the_algorithm(worker: Worker, algorithm: Any) -> None:
    """A token without a signature is rejected too."""
    token = _rewrite(worker.token(), 0, alg=algorithm)
    assert worker.reason(token).startswith("an agent token: Invalid")
    assert worker.reason(token.rpartition(".")[0] + ".") == "a malformed agent token"


@pytest.mark.parametrize("key_id", ["two", "", None, 7, ["one"], {"one": 1}, "one\n", "a" * 2000])
def test_an_invalid_key_id_is_rejected(worker: Worker, key_id: Any) -> None:
    """A key ID of another type than text is no key ID."""
    assert worker.reason(_rewrite(worker.token(), 0, kid=key_id)).startswith("an agent token")


def _sign(worker: Worker, key: bytes, **claims: Any) -> str:
    """Return a token with these claims besides those of a valid one. Claims that are None are omitted."""
    valid = {"client_id": worker.key[:20], "sub": "agent-7", "scope": "profiles:view", "exp": 4102444800}
    present = {name: value for name, value in (valid | claims).items() if value is not None}
    return "plt_" + jwt.encode(present, key, "HS256", headers={"kid": "one"})


def test_a_key_for_another_purpose_signs_no_token(worker: Worker) -> None:
    """The keys of encryption and of tokens are derived separately from the master key."""
    (master,) = keyring_of()
    worker.authenticator.authenticate(_sign(worker, derive_key(master, AGENT_TOKEN)))
    for key in (master.key, derive_key(master, INDEX), derive_key(master, AGENT_TOKEN, "acme")):
        assert worker.reason(_sign(worker, key)) == "an agent token: InvalidSignatureError"


@pytest.mark.parametrize(
    "claims",
    [{"exp": None}, {"exp": "4102444800"}, {"sub": None}, {"scope": ["profiles:view"]}, {"client_id": 7}],
    ids=str,
)
def test_a_signed_token_with_other_claims_is_rejected(worker: Worker, claims: dict[str, Any]) -> None:
    """A later release may create such tokens."""
    token = _sign(worker, derive_key(keyring_of()[0], AGENT_TOKEN), **claims)
    assert worker.reason(token) == "an agent token of another release"


def test_a_signed_token_cannot_have_the_scope_to_create_tokens(worker: Worker) -> None:
    """Unknown scopes are ignored too."""
    scope = " ".join([*Scope, "profiles:fax"])
    token = _sign(worker, derive_key(keyring_of()[0], AGENT_TOKEN), scope=scope)
    assert worker.authenticator.authenticate(token).scopes == AGENT | {Scope.VIEW}


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "a.b.c",
        "a b.c.d",
        "é.b.c",
        "W10.W10.W10",
        "bnVsbA.e30.AAAA",
        "\x00",
        "a.b.c\n",
        "a.b.",
        "a" * 100_000,
        "A.A." + "A" * MAX_LENGTH,
        urlsafe_b64encode(b"[" * 4000).decode().rstrip("=") + ".e30.AAAA",
        urlsafe_b64encode(b'{"kid":' * 700).decode().rstrip("=") + ".e30.AAAA",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_malformed_token_is_rejected(worker: Worker, text: str) -> None:
    """None of them raises another exception, or causes a read."""
    with pytest.raises(Unauthenticated):
        worker.authenticator.authenticate(f"plt_{text}")
    assert worker.store.reads == 0


def test_the_token_of_the_longest_agent_id_is_accepted(worker: Worker) -> None:
    """JSON escapes each of its characters with twelve characters."""
    agent_id = "\U0001f600" * MAX_VALUE_LENGTH
    token = worker.token(agent_id=agent_id)
    assert len(token) < MAX_LENGTH - 1000
    assert worker.authenticator.authenticate(token).agent_id == agent_id


def test_only_an_agent_token_has_its_prefix(worker: Worker) -> None:
    """A JSON Web Token without it is one of the OIDC issuer, of which there is none here."""
    token = worker.token()
    assert "no issuer is set" in worker.reason(token.removeprefix("plt_"))
    assert worker.reason(f"plt_{worker.key}") == "a malformed agent token"
