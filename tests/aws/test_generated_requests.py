"""Requests that are generated from Amazon's model: valid ones are accepted, and others are a 400."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.aws.views import OFFERED
from service.model.characters import is_blank
from tests.aws.in_process import InProcess
from tests.aws.model import SAMPLES, Path, operation, replaced, sample, walk
from tests.aws.object_requests import object_types, objects

_KNOWN_KEYS = st.sampled_from(["_phone", "_email", "_orderId", "_caseId"])
_SEARCHED_KEYS = _KNOWN_KEYS | st.sampled_from(["_fullName", "_account", "_profileId", "_ctrContactId"])
_MAX_ITEMS = 3
_MAX_LENGTH = 12
"""Longer texts take long to generate. Another module tests the limits."""
_STORED_VALUES = {"AddProfileKey", "DeleteProfileKey"}
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f]")

SETTINGS = settings(
    derandomize=True,
    max_examples=10,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def _is_storable(text: str) -> bool:
    """Return whether the text is one that profiles can have: see ``ProfileText``."""
    return not _UNSTORABLE.search(text) and len(unicodedata.normalize("NFKC", text)) <= 2 * len(text) + 2


def _texts(shape: Shape) -> st.SearchStrategy[str]:
    if shape.enum:
        return st.sampled_from(shape.enum)
    if shape.name == "uuid":
        return st.text("0123456789abcdef", min_size=32, max_size=32)
    if shape.name in SAMPLES:
        return st.just(SAMPLES[shape.name])
    if "pattern" in shape.metadata:
        return st.text("abcXYZ_", min_size=1, max_size=shape.metadata["max"])
    least, most = shape.metadata.get("min", 0), min(_MAX_LENGTH, shape.metadata["max"])
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=most).filter(
        _is_storable
    )


def _values(name: str, member: str, shape: Shape) -> st.SearchStrategy[Any]:
    """Return a strategy for the valid values of a member."""
    if member in {"DomainName", "NextToken"}:
        return st.just("default") if member == "DomainName" else st.nothing()
    if isinstance(shape, StructureShape):
        inner = {each: _values(name, each, of) for each, of in shape.members.items()}
        required = {each: inner.pop(each) for each in shape.required_members}
        return st.fixed_dictionaries(required, optional={n: s for n, s in inner.items() if not s.is_empty})
    if isinstance(shape, ListShape):
        items = _values(name, member, shape.member)
        return st.lists(items, min_size=shape.metadata.get("min", 0), max_size=_MAX_ITEMS)
    if isinstance(shape, MapShape):
        names = _texts(shape.key).map(str.strip).filter(lambda text: text and not text.startswith("aws:"))
        names = names.filter(lambda text: not is_blank(text))
        least = shape.metadata.get("min", 0)
        return st.dictionaries(names, _texts(shape.value), min_size=least, max_size=_MAX_ITEMS)
    if isinstance(shape, StringShape):
        return _text_values(name, member, shape)
    return _SCALARS[shape.type_name](shape.metadata)


_SCALARS: dict[str, Callable[[Mapping[str, Any]], st.SearchStrategy[Any]]] = {
    "boolean": lambda _: st.booleans(),
    "double": lambda limits: st.floats(limits["min"], limits["max"]),
    "integer": lambda limits: st.integers(limits["min"], limits.get("max", 2**31 - 1)),
}


def _text_values(name: str, member: str, shape: Shape) -> st.SearchStrategy[str]:
    if member == "KeyName" and name not in {"CreateProfile", "UpdateProfile"}:
        return _KNOWN_KEYS if name in _STORED_VALUES else _SEARCHED_KEYS
    if member == "SearchKey":
        return st.sampled_from(["profileId", "matchId"])
    texts = _texts(shape)
    return texts.filter(lambda text: not is_blank(text)) if name in _STORED_VALUES else texts


_OF_OBJECTS: dict[str, Callable[[], st.SearchStrategy[dict[str, Any]]]] = {
    "PutProfileObjectType": object_types,
    "PutProfileObject": objects,
}
"""The members of these requests depend on each other."""


@cache
def _requests(name: str) -> st.SearchStrategy[dict[str, Any]]:
    if name in _OF_OBJECTS:
        return _OF_OBJECTS[name]()
    requests = _values(name, "", operation(name).input_shape)
    if name == "ListProfileObjects":
        # Contact records have no keys to filter by.
        return requests.map(lambda values: {n: v for n, v in values.items() if n != "ObjectFilter"})
    return requests


@pytest.mark.parametrize("name", OFFERED)
@SETTINGS
@given(st.data())
def test_a_valid_request_is_accepted(name: str, in_process: InProcess, data: st.DataObject) -> None:
    """It is no 400, and no 500: the profile may not exist."""
    response = in_process.send(name, data.draw(_requests(name)))
    # The domain has profiles, and another example may have created it.
    conflicts = {"CreateDomain": "created before", "DeleteDomain": "has profiles"}
    if name in conflicts and conflicts[name] in response.text:
        assert response.status_code == 400
    else:
        assert response.status_code in {200, 404}, response.text


def _invalid_values(shape: Shape) -> st.SearchStrategy[Any]:
    """Return a strategy for values slightly beyond the limits of a shape."""
    limits = shape.metadata
    if isinstance(shape, StringShape):
        texts: list[st.SearchStrategy[Any]] = [st.just(1)]
        if shape.enum:
            texts.append(st.sampled_from(["FOO", str(shape.enum[0]).swapcase()]))
        elif "max" in limits:
            texts.append(st.text("ab ", max_size=8).map(lambda text: text + "a" * (limits["max"] + 1)))
        if "pattern" in limits:
            texts += [st.sampled_from(["bad name!", "\u00e9", "a/b", " "])]
        return st.one_of(texts)
    if shape.type_name == "integer":
        return st.sampled_from([limits["min"] - 1, limits.get("max", 2**31) + 1, -(10**12), 10**12])
    if shape.type_name == "double":
        return st.sampled_from([limits["min"] - 0.1, limits["max"] + 0.1, "0.5"])
    if isinstance(shape, ListShape):
        counts: list[st.SearchStrategy[Any]] = [st.just({"a": "b"})]
        if "max" in limits:
            items = sample(shape) * (limits["max"] + 1)
            counts.append(st.just(items))
        if limits.get("min"):
            counts.append(st.just([]))
        return st.one_of(counts)
    return st.sampled_from([[], "a", 1])


def _mutations(name: str, request: dict[str, Any]) -> list[tuple[Path, Shape]]:
    """Return the members of a request that can be made invalid."""
    mutable = []
    for path, shape in walk(operation(name).input_shape):
        value: Any = request
        for step in path:
            present = step in value if isinstance(value, dict) else len(value) > int(step)
            value = value[step] if present else None
            if value is None:
                break
        if value is not None:
            mutable.append((path, shape))
    return mutable


@pytest.mark.parametrize("name", OFFERED)
@SETTINGS
@given(st.data())
def test_an_invalid_member_is_a_bad_request(name: str, in_process: InProcess, data: st.DataObject) -> None:
    """The message names the member."""
    request = data.draw(_requests(name))
    mutable = _mutations(name, request)
    if not mutable:
        return
    path, shape = data.draw(st.sampled_from(mutable))
    value = data.draw(_invalid_values(shape))
    in_path = operation(name).input_shape.members[path[0]].serialization.get("location") == "uri"
    if in_path and value in {1, "a/b"}:
        # In a path, the one is a text, and the other is two segments.
        return
    response = in_process.send_invalid(name, replaced(request, path, value))
    assert response.status_code == 400, response.text
    assert response.headers["x-amzn-ErrorType"] == "BadRequestException"
    assert str(path[0]) in response.get_json()["Message"]
