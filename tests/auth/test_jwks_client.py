"""The keys over HTTP, from a web server on this machine."""

import socket
from collections.abc import Callable, Iterator

import pytest

from service.auth.issuer_keys import JWKSClient
from tests.auth.issuer import Site, served


def downloads(url: str, timeout: float = 10) -> Callable[[], bytes]:
    """Return what downloads the document."""
    return JWKSClient(url, ["ES256"], timeout=timeout).download


@pytest.fixture(scope="module")
def one_site() -> Iterator[Site]:
    """Return a web site; the tests of the module share it."""
    with served() as site:
        yield site


@pytest.fixture
def site(one_site: Site) -> Site:
    """Return the site with an answer."""
    one_site.body, one_site.status, one_site.location, one_site.asked = b'{"keys": []}', 200, None, 0
    return one_site


def test_what_stands_there_is_read(site: Site) -> None:
    """Each time anew."""
    read = downloads(site.url)
    assert read() == b'{"keys": []}'
    site.body = b"other"
    assert read() == b"other"
    assert site.asked == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(site: Site, status: int) -> None:
    """It could lead off HTTPS, or to a machine that only the service reaches."""
    site.status, site.location = status, site.url
    with pytest.raises(OSError, match=str(status)):
        downloads(site.url)()
    assert site.asked == 1


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_is_no_answer(site: Site, status: int) -> None:
    """Whatever stands in its body."""
    site.status = status
    with pytest.raises(OSError, match=str(status)):
        downloads(site.url)()


def test_more_than_a_set_of_keys_is_not_read(site: Site) -> None:
    """A megabyte is enough."""
    site.body = b" " * (1024 * 1024 + 1)
    with pytest.raises(OSError, match="smaller"):
        downloads(site.url)()


def test_where_nobody_listens_it_is_an_error_of_the_system() -> None:
    """And what is not HTTP is one too."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        downloads(f"http://127.0.0.1:{port}/keys")()


def test_a_response_that_arrives_byte_by_byte_is_given_up(site: Site) -> None:
    """Each byte comes in time; the whole does not."""
    with pytest.raises(TimeoutError):
        downloads(site.url, timeout=-1)()
