"""Convert a request to the text that AWS Signature Version 4 signs.

The source is the documentation of AWS ("Create a signed AWS API request"), with the rules for all services
except S3: the path is encoded once more than in the request.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

# The absolute form of a request target (RFC 9112, section 3.2.2), which clients send to proxies.
_ORIGIN = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")
# Most paths match this and need no changes. Paths with dots do not match: dots can be segments to remove.
_PLAIN_PATH = re.compile(rb"(?:/[A-Za-z0-9_~-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """The parts of an HTTP request that a signature can cover."""

    method: str
    target: bytes
    """The request target as the client sent it: the path and the query string, still encoded."""
    header: Callable[[str], str | None]
    """Returns the value of a header by its name, with a character for each byte, or None."""
    body: Callable[[], bytes]


def canonical_request(request: SignedRequest, signed_headers: Iterable[str]) -> bytes | None:
    """Return the canonical request, or None if a signed header is missing.

    Reads the body if no signed header is missing.
    """
    path, _, query = _ORIGIN.sub(b"", request.target, count=1).partition(b"?")
    names = list(signed_headers)
    values = [request.header(name) for name in names]
    if None in values:
        return None
    lines = [
        request.method.encode(),
        canonical_path(path),
        canonical_query(query),
        *(_header_line(name, value or "") for name, value in zip(names, values, strict=True)),
        b"",
        ";".join(names).encode(),
        # Never the client's own hash of the body, which the header `x-amz-content-sha256` contains.
        sha256(request.body()).hexdigest().encode(),
    ]
    return b"\n".join(lines)


def canonical_path(path: bytes) -> bytes:
    """Return the path without dot segments (RFC 3986, section 5.2.4) and repeated slashes, encoded again."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    segments: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in {b"", b"."}:
            segments.append(segment)
    end = b"/" if path.endswith(b"/") and segments else b""
    return quote(b"/" + b"/".join(segments) + end, safe="/~").encode()


def canonical_query(query: bytes) -> bytes:
    """Return the query string with its parameters decoded, encoded in a uniform way, and sorted.

    A plus counts as a space, because the operations also read it as a space. So no one can change a plus to
    %2B without changing the signature.
    """
    if not query:
        return b""
    pairs = [pair.partition(b"=") for pair in query.replace(b"+", b"%20").split(b"&")]
    encoded = sorted((_encode_again(name), _encode_again(value)) for name, _, value in pairs)
    return b"&".join(name + b"=" + value for name, value in encoded)


def _encode_again(text: bytes) -> bytes:
    return quote(unquote_to_bytes(text), safe="~").encode()


def _header_line(name: str, value: str) -> bytes:
    # As bytes, because the text has a character for each byte, and some of these would count as white space.
    return name.encode() + b":" + b" ".join(value.encode("latin-1").split())
