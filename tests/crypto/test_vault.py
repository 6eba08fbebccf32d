"""Encryption and the blind index of sensitive values."""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.crypto import sealed_values
from service.crypto.master_keyring import MasterKey
from service.crypto.vault import INDEX, VALUE, Vault, derive_key
from service.errors.search_keys import MasterKeyMissing

property_test = settings(derandomize=True, deadline=None, database=None, max_examples=200)

ONE = MasterKey("one", bytes(range(32)))
TWO = MasterKey("two", bytes(range(1, 33)))
PROFILE = "0" * 32
VAULT = Vault("default", (ONE,))
SEALED = "v1.one.fwFIPt2KpAtcz9wQJyIqNeE8bTqUxWsvg3jqPYjMUwN4XJC3k1na"


def _hkdf(master: bytes, info: bytes) -> bytes:
    """Return the first block of HKDF with SHA-256 (RFC 5869, sections 2.2 and 2.3)."""
    return hmac.digest(hmac.digest(bytes(32), master, "sha256"), info + b"\x01", "sha256")


@pytest.mark.parametrize("purpose", [INDEX, VALUE])
@pytest.mark.parametrize("domain", ["default", "acme"])
def test_keys_are_derived_with_hkdf(purpose: str, domain: str) -> None:
    """Another library derives the same keys, so it can be replaced without loss of stored values."""
    info = f"profile-lookup/v1/{purpose}/{domain}".encode()
    assert derive_key(ONE, purpose, domain) == _hkdf(ONE.key, info)


def test_each_purpose_domain_and_master_key_has_its_own_key() -> None:
    """No derived key is used twice."""
    keys = {derive_key(m, p, d) for m in (ONE, TWO) for p in (INDEX, VALUE) for d in ("default", "acme")}
    assert len(keys) == 8


def test_an_index_term_is_blinded_by_the_first_half_of_an_hmac() -> None:
    """Later releases must find what this release stores."""
    digest = hmac.digest(_hkdf(ONE.key, b"profile-lookup/v1/index/default"), b"ssn:078051120", "sha256")
    expected = f"ssn:{urlsafe_b64encode(digest[:16]).decode().rstrip('=')}"
    assert VAULT.blind("ssn:078051120") == (expected,)


def test_values_sealed_by_this_release_can_be_unsealed_by_later_ones() -> None:
    """The format must not change."""
    assert VAULT.unseal(PROFILE, "ssn", SEALED) == "078-05-1120"


@property_test
@given(plain=st.text(max_size=255), domain=st.text(max_size=20), key=st.text(max_size=20))
def test_a_value_can_be_unsealed_for_its_domain_profile_and_key(plain: str, domain: str, key: str) -> None:
    """Any text can be sealed. Sealing it twice gives two different sealed values."""
    vault = Vault(domain, (TWO, ONE))
    sealed = vault.seal(PROFILE, key, plain)
    assert re.fullmatch(r"v1\.two\.[A-Za-z0-9_-]+", sealed)
    assert vault.unseal(PROFILE, key, sealed) == plain
    assert Vault(domain, (ONE, TWO)).unseal(PROFILE, key, sealed) == plain
    assert vault.seal(PROFILE, key, plain) != sealed


PLACES = st.tuples(*[st.text(st.sampled_from("ab|,:.\x00\x1f"), max_size=4)] * 3)


@property_test
@given(one=PLACES, other=PLACES)
def test_a_value_cannot_be_unsealed_for_another_domain_profile_or_key(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    """Unsealing fails even if the joined names are equal."""
    assume(one != other)
    key = derive_key(ONE, VALUE, "any")
    assert sealed_values.unseal(key, other, sealed_values.seal(key, "one", one, "plain")) is None
    domain, profile_id, name = one
    sealed = Vault(domain, (ONE,)).seal(profile_id, name, "plain")
    assert Vault(other[0], (ONE,)).unseal(other[1], other[2], sealed) is None


def test_a_changed_value_cannot_be_unsealed() -> None:
    """The test changes every bit, and truncates the value at every position."""
    version, master_id, encoded = SEALED.split(".")
    raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    for bit in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        text = urlsafe_b64encode(changed).decode().rstrip("=")
        assert VAULT.unseal(PROFILE, "ssn", f"{version}.{master_id}.{text}") is None
    for end in range(len(SEALED)):
        assert VAULT.unseal(PROFILE, "ssn", SEALED[:end]) is None


@pytest.mark.parametrize(
    "sealed", ["", "v2.one.AAAA", "v1.one", "v1.one.", "078-05-1120", "v1..A", "v1.one.é"]
)
def test_a_malformed_sealed_value_cannot_be_unsealed(sealed: str) -> None:
    """Unsealing raises no error, so that the rest of the profile can be read."""
    assert VAULT.unseal(PROFILE, "ssn", sealed) is None


def test_only_the_same_master_key_unseals_a_value() -> None:
    """The ID and the key must both be the same."""
    assert Vault("default", (TWO,)).unseal(PROFILE, "ssn", SEALED) is None
    assert Vault("default", (MasterKey("one", TWO.key),)).unseal(PROFILE, "ssn", SEALED) is None
    assert (
        Vault("default", (MasterKey("two", ONE.key),)).unseal(
            PROFILE, "ssn", SEALED.replace("v1.one", "v1.two")
        )
        is None
    )


def test_the_first_master_key_seals_and_all_master_keys_blind() -> None:
    """A query asks for the blinded terms of all master keys."""
    both = Vault("default", (TWO, ONE))
    assert both.blind("ssn:1") == Vault("default", (TWO,)).blind("ssn:1") + VAULT.blind("ssn:1")
    assert both.is_current(both.seal(PROFILE, "ssn", "1"))
    assert not both.is_current(SEALED)


def test_without_a_master_key_nothing_is_sealed_or_unsealed() -> None:
    """New values are rejected instead of being stored in plain text."""
    empty = Vault("default", ())
    assert empty.unseal(PROFILE, "ssn", SEALED) is None
    assert not empty.is_current(SEALED)
    with pytest.raises(MasterKeyMissing):
        empty.seal(PROFILE, "ssn", "1")
    with pytest.raises(MasterKeyMissing):
        empty.blind("ssn:1")
