"""Signatures of AWS Signature Version 4. botocore is the judge: it signs the requests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import pytest
from botocore.auth import SigV4QueryAuth
from hypothesis import given
from hypothesis import strategies as st

from service.auth.access_keys import create_access_key, rotate_access_key
from service.auth.canonical_request import canonical_path, canonical_query
from service.auth.key_cache import CACHE_TTL
from service.auth.signatures import MAX_SKEW, SignatureVerifier
from service.crypto.master_keyring import parse
from service.errors.access import Unauthenticated
from service.errors.search_keys import MasterKeyMissing, ValueSealed
from service.errors.signatures import (
    AccessKeyUnknown,
    SignatureIncomplete,
    SignatureInvalid,
    SignatureMissing,
)
from service.model.principal import AccessKey, Scope
from tests.auth.key_store import FakeStore
from tests.aws.signing import Prepared, sign
from tests.clock import Clock
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE

KEYRING = parse("MASTER_KEYS", ONE)
_UNRESERVED = "ABCXYZabcxyz0189-._~"


def _now() -> datetime:
    """Return the current time: botocore signs with it."""
    return datetime.now(UTC)


def _create(store: FakeStore, *, lifetime: timedelta | None = None) -> tuple[AccessKey, str]:
    return create_access_key(
        cast("Any", store),
        KEYRING,
        label="a",
        domain="default",
        scopes={Scope.VIEW},
        agent_id="agent-7",
        lifetime=lifetime,
        now=_now(),
    )


def _verifier(
    store: FakeStore, keys: str = ONE, *, ahead: timedelta = timedelta(), clock: Clock | None = None
) -> SignatureVerifier:
    stores: Any = SimpleNamespace(access_keys=store, availability=store, keyring=parse("MASTER_KEYS", keys))
    return SignatureVerifier(stores, clock=clock or Clock(), time=lambda: _now() + ahead)


STORE = FakeStore()
KEY, SECRET = _create(STORE)
VERIFIER = _verifier(STORE)


def _error(prepared: Prepared, verifier: SignatureVerifier = VERIFIER) -> type[Unauthenticated]:
    """Return the type of the error of an unauthenticated request."""
    with pytest.raises(Unauthenticated) as caught:
        verifier.authenticate(prepared.signed_request())
    return type(caught.value)


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


def _signed() -> Prepared:
    """Return a request that is signed now: tests may run long after this module is imported."""
    return sign(
        KEY.key_id,
        SECRET,
        path="/domains/default/profiles/search",
        params={"max-results": "5", "next-token": "a+b c"},
        headers={"Content-Type": "application/json", "amz-sdk-invocation-id": "1"},
        body=b'{"KeyName": "_phone", "Values": ["+1"]}',
    )


def _replace_in_authorization(old: str, new: str) -> Callable[[Prepared], None]:
    def change(prepared: Prepared) -> None:
        before = prepared.headers["authorization"]
        prepared.headers["authorization"] = before.replace(old, new)
        assert prepared.headers["authorization"] != before

    return change


def _replace_in_target(old: str, new: str) -> Callable[[Prepared], None]:
    def change(prepared: Prepared) -> None:
        assert old in prepared.target
        prepared.target = prepared.target.replace(old, new)

    return change


def _set_header(name: str, value: str) -> Callable[[Prepared], None]:
    return lambda prepared: prepared.headers.update({name: value})


def _change_date(prepared: Prepared) -> None:
    prepared.headers["x-amz-date"] = f"{_now() + timedelta(seconds=2):%Y%m%dT%H%M%SZ}"


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
    "region": _replace_in_authorization("us-east-1", "us-east-2"),
    "unsigned header": _replace_in_authorization("amz-sdk-invocation-id;", ""),
    "order of the headers": _replace_in_authorization("host;x-amz-date", "x-amz-date;host"),
    "signature": lambda prepared: prepared.headers.update(
        authorization=prepared.headers["authorization"][:-1]
        + ("0" if prepared.headers["authorization"][-1] != "0" else "1")
    ),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_signature_covers_every_part_of_the_request(tamper: Callable[[Prepared], None]) -> None:
    """A change after signing makes the signature invalid."""
    prepared = _signed()
    VERIFIER.authenticate(prepared.signed_request())
    tamper(prepared)
    assert _error(prepared) is SignatureInvalid


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_the_body_or_the_query_can_change(position: int, bit: int) -> None:
    """The signature covers all of them."""
    for name in ("body", "target"):
        prepared = _signed()
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


@pytest.mark.parametrize("secret", [SECRET.upper(), f"{SECRET}0", SECRET[:-1], "", KEY.sealed_secret])
def test_a_wrong_secret_is_refused(secret: str) -> None:
    """The stored form of the secret is not accepted either."""
    assert _error(sign(KEY.key_id, secret)) is SignatureInvalid


@pytest.mark.parametrize(
    "key_id", ["PLAK0000000000000000", KEY.key_id.lower(), "AKIAIOSFODNN7EXAMPLE", "a", "plk_a"]
)
def test_an_unknown_access_key_is_refused(key_id: str) -> None:
    """IDs of another form cause no query."""
    before = STORE.reads
    verifier = _verifier(STORE)
    for _ in range(2):
        assert _error(sign(key_id, SECRET), verifier) is AccessKeyUnknown
    assert STORE.reads - before == (key_id == "PLAK0000000000000000")


@pytest.mark.parametrize("direction", [-1, 1])
def test_the_time_may_differ_by_five_minutes(direction: int) -> None:
    """The error has the time of the service, so that users can compare it."""
    prepared = sign(KEY.key_id, SECRET)
    within, beyond = MAX_SKEW - timedelta(seconds=10), MAX_SKEW + timedelta(seconds=2)
    _verifier(STORE, ahead=direction * within).authenticate(prepared.signed_request())
    late = _verifier(STORE, ahead=direction * beyond)
    assert _error(prepared, late) is SignatureInvalid
    with pytest.raises(SignatureInvalid, match=r"5 minutes .* \d{8}T\d{6}Z"):
        late.authenticate(prepared.signed_request())


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("authorization", "", SignatureMissing),
        ("authorization", "Bearer plk_0123456789abcdef", SignatureIncomplete),
        ("authorization", "Basic YTpi", SignatureIncomplete),
        ("authorization", "AWS4-HMAC-SHA256", SignatureIncomplete),
        ("authorization", "AWS4-HMAC-SHA256 ,", SignatureIncomplete),
        ("authorization", "AWS4-HMAC-SHA256 Credential=a, Credential=a, Signature=b", SignatureIncomplete),
        ("authorization", "AWS4-ECDSA-P256-SHA256 Credential=a", SignatureIncomplete),
        ("authorization", "AWS4-HMAC-SHA256 " + "a" * 10_000, SignatureIncomplete),
        ("x-amz-date", "", SignatureIncomplete),
        ("x-amz-date", "2026-03-01T00:00:00Z", SignatureIncomplete),
        ("x-amz-date", "\u0662\u0660260301T000000Z", SignatureIncomplete),
        ("x-amz-date", "20260301T000000Z", SignatureInvalid),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD", SignatureInvalid),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", SignatureInvalid),
        ("x-amz-security-token", "FwoGZXIvYXdzEJr", AccessKeyUnknown),
    ],
)
def test_a_request_of_another_form_is_refused(name: str, value: str, error: type[Unauthenticated]) -> None:
    """A request without a signature does not count as a failed authentication: its error has no reason."""
    prepared = _signed()
    prepared.headers[name] = value
    assert _error(prepared) is error
    with pytest.raises(Unauthenticated) as caught:
        VERIFIER.authenticate(prepared.signed_request())
    assert (caught.value.reason is None) == (error is SignatureMissing)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("/aws4_request", "/aws4", SignatureInvalid),
        ("/aws4_request", "", SignatureIncomplete),
        ("/profile/", "/s3/", SignatureInvalid),
        (";x-amz-date", "", SignatureIncomplete),
        ("host;", "", SignatureIncomplete),
        ("host;", "Host;", SignatureIncomplete),
        ("Signature=", "Signature=0", SignatureIncomplete),
        ("Signature=", "signature=", SignatureIncomplete),
        ("SignedHeaders", "Signed", SignatureIncomplete),
        ("DATE", "20200101", SignatureInvalid),
        ("DATE", "today", SignatureIncomplete),
        (KEY.key_id, "", SignatureIncomplete),
    ],
)
def test_a_signature_of_another_form_is_refused(old: str, new: str, error: type[Unauthenticated]) -> None:
    """Each part of the header Authorization is checked."""
    prepared = _signed()
    _replace_in_authorization(old.replace("DATE", prepared.headers["x-amz-date"][:8]), new)(prepared)
    assert _error(prepared) is error


def test_a_presigned_url_is_refused() -> None:
    """The error says so."""
    prepared = sign(KEY.key_id, SECRET, "GET", "/domains", body=b"", signer=SigV4QueryAuth)
    with pytest.raises(SignatureIncomplete, match="Presigned URLs"):
        VERIFIER.authenticate(prepared.signed_request())


def test_a_signature_of_another_service_is_refused() -> None:
    """A signature for a service of AWS is of no use here."""
    assert _error(sign(KEY.key_id, SECRET, service="s3")) is SignatureInvalid


def test_a_temporary_credential_is_refused() -> None:
    """Botocore signs the security token too."""
    prepared = sign(KEY.key_id, SECRET, token="FwoGZXIvYXdzEJr")  # noqa: S106 - made up
    with pytest.raises(AccessKeyUnknown, match="Temporary credentials"):
        VERIFIER.authenticate(prepared.signed_request())


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
    prepared = _signed()
    prepared.headers["x-amz-content-sha256"] = "0" * 64
    VERIFIER.authenticate(prepared.signed_request())
    wrong = sign(KEY.key_id, SECRET, headers={"X-Amz-Content-SHA256": "0" * 64})
    assert _error(wrong) is SignatureInvalid


def test_a_request_target_with_an_origin_is_accepted() -> None:
    """Clients of proxies send it in this form (RFC 9112, section 3.2.2)."""
    request = _signed().signed_request()
    VERIFIER.authenticate(replace(request, target=b"http://localhost" + request.target))


def test_a_revoked_access_key_is_refused_within_five_seconds() -> None:
    """Until then, a worker may use its cache."""
    store, clock = FakeStore(), Clock()
    key, secret = _create(store)
    verifier, prepared = _verifier(store, clock=clock), sign(key.key_id, secret)
    verifier.authenticate(prepared.signed_request())
    store.insert(cast("Any", replace(key, revoked_at=_now())))
    clock.seconds += CACHE_TTL
    assert _error(prepared, verifier) is AccessKeyUnknown


def test_an_expired_access_key_is_refused_at_once() -> None:
    """The cache does not delay this."""
    store = FakeStore()
    key, secret = _create(store, lifetime=timedelta(minutes=1))
    prepared = sign(key.key_id, secret)
    _verifier(store).authenticate(prepared.signed_request())
    assert _error(prepared, _verifier(store, ahead=timedelta(minutes=1))) is AccessKeyUnknown


def test_two_access_keys_are_valid_during_a_rotation() -> None:
    """The secret of one is not accepted for the other."""
    store = FakeStore()
    old, old_secret = _create(store)
    new, new_secret = rotate_access_key(
        cast("Any", store), KEYRING, old.key_id, grace=timedelta(minutes=2), now=_now()
    )
    verifier = _verifier(store)
    for key, secret in ((old, old_secret), (new, new_secret)):
        assert verifier.authenticate(sign(key.key_id, secret).signed_request()).credential_id == key.key_id
    assert _error(sign(old.key_id, new_secret), verifier) is SignatureInvalid
    assert (
        _error(sign(old.key_id, old_secret), _verifier(store, ahead=timedelta(minutes=2))) is AccessKeyUnknown
    )


@pytest.mark.parametrize("keys", [ONE, ONE_THEN_TWO, TWO_THEN_ONE])
def test_a_secret_is_decrypted_with_any_master_key(keys: str) -> None:
    """The master keys can be rotated."""
    _verifier(STORE, keys).authenticate(sign(KEY.key_id, SECRET).signed_request())


@pytest.mark.parametrize("keys", ["", TWO])
def test_without_its_master_key_a_signature_cannot_be_checked(keys: str) -> None:
    """It is the operator's fault, not the client's."""
    with pytest.raises(ValueSealed):
        _verifier(STORE, keys).authenticate(sign(KEY.key_id, SECRET).signed_request())


def test_a_secret_that_was_copied_to_another_access_key_is_of_no_use() -> None:
    """Its encryption is bound to the ID and the domain."""
    store = FakeStore()
    stolen, secret = _create(store)
    other, _ = _create(store)
    for changed in (
        replace(other, sealed_secret=stolen.sealed_secret),
        replace(stolen, domain="other"),
    ):
        store.insert(cast("Any", changed))
        with pytest.raises(ValueSealed):
            _verifier(store).authenticate(sign(changed.key_id, secret).signed_request())


def test_without_a_master_key_no_access_key_is_created() -> None:
    """The error names the settings."""
    store = FakeStore()
    fields: Any = {"label": "a", "domain": "d", "scopes": {Scope.VIEW}, "agent_id": None, "lifetime": None}
    with pytest.raises(MasterKeyMissing, match="MASTER_KEYS_FILE"):
        create_access_key(cast("Any", store), (), **fields, now=_now())
    assert not store.keys


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"", b"/"),
        (b"/", b"/"),
        (b"//a///b/", b"/a/b/"),
        (b"/a/./b/../c", b"/a/c"),
        (b"/../..", b"/"),
        (b"/a%20b", b"/a%2520b"),
        (b"/a:b~-._", b"/a%3Ab~-._"),
        (b"/\xe3\x81\x82", b"/%E3%81%82"),
    ],
)
def test_a_path_is_encoded_once_more(path: bytes, expected: bytes) -> None:
    """As for all services of AWS except S3."""
    assert canonical_path(path) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"b=2&a=1&a=0", b"a=0&a=1&b=2"),
        (b"a", b"a="),
        (b"a=b=c", b"a=b%3Dc"),
        (b"a=b+c", b"a=b%20c"),
        (b"a=%2b%7e", b"a=%2B~"),
        (b"a=%zz", b"a=%25zz"),
        (b"a-b=1&a=2", b"a=2&a-b=1"),
    ],
)
def test_a_query_string_is_sorted_and_encoded(query: bytes, expected: bytes) -> None:
    """Each parameter has one form."""
    assert canonical_query(query) == expected
