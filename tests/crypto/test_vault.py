"""Sealing and blinding: what opens where, and what can be told from what is stored."""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.crypto import sealed_values as values
from service.crypto.derived_keys import INDEX, VALUE, derived
from service.crypto.master_keyring import Master
from service.crypto.vault import Vault
from service.errors.search_keys import MasterKeyMissing

laws = settings(derandomize=True, deadline=None, database=None, max_examples=200)

ONE = Master("one", bytes(range(32)))
TWO = Master("two", bytes(range(1, 33)))
PROFILE = "0" * 32
VAULT = Vault("default", (ONE,))
SEALED = "v1.one.fwFIPt2KpAtcz9wQJyIqNeE8bTqUxWsvg3jqPYjMUwN4XJC3k1na"


def _hkdf(master: bytes, info: bytes) -> bytes:
    """Return the first block of RFC 5869 with SHA-256, as its sections 2.2 and 2.3 have it."""
    return hmac.digest(hmac.digest(bytes(32), master, "sha256"), info + b"\x01", "sha256")


@pytest.mark.parametrize("purpose", [INDEX, VALUE])
@pytest.mark.parametrize("domain", ["default", "acme"])
def test_keys_are_derived_as_the_rfc_says(purpose: str, domain: str) -> None:
    """By another implementation they are the same, so that stored values outlive a change of library."""
    info = f"profile-lookup/v1/{purpose}/{domain}".encode()
    assert derived(ONE, purpose, domain) == _hkdf(ONE.key, info)


def test_no_key_serves_two_purposes_two_domains_or_two_masters() -> None:
    """Each combination has its own."""
    keys = {derived(m, p, d) for m in (ONE, TWO) for p in (INDEX, VALUE) for d in ("default", "acme")}
    assert len(keys) == 8


def test_an_entry_is_blinded_by_the_first_half_of_an_hmac() -> None:
    """Pinned: what is stored is looked for by later releases."""
    digest = hmac.digest(_hkdf(ONE.key, b"profile-lookup/v1/index/default"), b"ssn:078051120", "sha256")
    expected = f"ssn:{urlsafe_b64encode(digest[:16]).decode().rstrip('=')}"
    assert VAULT.blind("ssn:078051120") == (expected,)


def test_what_was_sealed_by_this_release_opens_in_later_ones() -> None:
    """Pinned likewise."""
    assert VAULT.unseal(PROFILE, "ssn", SEALED) == "078-05-1120"


@laws
@given(plain=st.text(max_size=255), domain=st.text(max_size=20), key=st.text(max_size=20))
def test_what_is_sealed_opens_where_it_was_sealed(plain: str, domain: str, key: str) -> None:
    """Any text, and each time another sealed value."""
    vault = Vault(domain, (TWO, ONE))
    sealed = vault.seal(PROFILE, key, plain)
    assert re.fullmatch(r"v1\.two\.[A-Za-z0-9_-]+", sealed)
    assert vault.unseal(PROFILE, key, sealed) == plain
    assert Vault(domain, (ONE, TWO)).unseal(PROFILE, key, sealed) == plain
    assert vault.seal(PROFILE, key, plain) != sealed


PLACES = st.tuples(*[st.text(st.sampled_from("ab|,:.\x00\x1f"), max_size=4)] * 3)


@laws
@given(one=PLACES, other=PLACES)
def test_what_is_sealed_opens_nowhere_else(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Neither in another domain, profile or key, nor where these read alike one after another."""
    assume(one != other)
    key = derived(ONE, VALUE, "any")
    assert values.unseal(key, other, values.seal(key, "one", one, "plain")) is None
    domain, profile_id, name = one
    sealed = Vault(domain, (ONE,)).seal(profile_id, name, "plain")
    assert Vault(other[0], (ONE,)).unseal(other[1], other[2], sealed) is None


def test_a_changed_value_does_not_open() -> None:
    """Whichever bit was changed, and however it was cut."""
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
def test_what_is_no_sealed_value_does_not_open(sealed: str) -> None:
    """It is no failure: whoever reads the profile is shown that it is there."""
    assert VAULT.unseal(PROFILE, "ssn", sealed) is None


def test_a_master_opens_what_it_has_sealed_alone() -> None:
    """Not even another one of the same ID."""
    assert Vault("default", (TWO,)).unseal(PROFILE, "ssn", SEALED) is None
    assert Vault("default", (Master("one", TWO.key),)).unseal(PROFILE, "ssn", SEALED) is None
    assert (
        Vault("default", (Master("two", ONE.key),)).unseal(PROFILE, "ssn", SEALED.replace("v1.one", "v1.two"))
        is None
    )


def test_the_first_master_writes_and_all_are_asked() -> None:
    """What each of them would have written is among what two ask for."""
    both = Vault("default", (TWO, ONE))
    assert both.blind("ssn:1") == Vault("default", (TWO,)).blind("ssn:1") + VAULT.blind("ssn:1")
    assert both.is_current(both.seal(PROFILE, "ssn", "1"))
    assert not both.is_current(SEALED)


def test_without_a_master_nothing_goes_in_and_nothing_comes_out() -> None:
    """What is there stays shut; what would be stored is refused, not stored in plain."""
    empty = Vault("default", ())
    assert empty.unseal(PROFILE, "ssn", SEALED) is None
    assert not empty.is_current(SEALED)
    with pytest.raises(MasterKeyMissing):
        empty.seal(PROFILE, "ssn", "1")
    with pytest.raises(MasterKeyMissing):
        empty.blind("ssn:1")
