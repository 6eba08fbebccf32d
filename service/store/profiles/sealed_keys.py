"""The custom keys of a profile between memory and MongoDB, where sensitive values stand sealed alone."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from service.crypto.master_keyring import MasterKeyring
from service.crypto.sealed_values import master_id_of
from service.crypto.vault import Vault
from service.matching.rules import MARKER
from service.model.sensitive import SensitiveValue
from service.store.client.connection import Document

Rules = int | str | None
"""What a profile was made with: ``MARKER``; where it has sensitive values, behind a colon also the masters,
``new,old``, of which the first sealed them, and behind a ``!`` those of values that did not open. Of old the
version of the rules alone stands for the first, as a number where nothing follows; None is of before there
were rules."""

Keys = Mapping[str, Sequence[Any]]
"""By the search key's name its values: ``str``, or ``SensitiveValue`` of a sensitive one."""


def current_rules(masters: MasterKeyring) -> list[str]:
    """Return what profiles that are up to date were made with: those without and with sensitive values."""
    return [MARKER, *([_with_masters(masters)] if masters else [])]


def rules_of(keys: Keys, masters: MasterKeyring) -> str:
    """Return what the entries of a profile with these keys are made with now."""
    if not are_sensitive(keys):
        return MARKER
    lost = sorted({master_id_of(value.sealed or "") for value in _sensitive(keys) if value.plain() is None})
    return "!".join((_with_masters(masters), *([",".join(lost)] if lost else [])))


def are_sensitive(keys: Keys) -> bool:
    """Return whether there are sensitive values among those of the keys."""
    return any(True for _ in _sensitive(keys))


def masters_in(rules: Rules) -> set[str]:
    """Return the IDs of the masters that the values of such a profile are sealed with."""
    masters, _, lost = str(rules).partition(":")[2].partition("!")
    return {masters.partition(",")[0], *lost.split(",")} - {""}


def to_stored(keys: Keys, vault: Vault, profile_id: str) -> list[Document]:
    """Return what is stored of the keys; raises ``MasterKeyMissing``.

    Names that callers choose become values here, never names of fields. What is typed and what is sealed
    stand under different names, so that neither is ever taken for the other.
    """
    return [
        {"key": key, "sealed": [_sealed(value, vault, profile_id, key) for value in values]}
        if any(isinstance(value, SensitiveValue) for value in values)
        else {"key": key, "values": values}
        for key, values in keys.items()
    ]


def to_keys(stored: Sequence[Document], vault: Vault, profile_id: str) -> dict[str, list[Any]]:
    """Return the keys of what is stored, sensitive values ready to be opened."""
    return {
        pair["key"]: pair["values"]
        if "values" in pair
        else [_held(sealed, vault, profile_id, pair["key"]) for sealed in pair["sealed"]]
        for pair in stored
    }


def _held(sealed: str, vault: Vault, profile_id: str, key: str) -> SensitiveValue:
    return SensitiveValue(sealed=sealed, unseal=partial(vault.unseal, profile_id, key, sealed))


def _sealed(value: SensitiveValue, vault: Vault, profile_id: str, key: str) -> str:
    """Return the value sealed by the master that writes: as it is where it is so, and opens in this place.

    One that cannot be opened stays as it is; its master may come back.
    """
    plain = value.plain()
    if value.sealed is not None and (
        plain is None
        or (vault.is_current(value.sealed) and vault.unseal(profile_id, key, value.sealed) == plain)
    ):
        return value.sealed
    return vault.seal(profile_id, key, plain or "")


def _sensitive(keys: Keys) -> Iterator[SensitiveValue]:
    return (value for values in keys.values() for value in values if isinstance(value, SensitiveValue))


def _with_masters(masters: MasterKeyring) -> str:
    return f"{MARKER}:{','.join(master.id for master in masters)}"
