"""Base classes of request and response schemas.

Loading valid data and dumping give the same results as in marshmallow, but take less than half the time. They
use only marshmallow's public methods. marshmallow itself handles the rare cases: schemas with
``_needs_marshmallow``, the options ``many`` and ``partial``, and requests that ignore unknown fields.

A request is first loaded quickly, which stops at the first error. If there is an error, marshmallow loads the
request again and collects all errors.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, ClassVar, cast

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing, types
from marshmallow.decorators import VALIDATES_SCHEMA

_Data = Mapping[str, object] | Sequence[Mapping[str, object]]

UNKNOWN_FIELD = "Unknown field; remove it or correct its name."
"""The error text of an unknown field in a request."""

_MAX_UNKNOWN_FIELDS = 100
"""Maximum number of unknown fields of an object that are reported."""

_REPORTS_ERRORS: ContextVar[bool | None] = ContextVar("reports_errors", default=None)
"""How the request is being loaded: False means quickly, True means by marshmallow. None outside of ``load``.

Nested schemas load their parts in the same way. Otherwise each of them would load an invalid part twice.
"""


class _Base(Schema):
    _validators: ClassVar[Sequence[tuple[str, bool]]]
    """The names of the ``validates_schema`` methods, each with True if it takes the original data."""
    _needs_marshmallow: ClassVar[bool]
    """True if the class has other hooks, validates whole collections or overrides ``get_attribute``."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        hooks = cls.resolve_hooks()
        validators = hooks.pop(VALIDATES_SCHEMA, [])
        cls._validators = [(name, options["pass_original"]) for name, _, options in validators]
        takes_collection = any(collection for _, collection, _ in validators)
        overrides_get_attribute = cls.get_attribute is not Schema.get_attribute
        cls._needs_marshmallow = bool(hooks) or takes_collection or overrides_get_attribute

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if "." in (field_obj.attribute or field_name):
            raise ValueError(f"The attribute of `{field_name}` contains a dot; use `Nested` instead.")


class Request(_Base):
    """Base of requests. Unknown fields are errors."""

    error_messages = {  # noqa: RUF012 - as marshmallow declares it
        "type": "Must be an object.",
        "unknown": UNKNOWN_FIELD,
    }
    misplaced: ClassVar[Mapping[str, str]] = {}
    """Fields that belong elsewhere in the request. Each value is an error text that names the place."""

    def load(
        self,
        data: _Data,
        *,
        many: bool | None = None,
        partial: bool | types.StrSequenceOrSet | None = None,
        unknown: types.UnknownOption | None = None,
    ) -> Any:
        """Return the loaded data. Raises ``ValidationError``."""
        is_many = self.many if many is None else many
        is_partial = partial is not None or self.partial is not None
        is_strict = (self.unknown if unknown is None else unknown) == RAISE
        is_rare = self._needs_marshmallow or is_many or is_partial or not is_strict
        is_usual = isinstance(data, Mapping) and not is_rare
        reports_errors = _REPORTS_ERRORS.get()
        if is_usual and reports_errors is False:
            return self._load_valid(cast("Mapping[str, object]", data))
        if is_usual and reports_errors is None:
            token = _REPORTS_ERRORS.set(False)
            with suppress(ValidationError):
                try:
                    return self._load_valid(cast("Mapping[str, object]", data))
                finally:
                    _REPORTS_ERRORS.reset(token)
        if is_usual:
            data = self._without_many_unknown(cast("Mapping[str, object]", data))
        token = _REPORTS_ERRORS.set(True)
        try:
            return super().load(data, many=many, partial=partial, unknown=unknown)
        except ValidationError as error:
            if isinstance(data, Mapping) and isinstance(error.messages, dict):
                hints = {name: [text] for name, text in self.misplaced.items() if name in error.messages}
                error.messages = self._sort_errors(error.messages | hints, data)
            raise
        finally:
            _REPORTS_ERRORS.reset(token)

    def _without_many_unknown(self, data: Mapping[str, object]) -> Mapping[str, object]:
        """Return the data with at most ``_MAX_UNKNOWN_FIELDS`` unknown fields.

        marshmallow's time grows with the square of their number.
        """
        declared = {field.data_key or name for name, field in self.load_fields.items()}
        unknown = [name for name in data if name not in declared]
        omitted = set(unknown[_MAX_UNKNOWN_FIELDS:])
        return {name: value for name, value in data.items() if name not in omitted} if omitted else data

    def _sort_errors(self, messages: Mapping[str, object], data: Mapping[str, object]) -> dict[str, object]:
        """Return the errors of declared fields first, then of unknown fields in the order of the data.

        Other errors come last.
        """
        declared = (field.data_key or name for name, field in self.load_fields.items())
        ordered = {key: messages[key] for key in [*declared, *data] if key in messages}
        return {**ordered, **messages}

    def _load_valid(self, data: Mapping[str, object]) -> dict[str, object]:
        """Return the loaded data. Raises ``ValidationError`` with the first error only."""
        loaded = self.dict_class()
        data_keys = set()
        for name, field in self.load_fields.items():
            data_key = name if field.data_key is None else field.data_key
            data_keys.add(data_key)
            if data_key in data or field.required:
                value = data.get(data_key, missing)
                loaded[field.attribute or name] = field.deserialize(value, data_key, data)
            elif (default := field.load_default) is not missing:
                loaded[field.attribute or name] = default() if callable(default) else default
        if not data.keys() <= data_keys:
            raise ValidationError(self.error_messages["unknown"])
        for validator, takes_original in self._validators:
            validate: Callable[..., None] = getattr(self, validator)
            original = (data,) if takes_original else ()
            validate(loaded, *original, partial=None, many=False, unknown=RAISE)
        return loaded


