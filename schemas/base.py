"""Base classes of request and response schemas.

They load and dump in less than half of marshmallow's time, by its public methods and with the same results.
marshmallow itself handles what is rare: hooks other than ``validates_schema``, ``many``, ``partial`` and
``unknown``. It also reports the errors of invalid data.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing, types
from marshmallow.decorators import VALIDATES_SCHEMA

_Data = Mapping[str, object] | Sequence[Mapping[str, object]]


class _Base(Schema):
    _validators: ClassVar[Sequence[tuple[str, bool]]]
    """The ``validates_schema`` methods, and whether they take the original data."""
    _is_hooked: ClassVar[bool]
    """True if marshmallow has to load and dump because of the class's other hooks."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        hooks = cls.resolve_hooks()
        validators = hooks.pop(VALIDATES_SCHEMA, [])
        cls._validators = [(name, options["pass_original"]) for name, _, options in validators]
        takes_collection = any(collection for _, collection, _ in validators)
        cls._is_hooked = bool(hooks) or takes_collection or cls.get_attribute is not Schema.get_attribute

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if "." in (field_obj.attribute or field_name):
            raise ValueError(f"`{field_name}` has a dotted attribute, which is not supported; use `Nested`.")


class Request(_Base):
    """Base of requests. Unknown fields are errors."""

    error_messages = {"type": "Must be an object."}  # noqa: RUF012 - as marshmallow declares it

    def load(
        self,
        data: _Data,
        *,
        many: bool | None = None,
        partial: bool | types.StrSequenceOrSet | None = None,
        unknown: types.UnknownOption | None = None,
    ) -> Any:
        """Return the loaded fields of an object.

        Raises ``ValidationError``.
        """
        is_many = self.many if many is None else many
        is_partial = partial is not None or self.partial is not None
        is_strict = (self.unknown if unknown is None else unknown) == RAISE
        if isinstance(data, Mapping) and is_strict and not (self._is_hooked or is_many or is_partial):
            with suppress(ValidationError):
                return self._load_valid(data)
        try:
            return super().load(data, many=many, partial=partial, unknown=unknown)
        except ValidationError as error:
            if isinstance(data, Mapping) and isinstance(error.messages, dict):
                error.messages = self._sort_errors(error.messages, data)
            raise

    def _sort_errors(self, messages: Mapping[str, object], data: Mapping[str, object]) -> dict[str, object]:
        """Return the errors in the order of the declared fields, then of the data. marshmallow has none."""
        declared = (field.data_key or name for name, field in self.load_fields.items())
        ordered = {key: messages[key] for key in [*declared, *data] if key in messages}
        return {**ordered, **messages}

    def _load_valid(self, data: Mapping[str, object]) -> dict[str, object]:
        loaded = self.dict_class()
        keys = set()
        for name, field in self.load_fields.items():
            key = name if field.data_key is None else field.data_key
            keys.add(key)
            if key in data or field.required:
                loaded[field.attribute or name] = field.deserialize(data.get(key, missing), key, data)
            elif (default := field.load_default) is not missing:
                loaded[field.attribute or name] = default() if callable(default) else default
        if not data.keys() <= keys:
            raise ValidationError(self.error_messages["unknown"])
        for validator, takes_original in self._validators:
            validate: Callable[..., None] = getattr(self, validator)
            original = (data,) if takes_original else ()
            validate(loaded, *original, partial=None, many=False, unknown=RAISE)
        return loaded


_AS_IS: Mapping[type[fields.Field[Any]], Collection[type]] = {
    fields.String: {str, type(None)},
    fields.Boolean: {bool, type(None)},
}
"""The values that a type of field dumps unchanged."""

_Column = tuple[str, str, str, Collection[type], Callable[..., object]]


class Response(_Base):
    """Base of responses. What a response does not declare is left out."""

    class Meta:
        """Ignore other fields."""

        unknown = EXCLUDE

    _columns: tuple[Mapping[str, fields.Field[Any]], Sequence[_Column]] = ({}, ())

    def dump(self, obj: object, *, many: bool | None = None) -> Any:
        """Return an object, or a sequence of objects if ``many``, in the types of JSON."""
        if self._is_hooked or (self.many if many is None else many):
            return super().dump(obj, many=many)
        read: Callable[..., object] = type(obj).get if isinstance(obj, (dict, Mapping)) else getattr
        dumped = self.dict_class()
        for name, attribute, key, as_is, serialize in self._current_columns():
            value = read(obj, attribute, missing)
            if type(value) not in as_is:
                value = serialize(name, obj, read)
                if value is missing:
                    continue
            dumped[key] = value
        return dumped

    def _current_columns(self) -> Sequence[_Column]:
        """Return the name, attribute, key in the result, unchanged types and serializer of each field."""
        source, columns = self._columns
        # `Nested` copies a schema, then gives the copy other fields.
        if source is not self.dump_fields:
            columns = [
                (
                    name,
                    field.attribute or name,
                    name if field.data_key is None else field.data_key,
                    _AS_IS.get(type(field), ()),
                    field.serialize,
                )
                for name, field in self.dump_fields.items()
            ]
            self._columns = (self.dump_fields, columns)
        return columns
