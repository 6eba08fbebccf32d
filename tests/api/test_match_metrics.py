"""The Prometheus counter of matches by channel and outcome."""

from itertools import product

import mongomock
import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from service.app import create_app
from service.config import Settings
from tests.api.caller import Caller
from tests.api.failing_database import WithFailingAudit

CHANNELS = ("voice", "chat", "task", "email")
OUTCOMES = ("unique", "ambiguous", "none", "withheld")
Counts = dict[tuple[str, str], float]


def counts(app: Flask) -> Counts:
    """Return the value of the counter for each channel and outcome. Other labels are not allowed."""
    text = app.test_client().get("/metrics").text
    return {
        (sample.labels.pop("channel"), sample.labels.pop("outcome")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "profile_lookup_matches_total" and sample.labels.keys() == {"channel", "outcome"}
    }


@pytest.fixture
def caller(real_app: Flask, real_database: object) -> Caller:
    """Return a caller of a new service, whose counters are zero."""
    return Caller(real_app.test_client(), real_database)


def test_every_counter_exists_before_the_first_match(app: Flask) -> None:
    """Prometheus can then compute a rate from the first scrape on."""
    assert counts(app) == dict.fromkeys(product(CHANNELS, OUTCOMES), 0)


def test_each_match_is_counted_by_its_channel_and_outcome(caller: Caller) -> None:
    """Amazon Connect's channel names are counted under the channels of the service."""
    number = "+14155550101"
    caller.create("Ann", phone_numbers=[{"value": number}], email_addresses=[{"value": "a@example.com"}])
    caller.create("Bob", email_addresses=[{"value": "a@example.com"}])
    caller.match(phone_number=number)
    caller.match(channel="queue_callback", phone_number=number)
    caller.match(phone_number="+14155550199")
    caller.match(phone_number="anonymous")
    caller.match(channel="chat", email_address="a@example.com")
    caller.match(channel="EMAIL", email_address="unknown@example.com")
    nonzero = {key: value for key, value in counts(caller.client.application).items() if value}
    assert nonzero == {
        ("voice", "unique"): 2,
        ("voice", "none"): 1,
        ("voice", "withheld"): 1,
        ("chat", "ambiguous"): 1,
        ("email", "none"): 1,
    }


def test_further_pages_and_rejected_requests_are_not_counted(caller: Caller) -> None:
    """A match with several pages counts once."""
    number = "+14155550101"
    for name in ("Ann", "Bob", "Cid"):
        caller.create(name, phone_numbers=[{"value": number}])
    first = caller.match(phone_number=number, limit=1)
    caller.match(phone_number=number, limit=1, cursor=first["next_cursor"])
    caller.call("POST", "/v1/contacts/c-1/match", {"channel": "fax"}, status=422)
    assert sum(counts(caller.client.application).values()) == 1


def test_a_match_that_cannot_be_audited_is_not_counted() -> None:
    """The audit queue is full, so the request gets a 503. The successful retry counts."""
    database = WithFailingAudit(mongomock.MongoClient(tz_aware=True)["test"])
    app = create_app(Settings(auth=False), database=database, metrics_ttl=0)
    caller = Caller(app.test_client(), database)
    caller.match(phone_number="anonymous")
    app.extensions["profile_lookup"].audit.max_queued = 1
    body = {"channel": "voice", "phone_number": "anonymous"}
    database.audit.broken = True
    caller.call("POST", "/v1/contacts/c-1/match", body, status=503)
    assert counts(caller.client.application)["voice", "withheld"] == 1
    database.audit.broken = False
    caller.match(phone_number="anonymous")
    assert counts(caller.client.application)["voice", "withheld"] == 2


def test_applications_in_one_process_have_separate_metrics(caller: Caller, app: Flask) -> None:
    """A match in one application does not change the counters of another one."""
    caller.match(phone_number="+14155550101")
    assert sum(counts(caller.client.application).values()) == 1
    assert sum(counts(app).values()) == 0
