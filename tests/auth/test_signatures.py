"""Signatures of AWS Signature Version 4. botocore is the judge: it signs the requests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.auth.canonical_request import canonical_query
from service.errors.access import Unauthenticated
from service.errors.signatures import (
    AccessKeyUnknown,
    SignatureInvalid,
)
from service.model.principal import Scope
from tests.auth.signatures import (
    KEY,
    SECRET,
    VERIFIER,
    current_time,
    error_of,
    replace_in_authorization,
    signed_call,
)
from tests.aws.signing import Prepared, sign


def test_a_signed_request_has_the_principal_of_its_access_key() -> None:
    """The principal has the ID, the domain, the scopes and the agent of the access key."""
    principal = VERIFIER.authenticate(sign(KEY.key_id, SECRET).signed_request())
    assert (principal.credential_id, principal.domain) == (KEY.key_id, "default")
    assert (principal.scopes, principal.agent_id) == (frozenset({Scope.VIEW}), "agent-7")


_SEGMENTS = st.one_of(
    st.sampled_from(
        ["", ".", "..", "profiles", "a b", "100%", "a+b", "arn:aws:profile", "x/y", "é", "日本", "~"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6),
)
_NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
_HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "amz-sdk-invocation-id", "X-Amz-User-Agent", "amz-sdk-request", "x-a"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    max_size=3,
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    segments=st.lists(_SEGMENTS, max_size=6),
    params=st.dictionaries(_NAMES, st.text(st.characters(codec="utf-8"), max_size=12), max_size=4),
    headers=_HEADERS,
    body=st.binary(max_size=64),
    region=st.sampled_from(["us-east-1", "ap-northeast-1", "us-gov-west-1", "local"]),
)
def test_every_request_that_botocore_signs_is_accepted(
    method: str,
    segments: list[str],
    params: dict[str, str],
    headers: dict[str, str],
    body: bytes,
    region: str,
) -> None:
    """The path, the query string, the headers and the body can be any."""
    path = "/" + "/".join(quote(segment, safe="~") for segment in segments)
    prepared = sign(
        KEY.key_id, SECRET, method, path, params=params, headers=headers, body=body, region=region
    )
    assert VERIFIER.authenticate(prepared.signed_request()).credential_id == KEY.key_id


def _replace_in_target(old: str, new: str) -> Callable[[Prepared], None]:
    def change(prepared: Prepared) -> None:
        assert old in prepared.target
        prepared.target = prepared.target.replace(old, new)

    return change


def _set_header(name: str, value: str) -> Callable[[Prepared], None]:
    return lambda prepared: prepared.headers.update({name: value})


def _change_date(prepared: Prepared) -> None:
    prepared.headers["x-amz-date"] = f"{current_time() + timedelta(seconds=2):%Y%m%dT%H%M%SZ}"


def _set(name: str, value: str | bytes) -> Callable[[Prepared], None]:
    return lambda prepared: setattr(prepared, name, value)


TAMPERINGS: dict[str, Callable[[Prepared], None]] = {
    "method": _set("method", "PUT"),
    "path": _replace_in_target("default", "other"),
    "end of the path": _replace_in_target("search", "search/"),
    "encoded path": _replace_in_target("search", "%73earch"),
    "value of the query": _replace_in_target("max-results=5", "max-results=6"),
    "name of the query": _replace_in_target("max-results", "max-result"),
    "another parameter": _replace_in_target("max-results", "a=1&max-results"),
    "plus of the query": _replace_in_target("%2B", "+"),
    "no query": lambda prepared: setattr(prepared, "target", prepared.target.partition("?")[0]),
    "body": _set("body", b'{"KeyName": "_phone", "Values": ["+2"]}'),
    "no body": _set("body", b""),
    "host": _set_header("host", "example.com"),
    "time": _change_date,
    "content type": _set_header("content-type", "text/plain"),
    "another signed header": _set_header("amz-sdk-invocation-id", "2"),
    "missing signed header": lambda prepared: prepared.headers.__delitem__("amz-sdk-invocation-id"),
    "region": replace_in_authorization("us-east-1", "us-east-2"),
    "unsigned header": replace_in_authorization("amz-sdk-invocation-id;", ""),
    "order of the headers": replace_in_authorization("host;x-amz-date", "x-amz-date;host"),
    "signature": lambda prepared: prepared.headers.update(
        authorization=prepared.headers["authorization"][:-1]
        + ("0" if prepared.headers["authorization"][-1] != "0" else "1")
    ),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_signature_covers_every_part_of_the_request(tamper: Callable[[Prepared], None]) -> None:
    """A change after signing makes the signature invalid."""
    prepared = signed_call()
    VERIFIER.authenticate(prepared.signed_request())
    tamper(prepared)
    assert error_of(prepared) is SignatureInvalid


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_the_body_or_the_query_can_change(position: int, bit: int) -> None:
    """The signature covers all of them."""
    for name in ("body", "target"):
        prepared = signed_call()
        value = getattr(prepared, name)
        data = bytearray(value if isinstance(value, bytes) else value.encode())
        begin = 0 if name == "body" else data.index(b"?") + 1
        index = begin + position % (len(data) - begin)
        data[index] ^= 1 << bit
        changed = bytes(data)
        if name == "target":
            # Some changes are other spellings of the same query string, such as %2B and %2b.
            if canonical_query(changed.partition(b"?")[2]) == canonical_query(
                value.encode().partition(b"?")[2]
            ):
                continue
            request = replace(prepared.signed_request(), target=changed)
        else:
            request = replace(prepared.signed_request(), body=lambda changed=changed: changed)  # type: ignore[misc]
        with pytest.raises(Unauthenticated):
            VERIFIER.authenticate(request)


@pytest.mark.parametrize(
    "secret",
    [SECRET.upper(), f"{SECRET}0", SECRET[:-1], "", KEY.sealed_secret],
    ids=["upper case", "one more", "one less", "none", "sealed"],
)
def test_a_wrong_secret_is_refused(secret: str) -> None:
    """The stored form of the secret is not accepted either."""
    assert error_of(sign(KEY.key_id, secret)) is SignatureInvalid


def test_the_body_is_read_only_for_a_known_access_key() -> None:
    """Everything else is checked before."""

    def fail() -> bytes:
        raise AssertionError

    for key_id in (KEY.key_id, "PLAK0000000000000000"):
        request = replace(sign(key_id, SECRET).signed_request(), body=fail)
        with pytest.raises(AssertionError if key_id == KEY.key_id else AccessKeyUnknown):
            VERIFIER.authenticate(request)


def test_the_hash_of_the_body_is_never_taken_from_the_client() -> None:
    """The header can have any value, if the signature is that of the request."""
    prepared = signed_call()
    prepared.headers["x-amz-content-sha256"] = "0" * 64
    VERIFIER.authenticate(prepared.signed_request())
    wrong = sign(KEY.key_id, SECRET, headers={"X-Amz-Content-SHA256": "0" * 64})
    assert error_of(wrong) is SignatureInvalid


def test_a_request_target_with_an_origin_is_accepted() -> None:
    """Clients of proxies send it in this form (RFC 9112, section 3.2.2)."""
    request = signed_call().signed_request()
    VERIFIER.authenticate(replace(request, target=b"http://localhost" + request.target))
