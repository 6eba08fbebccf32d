"""Requests that botocore signs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from service.auth.canonical_request import SignedRequest

ORIGIN = "http://localhost"


@dataclass(kw_only=True)
class Prepared:
    """A request as the client sends it. Header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def signed_request(self) -> SignedRequest:
        """Return the request as the server sees it."""
        return SignedRequest(
            method=self.method,
            target=self.target.encode(),
            header=self.headers.get,
            body=lambda: self.body,
        )


def sign(  # noqa: PLR0913 - the parts of a request
    key_id: str,
    secret: str,
    method: str = "POST",
    path: str = "/domains/default/profiles/search",
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"{}",
    region: str = "us-east-1",
    service: str = "profile",
    token: str | None = None,
    signer: Any = SigV4Auth,
) -> Prepared:
    """Sign a request as the AWS SDK for Python does, at the current time."""
    request = AWSRequest(method, f"{ORIGIN}{path}", dict(headers or {}), body, dict(params or {}))
    signer(Credentials(key_id, secret, token), service, region).add_auth(request)
    sent = request.prepare()
    url = urlsplit(sent.url)
    return Prepared(
        method=method,
        target=f"{url.path}?{url.query}" if url.query else url.path,
        headers={"host": url.netloc} | {name.lower(): _text(value) for name, value in sent.headers.items()},
        body=body,
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
