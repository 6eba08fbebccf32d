"""Create and rotate access keys, which sign requests to the API of Amazon Connect Customer Profiles.

An access key has an ID, which is ``PLAK`` and 16 hexadecimal digits in capitals, and a secret, which is
``plsk_`` and 64 hexadecimal digits. Clients never send the secret. The service needs the secret to verify
signatures, so it stores the secret, encrypted under a master key.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from service.auth.keys import KeyFields, insert_key, rotate_key
from service.crypto.access_key_secrets import seal_secret
from service.crypto.master_keyring import MasterKeyring
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import MasterKeyMissing
from service.model.identifiers import ACCESS_KEY_PREFIX, ACCESS_KEY_SECRET_PREFIX, AWS_DOMAIN
from service.model.principal import TOKEN_SCOPES, AccessKey, Scope
from service.store.keys import AccessKeyStore

SCOPES = TOKEN_SCOPES
"""The scopes that an access key can have. Amazon's API has no operation that creates tokens."""

_ID_BYTES = 8
_SECRET_BYTES = 32
ACCESS_KEY_ID = re.compile(rf"{ACCESS_KEY_PREFIX}[0-9A-F]{{{2 * _ID_BYTES}}}")


def create_access_key(
    access_keys: AccessKeyStore,
    keyring: MasterKeyring,
    *,
    label: str,
    domain: str,
    scopes: Collection[Scope],
    agent_id: str | None,
    lifetime: timedelta | None,
    now: datetime,
) -> tuple[AccessKey, str]:
    """Create an access key. Return the stored record and the secret.

    Raises ``InvalidRequest`` and ``MasterKeyMissing``.
    """
    fields = KeyFields(label=label, domain=domain, scopes=scopes, agent_id=agent_id, lifetime=lifetime)
    record = fields.record(now)
    if not AWS_DOMAIN.fullmatch(domain):
        raise InvalidRequest(
            [FieldError("/domain", "Must not contain a dot: Amazon's API has no domain with such a name.")]
        )
    return insert_key(access_keys, AccessKey(**record, sealed_secret=""), partial(_issue, keyring))


def rotate_access_key(
    access_keys: AccessKeyStore, keyring: MasterKeyring, key_id: str, *, grace: timedelta, now: datetime
) -> tuple[AccessKey, str]:
    """Replace an access key: see ``rotate_key``. Also raises ``MasterKeyMissing``."""
    return rotate_key(access_keys, key_id, partial(_issue, keyring), grace=grace, now=now)


def _issue(keyring: MasterKeyring, template: AccessKey) -> tuple[AccessKey, str]:
    if not keyring:
        raise MasterKeyMissing(
            "The secrets of access keys are encrypted under a master key, and none is set; set MASTER_KEYS "
            "or MASTER_KEYS_FILE as for the service."
        )
    key_id = ACCESS_KEY_PREFIX + secrets.token_hex(_ID_BYTES).upper()
    secret = ACCESS_KEY_SECRET_PREFIX + secrets.token_hex(_SECRET_BYTES)
    sealed = seal_secret(keyring, key_id, template.domain, secret)
    return replace(template, key_id=key_id, sealed_secret=sealed), secret
