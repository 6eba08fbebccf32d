"""Verify requests that are signed with AWS Signature Version 4 and an access key.

A signature covers the method, the path, the query string, the body and some headers, among them Host and the
time. Anyone who can read a request can send it again until its time is five minutes old, as with AWS.
"""

import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from time import monotonic

from service.auth.access_keys import ACCESS_KEY_ID
from service.auth.authorization_header import ALGORITHM, Authorization, parse_authorization
from service.auth.canonical_request import SignedRequest, canonical_request
from service.auth.key_cache import KeyCache
from service.crypto.access_key_secrets import unseal_secret
from service.crypto.master_keyring import MasterKeyring
from service.crypto.sealed_values import master_id_of
from service.errors.search_keys import ValueSealed
from service.errors.signatures import AccessKeyUnknown, SignatureIncomplete, SignatureInvalid
from service.model.principal import AccessKey, Principal
from service.store.stores import Stores
from service.use_cases.clock import now

MAX_SKEW = timedelta(minutes=5)
"""How far the time of a request may differ from the time of the service."""

SERVICE = "profile"
"""The name of Amazon Connect Customer Profiles in signatures."""

_TERMINATOR = "aws4_request"
_REQUIRED_HEADERS = frozenset({"host", "x-amz-date"})
_TIME = re.compile(r"[0-9]{8}T[0-9]{6}Z", re.ASCII)
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
_MAX_CACHED_SIGNING_KEYS = 1000


class SignatureVerifier:
    """Authenticates signed requests. Each process has one instance."""

    def __init__(
        self,
        stores: Stores,
        *,
        clock: Callable[[], float] = monotonic,
        time: Callable[[], datetime] = now,
    ) -> None:
        self._stores = stores
        self._time = time
        self.keys = KeyCache(stores.access_keys, stores.availability, clock=clock)

    def authenticate(self, request: SignedRequest) -> Principal:
        """Return the principal of a signed request.

        Raises ``Unauthenticated``. Raises ``DatastoreUnavailable`` or ``ValueSealed`` if the signature cannot
        be checked. Also raises the errors of ``request.body``, which is called last, only to check the
        signature.
        """
        time = self._time()
        authorization = parse_authorization((request.header("authorization") or "").strip(), request.target)
        signed_at = _check_form(request, authorization)
        _check_time(signed_at, time)
        key = self._access_key(authorization.key_id, time)
        signing_key = _signing_key(self._stores.keyring, key, authorization.date, authorization.region)
        canonical = canonical_request(request, authorization.signed_headers)
        if canonical is None:
            raise SignatureInvalid("a missing signed header", detail="A header in SignedHeaders is missing.")
        text = f"{ALGORITHM}\n{signed_at}\n{authorization.scope}\n{sha256(canonical).hexdigest()}"
        expected = hmac.digest(signing_key, text.encode(), "sha256").hex()
        if not hmac.compare_digest(expected, authorization.signature):
            raise SignatureInvalid(
                "a wrong signature",
                detail="The signature does not match the request; check the secret of the access key, and "
                "that proxies leave the method, the path, the query string, Host and the body unchanged.",
            )
        return key.principal

    def _access_key(self, key_id: str, time: datetime) -> AccessKey:
        """Return the valid access key; raises ``AccessKeyUnknown``."""
        key = self.keys.find(key_id) if ACCESS_KEY_ID.fullmatch(key_id) else None
        if key is None or key.has_ended(time):
            raise AccessKeyUnknown(
                "an access key that is unknown, expired or revoked",
                detail="The access key is unknown, expired or revoked; use another.",
            )
        return key


def _check_form(request: SignedRequest, authorization: Authorization) -> str:
    """Check what needs no access key. Return the header x-amz-date. Raises ``Unauthenticated``."""
    if request.header("x-amz-security-token") is not None:
        raise AccessKeyUnknown(
            "a security token",
            detail="Temporary credentials (x-amz-security-token) are not accepted; use an access key of this "
            "service, made with `profile-lookup access-keys create`, without a session token.",
        )
    if not _REQUIRED_HEADERS.issubset(authorization.signed_headers):
        raise SignatureIncomplete(
            "too few signed headers", detail="SignedHeaders must contain host and x-amz-date."
        )
    if (authorization.service, authorization.terminator) != (SERVICE, _TERMINATOR):
        raise SignatureInvalid(
            "another service", detail=f"The credential scope must end with {SERVICE}/{_TERMINATOR}."
        )
    body_hash = (request.header("x-amz-content-sha256") or "").strip()
    if body_hash.startswith(("UNSIGNED-", "STREAMING-")):
        raise SignatureInvalid("an unsigned body", detail="The body must be signed; sign its SHA-256.")
    signed_at = (request.header("x-amz-date") or "").strip()
    if not _TIME.fullmatch(signed_at):
        raise _malformed_time()
    if not signed_at.startswith(authorization.date):
        raise SignatureInvalid(
            "another date", detail="The date of the credential scope is not that of x-amz-date."
        )
    return signed_at


def _malformed_time() -> SignatureIncomplete:
    return SignatureIncomplete(
        "a malformed x-amz-date", detail="x-amz-date must be a time such as 20260301T090000Z."
    )


def _check_time(signed_at: str, time: datetime) -> None:
    """Raise ``SignatureInvalid`` if the request is too old or from the future.

    Raise ``SignatureIncomplete`` if there is no such time: 25:00, for example.
    """
    try:
        difference = time - datetime.fromisoformat(signed_at)
    except ValueError:
        raise _malformed_time() from None
    if abs(difference) > MAX_SKEW:
        begin = "Signature expired" if difference > MAX_SKEW else "Signature not yet current"
        raise SignatureInvalid(
            "a time that is too far from ours",
            detail=f"{begin}: x-amz-date differs by more than 5 minutes from the time of the service, which "
            f"is {time:{_TIME_FORMAT}}; set the clock of the client.",
        )


# Cached, because decryption and derivation take half of the time of a verification. Errors are not cached.
@lru_cache(maxsize=_MAX_CACHED_SIGNING_KEYS)
def _derive_signing_key(
    keyring: MasterKeyring, key_id: str, domain: str, sealed_secret: str, date: str, region: str
) -> bytes:
    """Return the key with which an access key signs all requests of a day in a region.

    Raises ``ValueSealed``.
    """
    secret = unseal_secret(keyring, key_id, domain, sealed_secret)
    if secret is None:
        raise ValueSealed(master_id_of(sealed_secret))
    key = f"AWS4{secret}".encode()
    for part in (date, region, SERVICE, _TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _signing_key(keyring: MasterKeyring, key: AccessKey, date: str, region: str) -> bytes:
    return _derive_signing_key(keyring, key.key_id, key.domain, key.sealed_secret, date, region)
