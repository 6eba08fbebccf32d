"""Sensitive values in memory: whoever does not ask for the plain value does not get it."""

import copy
import json
import logging
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.crypto.master_keyring import MasterKey
from service.crypto.vault import Vault
from service.matching.search_keys import index_terms, query_terms, term_fields, term_prefixes
from service.model.search_key import KeyType, SearchKey
from service.model.sensitive import SensitiveValue, masked

laws = settings(derandomize=True, deadline=None, database=None, max_examples=200)

PLAIN = "078-05-1120"
MASK = "*******1120"


def _held(plain: str | None = PLAIN) -> SensitiveValue:
    return SensitiveValue(sealed="v1.one.AAAA", unseal=lambda: plain)


@pytest.mark.parametrize("value", [SensitiveValue(PLAIN), _held()], ids=["typed", "held"])
def test_however_it_is_printed_it_is_the_mask(value: SensitiveValue) -> None:
    """Alone, in a format, in a container, in a log record and in JSON that knows nothing of it."""
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (value, [value]), None)
    shown = [str(value), f"{value}", f"{value!r}", str({"k": [value]}), record.getMessage()]
    shown += [json.dumps([value], default=str), json.dumps([value], default=repr)]
    assert all(MASK in text and PLAIN not in text and "078" not in text for text in shown)
    assert value.plain() == PLAIN


@pytest.mark.parametrize("use", [json.dumps, pickle.dumps, hash, list, lambda v: v + "", lambda v: "" + v])
def test_what_does_not_know_it_fails(use: Any) -> None:
    """It is no string, so a path that was forgotten is an error and no leak."""
    value = SensitiveValue(sealed="v1.one.AAAA", unseal=lambda: PLAIN)
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        use(value)


def test_one_that_cannot_be_opened_shows_not_even_its_length() -> None:
    """And has no plain value."""
    assert (str(_held(None)), _held(None).plain()) == ("********", None)


def test_it_is_opened_once_and_when_it_is_needed() -> None:
    """Of two hundred candidates twenty are shown."""
    opened = []

    def unseal() -> str:
        opened.append(1)
        return PLAIN

    value = SensitiveValue(sealed="s", unseal=unseal)
    assert opened == []
    assert [str(value), value.plain(), str(value)] == [MASK, PLAIN, MASK]
    assert opened == [1]


def test_two_are_equal_by_their_plain_values() -> None:
    """Not by their masks: a change of the hidden part is a change."""
    assert SensitiveValue(PLAIN) == _held() == SensitiveValue(PLAIN)
    assert SensitiveValue(PLAIN) != SensitiveValue("178-05-1120")
    assert str(SensitiveValue(PLAIN)) == str(SensitiveValue("178-05-1120"))
    assert SensitiveValue(PLAIN) != _held(None)
    assert _held(None) != SensitiveValue(PLAIN)
    assert _held(None) == _held(None)
    assert _held(None) != SensitiveValue(sealed="v1.one.BBBB", unseal=lambda: None)
    assert SensitiveValue(PLAIN) != PLAIN
    assert copy.copy(_held()) == _held()


VAULT = Vault("default", (MasterKey("two", bytes(range(1, 33))), MasterKey("one", bytes(range(32)))))
KEYS = [
    SearchKey(name="k", label="K", type=kind, unique=unique, sensitive=True, blind=VAULT.blind)
    for kind in KeyType
    for unique in (False, True)
]
# Long enough not to stand in a blind index by chance.
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
def test_no_entry_of_a_sensitive_key_holds_anything_of_the_value(
    key: SearchKey, value: str, region: str
) -> None:
    """Neither as it was typed nor as it is normalised, nor a part of it, whatever the type of the key."""
    plain = _plain_key(key)
    forms = {entry.partition(":")[2] for entry in index_terms(plain, value, region)}
    forms |= {token.lookup.partition(":")[2] for token in query_terms(plain, value, region)}
    hidden = {form for form in forms | {value} if len(form) >= 6}
    stored = index_terms(key, SensitiveValue(value), region)
    asked = query_terms(key, value, region)
    for entry in (*stored, *(token.lookup for token in asked)):
        family, _, digest = entry.partition(":")
        assert family in term_fields(key)
        assert len(digest) == 22
        assert not any(form in digest for form in hidden)
    assert all(token.value == masked(token.value) or token.value.startswith("*") for token in asked)


@laws
@given(key=st.sampled_from(KEYS), value=VALUES, region=st.sampled_from(["JP", "US", ""]))
def test_a_sensitive_value_is_found_as_any_other(key: SearchKey, value: str, region: str) -> None:
    """By the same query terms, of the same tiers, under each master."""
    plain = _plain_key(key)
    found = set(index_terms(plain, value, region)) & {
        token.lookup for token in query_terms(plain, value, region)
    }
    stored, asked = set(index_terms(key, SensitiveValue(value), region)), query_terms(key, value, region)
    assert stored & {token.lookup for token in asked} == {b for entry in found for b in VAULT.blind(entry)}
    tiers = [token.tier for token in query_terms(plain, value, region) for _ in VAULT.keyring]
    assert [token.tier for token in asked] == tiers


@pytest.mark.parametrize("use", [index_terms, query_terms, term_prefixes])
def test_a_sensitive_key_is_never_used_without_its_blind(use: Any) -> None:
    """One that was not read from its store makes no entry at all; and none makes a prefix."""
    key = SearchKey(name="k", label="K", type=KeyType.TEXT, sensitive=True)
    with pytest.raises(TypeError, match=r"^k$"):
        use(key, "secret", "JP")
    with pytest.raises(TypeError, match=r"^k$"):
        term_prefixes(KEYS[0], "secret", "JP")
