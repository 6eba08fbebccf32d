"""Compares the service with its document. Schemathesis sends valid and invalid requests."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import schemathesis
from schemathesis import Case, HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import BaseSchema

from tests.openapi.repetitions import without_repetitions

UNDOCUMENTED_RULES: Mapping[str, str] = {
    "version_conflict": "the current version of the profile",
    "Not a cursor of this list; leave it out for the first page.": "earlier responses",
    "Must be later than from.": "the other value",
    "A profile needs a first name or a business name: keep this one, or send the other one too.": "its names",
    "No search key has this name; list the search keys to see their names.": "search keys",
    "No custom search key has this name; define it first.": "search keys",
    "This search key is built in: its values are fields of the profile, such as phone_numbers.": "the key",
    "Values of this key cannot be added or removed here. To change a name or the account number, PATCH the "
    "profile.": "search keys",
    "This key is not sensitive: its values are never masked.": "search keys",
    "Sensitive values can only be found as a whole; search in mode exact.": "search keys",
    "Settings are stored in plain text, so they cannot contain values of a sensitive key.": "search keys",
    "A request can have one value of a sensitive key, and any number of masks; send each other value in a "
    "request of its own.": "search keys",
    "A profile has at most 100 values of a search key.": "the values that it has",
    "A prefix needs at least two characters, or one kanji (Han ideograph).": "the normalised prefix",
    "Not a region with a numbering plan; send an ISO 3166-1 code such as JP.": "the version of phonenumbers",
}
"""Rules that JSON Schema cannot express, by the problem code or error text of the rejection.

The values say what each rule depends on. Only these rejections are ignored, and only by the check
``positive_data_acceptance``.
"""

_KEYS = ("ssn", "phone", "vip")
UNUSED_KEY = "unused"
"""A search key that no profile has, so that it can be removed. No request uses it before that."""


@dataclass
class Report:
    """The result of a run: the failures, the responses, and the operations called through links."""

    failures: dict[str, str] = field(default_factory=dict)
    responses: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """The number of responses by phase, operation and status."""
    links: set[str] = field(default_factory=set)
    """The operations that were called through a link."""

    def statuses(self, operation: str) -> set[int]:
        """Return the statuses of an operation's responses."""
        return {status for _, name, status in self.responses if name == operation}

    def add(self, phase: str, recorder: ScenarioRecorder) -> None:
        """Add the result of one scenario."""
        for case_id, interaction in recorder.interactions.items():
            node = recorder.cases[case_id]
            if interaction.response is not None:
                status = interaction.response.status_code
                self.responses[phase, node.value.operation.label, status] += 1
            if node.transition is not None:
                self.links.add(node.value.operation.label)
        for case_id, checks in recorder.checks.items():
            operation = recorder.cases[case_id].value.operation.label
            for check in checks:
                if check.status is Status.FAILURE and check.failure_info is not None:
                    failure, request = check.failure_info.failure, check.failure_info.code_sample
                    details = f"{failure.message}\n{request}\n{_text(recorder, case_id)}"
                    self.failures.setdefault(f"{check.name}: {operation}: {failure.title}", details)


def run(url: str, *, phases: list[str], examples: int, headers: dict[str, str] | None = None) -> Report:
    """Run all checks of schemathesis on the service at the URL, with valid and invalid requests.

    Runs send the same requests if the code, the document and the versions of the tools are the same. The
    coverage phase tries a property that several bodies have in one of them only.
    """
    document = httpx.get(f"{url}/openapi.json").raise_for_status().json()
    others = [phase for phase in phases if phase != "coverage"]
    report, adapt = Report(), _CaseAdapter()
    # This hook is global.
    schemathesis.hook("before_call")(adapt)
    try:
        for each, some_phases in ((without_repetitions(document), ["coverage"]), (document, others)):
            if {*some_phases} & {*phases}:
                schema = schemathesis.openapi.from_dict(each, config=_config(examples, headers or {}))
                schema.config.update(base_url=url)
                schema.config.phases.update(phases=some_phases)
                schema.hook("filter_failure")(_is_failure)
                _execute(schema, report)
    finally:
        schemathesis.hooks.unregister(adapt)
    return report


def _execute(schema: BaseSchema, report: Report) -> None:
    """Send the requests and add the results to the report."""
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            report.add(event.phase.value, event.recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            # This is an error of schemathesis itself.
            report.failures[f"no check: {event}"] = str(getattr(event, "info", ""))


def _config(examples: int, headers: dict[str, str]) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "continue-on-failure": True,
            "headers": headers,
            # A busy machine can take longer than the default of ten seconds.
            "request-timeout": 60,
            "generation": {
                "mode": "all",
                "max-examples": examples,
                "deterministic": True,
                "database": "none",
            },
            "phases": {"stateful": {"max-steps": 12, "generation": {"max-examples": 2 * examples}}},
        }
    )


class _CaseAdapter:
    """Changes valid requests, so that they also succeed a second time."""

    __name__ = "before_call"

    def __init__(self) -> None:
        self._numbers = count()
        self._unused_keys = iter([UNUSED_KEY])

    def __call__(self, context: HookContext, case: "Case[Any]", kwargs: dict[str, Any]) -> None:
        """Set a new idempotency key, an `If-Match` for any version, and search keys that exist.

        The first removal of a search key removes the unused one.
        """
        del context, kwargs
        if case.meta is None or case.meta.generation.mode.is_negative:
            return
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"key-{next(self._numbers)}"
        if case.headers.get("If-Match") == '"1"':
            case.headers["If-Match"] = "*"
        if case.operation.label == "DELETE /v1/search-keys/{key}":
            case.path_parameters["key"] = next(self._unused_keys, case.path_parameters["key"])
        if isinstance(case.body, dict):
            case.body = self._with_existing_keys(case.body)

    def _with_existing_keys(self, body: dict[str, Any]) -> dict[str, Any]:
        adapted = dict(body)
        if isinstance(body.get("criteria"), list):
            adapted["criteria"] = [{**each, "key": self._key(each["key"])} for each in body["criteria"]]
        if isinstance(body.get("keys"), dict):
            adapted["keys"] = dict(zip(("ssn", "vip"), body["keys"].values(), strict=False))
        if isinstance(body.get("key"), str):
            adapted["key"] = self._key(body["key"])
        return adapted

    def _key(self, name: str) -> str:
        return name if name in _KEYS else _KEYS[next(self._numbers) % len(_KEYS)]


def _is_failure(context: HookContext, failure: Failure, case: "Case[Any]", response: Response) -> bool:
    """Return whether a failure counts. Undocumented rules may reject a valid request."""
    del context, case
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    return not UNDOCUMENTED_RULES.keys() >= set(_rejections(response))


def _rejections(response: Response) -> Iterator[str]:
    problem = json.loads(response.content)
    if problem["code"] == "invalid_request":
        yield from (error["detail"] for error in problem["errors"])
    else:
        yield problem["code"]


def _text(recorder: ScenarioRecorder, case_id: str) -> str:
    response = recorder.interactions[case_id].response
    return "" if response is None else f"{response.status_code} {response.text}"
