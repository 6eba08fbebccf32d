"""Base classes of schemas. Their results are those of marshmallow's ``Schema``, for every option."""

from collections.abc import Iterator, Mapping
from dataclasses import make_dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from marshmallow import (
    EXCLUDE,
    INCLUDE,
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_dump,
    post_load,
    pre_dump,
    pre_load,
    validate,
    validates,
    validates_schema,
)

import schemas
from schemas.base import UNKNOWN_FIELD, Request, Response
from schemas.fields import BoundedList, DateTime, MappingField

Fields = dict[str, fields.Field[Any]]
Namespace = Mapping[str, object]


class _NameRequest(Request):
    name = fields.String()


class _NameResponse(Response):
    name = fields.String()


class _Colour(StrEnum):
    RED = "red"


def _load(schema: Schema, body: Any, **options: Any) -> object:
    """Return the loaded body, or the errors and the valid data."""
    try:
        return schema.load(body, **options)
    except ValidationError as error:
        return error.messages, error.valid_data


def _pair(base: type[Schema], namespace: Namespace) -> tuple[type[Schema], type[Schema]]:
    """Return a class derived from our base class, and the same derived from marshmallow's."""
    messages = {"error_messages": getattr(base, "error_messages", {})}
    meta = {"Meta": type("Meta", (), {"register": False})}
    return type("Ours", (base,), {**namespace}), type("Theirs", (Schema,), {**messages, **meta, **namespace})


def _request_fields() -> Fields:
    return {
        "needed": fields.Integer(required=True),
        "defaulted": fields.Integer(load_default=7),
        "renamed": fields.Integer(data_key="from", attribute="begin"),
        "part": fields.Nested(_NameRequest()),
        "parts": fields.Nested(_NameRequest(), many=True),
        "factory": fields.List(fields.String(), load_default=list),
        "read_only": fields.String(dump_only=True),
    }


def _response_fields() -> Fields:
    return {
        "name": fields.String(),
        "count": fields.Integer(),
        "as_text": fields.Integer(as_string=True),
        "flag": fields.Boolean(),
        "at": DateTime(),
        "part": fields.Nested(_NameResponse()),
        "parts": fields.List(fields.Nested(_NameResponse())),
        "several": fields.Nested(_NameResponse(many=True)),
        "words": fields.List(fields.String()),
        "renamed": fields.String(data_key="from", attribute="begin"),
        "empty_key": fields.String(data_key=""),
        "defaulted": fields.String(dump_default="d"),
        "write_only": fields.String(load_only=True),
    }


RESPONSE_NAMES = [
    "begin" if name == "renamed" else name for name in _response_fields() if name != "write_only"
]
BODIES: tuple[Any, ...] = (
    {"needed": 1},
    {"needed": 1, "defaulted": 2, "from": 3, "part": {"name": "a"}, "parts": [{"name": "a"}, {}]},
    {"needed": None, "defaulted": None, "from": None, "part": None},
    {"needed": "x", "from": "x", "part": {"name": 1, "other": 2}, "begin": 3, "_schema": 4},
    {"part": [], "parts": {}, "read_only": "a"},
    {"parts": [{"name": 1}, {"name": "a"}]},
    {},
    [],
    "text",
    None,
)
OBJECTS: tuple[Any, ...] = (
    {
        "name": "a",
        "count": 1,
        "as_text": 2,
        "flag": True,
        "at": datetime(2026, 3, 1, 18, 31, tzinfo=timezone(timedelta(hours=9))),
        "part": {"name": "b", "other": "c"},
        "parts": [{"name": "d"}, None],
        "several": [{"name": "e"}],
        "words": ["f"],
        "begin": "g",
        "empty_key": "h",
        "defaulted": "i",
        "write_only": "j",
    },
    {"name": 1, "count": "2", "flag": 1, "begin": _Colour.RED},
    dict.fromkeys(RESPONSE_NAMES),
    {**dict.fromkeys(RESPONSE_NAMES), "parts": [], "several": [], "words": []},
    {},
    None,
)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"partial": True},
        {"partial": ("needed",)},
        {"partial": ("part.name",)},
        {"unknown": RAISE},
        {"unknown": EXCLUDE},
        {"unknown": INCLUDE},
        {"many": True},
    ],
    ids=str,
)
def test_a_request_loads_as_marshmallow_does(body: Any, options: dict[str, Any]) -> None:
    """An option has the same effect as an argument of the schema and as an argument of ``load``."""
    ours, theirs = _pair(Request, _request_fields())
    if options.get("many"):
        body = [body, body]
    expected = _load(theirs(), body, **options)
    assert _load(ours(), body, **options) == expected
    assert _load(ours(**options), body) == expected


