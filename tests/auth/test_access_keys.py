"""Access keys that sign requests: their end, their rotation and the encryption of their secrets."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from service.auth.access_keys import create_access_key, rotate_access_key
from service.auth.key_cache import CACHE_TTL
from service.errors.search_keys import MasterKeyMissing, ValueSealed
from service.errors.signatures import (
    AccessKeyUnknown,
    SignatureInvalid,
)
from service.model.principal import Scope
from tests.auth.key_store import FakeStore
from tests.auth.signatures import (
    KEY,
    KEYRING,
    SECRET,
    STORE,
    create_key,
    current_time,
    error_of,
    new_verifier,
)
from tests.aws.signing import sign
from tests.clock import Clock
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE


def test_a_revoked_access_key_is_refused_within_five_seconds() -> None:
    """Until then, a worker may use its cache."""
    store, clock = FakeStore(), Clock()
    key, secret = create_key(store)
    verifier, prepared = new_verifier(store, clock=clock), sign(key.key_id, secret)
    verifier.authenticate(prepared.signed_request())
    store.insert(cast("Any", replace(key, revoked_at=current_time())))
    clock.seconds += CACHE_TTL
    assert error_of(prepared, verifier) is AccessKeyUnknown


def test_an_expired_access_key_is_refused_at_once() -> None:
    """The cache does not delay this."""
    store = FakeStore()
    key, secret = create_key(store, lifetime=timedelta(minutes=1))
    prepared = sign(key.key_id, secret)
    new_verifier(store).authenticate(prepared.signed_request())
    assert error_of(prepared, new_verifier(store, ahead=timedelta(minutes=1))) is AccessKeyUnknown


def test_two_access_keys_are_valid_during_a_rotation() -> None:
    """The secret of one is not accepted for the other."""
    store = FakeStore()
    old, old_secret = create_key(store)
    new, new_secret = rotate_access_key(
        cast("Any", store), KEYRING, old.key_id, grace=timedelta(minutes=2), now=current_time()
    )
    verifier = new_verifier(store)
    for key, secret in ((old, old_secret), (new, new_secret)):
        assert verifier.authenticate(sign(key.key_id, secret).signed_request()).credential_id == key.key_id
    assert error_of(sign(old.key_id, new_secret), verifier) is SignatureInvalid
    assert (
        error_of(sign(old.key_id, old_secret), new_verifier(store, ahead=timedelta(minutes=2)))
        is AccessKeyUnknown
    )


@pytest.mark.parametrize("keys", [ONE, ONE_THEN_TWO, TWO_THEN_ONE])
def test_a_secret_is_decrypted_with_any_master_key(keys: str) -> None:
    """The master keys can be rotated."""
    new_verifier(STORE, keys).authenticate(sign(KEY.key_id, SECRET).signed_request())


@pytest.mark.parametrize("keys", ["", TWO])
def test_without_its_master_key_a_signature_cannot_be_checked(keys: str) -> None:
    """It is the operator's fault, not the client's."""
    with pytest.raises(ValueSealed):
        new_verifier(STORE, keys).authenticate(sign(KEY.key_id, SECRET).signed_request())


def test_a_secret_that_was_copied_to_another_access_key_is_of_no_use() -> None:
    """Its encryption is bound to the ID and the domain."""
    store = FakeStore()
    stolen, secret = create_key(store)
    other, _ = create_key(store)
    for changed in (
        replace(other, sealed_secret=stolen.sealed_secret),
        replace(stolen, domain="other"),
    ):
        store.insert(cast("Any", changed))
        with pytest.raises(ValueSealed):
            new_verifier(store).authenticate(sign(changed.key_id, secret).signed_request())


def test_without_a_master_key_no_access_key_is_created() -> None:
    """The error names the settings."""
    store = FakeStore()
    fields: Any = {"label": "a", "domain": "d", "scopes": {Scope.VIEW}, "agent_id": None, "lifetime": None}
    with pytest.raises(MasterKeyMissing, match="MASTER_KEYS_FILE"):
        create_access_key(cast("Any", store), (), **fields, now=current_time())
    assert not store.keys
