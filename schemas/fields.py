"""The kinds of fields that schemas are made of."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from marshmallow import ValidationError, fields, validate

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LINE_BREAKS = re.compile(r"[\t\n\r]")
# The same in a form that OpenAPI (ECMA-262) and Python both read: something that is not white space, and no
# control character around it. \s is not the same set of characters in the two.
_SPACE = r"\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LINE = rf"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f{_SPACE}][^\x00-\x1f\x7f]*$"
_LINES_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_LINES = rf"^[^{_LINES_CONTROL}]*[^\x00-\x1f\x7f{_SPACE}][^{_LINES_CONTROL}]*$"

_LINE_OR_BLANK = r"^[^\x00-\x1f\x7f]*$"
_BLANK = re.compile(f"[{_SPACE}]*")

_LONGEST_TIME = 64
# The + of a query string arrives as a blank.
_LOST_PLUS = re.compile(r":[0-9]{2}(?:\.[0-9]+)? [0-9]{2}:?[0-9]{2}\Z")
_FORM_OF_TIME = "Must be a time with its zone, such as 2026-11-26T09:00:00+09:00 or 2026-11-26T00:00:00Z"


class Text(fields.String):
    """Text as it was typed: not blank, no control characters, of bounded length in characters.

    Nor may it stand for more than twice as many: Unicode has characters that are 18 once they are written
    out (NFKC; UAX #15), and folding what is searched for would take as much longer.
    """

    def __init__(self, *, longest: int = 255, lines: bool = False, **kwargs: Any) -> None:
        """Take the greatest length, and whether tabs and line breaks are allowed."""
        self._longest = longest
        self._lines = lines
        metadata = {"pattern": _LINES if lines else _LINE, **kwargs.pop("metadata", {})}
        super().__init__(
            validate=[validate.Length(max=longest), self._check_written_out, self._check_characters],
            metadata={"minLength": 1, **metadata},
            **kwargs,
        )

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the text; raises ``ValidationError``."""
        return value if self._is_plain(value) else super().deserialize(value, *args, **kwargs)

    def _is_plain(self, value: Any) -> bool:
        """Tell most texts that nothing is wrong with at a glance: written out, ASCII is what it was."""
        return (
            isinstance(value, str)
            and len(value) <= self._longest
            and value.isascii()
            and value.isprintable()
            and value.strip() != ""
        )

    def _check_written_out(self, value: str) -> None:
        most = 2 * self._longest
        if len(value) <= self._longest and len(unicodedata.normalize("NFKC", value)) > most:
            raise ValidationError(
                f"Longer than {most} characters once ligatures and the like are written out (NFKC)."
            )

    def _check_characters(self, value: str) -> None:
        if not value.strip():
            way_out = "; leave it out, or send null." if self.allow_none else "."
            raise ValidationError(f"Must not be blank{way_out}")
        if CONTROL_CHARACTERS.search(value) or (not self._lines and LINE_BREAKS.search(value)):
            raise ValidationError("Must not contain control characters.")


class TextOrBlank(Text):
    """Text as a machine delivers it, which says an empty string where it knows nothing: that is null."""

    def __init__(self, *, metadata: dict[str, Any]) -> None:
        """Take what documents the field."""
        super().__init__(allow_none=True, metadata={"pattern": _LINE_OR_BLANK, "minLength": 0, **metadata})

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the text, or None for a blank one."""
        blank = isinstance(value, str) and _BLANK.fullmatch(value)
        return super().deserialize(None if blank else value, *args, **kwargs)


class TrueOrFalse(fields.Boolean):
    """True or false: not the numbers that Python takes for them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        del attr, data, kwargs
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Whole(fields.Integer):
    """A whole number; 20.0 is one too, as JSON does not tell the two apart (JSON Schema 2020-12, 4.2.3)."""

    def _validated(self, value: Any) -> int:
        return super()._validated(int(value) if isinstance(value, float) and value.is_integer() else value)


class Identifier(fields.String):
    """A string of a fixed pattern, matched whole."""

    def __init__(self, pattern: re.Pattern[str], message: str, **kwargs: Any) -> None:
        """Take the pattern, with ``^`` and ``$``, and what to say where it is not met."""
        self._pattern = pattern
        self._message = message
        metadata = {"pattern": pattern.pattern, **kwargs.pop("metadata", {})}
        super().__init__(validate=self._check_pattern, metadata=metadata, **kwargs)

    def _check_pattern(self, value: str) -> None:
        # Python's $ lets a line break at the end pass.
        if not self._pattern.fullmatch(value) or value.endswith("\n"):
            raise ValidationError(self._message)


class Several(fields.List[Any]):
    """A list whose length is checked before its items are: to find fault with 100,000 takes seconds."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list):
            for length in self.validators:
                if isinstance(length, validate.Length):
                    length(value)
        return super()._deserialize(value, *args, **kwargs)


class Time(fields.AwareDateTime):
    """A time in UTC (RFC 3339), to the millisecond, so that times sort as text.

    It ends in Z, which a query string can hold as it is. One that is sent must say its zone: midnight in
    Tokyo is nine hours before that of UTC.
    """

    default_error_messages = {  # noqa: RUF012 - as marshmallow declares it
        "invalid": f"{_FORM_OF_TIME}.",
        "invalid_awareness": f"{_FORM_OF_TIME}.",
        "lost_plus": f"{_FORM_OF_TIME}; in a query string write + as %2B.",
        "out_of_range": "Must be of the years 1 to 9999 in UTC.",
    }

    def __init__(self, **kwargs: Any) -> None:
        """Take what a field takes."""
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # Python reads the first digits of a time and passes over as many more as there are.
        if isinstance(value, str) and len(value) > _LONGEST_TIME:
            raise self.make_error("invalid")
        try:
            return super()._deserialize(value, *args, **kwargs)
        except ValidationError as error:
            if isinstance(value, str) and _LOST_PLUS.search(value):
                raise self.make_error("lost_plus") from error
            raise

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Moment(Time):
    """A time that MongoDB can hold: in UTC it is of the years 1 to 9999."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        moment = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("out_of_range") from error


class Mapped(fields.Field[dict[str, Any]]):
    """An object whose member names the caller chooses, each value of the same kind."""

    def __init__(
        self, names: fields.String, values: fields.Field[Any], *, most: int | None = None, **kwargs: Any
    ) -> None:
        """Take what a name and what a value must be, and how many members a caller may send."""
        super().__init__(**kwargs)
        self.names = names
        self.values = values
        self.most = most

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        del attr, data, kwargs
        if not isinstance(value, Mapping):
            raise ValidationError("Not a valid object.")
        if self.most is not None and len(value) > self.most:
            raise ValidationError(f"Must not have more than {self.most} members.")
        members: dict[str, Any] = {}
        errors: dict[Any, Any] = {}
        for name, part in value.items():
            try:
                members[str(self.names.deserialize(name))] = self.values.deserialize(part)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return members
