"""Holds the service against its document, by what schemathesis sends: what it allows, and what it forbids."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

UNSAID: Mapping[str, str] = {
    "version_conflict": "which version a profile has by now",
    "Not a cursor of this list; leave it out for the first page.": "which cursors were given out",
    "Must be later than from.": "two values are not compared by JSON Schema",
    "No search key has this name; list the search keys to see their names.": "which search keys are defined",
    "No custom search key has this name; define it first.": "which search keys are defined",
    "This search key is built in: its values are fields of the profile, such as phone_numbers.": "likewise",
    "Values of this key are fields of the profile; PATCH the profile instead.": "likewise",
    "This key is not sensitive: its values are never hidden.": "how a search key is defined",
    "Sensitive values are stored so that only whole ones are found; search in the mode exact.": "likewise",
    "The values of a sensitive key are never stored in plain, and settings are.": "likewise",
    "A request can have one value of a sensitive key, and any number of masks; send each other value in a "
    "request of its own.": "likewise",
    "A prefix has at least two characters, or is one kanji (Han ideograph).": "how much is left once folded",
    "Not a region with a numbering plan.": "the library of numbering plans decides, and grows",
}
"""Why a request that the document allows may be refused: rules that no schema can say, by the code or the
fault that refuses. ``positive_data_acceptance`` passes over these alone, and no other check over anything."""

_KEYS = ("ssn", "phone", "vip")


@dataclass
class Found:
    """What a run has come to: the findings, and how often each operation was answered with each status."""

    findings: dict[str, str] = field(default_factory=dict)
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """By phase, operation and status."""
    links: set[str] = field(default_factory=set)
    """The operations that were reached by a link."""

    def answered(self, operation: str) -> set[int]:
        """Return the statuses that an operation was answered with."""
        return {status for _, name, status in self.answers if name == operation}

    def add(self, phase: str, recorder: ScenarioRecorder) -> None:
        """Take in what one scenario has come to."""
        for case_id, interaction in recorder.interactions.items():
            node = recorder.cases[case_id]
            if interaction.response is not None:
                status = interaction.response.status_code
                self.answers[phase, node.value.operation.label, status] += 1
            if node.transition is not None:
                self.links.add(node.value.operation.label)
        for case_id, checks in recorder.checks.items():
            operation = recorder.cases[case_id].value.operation.label
            for check in checks:
                if check.status is Status.FAILURE and check.failure_info is not None:
                    failure, sent = check.failure_info.failure, check.failure_info.code_sample
                    told = f"{failure.message}\n{sent}\n{_text(recorder, case_id)}"
                    self.findings.setdefault(f"{check.name}: {operation}: {failure.title}", told)


def run(url: str, *, phases: list[str], examples: int, headers: dict[str, str] | None = None) -> Found:
    """Return what schemathesis finds in the service at the URL: all checks, valid and invalid requests.

    The same for the same code, document and releases of the tools.
    """
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=_config(examples, headers or {}))
    schema.config.phases.update(phases=phases)
    schema.hook("filter_failure")(_is_no_unsaid_rule)
    found, amended = Found(), _Amended()
    # Of this hook there is one for all schemas.
    schemathesis.hook("before_call")(amended)
    try:
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                found.add(event.phase.value, event.recorder)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                # Not what was found, but what kept it from looking.
                found.findings[f"no check: {event}"] = str(getattr(event, "info", ""))
    finally:
        schemathesis.hooks.unregister(amended)
    return found


def _config(examples: int, headers: dict[str, str]) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "continue-on-failure": True,
            "headers": headers,
            "generation": {
                "mode": "all",
                "max-examples": examples,
                "deterministic": True,
                "database": "none",
            },
            "phases": {"stateful": {"max-steps": 12, "generation": {"max-examples": 2 * examples}}},
        }
    )


class _Amended:
    """Makes valid requests of which the document's examples alone could be sent once only."""

    __name__ = "before_call"

    def __init__(self) -> None:
        self._numbers = count()

    def __call__(self, context: HookContext, case: "Case[Any]", kwargs: dict[str, Any]) -> None:
        """Give each a new Idempotency-Key, any version for that of the example, and keys that are defined."""
        del context, kwargs
        if case.meta is None or case.meta.generation.mode.is_negative:
            return
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"key-{next(self._numbers)}"
        if case.headers.get("If-Match") == '"1"':
            case.headers["If-Match"] = "*"
        if isinstance(case.body, dict):
            case.body = self._with_defined_keys(case.body)

    def _with_defined_keys(self, body: dict[str, Any]) -> dict[str, Any]:
        amended = dict(body)
        if isinstance(body.get("criteria"), list):
            amended["criteria"] = [{**each, "key": self._key(each["key"])} for each in body["criteria"]]
        if isinstance(body.get("keys"), dict):
            amended["keys"] = dict(zip(("ssn", "vip"), body["keys"].values(), strict=False))
        if isinstance(body.get("key"), str):
            amended["key"] = self._key(body["key"])
        return amended

    def _key(self, name: str) -> str:
        return name if name in _KEYS else _KEYS[next(self._numbers) % len(_KEYS)]


def _is_no_unsaid_rule(context: HookContext, failure: Failure, case: "Case[Any]", response: Response) -> bool:
    """Return whether a failure counts; a refused valid request does not if no schema can say why."""
    del context, case
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    return not UNSAID.keys() >= set(_refusals(response))


def _refusals(response: Response) -> Iterator[str]:
    problem = json.loads(response.content)
    if problem["code"] == "invalid_request":
        yield from (error["detail"] for error in problem["errors"])
    else:
        yield problem["code"]


def _text(recorder: ScenarioRecorder, case_id: str) -> str:
    response = recorder.interactions[case_id].response
    return "" if response is None else f"{response.status_code} {response.text}"
