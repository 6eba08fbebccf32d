"""Sensitive values in memory, and their index and query terms."""

import copy
import json
import logging
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.crypto.master_keyring import MasterKey
from service.crypto.vault import Vault
from service.matching.search_keys import index_terms, query_terms, term_fields, term_prefixes
from service.model.search_key import KeyType, SearchKey
from service.model.sensitive import SensitiveValue, masked

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)

PLAIN = "078-05-1120"
MASK = "*******1120"


def _stored(plain: str | None = PLAIN) -> SensitiveValue:
    return SensitiveValue(sealed="v1.one.AAAA", unseal=lambda: plain)


@pytest.mark.parametrize("value", [SensitiveValue(PLAIN), _stored()], ids=["typed", "stored"])
def test_every_way_to_print_a_value_gives_its_mask(value: SensitiveValue) -> None:
    """It may be printed alone, formatted, in a container, in a log record, or in JSON with ``default``."""
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (value, [value]), None)
    shown = [str(value), f"{value}", f"{value!r}", str({"k": [value]}), record.getMessage()]
    shown += [json.dumps([value], default=str), json.dumps([value], default=repr)]
    assert all(MASK in text and PLAIN not in text and "078" not in text for text in shown)
    assert value.plain() == PLAIN


@pytest.mark.parametrize("use", [json.dumps, pickle.dumps, hash, list, lambda v: v + "", lambda v: "" + v])
def test_code_that_expects_a_string_fails(use: Callable[[SensitiveValue], object]) -> None:
    """A forgotten code path raises an error instead of leaking the value."""
    value = SensitiveValue(sealed="v1.one.AAAA", unseal=lambda: PLAIN)
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        use(value)


def test_a_value_that_cannot_be_decrypted_hides_its_length() -> None:
    """The mask has always eight characters."""
    assert (str(_stored(None)), _stored(None).plain()) == ("********", None)


def test_a_value_is_decrypted_once_on_first_use() -> None:
    """Most candidates of a match are never returned."""
    opened = []

    def unseal() -> str:
        opened.append(1)
        return PLAIN

    value = SensitiveValue(sealed="s", unseal=unseal)
    assert opened == []
    assert [str(value), value.plain(), str(value)] == [MASK, PLAIN, MASK]
    assert opened == [1]


def test_values_are_compared_by_their_plain_values() -> None:
    """Their masks may be equal. Values that cannot be decrypted are compared by their encrypted forms."""
    assert SensitiveValue(PLAIN) == _stored() == SensitiveValue(PLAIN)
    assert SensitiveValue(PLAIN) != SensitiveValue("178-05-1120")
    assert str(SensitiveValue(PLAIN)) == str(SensitiveValue("178-05-1120"))
    assert SensitiveValue(PLAIN) != _stored(None)
    assert _stored(None) != SensitiveValue(PLAIN)
    assert _stored(None) == _stored(None)
    assert _stored(None) != SensitiveValue(sealed="v1.one.BBBB", unseal=lambda: None)
    assert SensitiveValue(PLAIN) != PLAIN
    assert copy.copy(_stored()) == _stored()


VAULT = Vault("default", (MasterKey("two", bytes(range(1, 33))), MasterKey("one", bytes(range(32)))))
KEYS = [
    SearchKey(name="k", label="K", type=kind, unique=unique, sensitive=True, blind=VAULT.blind)
    for kind in KeyType
    for unique in (False, True)
]
# Too long to be part of a blind index by chance.
VALUES = st.one_of(
    st.text(min_size=6, max_size=255),
    st.text(st.sampled_from("0123456789+- "), min_size=8, max_size=20),
    st.emails(),
    st.sampled_from(["Doe, Johanna", "山田太郎左衛門尉", "+81 90-1234-5678", "078-05-1120", "x" * 255]),
)


def _plain_key(key: SearchKey) -> SearchKey:
    return SearchKey(name=key.name, label="K", type=key.type, unique=key.unique)


@laws
@given(key=st.sampled_from(KEYS), value=VALUES, region=st.sampled_from(["JP", "US", ""]))
def test_terms_of_a_sensitive_key_contain_no_part_of_the_value(
    key: SearchKey, value: str, region: str
) -> None:
    """They contain neither the typed nor the normalised value, for any type of search key."""
    plain = _plain_key(key)
    forms = {entry.partition(":")[2] for entry in index_terms(plain, value, region)}
    forms |= {term.lookup.partition(":")[2] for term in query_terms(plain, value, region)}
    hidden = {form for form in forms | {value} if len(form) >= 6}
    stored = index_terms(key, SensitiveValue(value), region)
    asked = query_terms(key, value, region)
    for entry in (*stored, *(term.lookup for term in asked)):
        field, _, digest = entry.partition(":")
        assert field in term_fields(key)
        assert len(digest) == 22
        assert not any(form in digest for form in hidden)
    assert all(term.value == masked(term.value) or term.value.startswith("*") for term in asked)


@laws
@given(key=st.sampled_from(KEYS), value=VALUES, region=st.sampled_from(["JP", "US", ""]))
def test_a_sensitive_value_matches_like_any_other(key: SearchKey, value: str, region: str) -> None:
    """The tiers are the same. There is a term for each master key."""
    plain = _plain_key(key)
    found = set(index_terms(plain, value, region)) & {
        term.lookup for term in query_terms(plain, value, region)
    }
    stored, asked = set(index_terms(key, SensitiveValue(value), region)), query_terms(key, value, region)
    assert stored & {term.lookup for term in asked} == {b for entry in found for b in VAULT.blind(entry)}
    tiers = [term.tier for term in query_terms(plain, value, region) for _ in VAULT.keyring]
    assert [term.tier for term in asked] == tiers


@pytest.mark.parametrize("use", [index_terms, query_terms, term_prefixes])
def test_a_sensitive_key_without_blind_index_is_rejected(
    use: Callable[[SearchKey, str, str], object],
) -> None:
    """Only the store adds the function for the blind index. Prefixes are rejected for every sensitive key."""
    key = SearchKey(name="k", label="K", type=KeyType.TEXT, sensitive=True)
    with pytest.raises(TypeError, match=r"^k$"):
        use(key, "secret", "JP")
    with pytest.raises(TypeError, match=r"^k$"):
        term_prefixes(KEYS[0], "secret", "JP")
