"""What a MONGODB_URI is refused for before anything starts, and what it is not."""

import sys

import pytest

from service.config import Settings
from service.store.client.connection import check_uri, connect

_IGNORED = "has an option that MongoDB's driver would ignore"


def _refusal(uri: str) -> str:
    with pytest.raises(ValueError, match=r"^MONGODB_URI ") as refused:
        check_uri(Settings(mongodb_uri=uri))
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "host",
    [
        "customers.cluster-1.eu-west-1.docdb.amazonaws.com",
        "customers.eu-west-1.docdb-elastic.amazonaws.com",
        "customers.mongo.cosmos.azure.com",
    ],
)
def test_a_host_of_another_product_is_no_reason(host: str) -> None:
    """The driver's advice about it concerns no option."""
    check_uri(Settings(mongodb_uri=f"mongodb://user:secret@{host}/?tls=true"))
    assert _IGNORED in _refusal(f"mongodb://user:secret@{host}/?tsl=true")


@pytest.mark.parametrize(
    ("compressor", "library"), [("zstd", "backports"), ("snappy", "snappy"), ("zlib", "zlib")]
)
def test_a_compression_that_is_not_installed_is_no_reason(
    monkeypatch: pytest.MonkeyPatch, compressor: str, library: str
) -> None:
    """What is not compressed is answered all the same; what is no compression at all is refused."""
    monkeypatch.setitem(sys.modules, library, None)
    check_uri(Settings(mongodb_uri=f"mongodb://mongodb.example/?compressors={compressor}"))
    assert _IGNORED in _refusal(f"mongodb://mongodb.example/?compressors={compressor},secret")


@pytest.mark.parametrize("options", ["tsl=true", "tls=yes", "x=y&x=z", "appname=a&appname=b"])
def test_an_option_that_would_be_passed_over_is_refused(options: str) -> None:
    """One that is not known, whose value cannot be, or that is there twice."""
    assert _IGNORED in _refusal(f"mongodb://mongodb.example/?{options}")


@pytest.mark.parametrize(
    "uri",
    [
        # Valid, although the password is 27017?secret=x: a port, and an option.
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
def test_no_piece_of_a_password_or_a_value_is_repeated(uri: str) -> None:
    """Where a ? or & in it is not escaped either."""
    said = _refusal(uri)
    assert "secret" not in said
    assert "example" not in said


def test_more_connections_than_a_worker_holds_are_refused() -> None:
    """The settings decide with the URI, as they do where a worker makes its client."""
    uri = "mongodb://mongodb.example/?maxPoolSize=100&minPoolSize=7"
    assert "minPoolSize is at most THREADS + 2" in _refusal(uri)
    check_uri(Settings(mongodb_uri=uri, threads=5))


@pytest.mark.parametrize("options", ["minPoolSize=6&maxPoolSize=1", "retryWrites=false&appname=other"])
def test_what_the_service_sets_itself_contradicts_nothing(options: str) -> None:
    """What is checked is the client that is made."""
    settings = Settings(mongodb_uri=f"mongodb://mongodb.example/?{options}")
    check_uri(settings)
    connect(settings).client.close()
