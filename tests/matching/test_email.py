"""Normalised e-mail addresses."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.matching import email
from service.matching.email import address
from service.matching.profiles import index
from service.matching.search_keys import identifying_terms, index_terms, query_terms
from service.model.match import Tier
from service.model.search_key import KeyType, SearchKey
from tests.matching.partial_profiles import profile_with

laws = settings(derandomize=True, deadline=None, database=None, max_examples=75)


@pytest.mark.parametrize("text", ['"jane@example.com', 'jane"@example.com', '"@example.com'])
def test_a_single_quotation_mark_makes_an_address_invalid(text: str) -> None:
    """Only a quoted local part may contain quotation marks."""
    assert address.normalise(text) is None


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
        ("'jane@example.com", "jane@example.com"),
        ("’jane@example.com", "jane@example.com"),
        ("*'jane@example.com*", "jane@example.com"),
        ("・jane@example.com", "jane@example.com"),
        ("·jane@example.com·", "jane@example.com"),
        ("jane@example.com・", "jane@example.com"),
        ("'o'neil@example.com'", "o'neil@example.com"),
        ("Jane Doe jane@example.com", "jane@example.com"),
        ("Jane Doe: jane@Bücher.de, private", "jane@bücher.de"),
        ("mailto:jane@example.com?subject=x", "jane@example.com"),
        ("<mailto:jane@example.com?subject=x&body=y>", "jane@example.com"),
        ("o’brien@example.com", "o'brien@example.com"),
        ("o´brien@example.com", "o'brien@example.com"),
        ("O＇Brien@example.com", "o'brien@example.com"),
        ("o&#39;brien@example.com", "o'brien@example.com"),
        ("‘jane@example.com’", "jane@example.com"),
        ("jane–doe@example.com", "jane-doe@example.com"),
        ("jane@my−company.com", "jane@my-company.com"),
        ("jane..doe@docomo.ne.jp", "jane..doe@docomo.ne.jp"),
        ('"jane..doe"@docomo.ne.jp', "jane..doe@docomo.ne.jp"),
        ('Jane <"jane..doe"@docomo.ne.jp>', "jane..doe@docomo.ne.jp"),
        ("Jane <jane..doe@docomo.ne.jp>", "jane..doe@docomo.ne.jp"),
        ("<jane..doe@docomo.ne.jp>", "jane..doe@docomo.ne.jp"),
        ("mailto:jane..doe@docomo.ne.jp", "jane..doe@docomo.ne.jp"),
        ("mailto:%22jane..doe%22@docomo.ne.jp", "jane..doe@docomo.ne.jp"),
        ('"jane."@ezweb.ne.jp', "jane.@ezweb.ne.jp"),
        ("jane.@ezweb.ne.jp", "jane.@ezweb.ne.jp"),
        (".jane@example.com", "jane@example.com"),
        ('".jane"@example.com', '".jane"@example.com'),
        ("İSMAİL@EXAMPLE.COM", "ismail@example.com"),
        ("İSMAİL@EXAMPLE.COM".lower(), "ismail@example.com"),
        ("ısmaıl@example.com", "ismail@example.com"),
        ("ISTANBUL@İSTANBUL.COM", "istanbul@istanbul.com"),
        ("mailto:jane%40example.com", "jane@example.com"),
        ("jane%40example.com", "jane@example.com"),
        ("MAILTO:Jane@Example.com", "jane@example.com"),
        ("SMTP:jane@example.com", "jane@example.com"),
        ("email:jane@example.com", "jane@example.com"),
        ("E-Mail: jane@example.com", "jane@example.com"),
        ("メール：jane@example.com", "jane@example.com"),
        ("jane@example.com。", "jane@example.com"),
        ("連絡先はjane@example.comです", "連絡先はjane@example.comです"),
        ("【jane@example.com】", "jane@example.com"),
        ("「jane@example.com」", "jane@example.com"),
        ("[jane@example.com](mailto:jane@example.com)", "jane@example.com"),
        ("[Jane](mailto:jane@example.com?subject=x)", "jane@example.com"),
        ("jane@example.com<mailto:jane@example.com>", "jane@example.com"),
        ('<a href="mailto:jane@example.com">Jane</a>', "jane@example.com"),
        ("Jane &lt;jane@example.com&gt;", "jane@example.com"),
        ("Jane <jane@example.com", "jane@example.com"),
        ("*jane@example.com*", "jane@example.com"),
        ("_jane@example.com_", "jane@example.com"),
        ("{jane@example.com}", "jane@example.com"),
        ("`jane@example.com`", "jane@example.com"),
        ("✉ jane@example.com", "jane@example.com"),
        ("✉jane@example.com", "jane@example.com"),
        ("jane@example.com!", "jane@example.com"),
        ('"jim@example.com" <jane@example.com>', "jane@example.com"),
        ("jim@example.com <jane@example.com>", "jane@example.com"),
        ('"Doe, jim@example.com" <jane@example.com>', "jane@example.com"),
        ("jane@[IPv6:2001:DB8::1]", "jane@[IPv6:2001:db8::1]"),
        ('"jane@home"@example.com', '"jane@home"@example.com'),
        ("jane@exa_mple.com", "jane@exa_mple.com"),
        ("j***@g****.com", "j***@g****.com"),
        ("bounce+jane=example.com@example.net", "bounce+jane=example.com@example.net"),
        ("Jane @example.com", "jane @example.com"),
        ("Jane Doe", "jane doe"),
        ("jane@", "jane@"),
        ("@", "@"),
        ("a@b@c", "a@b@c"),
    ],
)
def test_an_address_has_one_form(typed: str, normalised: str) -> None:
    """Case, width, display name and the spelling of the domain do not matter. A tag after a plus does."""
    assert email.normalise(typed) == (normalised,)


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
    """Mail to the two addresses may be delivered to two people."""
    assert set(email.normalise(one)).isdisjoint(email.normalise(another))


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("jane@example.com, jim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com;Jim@Example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com / jim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com/jim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com|jim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com or jim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com\njim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com、jim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com (jim@example.com)", ["jane@example.com", "jim@example.com"]),
        ("home: jane@example.com work: j@example.org", ["jane@example.com", "j@example.org"]),
        ("Jane <jane@example.com>, Jim <jim@example.com>", ["jane@example.com", "jim@example.com"]),
        ("・jane@example.com・jim@example.com", ["jane@example.com", "jim@example.com"]),
        ("jane@col·legi.cat · jim@example.com", ["jane@col·legi.cat", "jim@example.com"]),
        ('"Doe, J" <jane@example.com>; jim@example.com', ["jane@example.com", "jim@example.com"]),
        ("jim@example.com, Jane <jane@example.com>", ["jim@example.com", "jane@example.com"]),
        ('"jane..doe"@docomo.ne.jp, "J D"@example.com', ["jane..doe@docomo.ne.jp", '"j d"@example.com']),
        ("mailto:jane@example.com,jim@example.com?cc=x", ["jane@example.com", "jim@example.com"]),
        ("jane@example.com, JANE@example.com", ["jane@example.com"]),
        ("jane@example.com, jim@", ["jane@example.com"]),
    ],
)
def test_a_value_can_have_several_addresses(typed: str, addresses: list[str]) -> None:
    """The addresses are in the lists that people and programs write."""
    assert list(email.normalise(typed)) == addresses


@pytest.mark.parametrize("unique", [False, True])
def test_a_value_with_several_addresses_is_found_by_each_of_them(unique: bool) -> None:  # noqa: FBT001
    """A profile owns all of the addresses if the search key is unique."""
    key = SearchKey(name="k", label="", type=KeyType.EMAIL, unique=unique)
    value = "Jane <jane@example.com>; jim@example.com"
    stored = {"k:jane@example.com", "k:jim@example.com"}
    assert set(index_terms(key, value, "US")) == set(identifying_terms(key, value, "US")) == stored
    assert [term.lookup for term in query_terms(key, "JIM@example.com", "US")] == ["k:jim@example.com"]
    assert {(term.lookup, term.tier) for term in query_terms(key, value, "US")} == {
        (text, Tier.UNIQUE if unique else Tier.EXACT) for text in stored
    }


def test_a_profile_keeps_the_addresses_as_typed_and_indexes_each() -> None:
    """The addresses are in `email_addresses` and under a unique custom search key."""
    key = SearchKey(name="k", label="", type=KeyType.EMAIL, unique=True)
    typed = "jane@example.com, jim@example.com"
    profile = profile_with(email_addresses=[{"value": typed}], keys={"k": [typed]})
    indexed = index(profile, {"k": key}, "US")
    assert {"email:jane@example.com", "email:jim@example.com"} <= set(indexed.lookup)
    assert indexed.unique == ["k:jane@example.com", "k:jim@example.com"]
    assert profile["email_addresses"] == [{"value": typed}]


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [
        ("o’brien@exa", "o'brien@exa"),
        ("SMTP:jane@exa", "jane@exa"),
        ("mailto:jane@exa", "jane@exa"),
        ('"Doe, Jane" <jane@exa', "jane@exa"),
        ("Jane <jan", "jan"),
        ("jane..d", "jane..d"),
        ("jane@xn--bcher-kva.d", "jane@bücher.d"),
        ("jane d", "jane d"),
    ],
)
def test_an_address_is_found_while_it_is_typed(typed: str, beginning: str) -> None:
    """Signs, labels and display names around the beginning of the address are ignored."""
    assert beginning in email.prefixes(typed)


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
        assert expected is None or email.normalise(spelling) == (expected,)


# Values that normalising changed twice, or that look like it.
@example("0@0¯")
@example("a@b\u2100")
@example("0@0;¨@0")
@example("a%40b@\u037e")
@example('".a"@b')
@example("İ@i̇.com")
@laws
@given(
    value=st.one_of(
        st.emails(),
        st.text(max_size=255),
        st.from_regex(r"\A[^@]{1,20}@[^@]{1,20}\Z"),
        st.from_regex(r"\A[0a.@%<>\"',;:¯¨´ıİß&#4/]{1,20}\Z"),
    )
)
def test_normalising_twice_changes_nothing(value: str) -> None:
    """Random texts are tested. None raises an error."""
    for normalised in email.normalise(value):
        assert email.normalise(normalised) == (normalised,)


@laws
@given(value=st.emails())
def test_an_address_is_the_same_in_capitals(value: str) -> None:
    """Case does not matter."""
    assert email.normalise(value.upper()) == email.normalise(value)


@laws
@given(
    addresses=st.lists(
        st.from_regex(r"\A[a-z][a-z0-9.+'-]{0,8}[a-z0-9]@[a-z]{1,8}\.[a-z]{2,3}\Z"), min_size=1
    )
)
def test_every_address_of_a_list_is_found(addresses: list[str]) -> None:
    """Each separator is tested."""
    for separator in (", ", ";", "\n", " / ", "|", " or ", "、"):
        assert set(email.normalise(separator.join(addresses))) == set(addresses)