_UNCHANGED_TYPES: Mapping[type[fields.Field[Any]], Collection[type]] = {
    fields.String: {str, type(None)},
    fields.Boolean: {bool, type(None)},
}
"""The types of values that each type of field dumps unchanged."""

_FieldDumper = tuple[str, str, str, Collection[type], Callable[..., object]]
"""The name, attribute, result key, unchanged types and serializer of a field."""


class Response(_Base):
    """Base of responses. Undeclared fields are omitted."""

    class Meta:
        """Ignore undeclared fields."""

        unknown = EXCLUDE

    _dumpers: tuple[Mapping[str, fields.Field[Any]], Sequence[_FieldDumper]] = ({}, ())
    """The fields of the schema, and a dumper for each of them."""

    def dump(self, obj: object, *, many: bool | None = None) -> Any:
        """Return the object as JSON types; values of a ``MappingField`` stay unchanged.

        If ``many``, ``obj`` is a sequence of objects, and a list is returned.
        """
        if self._needs_marshmallow or (self.many if many is None else many):
            return super().dump(obj, many=many)
        read: Callable[..., object] = type(obj).get if isinstance(obj, (dict, Mapping)) else getattr
        dumped = self.dict_class()
        for name, attribute, key, unchanged_types, serialize in self._current_dumpers():
            value = read(obj, attribute, missing)
            if type(value) not in unchanged_types:
                value = serialize(name, obj, read)
                if value is missing:
                    continue
            dumped[key] = value
        return dumped

    def _current_dumpers(self) -> Sequence[_FieldDumper]:
        """Return the dumpers of the fields that the schema has now."""
        dumped_fields, dumpers = self._dumpers
        # `Nested` copies the schema and gives the copy other fields. Then the dumpers are computed again.
        if dumped_fields is not self.dump_fields:
            dumpers = [
                (
                    name,
                    field.attribute or name,
                    name if field.data_key is None else field.data_key,
                    _UNCHANGED_TYPES.get(type(field), ()),
                    field.serialize,
                )
                for name, field in self.dump_fields.items()
            ]
            self._dumpers = (self.dump_fields, dumpers)
        return dumpers
