"""Requests that are not signed as AWS Signature Version 4 demands."""

from datetime import timedelta

import pytest
from botocore.auth import SigV4QueryAuth

from service.auth.signatures import MAX_SKEW
from service.errors.access import Unauthenticated
from service.errors.signatures import (
    AccessKeyUnknown,
    SignatureIncomplete,
    SignatureInvalid,
    SignatureMissing,
)
from tests.auth.signatures import (
    KEY,
    SECRET,
    STORE,
    VERIFIER,
    error_of,
    new_verifier,
    replace_in_authorization,
    signed_call,
)
from tests.aws.signing import sign


# The names of the tests must be the same in all worker processes, so they have no random values.
@pytest.mark.parametrize(
    "key_id",
    [
        "PLAK0000000000000000",
        pytest.param(KEY.key_id.lower(), id="lower case"),
        "AKIAIOSFODNN7EXAMPLE",
        "a",
        "plk_a",
    ],
)
def test_an_unknown_access_key_is_refused(key_id: str) -> None:
    """IDs of another form cause no query."""
    before = STORE.reads
    verifier = new_verifier(STORE)
    for _ in range(2):
        assert error_of(sign(key_id, SECRET), verifier) is AccessKeyUnknown
    assert STORE.reads - before == (key_id == "PLAK0000000000000000")


@pytest.mark.parametrize("direction", [-1, 1])
def test_the_time_may_differ_by_five_minutes(direction: int) -> None:
    """The error has the time of the service, so that users can compare it."""
    prepared = sign(KEY.key_id, SECRET)
    within, beyond = MAX_SKEW - timedelta(seconds=10), MAX_SKEW + timedelta(seconds=2)
    new_verifier(STORE, ahead=direction * within).authenticate(prepared.signed_request())
    late = new_verifier(STORE, ahead=direction * beyond)
    assert error_of(prepared, late) is SignatureInvalid
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
    prepared = signed_call()
    prepared.headers[name] = value
    assert error_of(prepared) is error
    with pytest.raises(Unauthenticated) as caught:
        VERIFIER.authenticate(prepared.signed_request())
    assert (caught.value.reason is None) == (error is SignatureMissing)


def test_a_time_that_does_not_exist_is_malformed() -> None:
    """It is not an expired time."""
    prepared = signed_call()
    prepared.headers["x-amz-date"] = prepared.headers["x-amz-date"][:8] + "T250000Z"
    assert error_of(prepared) is SignatureIncomplete


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
        pytest.param(KEY.key_id, "", SignatureIncomplete, id="no access key"),
    ],
)
def test_a_signature_of_another_form_is_refused(old: str, new: str, error: type[Unauthenticated]) -> None:
    """Each part of the header Authorization is checked."""
    prepared = signed_call()
    replace_in_authorization(old.replace("DATE", prepared.headers["x-amz-date"][:8]), new)(prepared)
    assert error_of(prepared) is error


def test_a_presigned_url_is_refused() -> None:
    """The error says so."""
    prepared = sign(KEY.key_id, SECRET, "GET", "/domains", body=b"", signer=SigV4QueryAuth)
    with pytest.raises(SignatureIncomplete, match="Presigned URLs"):
        VERIFIER.authenticate(prepared.signed_request())


def test_a_signature_of_another_service_is_refused() -> None:
    """A signature for a service of AWS is of no use here."""
    assert error_of(sign(KEY.key_id, SECRET, service="s3")) is SignatureInvalid


def test_a_temporary_credential_is_refused() -> None:
    """Botocore signs the security token too."""
    prepared = sign(KEY.key_id, SECRET, token="FwoGZXIvYXdzEJr")  # noqa: S106 - made up
    with pytest.raises(AccessKeyUnknown, match="Temporary credentials"):
        VERIFIER.authenticate(prepared.signed_request())
