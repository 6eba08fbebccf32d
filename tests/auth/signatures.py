"""Access keys, verifiers and signed requests for tests of signatures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from service.auth.access_keys import create_access_key
from service.auth.signatures import SignatureVerifier
from service.crypto.master_keyring import parse
from service.errors.access import Unauthenticated
from service.model.principal import AccessKey, Scope
from tests.auth.key_store import FakeStore
from tests.aws.signing import Prepared, sign
from tests.clock import Clock
from tests.master_keys import ONE

KEYRING = parse("MASTER_KEYS", ONE)


def current_time() -> datetime:
    """Return the current time: botocore signs with it."""
    return datetime.now(UTC)


def create_key(store: FakeStore, *, lifetime: timedelta | None = None) -> tuple[AccessKey, str]:
    """Create an access key in the domain `default`. Return it and its secret."""
    return create_access_key(
        cast("Any", store),
        KEYRING,
        label="a",
        domain="default",
        scopes={Scope.VIEW},
        agent_id="agent-7",
        lifetime=lifetime,
        now=current_time(),
    )


def new_verifier(
    store: FakeStore, keys: str = ONE, *, ahead: timedelta = timedelta(), clock: Clock | None = None
) -> SignatureVerifier:
    """Return the verifier of a worker whose clock is ahead of botocore's."""
    stores: Any = SimpleNamespace(access_keys=store, availability=store, keyring=parse("MASTER_KEYS", keys))
    return SignatureVerifier(stores, clock=clock or Clock(), time=lambda: current_time() + ahead)


STORE = FakeStore()
KEY, SECRET = create_key(STORE)
VERIFIER = new_verifier(STORE)


def error_of(prepared: Prepared, verifier: SignatureVerifier = VERIFIER) -> type[Unauthenticated]:
    """Return the type of the error of an unauthenticated request."""
    with pytest.raises(Unauthenticated) as caught:
        verifier.authenticate(prepared.signed_request())
    return type(caught.value)


def signed_call() -> Prepared:
    """Return a request that is signed now: tests may run long after this module is imported."""
    return sign(
        KEY.key_id,
        SECRET,
        path="/domains/default/profiles/search",
        params={"max-results": "5", "next-token": "a+b c"},
        headers={"Content-Type": "application/json", "amz-sdk-invocation-id": "1"},
        body=b'{"KeyName": "_phone", "Values": ["+1"]}',
    )


def replace_in_authorization(old: str, new: str) -> Callable[[Prepared], None]:
    """Return a function that replaces a part of the header Authorization."""

    def change(prepared: Prepared) -> None:
        before = prepared.headers["authorization"]
        prepared.headers["authorization"] = before.replace(old, new)
        assert prepared.headers["authorization"] != before

    return change
