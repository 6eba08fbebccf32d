"""Logs, metrics and errors contain no personal value, for any request and any failure."""

import io
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import mongomock
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect

from service.app import create_app
from service.config import Settings
from service.server import log
from tests.api.bad_input.bodies import FULL_BODIES, at_pointer, leaves
from tests.api.caller import Caller
from tests.api.operations import CONTACT_ID, OPERATIONS, PROFILE_ID, Operation
from tests.master_keys import ONE

few_examples = settings(derandomize=True, deadline=None, database=None, max_examples=2)

_SCRIPTS = (
    "abcdefghijklmnopqrstuvwxyz",
    "áčďéěíňóřšťúůýž",
    "山田太郎花子佐藤鈴木高橋",
    "ヤマダタロウハナコサトウ",
    "абвгдежзиклмнопрст",
    "αβγδεζηθικλμνξοπρ",
    "ابتثجحخدذرزسشص",
    "अआइईउऊएऐओऔकख",
)
NAMES = st.one_of([st.text(letters, min_size=6, max_size=12) for letters in _SCRIPTS]).map(
    lambda name: f"Zq{name.title()}"
)
EMAILS = st.from_regex(r"\Azq[a-z0-9.+]{1,12}@[a-z]{4,8}\.example\Z")
PHONES = st.from_regex(r"\A\+1 ?\(?[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}\Z")
SSNS = st.from_regex(r"\A[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}\Z")


@dataclass(frozen=True)
class Person:
    """A person. Each of the values identifies the person."""

    name: str
    email: str
    phone: str
    ssn: str

    @property
    def values(self) -> tuple[str, ...]:
        """Return all values."""
        return self.name, self.email, self.phone, self.ssn

    def notations(self) -> set[str]:
        """Return the texts that must not occur: the values and their other notations."""
        digits = {"".join(filter(str.isdigit, number)) for number in (self.phone, self.ssn)}
        plain = {*self.values, *digits, self.email.split("@")[0]}
        return {notation.casefold() for notation in plain | {quote(value) for value in plain}}


PEOPLE = st.builds(Person, name=NAMES, email=EMAILS, phone=PHONES, ssn=SSNS)


class Output:
    """The output of the process while it handles requests: the log, error responses and metrics."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream
        self.errors: list[str] = []
        self.lines = 0

    def check(self, person: Person, *, metrics: str = "") -> None:
        """Assert that the output since the last check contains no value of the person."""
        text = self.stream.getvalue()
        # Search in the raw text, and in the text without JSON escapes.
        decoded = [json.dumps(json.loads(line), ensure_ascii=False) for line in text.splitlines()]
        self.lines += len(decoded)
        all_text = "\n".join([text, *decoded, *self.errors, metrics]).casefold()
        matches = [notation for notation in person.notations() if notation in all_text]
        self.stream.seek(0)
        self.stream.truncate()
        self.errors.clear()
        assert not matches, (matches, all_text)


@pytest.fixture
def output() -> Iterator[Output]:
    """Return the output. It includes log lines of libraries, in the format that gunicorn would use."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield Output(stream)
    root.removeHandler(handler)


class Failing:
    """A database or collection that can fail. Its errors quote the query, to simulate a careless driver."""

    def __init__(self, inner: Any, owner: "Failing | None" = None) -> None:
        self.inner = inner
        self.owner = owner or self
        self.failure: type[Exception] | None = None

    def __getitem__(self, name: str) -> "Failing":
        return Failing(self.inner[name], self.owner)

    @property
    def client(self) -> "Failing":
        """Return the client of the database."""
        return Failing(self.inner.client, self.owner)

    def with_options(self, **options: Any) -> "Failing":
        """Return the collection with other options."""
        return Failing(self.inner.with_options(**options), self.owner)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.inner, name)
        if self.owner.failure is None or not callable(attribute):
            return attribute
        return self._fail

    def _fail(self, *args: Any, **kwargs: Any) -> Any:
        assert self.owner.failure is not None
        raise self.owner.failure(f"{args} {kwargs}")


@dataclass(frozen=True)
class Service:
    """A running service, and the status that its operations must return if MongoDB fails."""

    api: Caller
    status: int | None


@pytest.fixture(
    scope="module",
    params=[(None, None), (AutoReconnect, 503), (RuntimeError, 500)],
    ids=["works", "is unreachable", "fails"],
)
def service_under_test(request: pytest.FixtureRequest) -> Service:
    """Return a working service, one whose MongoDB is unreachable, or one with an unexpected error."""
    failure, status = request.param
    database = Failing(mongomock.MongoClient(tz_aware=True)["test"])
    app_settings = Settings(auth=False, max_body_bytes=20_000, settings_cache_seconds=0, master_keys=ONE)
    api = Caller(create_app(app_settings, database=database, metrics_ttl=0).test_client(), database)
    api.get("/v1/settings")
    database.failure = failure
    return Service(api, status)


_BATCH = "POST /v1/profiles/batch"
_ITEM = {
    "operation": "upsert",
    "match_on": {"key": "customer_number", "value": "C-1"},
    "profile": FULL_BODIES["POST /v1/profiles"],
    "ref": "row 2",
}
_BODIES = {**FULL_BODIES, _BATCH: {"items": [_ITEM]}}

