"""Authenticate requests by their signatures."""

from flask import request

from service.api.http.authentication import Scheme
from service.auth.canonical_request import SignedRequest
from service.auth.signatures import SignatureVerifier
from service.aws.requests import read_body
from service.store.stores import Stores


def signature_scheme(stores: Stores) -> Scheme:
    """Return the scheme of requests that are signed with an access key."""
    verifier = SignatureVerifier(stores)
    return Scheme(lambda: verifier.authenticate(_signed_request()), verifier.keys)


def _signed_request() -> SignedRequest:
    # gunicorn and Werkzeug add the request target to the environment as the client sent it. The encoding of
    # ``request.path`` is lost.
    target: str = request.environ["RAW_URI"]
    return SignedRequest(
        method=request.method, target=target.encode("latin-1"), header=request.headers.get, body=read_body
    )
