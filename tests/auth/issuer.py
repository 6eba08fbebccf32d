"""An OIDC issuer for tests: its keys, its tokens, and a web server on loopback that publishes the keys."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms

from service.auth.issuer_keys import JWKSClient
from service.auth.token_verifier import TokenVerifier
from service.config import Settings

ISSUER = "https://id.example.com/realms/calls"
AUDIENCE = "profile-lookup"

PrivateKey = Any

_MAX_HANG_SECONDS = 60


@cache
def private_key(algorithm: str, name: str = "first") -> PrivateKey:
    """Return a private key for the algorithm. Calls with the same name return the same key."""
    del name
    if algorithm[:2] in {"RS", "PS"}:
        return rsa.generate_private_key(65537, 2048)
    curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
    return (
        ec.generate_private_key(curves[algorithm])
        if algorithm in curves
        else ed25519.Ed25519PrivateKey.generate()
    )


def to_jwk(key: PrivateKey, algorithm: str, key_id: str | None, **members: Any) -> dict[str, Any]:
    """Return the public key as a JWK. Members that are None are omitted."""
    algorithms: Mapping[str, Any] = get_default_algorithms()
    public = algorithms[algorithm].to_jwk(key.public_key(), as_dict=True)
    jwk = {**public, "kid": key_id, "alg": algorithm, "use": "sig", **members}
    return {name: value for name, value in jwk.items() if value is not None and name != "key_ops"}


@dataclass
class Issuer:
    """Signs tokens with one key, and publishes a JWK set."""

    algorithm: str = "ES256"
    key_id: str | None = "key-1"
    keys: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Publish the signing key."""
        self.keys.append(to_jwk(self.key, self.algorithm, self.key_id))

    @property
    def key(self) -> PrivateKey:
        """The signing key."""
        return private_key(self.algorithm)

    @property
    def document(self) -> bytes:
        """The JWK set."""
        return orjson.dumps({"keys": self.keys})

    def claims(self, **claims: Any) -> dict[str, Any]:
        """Return the claims of a valid token, with these changes. Claims that are None are omitted."""
        now = int(time.time())
        all_claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "agent-7",
            "iat": now,
            "exp": now + 300,
            "domain": "acme",
            "scope": "openid profiles:view",
            **claims,
        }
        return {name: value for name, value in all_claims.items() if value is not None}

    def token(self, **claims: Any) -> str:
        """Return a valid token, with these changes to its claims."""
        return self.sign(self.claims(**claims))

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        """Return a signed token with exactly these claims."""
        key_header = {} if self.key_id is None else {"kid": self.key_id}
        return jwt.encode(claims, self.key, self.algorithm, headers={**key_header, **headers})


class OfflineJWKSClient(JWKSClient):
    """Gets the keys of an issuer without a download."""

    def __init__(self, issuer: Issuer, algorithms: Sequence[str]) -> None:
        super().__init__("https://id.example.com/keys", algorithms)
        self.issuer = issuer

    def download(self) -> bytes:
        """Return the JWK set."""
        return self.issuer.document


def settings(**changes: Any) -> Settings:
    """Return settings for the issuer, with these changes."""
    defaults = {
        "oidc_issuer": ISSUER,
        "oidc_audience": AUDIENCE,
        "oidc_jwks_url": "https://id.example.com/keys",
        "oidc_algorithms": ("RS256", "ES256"),
    }
    return Settings(**defaults | changes)


def verifier_with_long_wait(settings: Settings) -> TokenVerifier:
    """Return a verifier that waits long enough for the issuer's keys on a slow machine."""
    verifier = TokenVerifier.of(settings, wait_seconds=30)
    assert verifier is not None
    return verifier


@dataclass
class Site:
    """A web server's next response, and the number of requests it has received."""

    url: str = ""
    body: bytes = b""
    status: int = 200
    location: str | None = None
    request_count: int = 0
    was_requested: threading.Event = field(default_factory=threading.Event)
    may_respond: threading.Event = field(default_factory=threading.Event)
    """While this event is not set, the site accepts requests but does not respond."""

    def __post_init__(self) -> None:
        """Respond to requests until a test clears the event."""
        self.may_respond.set()


@contextmanager
def run_site() -> Iterator[Site]:
    """Run a web server on loopback. The caller sets its response through the site."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.request_count += 1
            site.was_requested.set()
            site.may_respond.wait(_MAX_HANG_SECONDS)
            with suppress(OSError):  # the client may have given up
                self._respond()

        def _respond(self) -> None:
            self.send_response(site.status)
            if site.location is not None:
                self.send_header("Location", site.location)
            self.send_header("Content-Length", str(len(site.body)))
            self.end_headers()
            self.wfile.write(site.body)

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        site.url = f"http://127.0.0.1:{server.server_port}/keys"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield site
        site.may_respond.set()
        server.shutdown()
        thread.join()