# mongomock cannot read documents undecoded, and the credential is not in MongoDB.
_WITHOUT_MONGODB = {"GET /v1/profiles", "GET /v1/credential"}


def _bodies(operation: Operation, person: Person) -> Iterator[tuple[Any, Mapping[str, str]]]:
    """Yield bodies of every kind that contain the person's values, with their headers."""
    json_type = {"Content-Type": "application/json"}
    if operation.body is None:
        yield None, {}
        return
    full = _BODIES[str(operation)]
    yield json.dumps(full), json_type
    for number, (pointer, _) in enumerate(leaves(full)):
        value = person.values[number % len(person.values)]
        yield json.dumps(at_pointer(full, pointer, value)), json_type
    # Errors contain the names of fields, except for e-mail addresses and numbers.
    yield json.dumps({**full, person.email: person.name, person.ssn: person.name}), json_type
    yield json.dumps({"attributes": {person.phone: 1}, "keys": {person.email: [person.name]}}), json_type
    yield json.dumps(list(person.values)), json_type
    yield "{" + person.name, json_type
    yield json.dumps({"first_name": person.name * 5_000}), json_type
    yield json.dumps(full), {"Content-Type": f"text/{person.ssn}"}


def _paths(operation: Operation, person: Person) -> Iterator[str]:
    """Yield the operation's path, and variants that contain the person's values."""
    yield operation.path
    yield f"{operation.path}/{quote(person.name)}"
    yield f"{operation.path}?{quote(person.email)}={quote(person.name)}"
    yield f"{operation.path}?limit={quote(person.name)}&cursor={quote(person.ssn)}"
    for name in ("profile_id", "contact_id", "key"):
        if f"{{{name}}}" in operation.rule:
            path_values = {"profile_id": PROFILE_ID, "contact_id": CONTACT_ID, "key": "ssn"}
            for value in person.values:
                yield operation.rule.format(**path_values | {name: quote(value, safe="")})


def _send(output: Output, api: Caller, operation: Operation, person: Person) -> set[int]:
    """Send all requests and return their statuses. Add the error responses to the output."""
    statuses = set()
    personal_headers = {
        "X-Request-Id": person.phone,
        "If-Match": f'"{person.ssn}"',
        "User-Agent": person.name.encode().decode("latin-1"),
        "Referer": f"https://example.com/{quote(person.email)}",
        "Cookie": f"who={person.ssn}",
    }
    first, *others = _paths(operation, person)
    body, content_type = next(_bodies(operation, person))
    requests = [(first, body, headers) for body, headers in _bodies(operation, person)]
    for path, data, headers in [*requests, *((path, body, content_type) for path in others)]:
        response = api.client.open(
            path, method=operation.method, data=data, headers={**personal_headers, **headers}
        )
        statuses.add(response.status_code)
        response_headers = {n: v for n, v in response.headers.items() if n != "Location"}
        if response.status_code >= 400:
            output.errors += [response.text, str(response_headers)]
    return statuses


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_personal_value_is_in_a_log_a_metric_or_an_error(
    output: Output, service_under_test: Service, operation: Operation
) -> None:
    """The values are in bodies, paths, queries and headers of accepted, rejected and failed requests."""
    api, status = service_under_test.api, service_under_test.status
    statuses: set[int] = set()

    @few_examples
    @given(PEOPLE)
    def check(person: Person) -> None:
        with redirect_stderr(output.stream):
            statuses.update(_send(output, api, operation, person))
        output.check(person, metrics=api.client.get("/metrics").text)

    check()
    assert output.lines > 4
    # The path of the list with a name behind it is that of a profile, with an invalid ID.
    assert statuses & ({422} if str(operation) == "GET /v1/profiles" else {404, 405})
    assert status is None or status in statuses or str(operation) in _WITHOUT_MONGODB
    if operation.body is not None:
        too_large = set() if str(operation) == _BATCH else {413}
        assert {400, 415, 422} | too_large <= statuses


@pytest.mark.parametrize("field", ["name", "email", "phone", "ssn"])
def test_the_check_finds_a_value_that_is_not_redacted(output: Output, field: str) -> None:
    """A logger without redaction makes the check fail, for each kind of value."""
    person = Person(name="Zq山田太郎", email="zqa@bcde.example", phone="+1 (212) 555-0100", ssn="123-45-6789")
    logger = structlog.wrap_logger(
        structlog.PrintLogger(output.stream), processors=[structlog.processors.JSONRenderer()]
    )
    logger.info("caller", note=getattr(person, field))
    with pytest.raises(AssertionError):
        output.check(person)


def test_a_value_logged_by_mistake_is_masked(output: Output) -> None:
    """The value is in a field, in a text or in an exception. The line can come from a library."""
    person = Person(name="Zq山田太郎", email="zqa@bcde.example", phone="+1 (212) 555-0100", ssn="123-45-6789")
    try:
        {}[str(person)]  # type: ignore[index] # the failure is the test
    except KeyError:
        with redirect_stderr(output.stream):
            logger = structlog.get_logger("x")
            logger.exception("no %s", person.email, first_name=person.name, seen=[person.ssn])
        logging.getLogger("library").exception("no %s for %s", person.name, person.phone)
    output.check(person)
    assert output.lines == 2
