"""The modules of the agent panel: their unit tests, their size, and their texts for every problem."""

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import default_exceptions

from service.api.http.problems import status_of
from service.errors.base import Conflict, NotFound, ServiceError
from service.panel import modules
from tests.openapi_document import openapi_document

_ROOT = Path(__file__).parents[2]
_STATIC = _ROOT / "service" / "panel" / "static"
_NODE = shutil.which("node") or str(_ROOT / ".venv" / "bin" / "node")
# The modules have no package.json, so Node warns that it has to find out that they are modules.
_RUN = (_NODE, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON")

MAX_BYTES = 60_000
"""The limit of all modules that are loaded until a profile is shown."""

_ADAPTERS = {"connect-streams.js", "events.js", "frame.js", "post-message.js"}
# Loaded when they are used: what is not needed to show a customer.
_LATER = (
    "views/forms.js",
    "views/completion.js",
    "views/merging/index.js",
    "views/results.js",
    "views/past.js",
    "views/reveal.js",
    "rare.js",
)
# Errors of the panel or its set-up, which an agent can only report: they share one sentence.
_SET_UP = {
    *("built_in_search_key", "contact_not_found", "foreign_origin", "idempotency_key_reused", "invalid_host"),
    *("malformed_json", "master_key_missing", "misdirected_request", "search_key_fixed", "search_key_in_use"),
    *("profile_created_again", "profile_merged", "replica_set_required", "search_key_not_found"),
    *("too_many_merges", "too_many_search_keys", "unsupported_media_type"),
}
# These are errors of commands, and no response has them.
_OF_COMMANDS = {"key_ended", "key_not_found", "key_rotated"}
# These are errors of the other API, which has its own names for them.
_OF_AWS = {"access_key_unknown", "signature_incomplete", "signature_invalid", "signature_missing"}


def _subclasses(base: type[ServiceError]) -> set[type[ServiceError]]:
    """Return the errors of operations that the panel can call. It does not use Amazon's API."""
    own = {each for each in base.__subclasses__() if each.__module__.startswith("service.")}
    direct = {each for each in own if each.__module__ != "service.errors.amazon"}
    return direct.union(*map(_subclasses, direct))


def _problems() -> dict[str, int]:
    """Return the codes of all problems with their statuses."""
    errors = _subclasses(ServiceError) - {Conflict, NotFound}
    documented = {
        each["code"]: each["status"] for each in _examples(openapi_document()) if "request_id" in each
    }
    http = {
        re.sub("[^a-z]+", "_", str(error().name).lower()): status
        for status, error in default_exceptions.items()
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
    }
    problems = {error.code: int(status_of(error)) for error in errors if hasattr(error, "code")}
    return documented | http | {code: problems[code] for code in problems.keys() - _OF_COMMANDS - _OF_AWS}


def _examples(node: Any) -> list[dict[str, Any]]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [each for child in children for each in _examples(child)]
    return [*found, node] if isinstance(node, dict) and isinstance(node.get("code"), str) else found


def _sentences(language: str) -> dict[str, str]:
    """Return the sentence of the panel for each problem, and those of ``setup`` and ``unavailable``."""
    script = """
        const { loadTranslator } = await import(process.argv[1]);
        const { problems, language } = JSON.parse(process.argv[2]);
        const t = await loadTranslator(language);
        const sentences = Object.entries(problems).map(([code, status]) => [code, t.problem(code, status)]);
        const { setup, unavailable } = t.messages.problems;
        console.log(JSON.stringify({ ...Object.fromEntries(sentences), setup, unavailable }));
    """
    parameters = json.dumps({"problems": _problems(), "language": language})
    command = [*_RUN, "--input-type=module", "--eval", script, str(_STATIC / "language.js"), parameters]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    sentences: dict[str, str] = json.loads(output)
    return sentences


def test_the_unit_tests_of_the_panel_pass() -> None:
    """They run in Node, without a browser."""
    files = sorted(str(file) for file in Path(__file__).parent.glob("*.test.js"))
    result = subprocess.run([*_RUN, "--test", *files], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_problem_has_a_sentence_for_agents(language: str) -> None:
    """A new problem needs a sentence of its own, or a decision that agents can only report it."""
    sentences = _sentences(language)
    setup, unavailable = sentences.pop("setup"), sentences.pop("unavailable")
    statuses = _problems()
    assert len(sentences) > 25
    without = {code for code, sentence in sentences.items() if sentence == setup}
    assert without == _SET_UP | {"not_found", "method_not_allowed"}
    failures = {code for code, sentence in sentences.items() if sentence == unavailable}
    assert failures == {code for code, status in statuses.items() if status > 500} - _SET_UP


def test_the_modules_until_a_profile_is_shown_are_small() -> None:
    """Of the languages, a panel loads one. Forms, lists and completion are loaded when they are used."""
    served = modules()
    loaded = _imported("panel.js", served) | {"messages/ja.js"}
    assert sum(len(served[path]) for path in loaded) < MAX_BYTES
    later = set().union(*(_imported(path, served) for path in _LATER))
    panel = loaded | later | {"messages/en.js"}
    assert panel | _ADAPTERS == {path for path in served if not path.startswith("phone/")}


def _imported(path: str, served: Mapping[str, bytes]) -> set[str]:
    """Return the paths of a module and of all modules that it imports statically."""
    found: set[str] = set()
    pending = [path]
    while pending:
        current = pending.pop()
        if current in found:
            continue
        found.add(current)
        text = served[current].decode()
        folder = (_STATIC / current).parent
        targets = re.findall(r'(?<![\w.])(?:import|export) [^;"()]*from "([^"]+)";', text)
        pending += [str((folder / target).resolve().relative_to(_STATIC)) for target in targets]
    return found


def test_a_served_module_has_the_code_of_its_source() -> None:
    """Only comments and white space are missing: the syntax trees of both are equal."""
    served = {path: content.decode() for path, content in modules().items()}
    sources = {path: (_STATIC / path).read_text(encoding="utf-8") for path in served}
    script = str(Path(__file__).parent / "compare_code.js")
    parameters = json.dumps([served, sources])
    result = subprocess.run([*_RUN, script], input=parameters, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, ""), result.stdout + result.stderr


def test_a_served_module_has_no_comments_and_little_white_space() -> None:
    """Names stay, so that stack traces and debuggers show readable code."""
    for path, content in modules().items():
        served = content.decode()
        assert "/*" not in served, path
        assert not re.search(r"(?<!:)//(?!www)|[,;]?\n\s", served), path


def test_the_simulated_phone_calls_customers_of_the_demo() -> None:
    """Each caller is a made-up customer, except the stranger and the one whose number is withheld."""
    script = """
        const { calls } = await import(process.argv[1]);
        console.log(JSON.stringify(Object.values(calls).flat()));
    """
    command = [*_RUN, "--input-type=module", "--eval", script, str(_STATIC / "phone" / "calls.js")]
    calls = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    with (_ROOT / "demo" / "customers.csv").open(encoding="utf-8", newline="") as file:
        customers = list(csv.DictReader(file))
    phones = Counter(
        re.sub(r"[^+\d]", "", customer[f"phone_numbers.{position}.value"])
        for customer in customers
        for position in (1, 2)
    )
    emails = Counter(customer["email_addresses.1.value"] for customer in customers)
    names = Counter(f"{each['first_name']} {each['last_name']}" for each in customers)
    names += Counter(f"{each['last_name']} {each['first_name']}" for each in customers)
    found = {"known": phones, "stranger": phones, "household": phones, "byEmail": emails, "byName": names}
    fields = {"byEmail": "email_address", "byName": "name"}
    for call in calls:
        caller = call["caller"]
        if caller == "withheld":
            continue
        count = found[caller][call["contact"][fields.get(caller, "phone_number")]]
        assert count == {"stranger": 0, "household": 3}.get(caller, 1), call