@pytest.mark.parametrize("option", [{"only": ["needed", "part.name"]}, {"exclude": ["renamed"]}], ids=str)
@pytest.mark.parametrize("body", BODIES[:4])
def test_a_request_loads_a_selection_as_marshmallow_does(body: Any, option: dict[str, Any]) -> None:
    """A field that is not selected is unknown."""
    ours, theirs = _pair(Request, _request_fields())
    assert _load(ours(**option), body) == _load(theirs(**option), body)


@pytest.mark.parametrize("obj", OBJECTS)
@pytest.mark.parametrize(
    "options",
    [{}, {"only": ["name", "part.name"]}, {"exclude": ["at", "parts.name"]}, {"many": True}],
    ids=str,
)
def test_a_response_dumps_as_marshmallow_does(obj: Any, options: dict[str, Any]) -> None:
    """Values of other types are converted. Missing values are omitted."""
    ours, theirs = _pair(Response, _response_fields())
    if options.get("many"):
        obj = [obj, obj]
    assert ours(**options).dump(obj) == theirs(**options).dump(obj)


def test_a_response_dumps_the_attributes_of_an_object() -> None:
    """A response can also dump ``many`` objects at once."""
    ours, theirs = _pair(Response, _response_fields())
    obj = make_dataclass("Values", OBJECTS[0])(**OBJECTS[0])
    assert ours().dump(obj) == theirs().dump(obj) == ours().dump(OBJECTS[0])
    assert ours().dump([obj, obj], many=True) == theirs().dump([obj, obj], many=True)


def test_a_nested_selection_is_applied_after_the_schema_was_used() -> None:
    """``Nested`` copies a schema, and the copy has only the selected fields."""
    part = Response.from_dict({"name": fields.String(), "other": fields.String()})()
    value = {"name": "a", "other": "b"}
    assert part.dump(value) == value
    whole = Response.from_dict({"part": fields.Nested(part, only=["name"])})()
    assert whole.dump({"part": value}) == {"part": {"name": "a"}}


