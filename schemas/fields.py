"""The types of fields in schemas."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from service.model.characters import INVISIBLE_BMP, WHITE_SPACE, is_blank
from service.model.limits import MAX_VALUE_LENGTH

_TABS_AND_LINE_BREAKS = re.compile(r"[\t\n\r]")
_MULTILINE_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_CONTROL_CHARACTERS = re.compile(f"[{_MULTILINE_CONTROL}]")


def _pattern(control: str) -> str:
    """Return a pattern for OpenAPI with the rules of ``Text``. ``control`` are the forbidden characters.

    Unlike ``Text``, the pattern accepts a text that has only invisible characters outside the Basic
    Multilingual Plane.
    """
    visible = rf"[^\x00-\x1f\x7f{WHITE_SPACE}{INVISIBLE_BMP}]"
    return rf"^[{WHITE_SPACE}]*[^{control}]*{visible}[^{control}]*[{WHITE_SPACE}]*$"


_SINGLE_LINE_PATTERN = _pattern(r"\x00-\x1f\x7f")
_MULTILINE_PATTERN = _pattern(_MULTILINE_CONTROL)
_NULLABLE_PATTERN = rf"^[{WHITE_SPACE}]*[^\x00-\x1f\x7f]*[{WHITE_SPACE}]*$"

_MAX_TIME_LENGTH = 64
# If the + of a time zone is not encoded in a query string, it arrives as a space.
_UNENCODED_PLUS = re.compile(r":[0-9]{2}(?:\.[0-9]+)? [0-9]{2}:?[0-9]{2}\Z")
_TIME_FORMAT = "Must be a time with its zone, such as 2026-11-26T09:00:00+09:00 or 2026-11-26T00:00:00Z"


class Text(fields.String):
    """Text that is not blank, has no control characters and at most ``max_length`` characters.

    If ``multiline``, tabs and line breaks are allowed. Loads the text without white space at its ends, such
    as the line break of a copied cell. Text that has only invisible characters is blank. The NFKC form (UAX
    #15) of a text may have at most ``2 * max_length`` characters: one character can expand to 18, which would
    slow down normalisation.
    """

    def __init__(
        self,
        *,
        max_length: int = MAX_VALUE_LENGTH,
        multiline: bool = False,
        description: str = "",
        **kwargs: Any,
    ) -> None:
        self._max_length = max_length
        self._check_length = validate.Length(max=max_length)
        self._multiline = multiline
        pattern = _MULTILINE_PATTERN if multiline else _SINGLE_LINE_PATTERN
        metadata = {"minLength": 1, "pattern": pattern, **kwargs.pop("metadata", {})}
        super().__init__(
            validate=[self._check_length, self._check_nfkc_length, self._check_characters],
            metadata=metadata | ({"description": description} if description else {}),
            **kwargs,
        )

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the text without white space at its ends. Skip the validators for printable ASCII."""
        is_usual = isinstance(value, str) and value.isascii() and value.isprintable() and not value.isspace()
        if is_usual and 0 < len(value) <= self._max_length and not (self.pre_load or self.post_load):
            return value.strip()
        return super().deserialize(value, *args, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        # The ``maxLength`` in the OpenAPI document limits the text with the white space at its ends.
        return text if text is None else self._check_length(text).strip()

    def _check_nfkc_length(self, value: str) -> None:
        limit = 2 * self._max_length
        if len(value) <= self._max_length and len(unicodedata.normalize("NFKC", value)) > limit:
            raise ValidationError(f"Must not be longer than {limit} characters in its NFKC form.")

    def _check_characters(self, value: str) -> None:
        if is_blank(value):
            alternative = "; leave it out, or send null." if self.allow_none else "."
            raise ValidationError(f"Must not be blank{alternative}")
        if _CONTROL_CHARACTERS.search(value) or (not self._multiline and _TABS_AND_LINE_BREAKS.search(value)):
            raise ValidationError("Must not contain control characters.")


def nullable_text_field(description: str, *, data_key: str | None = None) -> Text:
    """Return a text field that loads blank text as None: telephony systems send blanks for unknown values."""
    return Text(
        allow_none=True,
        pre_load=_blank_to_none,
        description=description,
        data_key=data_key,
        metadata={"minLength": 0, "pattern": _NULLABLE_PATTERN},
    )


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and is_blank(value) else value


class StrictBoolean(fields.Boolean):
    """A boolean. Numbers and strings are errors, although marshmallow accepts some of them."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> bool:
        del attr, data, kwargs
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Integer(fields.Integer):
    """An integer. Accepts 20.0, which JSON Schema treats as equal to 20 (2020-12, section 4.2.3)."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return super()._deserialize(value, attr, data, **kwargs)


def identifier_field(
    pattern: re.Pattern[str], message: str, *, metadata: Mapping[str, str], **kwargs: Any
) -> fields.String:
    """Return a field for strings that match the pattern, which starts with ``^`` and ends with ``$``."""
    # \Z is needed, because Python's $ also matches before a line break at the end.
    check = validate.Regexp(rf"{pattern.pattern}\Z", error=message)
    return fields.String(validate=check, metadata={"pattern": pattern.pattern, **metadata}, **kwargs)


class BoundedList(fields.List[Any]):
    """A list that checks its length before its items, because 100,000 items take seconds to validate."""

    def __init__(
        self, inner: fields.Field[Any], *, max_items: int, min_items: int | None = None, **kwargs: Any
    ) -> None:
        self._length = validate.Length(min=min_items, max=max_items)
        super().__init__(inner, validate=[self._length, *kwargs.pop("validate", ())], **kwargs)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> list[Any]:
        if isinstance(value, list):
            self._length(value)
        return super()._deserialize(value, attr, data, **kwargs)


class DateTime(fields.AwareDateTime):
    """A time with a zone. Dumped in UTC with milliseconds (RFC 3339), so that times sort as text.

    The dumped text ends in Z, which needs no encoding in a query string. A time without a zone is an error.
    """

    default_error_messages = {  # noqa: RUF012 - as marshmallow declares it
        "invalid": f"{_TIME_FORMAT}.",
        "invalid_awareness": f"{_TIME_FORMAT}.",
        "unencoded_plus": f"{_TIME_FORMAT}; in a query string, write + as %2B.",
        "out_of_range": "Must be within the years 1 to 9999 in UTC.",
    }

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> datetime:
        # Python accepts any number of fraction digits, so limit the length.
        if isinstance(value, str) and len(value) > _MAX_TIME_LENGTH:
            raise self.make_error("invalid")
        try:
            time: datetime = super()._deserialize(value, attr, data, **kwargs)
            return time.astimezone(UTC)
        except ValidationError as error:
            if isinstance(value, str) and _UNENCODED_PLUS.search(value):
                raise self.make_error("unencoded_plus") from error
            raise
        except OverflowError as error:
            raise self.make_error("out_of_range") from error

    def _serialize(
        self, value: datetime | None, attr: str | None, obj: object, **kwargs: object
    ) -> str | None:
        del attr, obj, kwargs
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class MappingField(fields.Field[Mapping[str, Any]]):
    """An object whose member names the client chooses. All its values have the same type."""

    def __init__(
        self,
        names: fields.String,
        values: fields.Field[Any],
        *,
        max_members: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.names = names
        self.values = values
        self.max_members = max_members

    def _deserialize(
        self, value: object, attr: str | None, data: object, **kwargs: object
    ) -> Mapping[str, Any]:
        del attr, data, kwargs
        if not isinstance(value, Mapping):
            raise ValidationError("Must be an object.")
        if self.max_members is not None and len(value) > self.max_members:
            raise ValidationError(f"Must not have more than {self.max_members} members.")
        members = {}
        errors = {}
        for name, member in value.items():
            try:
                loaded_name, loaded = str(self.names.deserialize(name)), self.values.deserialize(member)
            except ValidationError as error:
                errors[name] = error.messages
                continue
            if loaded_name in members:
                errors[name] = ["Another member has the same name; send each name once."]
            members[loaded_name] = loaded
        if errors:
            raise ValidationError(errors)
        return members
