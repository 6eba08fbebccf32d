"""Convert the values of a profile's custom search keys to their stored form and back.

Sensitive values are stored encrypted (sealed).
"""

from collections.abc import Iterator, Sequence
from functools import partial

from service.crypto.master_keyring import MasterKeyring
from service.crypto.sealed_values import master_id_of
from service.crypto.vault import Vault
from service.matching.rules import MARKER
from service.model.profile import KeyValues
from service.model.sensitive import SensitiveValue
from service.store.client.document import Document

Rules = int | str | None
"""The field ``rules`` of a profile: the rules and master keys with which its index terms were computed.

It begins with ``MARKER``. If the profile has sensitive values, ``:new,old`` follows: the IDs of all master
keys; the first encrypts. If some of these values could not be decrypted, ``!id,id`` follows: the IDs of their
master keys. Older releases stored the version of the rules instead of ``MARKER``, as a number if no IDs
followed, or nothing (None).
"""


def current_rules(keyring: MasterKeyring) -> list[str]:
    """Return the current rules: without sensitive values and, if there are master keys, with them."""
    return [MARKER, *([_with_master_keys(keyring)] if keyring else [])]


def rules_of(keys: KeyValues, keyring: MasterKeyring) -> str:
    """Return the rules to store in a profile with these values."""
    if not has_sensitive(keys):
        return MARKER
    unreadable = (value.sealed or "" for value in _sensitive(keys) if value.plain() is None)
    missing = ",".join(sorted(set(map(master_id_of, unreadable))))
    return _with_master_keys(keyring) + (f"!{missing}" if missing else "")


def has_sensitive(keys: KeyValues) -> bool:
    """Return whether any value is sensitive."""
    return any(True for _ in _sensitive(keys))


def sensitive_keys(keys: KeyValues) -> set[str]:
    """Return the names of the search keys with sensitive values."""
    return {name for name, values in keys.items() if has_sensitive({name: values})}


def master_key_ids(rules: Rules) -> set[str]:
    """Return the IDs of the master keys that encrypt sensitive values of profiles with these rules."""
    configured, _, missing = str(rules).partition(":")[2].partition("!")
    return {configured.partition(",")[0], *missing.split(",")} - {""}


def to_stored(keys: KeyValues, vault: Vault, profile_id: str) -> list[Document]:
    """Return the values in their stored form. Raises ``MasterKeyMissing``.

    If any value of a search key is sensitive, all of its values are encrypted.
    """
    # The fields of encrypted and other values have different names, so that they cannot be confused.
    return [
        {"key": key, "sealed": [_seal(value, vault, profile_id, key) for value in values]}
        if any(isinstance(value, SensitiveValue) for value in values)
        else {"key": key, "values": values}
        for key, values in keys.items()
    ]


def to_keys(stored: Sequence[Document], vault: Vault, profile_id: str) -> KeyValues:
    """Return the values of the stored form. Encrypted values are decrypted on first use."""

    def to_sensitive_value(key: str, sealed: str) -> SensitiveValue:
        return SensitiveValue(sealed=sealed, unseal=partial(vault.unseal, profile_id, key, sealed))

    return {
        pair["key"]: pair["values"]
        if "values" in pair
        else [to_sensitive_value(pair["key"], sealed) for sealed in pair["sealed"]]
        for pair in stored
    }


def _seal(value: str | SensitiveValue, vault: Vault, profile_id: str, key: str) -> str:
    """Return the encrypted value.

    Keep its stored encryption if it cannot be decrypted, or if it is for this profile and search key and uses
    the current master key. Raises ``MasterKeyMissing``.
    """
    if isinstance(value, str):
        return vault.seal(profile_id, key, value)
    plain = value.plain()
    if value.sealed is not None and (
        plain is None
        or (vault.is_current(value.sealed) and vault.unseal(profile_id, key, value.sealed) == plain)
    ):
        return value.sealed
    return vault.seal(profile_id, key, plain or "")


def _sensitive(keys: KeyValues) -> Iterator[SensitiveValue]:
    return (value for values in keys.values() for value in values if isinstance(value, SensitiveValue))


def _with_master_keys(keyring: MasterKeyring) -> str:
    return f"{MARKER}:{','.join(master.id for master in keyring)}"
