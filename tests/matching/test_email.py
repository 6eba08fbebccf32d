"""Normalised e-mail addresses."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import email

laws = settings(derandomize=True, deadline=None, database=None, max_examples=75)


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("Jane.Doe@Example.COM", "jane.doe@example.com"),
        ("  jane@example.com ", "jane@example.com"),
        ("jane＠example.com", "jane@example.com"),
        ("Jane <jane@example.com>", "jane@example.com"),
        ('"Doe, Jane" <Jane@example.com>', "jane@example.com"),
        ("jane+news@example.com", "jane+news@example.com"),
        ("jane@bücher.de", "jane@bücher.de"),
        ("jane@xn--bcher-kva.de", "jane@bücher.de"),
        ("JANE@XN--BCHER-KVA.DE", "jane@bücher.de"),
        ("用户@例子.中国", "用户@例子.中国"),
        ("jane@straße.de", "jane@straße.de"),
        ("ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "jane@example.com"),
        ("jane@例え。jp", "jane@例え.jp"),
        ("ja\u200bne@example.com\ufeff", "jane@example.com"),
        ("山田 太郎 <taro@example.jp>", "taro@example.jp"),
        ("Doe, J. <jane@example.com>", "jane@example.com"),
        ("<jane@example.com>", "jane@example.com"),
        ("mailto:jane@example.com", "jane@example.com"),
        ('"jane"@example.com', "jane@example.com"),
        ('"Jane Doe"@example.com', '"jane doe"@example.com'),
        ("jane@[192.0.2.1]", "jane@[192.0.2.1]"),
        ("jane@crm.local", "jane@crm.local"),
        ("jane@localhost", "jane@localhost"),
        ("jane@example.com.", "jane@example.com"),
        ("jane@example.com,", "jane@example.com"),
        ("jane@example.com;", "jane@example.com"),
        ("jane@example.com (Jane)", "jane@example.com"),
        ("jane@example.com（花子）", "jane@example.com"),
        ("(jane@example.com)", "jane@example.com"),
        ("'jane@example.com'", "jane@example.com"),
        ("'o'neil@example.com'", "o'neil@example.com"),
        ("Jane Doe jane@example.com", "jane@example.com"),
        ("Jane Doe: jane@Bücher.de, private", "jane@bücher.de"),
        ("mailto:jane@example.com?subject=x", "jane@example.com"),
        ("<mailto:jane@example.com?subject=x&body=y>", "jane@example.com"),
        ("jane@example.com, jim@example.com", "jane@example.com, jim@example.com"),
        ("jane@example.com (jim@example.com)", "jane@example.com (jim@example.com)"),
        ("'jane@example.com", "'jane@example.com"),
        ("Jane @example.com", "jane @example.com"),
        ("Jane Doe", "jane doe"),
        ("jane@", "jane@"),
        ("@", "@"),
        ("a@b@c", "a@b@c"),
    ],
)
def test_an_address_has_one_form(typed: str, normalised: str) -> None:
    """Case, width, display name and the spelling of the domain do not matter; a plus tag does."""
    assert email.normalise(typed) == normalised


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("jane+news@example.com", "jane@example.com"),
        ("jane.doe@example.com", "janedoe@example.com"),
        ("jane_doe@example.com", "jane-doe@example.com"),
        ("strasse@example.com", "straße@example.com"),
        ("jane@strasse.de", "jane@straße.de"),
        ("jose@example.com", "josé@example.com"),
        ("jane@bucher.de", "jane@bücher.de"),
        ("ﬁn@example.com", "fin@example.com"),
        ("x²@example.com", "x2@example.com"),
        ("はな@example.jp", "ばな@example.jp"),
        ('"a b"@example.com', '"a  b"@example.com'),
        ('"a b"@example.com', "ab@example.com"),
        ("jane@example.com", "jane@example.co"),
        ("jane@example.com", "jane@mail.example.com"),
        ("jane@example.com", "jane"),
    ],
)
def test_two_mailboxes_never_have_the_same_form(one: str, another: str) -> None:
    """Mail to them may be delivered to two people."""
    assert email.normalise(one) != email.normalise(another)


def _normalise_with_library(value: str) -> str | None:
    try:
        return validate_email(
            value,
            check_deliverability=False,
            allow_domain_literal=True,
            allow_quoted_local=True,
            globally_deliverable=False,
        ).normalized
    except EmailNotValidError:
        return None


@laws
@given(value=st.one_of(st.emails(), st.from_regex(r"\A[a-z0-9.+-]{1,8}@[a-zü0-9.-]{1,12}\Z")))
def test_shortcuts_agree_with_the_library(value: str) -> None:
    """Common addresses are normalised without email-validator, and its results for domains are cached."""
    for spelling in (value, value.lower()):
        expected = _normalise_with_library(spelling.lower())
        assert expected is None or email.normalise(spelling) == expected


@laws
@given(value=st.one_of(st.emails(), st.text(max_size=255), st.from_regex(r"\A[^@]{1,20}@[^@]{1,20}\Z")))
def test_normalising_twice_changes_nothing(value: str) -> None:
    """For any text, and nothing raises."""
    normalised = email.normalise(value)
    assert email.normalise(normalised) == normalised


@laws
@given(value=st.emails())
def test_an_address_is_the_same_in_capitals(value: str) -> None:
    """Case does not matter."""
    assert email.normalise(value.upper()) == email.normalise(value)
