"""No personal value is in a log, a metric or an error, whatever is sent and however it fails."""

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

bounded = settings(derandomize=True, deadline=None, database=None, max_examples=2)

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
    """The values of one person, each of which identifies the person."""

    name: str
    email: str
    phone: str
    ssn: str

    @property
    def values(self) -> tuple[str, ...]:
        """Return all of them."""
        return self.name, self.email, self.phone, self.ssn

    def forms(self) -> set[str]:
        """Return the texts to search for: the values and their other notations."""
        digits = {"".join(filter(str.isdigit, number)) for number in (self.phone, self.ssn)}
        plain = {*self.values, *digits, self.email.split("@")[0]}
        return {form.casefold() for form in plain | {quote(value) for value in plain}}


PEOPLE = st.builds(Person, name=NAMES, email=EMAILS, phone=PHONES, ssn=SSNS)


class Written:
    """The output of the process while it handles requests: log, errors and metrics."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream
        self.errors: list[str] = []
        self.lines = 0

    def check(self, person: Person, *, metrics: str = "") -> None:
        """Assert that nothing written since the last check contains a value of the person."""
        text = self.stream.getvalue()
        # Search the raw text, and the text with its escapes decoded.
        read = [json.dumps(json.loads(line), ensure_ascii=False) for line in text.splitlines()]
        self.lines += len(read)
        everything = "\n".join([text, *read, *self.errors, metrics]).casefold()
        matches = [form for form in person.forms() if form in everything]
        self.stream.seek(0)
        self.stream.truncate()
        self.errors.clear()
        assert not matches, (matches, everything)


@pytest.fixture
def written() -> Iterator[Written]:
    """Return the output: structlog's lines, and those of libraries as under gunicorn."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield Written(stream)
    root.removeHandler(handler)


class Failing:
    """A database or collection whose errors quote the query, which no driver should do."""

    def __init__(self, inner: Any, owner: "Failing | None" = None) -> None:
        self.inner = inner
        self.owner = owner or self
        self.failure: type[Exception] | None = None

    def __getitem__(self, name: str) -> "Failing":
        return Failing(self.inner[name], self.owner)

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
class World:
    """A running service, and the status of each of its operations on data."""

    api: Caller
    status: int | None


@pytest.fixture(
    scope="module",
    params=[(None, None), (AutoReconnect, 503), (RuntimeError, 500)],
    ids=["works", "is away", "fails"],
)
def world(request: pytest.FixtureRequest) -> World:
    """Return a working service, one whose MongoDB fails, and one with an unexpected error."""
    failure, status = request.param
    database = Failing(mongomock.MongoClient(tz_aware=True)["test"])
    app_settings = Settings(auth=False, max_body_bytes=20_000, settings_cache_seconds=0, master_keys=ONE)
    api = Caller(create_app(app_settings, database=database, metrics_ttl=0).test_client(), database)
    api.get("/v1/settings")
    database.failure = failure
    return World(api, status)


def _bodies(operation: Operation, person: Person) -> Iterator[tuple[Any, Mapping[str, str]]]:
    """Yield bodies of all kinds with the person's values in them, and their headers."""
    json_type = {"Content-Type": "application/json"}
    if operation.body is None:
        yield None, {}
        return
    full = FULL_BODIES[str(operation)]
    yield json.dumps(full), json_type
    for number, (pointer, _) in enumerate(leaves(full)):
        value = person.values[number % len(person.values)]
        yield json.dumps(at_pointer(full, pointer, value)), json_type
    # The name of a field is returned, but no e-mail address and no number is a valid name.
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
            places = {"profile_id": PROFILE_ID, "contact_id": CONTACT_ID, "key": "ssn"}
            for value in person.values:
                yield operation.rule.format(**places | {name: quote(value, safe="")})


def _send(written: Written, api: Caller, operation: Operation, person: Person) -> set[int]:
    """Send all requests. Return the statuses of the responses, and keep the errors."""
    statuses = set()
    personal = {
        "X-Request-Id": person.phone,
        "If-Match": f'"{person.ssn}"',
        "User-Agent": person.name.encode().decode("latin-1"),
        "Referer": f"https://example.com/{quote(person.email)}",
        "Cookie": f"who={person.ssn}",
    }
    first, *others = _paths(operation, person)
    body, kind = next(_bodies(operation, person))
    requests = [(first, body, headers) for body, headers in _bodies(operation, person)]
    for path, data, headers in [*requests, *((path, body, kind) for path in others)]:
        response = api.client.open(path, method=operation.method, data=data, headers={**personal, **headers})
        statuses.add(response.status_code)
        headers_back = {n: v for n, v in response.headers.items() if n != "Location"}
        if response.status_code >= 400:
            written.errors += [response.text, str(headers_back)]
    return statuses


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_personal_value_is_in_a_log_a_metric_or_an_error(
    written: Written, world: World, operation: Operation
) -> None:
    """Values are in bodies, paths, queries and headers, with success, rejection and failures."""
    api, status = world.api, world.status
    statuses: set[int] = set()

    @bounded
    @given(PEOPLE)
    def nothing_is_found(person: Person) -> None:
        with redirect_stderr(written.stream):
            statuses.update(_send(written, api, operation, person))
        written.check(person, metrics=api.client.get("/metrics").text)

    nothing_is_found()
    assert written.lines > 4
    assert statuses & {404, 405}
    assert status is None or status in statuses
    if operation.body is not None:
        assert {400, 413, 415, 422} <= statuses


@pytest.mark.parametrize("field", ["name", "email", "phone", "ssn"])
def test_the_check_finds_a_value_that_is_not_redacted(written: Written, field: str) -> None:
    """The check above can fail: without the redaction each kind of value is found."""
    person = Person(name="Zq山田太郎", email="zqa@bcde.example", phone="+1 (212) 555-0100", ssn="123-45-6789")
    logger = structlog.wrap_logger(
        structlog.PrintLogger(written.stream), processors=[structlog.processors.JSONRenderer()]
    )
    logger.info("caller", note=getattr(person, field))
    with pytest.raises(AssertionError):
        written.check(person)


def test_a_value_logged_by_mistake_is_masked(written: Written) -> None:
    """It is masked under a personal field name, in a text and in an exception, in any library's log."""
    person = Person(name="Zq山田太郎", email="zqa@bcde.example", phone="+1 (212) 555-0100", ssn="123-45-6789")
    try:
        {}[str(person)]  # type: ignore[index] # the failure is the test
    except KeyError:
        with redirect_stderr(written.stream):
            logger = structlog.get_logger("x")
            logger.exception("no %s", person.email, first_name=person.name, seen=[person.ssn])
        logging.getLogger("library").exception("no %s for %s", person.name, person.phone)
    written.check(person)
    assert written.lines == 2
