"""Downloads of a JWK set over HTTP, from a web server on this machine."""

import socket
from collections.abc import Callable, Iterator

import pytest

from service.auth.issuer_keys import JWKSClient
from tests.auth.issuer import Site, run_site


def downloader(url: str, timeout: float = 10) -> Callable[[], bytes]:
    """Return a function that downloads the document."""
    return JWKSClient(url, ["ES256"], timeout=timeout).download


@pytest.fixture(scope="module")
def shared_site() -> Iterator[Site]:
    """Return a web site that all tests of this module share."""
    with run_site() as site:
        yield site


@pytest.fixture
def site(shared_site: Site) -> Site:
    """Return the site, reset to an empty JWK set and no requests."""
    shared_site.body, shared_site.request_count = b'{"keys": []}', 0
    shared_site.status, shared_site.location = 200, None
    return shared_site


def test_every_call_downloads_the_document(site: Site) -> None:
    """The client does not cache the document."""
    read = downloader(site.url)
    assert read() == b'{"keys": []}'
    site.body = b"other"
    assert read() == b"other"
    assert site.request_count == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(site: Site, status: int) -> None:
    """A redirect could lead to plain HTTP, or to a host that only the service can reach."""
    site.status, site.location = status, site.url
    with pytest.raises(OSError, match=str(status)):
        downloader(site.url)()
    assert site.request_count == 1


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_status_fails_the_download(site: Site, status: int) -> None:
    """The body is ignored, even if it is a JWK set."""
    site.status = status
    with pytest.raises(OSError, match=str(status)):
        downloader(site.url)()


def test_a_document_that_is_too_large_is_rejected(site: Site) -> None:
    """The limit is 1 MiB."""
    site.body = b" " * (1024 * 1024 + 1)
    with pytest.raises(OSError, match="smaller"):
        downloader(site.url)()


def test_a_refused_connection_raises_an_oserror() -> None:
    """No server listens on the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        downloader(f"http://127.0.0.1:{port}/keys")()


def test_a_response_that_takes_too_long_is_abandoned(site: Site) -> None:
    """The limit applies to the time of the whole response."""
    with pytest.raises(TimeoutError):
        downloader(site.url, timeout=-1)()