class _Hooked:
    """Hooks of every kind. Each changes the data in a visible way."""

    @pre_load
    def strip(self, data: Mapping[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Remove spaces."""
        return {name: value.strip() for name, value in data.items()}

    @post_load
    def count(self, data: Mapping[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Add the number of members."""
        return {**data, "count": len(data)}

    @pre_dump
    def upper(self, data: Mapping[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Write in upper case."""
        return {name: value.upper() for name, value in data.items()}

    @post_dump(pass_original=True)
    def keep(self, data: Mapping[str, Any], original: object, **_kwargs: object) -> dict[str, Any]:
        """Add the original."""
        return {**data, "original": original}

    @validates("name")
    def check_name(self, value: str, **_kwargs: object) -> None:
        """Reject one name."""
        if value == "b":
            raise ValidationError("Not b.")


def test_hooks_run_as_in_marshmallow() -> None:
    """Hooks of a nested schema run even if the outer schema has no hooks."""
    namespace = dict(vars(_Hooked)) | {"name": fields.String()}
    for base in (Request, Response):
        ours, theirs = _pair(base, {k: v for k, v in namespace.items() if not k.startswith("__")})
        outer, outer_theirs = _pair(base, {"part": fields.Nested(ours())})
        del outer_theirs
        for body in ({"name": " a "}, {"name": "b"}):
            expected = _load(theirs(), body)
            assert _load(ours(), body) == expected
            assert ours().dump(body) == theirs().dump(body)
            assert outer().dump({"part": body}) == {"part": theirs().dump(body)}
    assert ours().load({"name": " a "}) == {"name": "a", "count": 1}


class _Validated:
    """Validators of the whole schema."""

    @validates_schema
    def check_order(self, data: Mapping[str, Any], **options: object) -> None:
        """Reject an end that is before the beginning."""
        assert {"many", "partial", "unknown"} <= options.keys()
        if data.get("begin", 0) > data.get("to", 9):
            raise ValidationError("Must be later than from.", "to")

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_presence(self, data: object, original: Mapping[str, Any], **_kwargs: object) -> None:
        """Reject an object that has neither ``from`` nor ``to``."""
        del data
        if not original.keys() & {"from", "to"}:
            raise ValidationError({"_schema": ["Send one."], "to": ["Or this."]})


@pytest.mark.parametrize(
    "body",
    [
        {"from": 1, "to": 2},
        {"from": 2, "to": 1},
        {"from": "x", "to": 1},
        {},
        {"other": 1},
        {"needed": "x"},
        {"from": 2, "to": 1, "needed": 1},
    ],
)
def test_schema_validators_run_as_in_marshmallow(body: Any) -> None:
    """Some of the bodies have errors in fields too."""
    namespace = {
        "renamed": fields.Integer(data_key="from", attribute="begin"),
        "to": fields.Integer(),
        "needed": fields.Integer(),
        **{name: value for name, value in vars(_Validated).items() if name.startswith("check")},
    }
    ours, theirs = _pair(Request, namespace)
    assert _load(ours(), body) == _load(theirs(), body)
    assert _load(ours(), [body], many=True) == _load(theirs(), [body], many=True)
    assert ours().validate(body) == theirs().validate(body)


def test_an_error_handler_is_called_as_in_marshmallow() -> None:
    """The arguments of the handler are the error and the data."""

    class _HandledError(Exception):
        pass

    def handle_error(_schema: Schema, error: ValidationError, data: object, **_kwargs: object) -> None:
        raise _HandledError(error.messages, data)

    for schema in _pair(Request, {"name": fields.String(), "handle_error": handle_error}):
        with pytest.raises(_HandledError) as caught:
            schema().load({"name": 1})
        assert caught.value.args == ({"name": ["Not a valid string."]}, {"name": 1})


def test_an_accessor_is_used_as_in_marshmallow() -> None:
    """A response can read its values in its own way."""

    def get_attribute(_schema: Schema, obj: str, attr: str, default: object) -> object:
        return obj if attr == "name" else default

    for schema in _pair(Response, {"name": fields.String(), "get_attribute": get_attribute}):
        assert schema().dump("a") == {"name": "a"}


@pytest.mark.parametrize("base", [Request, Response])
def test_a_dotted_attribute_is_an_error(base: type[Schema]) -> None:
    """The error is raised when the schema is created."""
    with pytest.raises(ValueError, match="The attribute of `name` contains a dot"):
        base.from_dict({"name": fields.String(attribute="a.b")})()


def test_requests_reject_unknown_fields_and_responses_ignore_them() -> None:
    """A client can misspell a field. A stored document has fields that clients must not see."""
    with pytest.raises(ValidationError) as caught:
        _NameRequest().load({"name": "a", "nmae": "b"})
    assert caught.value.messages == {"nmae": [UNKNOWN_FIELD]}
    assert _NameResponse().load({"name": "a", "lookup": "b"}) == {"name": "a"}


for module in iter_modules(schemas.__path__):
    import_module(f"schemas.{module.name}")


def _subclasses(schema: type[Schema]) -> Iterator[type[Schema]]:
    for child in schema.__subclasses__():
        if child.__module__.startswith("schemas."):
            yield child
        yield from _subclasses(child)


def test_only_the_first_of_many_unknown_fields_are_reported() -> None:
    """The time of marshmallow grows with the square of their number: 300,000 of them took minutes."""
    with pytest.raises(ValidationError) as caught:
        _NameRequest().load({f"x{number}": 1 for number in range(300_000)})
    assert isinstance(caught.value.messages, dict)
    unknown = [name for name, text in caught.value.messages.items() if text == [UNKNOWN_FIELD]]
    assert unknown == [f"x{number}" for number in range(100)]


_OF_AMAZON = ("schemas.aws.", "schemas.connect")
_REQUESTS = [each for each in _subclasses(Request) if not each.__module__.startswith(_OF_AMAZON)]
"""The requests of `/v1`. Those of Amazon's API, and the forms of Amazon Connect, ignore unknown members."""


@pytest.mark.parametrize("request_schema", _REQUESTS)
def test_every_request_rejects_unknown_fields(request_schema: type[Schema]) -> None:
    """The error does not contain the value of the field."""
    with pytest.raises(ValidationError) as caught:
        request_schema().load({"nickname": "Zq7"})
    assert caught.value.messages_dict["nickname"] == [UNKNOWN_FIELD]
    assert "Zq7" not in str(caught.value.messages)


@pytest.mark.parametrize("request_schema", [*_subclasses(Request)])
def test_every_list_and_every_open_object_of_a_request_is_bounded(request_schema: type[Schema]) -> None:
    """The number of items or members has a maximum, at every depth."""
    unchecked = list(request_schema().fields.values())
    while unchecked:
        field = unchecked.pop()
        if isinstance(field, fields.List):
            assert isinstance(field, BoundedList)
            assert any(isinstance(v, validate.Length) and v.max for v in field.validators)
            unchecked.append(field.inner)
        elif isinstance(field, MappingField):
            assert field.max_members
            unchecked += [field.names, field.values]


def test_a_response_keeps_the_order_of_its_fields() -> None:
    """The order of the data makes no difference."""
    ours = Response.from_dict({"b": fields.String(), "a": fields.String(), "c": fields.Integer()})
    assert list(ours().dump({"c": 1, "a": "x", "b": "y"})) == ["b", "a", "c"]


def test_errors_are_in_the_order_of_the_fields_and_then_of_the_data() -> None:
    """The order does not depend on the hashes of the names."""

    class Ordered(Request):
        first = fields.Integer(required=True)
        second = fields.Integer()

    data = {"zeta": 1, "second": "x", "beta": 2, "omega": 3, "alpha": 4}
    with pytest.raises(ValidationError) as caught:
        Ordered().load(data)
    assert list(caught.value.messages) == ["first", "second", "zeta", "beta", "omega", "alpha"]
