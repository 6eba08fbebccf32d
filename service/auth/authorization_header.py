"""Parse the header Authorization of a request that is signed with AWS Signature Version 4.

For example, ``AWS4-HMAC-SHA256 Credential=ID/20260301/us-east-1/profile/aws4_request,
SignedHeaders=host;x-amz-date, Signature=…``.
"""

import re
from dataclasses import dataclass

from service.errors.signatures import SignatureIncomplete, SignatureMissing

ALGORITHM = "AWS4-HMAC-SHA256"

_PARTS = ("Credential", "SignedHeaders", "Signature")
_CREDENTIAL = re.compile(
    r"([\x21-\x7e]+)/([0-9]{8})/([A-Za-z0-9-]{1,64})/([A-Za-z0-9-]{1,64})/([A-Za-z0-9_]{1,64})"
)
_SIGNED_HEADERS = re.compile(r"[a-z0-9._-]+(?:;[a-z0-9._-]+)*")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_MAX_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Authorization:
    """The parts of the header. ``signed_headers`` are names in lower case, ``signature`` is hexadecimal.

    ``key_id`` is the ID of the access key. ``date`` to ``terminator`` are the credential scope.
    """

    key_id: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        """The text of the credential scope."""
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


def parse_authorization(header: str, target: bytes) -> Authorization:
    """Return the parts of the header. The request target is needed only to recognise presigned URLs.

    Raises ``SignatureMissing`` and ``SignatureIncomplete``.
    """
    if not header and b"X-Amz-Signature=" in target:
        raise SignatureIncomplete(
            "a presigned URL",
            detail="Presigned URLs are not accepted; send the signature in the header Authorization.",
        )
    if not header:
        raise SignatureMissing
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        raise SignatureIncomplete(
            "a bearer credential",
            detail="API keys and tokens are not accepted here; sign the request with an access key (AWS "
            "Signature Version 4), or use the operations under /v1/.",
        )
    if scheme != ALGORITHM:
        raise SignatureIncomplete(
            "another algorithm",
            detail=f"Authorization does not begin with `{ALGORITHM}`; use this algorithm.",
        )
    items = [item.strip().partition("=") for item in rest.split(",")] if len(rest) <= _MAX_LENGTH else []
    parts = {name: value for name, _, value in items}
    if len(items) != len(parts) or parts.keys() != set(_PARTS):
        raise SignatureIncomplete(
            "a malformed Authorization header",
            detail=f"Authorization must have these parts once each, separated by commas, and at most "
            f"{_MAX_LENGTH} characters of them: {', '.join(_PARTS)}.",
        )
    return _from_parts(*(parts[name] for name in _PARTS))


def _from_parts(credential: str, signed_headers: str, signature: str) -> Authorization:
    """Return the parts of the header; raises ``SignatureIncomplete``."""
    scope = _CREDENTIAL.fullmatch(credential)
    if scope is None:
        raise SignatureIncomplete(
            "a malformed credential scope",
            detail="Credential must be ID/date/region/profile/aws4_request, with a date such as 20260301.",
        )
    if not _SIGNED_HEADERS.fullmatch(signed_headers):
        raise SignatureIncomplete(
            "a malformed list of signed headers",
            detail="SignedHeaders must be names in lower case with semicolons between them.",
        )
    if not _SIGNATURE.fullmatch(signature):
        raise SignatureIncomplete(
            "a malformed signature", detail="Signature must be 64 hexadecimal digits in lower case."
        )
    key_id, date, region, service, terminator = scope.groups()
    names = tuple(signed_headers.split(";"))
    return Authorization(key_id, date, region, service, terminator, names, signature)
