"""What all requests and answers share."""

from datetime import datetime, timedelta, timezone
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

import schemas
from schemas.base import Request, Response
from schemas.fields import Mapped, Several, Time


class _Sample(Request):
    name = fields.String()


class _Sampled(Response):
    name = fields.String()


_MEMBERS = {
    "needed": fields.Integer(required=True),
    "defaulted": fields.Integer(load_default=7),
    "renamed": fields.Integer(data_key="from", attribute="begin"),
    "part": fields.Nested(_Sample()),
    "made": fields.List(fields.String(), load_default=list),
}
_Loaded = Request.from_dict(_MEMBERS)
_LoadedByMarshmallow = Schema.from_dict(_MEMBERS)
_TOLD: dict[str, fields.Field[Any]] = {
    "name": fields.String(),
    "at": Time(),
    "part": fields.Nested(_Sampled()),
    "parts": fields.List(fields.Nested(_Sampled())),
    "several": fields.Nested(_Sampled(many=True)),
    "words": fields.List(fields.String()),
}
_Told = Response.from_dict(_TOLD)
_ToldByMarshmallow = Schema.from_dict(_TOLD)


def loaded(schema: type[Schema], body: Any) -> Any:
    """Return what a body is loaded as, or what is wrong with it."""
    try:
        return schema().load(body, unknown="raise")
    except ValidationError as error:
        return error.messages


def test_a_request_refuses_what_an_answer_passes_over() -> None:
    """A caller is told of a typing error; what a document has beside is not for callers."""
    with pytest.raises(ValidationError) as caught:
        _Sample().load({"name": "a", "nmae": "b"})
    assert caught.value.messages == {"nmae": ["Unknown field."]}
    assert _Sampled().load({"name": "a", "lookup": "b"}) == {"name": "a"}


for module in iter_modules(schemas.__path__):
    import_module(f"schemas.{module.name}")


def _concrete(schema: type[Schema]) -> list[type[Schema]]:
    return [schema, *(child for direct in schema.__subclasses__() for child in _concrete(direct))]


@pytest.mark.parametrize(
    "request_schema", [s for s in _concrete(Request) if s.__module__.startswith("schemas.")]
)
def test_every_request_refuses_unknown_fields(request_schema: type[Schema]) -> None:
    """No schema of a body has fallen out of the rule."""
    with pytest.raises(ValidationError) as caught:
        request_schema().load({"nickname": "Zq7"})
    assert caught.value.messages_dict["nickname"] == ["Unknown field."]
    assert "Zq7" not in str(caught.value.messages)


@pytest.mark.parametrize(
    "request_schema", [s for s in _concrete(Request) if s.__module__.startswith("schemas.")]
)
def test_every_list_and_every_open_object_of_a_request_is_bounded(request_schema: type[Schema]) -> None:
    """In the number of its items or members, however deep it stands."""
    fields_to_see = list(request_schema().fields.values())
    while fields_to_see:
        field = fields_to_see.pop()
        if isinstance(field, fields.List):
            assert isinstance(field, Several)
            assert any(isinstance(v, validate.Length) and v.max for v in field.validators)
            fields_to_see.append(field.inner)
        elif isinstance(field, Mapped):
            assert field.most
            fields_to_see += [field.names, field.values]


@pytest.mark.parametrize(
    "body",
    [
        {"needed": 1},
        {"needed": 1, "defaulted": 2, "from": 3, "part": {"name": "a"}},
        {"needed": None, "defaulted": None, "from": None, "part": None},
        {"needed": "x", "from": "x", "part": {"name": 1, "other": 2}, "begin": 3, "_schema": 4},
        {"part": []},
        {},
    ],
)
def test_a_request_is_loaded_as_marshmallow_loads_any_schema(body: Any) -> None:
    """The same data, or the same faults."""
    assert loaded(_Loaded, body) == loaded(_LoadedByMarshmallow, body)


@pytest.mark.parametrize(
    "told",
    [
        {
            "name": "a",
            "at": datetime(2026, 3, 1, 18, 31, tzinfo=timezone(timedelta(hours=9))),
            "part": {"name": "b", "other": "c"},
            "parts": [{"name": "d"}, None],
            "several": [{"name": "e"}],
            "words": ["f"],
        },
        dict.fromkeys(_TOLD),
        {**dict.fromkeys(_TOLD), "parts": [], "several": [], "words": []},
    ],
)
def test_an_answer_is_told_as_marshmallow_tells_any_schema(told: Any) -> None:
    """The same text for what is there, and null for what is not."""
    assert _Told().dump(told) == _ToldByMarshmallow().dump(told)


@pytest.mark.parametrize(
    "answer_schema", [s for s in _concrete(Response) if s.__module__.startswith("schemas.")]
)
def test_no_answer_has_hooks(answer_schema: type[Schema]) -> None:
    """Those of one within another would not be called."""
    hooks = answer_schema.resolve_hooks()
    assert not hooks["pre_dump"] + hooks["post_dump"]
