"""Invalid values of MONGODB_URI are rejected before the service starts."""

import sys

import pytest

from service.config import Settings
from service.store.client.connection import check_uri, connect

_IGNORED = "has an option that MongoDB's driver would ignore"


def _error_message(uri: str) -> str:
    with pytest.raises(ValueError, match=r"^MONGODB_URI ") as error:
        check_uri(Settings(mongodb_uri=uri))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    "host",
    [
        "customers.cluster-1.eu-west-1.docdb.amazonaws.com",
        "customers.eu-west-1.docdb-elastic.amazonaws.com",
        "customers.mongo.cosmos.azure.com",
    ],
)
def test_a_host_of_another_product_is_accepted(host: str) -> None:
    """The driver warns about such a host, but not about an option."""
    check_uri(Settings(mongodb_uri=f"mongodb://user:secret@{host}/?tls=true"))
    assert _IGNORED in _error_message(f"mongodb://user:secret@{host}/?tsl=true")


@pytest.mark.parametrize(
    ("compressor", "library"), [("zstd", "backports"), ("snappy", "snappy"), ("zlib", "zlib")]
)
def test_a_compressor_that_is_not_installed_is_accepted(
    monkeypatch: pytest.MonkeyPatch, compressor: str, library: str
) -> None:
    """An unknown compressor is rejected."""
    monkeypatch.setitem(sys.modules, library, None)
    check_uri(Settings(mongodb_uri=f"mongodb://mongodb.example/?compressors={compressor}"))
    assert _IGNORED in _error_message(f"mongodb://mongodb.example/?compressors={compressor},secret")


@pytest.mark.parametrize("options", ["tsl=true", "tls=yes", "x=y&x=z", "appname=a&appname=b"])
def test_an_option_that_the_driver_would_ignore_is_rejected(options: str) -> None:
    """The driver ignores unknown, invalid and repeated options."""
    assert _IGNORED in _error_message(f"mongodb://mongodb.example/?{options}")


@pytest.mark.parametrize(
    "uri",
    [
        # Valid: the password is 27017?secret=x, although it looks like a port and an option.
        "mongodb://user:27017?secret=x@mongodb.example",
        "mongodb://user:1?a&secret=x@mongodb.example/?tls=true",
        "mongodb://user%3A1?secret=x%40mongodb.example/",
        "mongodb://mongodb.example/?tls=true&tlsCertificateKeyFilePassword=a&secret=b",
        "mongodb://mongodb.example/?appname=a&secret=b&secret=c",
        "mongodb://mongodb.example/?authMechanismProperties=secret:x",
        "mongodb://mongodb.example/?authMechanismProperties=AWS_SESSION_TOKEN:a,%0Asecret:x",
        "mongodb://mongodb.example/?tls=secret",
        "mongodb://mongodb.example/?datetime_conversion=secret",
        "mongodb://user:secret@mongodb.example/?minPoolSize=7",
    ],
)
def test_the_error_message_quotes_no_part_of_the_uri(uri: str) -> None:
    """The password may contain an unescaped ? or &."""
    message = _error_message(uri)
    assert "secret" not in message
    assert "example" not in message


def test_a_minimum_pool_size_above_the_maximum_of_a_worker_is_rejected() -> None:
    """The maximum comes from THREADS. ``maxPoolSize`` in the URI has no effect."""
    uri = "mongodb://mongodb.example/?maxPoolSize=100&minPoolSize=7"
    assert "minPoolSize is at most THREADS + 2" in _error_message(uri)
    check_uri(Settings(mongodb_uri=uri, threads=5))


@pytest.mark.parametrize("options", ["minPoolSize=6&maxPoolSize=1", "retryWrites=false&appname=other"])
def test_options_that_the_service_sets_itself_are_accepted(options: str) -> None:
    """The client of the service accepts them too."""
    settings = Settings(mongodb_uri=f"mongodb://mongodb.example/?{options}")
    check_uri(settings)
    connect(settings).client.close()
