"""Mask the values of sensitive search keys in an object.

A value is masked in all notations: ``123-45-6789``, ``123456789`` and ``SSN: 123 45 6789.`` have the same
value. So only the letters and digits of texts are compared, without leading zeros. A long value is also found
inside a text, and a number also without its country code. The whole text is masked then.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from service.matching import folding
from service.model.object_types import ProfileObject
from service.model.sensitive import masked
from service.use_cases.amazon.sources import to_text, value_at

_MIN_PART = 6
"""Minimum number of letters and digits of a value that is also found inside a text."""
_MIN_NUMBER = 7
"""Minimum number of digits of a number that is also found without its country code."""


def mask_values(stored: ProfileObject, sensitive: Collection[str]) -> ProfileObject:
    """Return the object with the values of the search keys ``sensitive`` masked, also in names of members."""
    paths = {path for key, paths in stored.key_paths.items() if key in sensitive for path in paths}
    if not paths:
        return stored
    content: Mapping[str, Any] = orjson.loads(stored.content)
    texts = {text for path in paths for text in _texts_at(content, path)}
    return replace(stored, content=orjson.dumps(_Mask(texts).apply(content)).decode())


class _Mask:
    """Masks these texts in JSON, in any notation."""

    def __init__(self, texts: Collection[str]) -> None:
        self._texts = frozenset(texts) - {""}
        self._values = {_letters_and_digits(text) for text in self._texts} - {""}
        self._parts = [value for value in self._values if len(value) >= _MIN_PART]

    def apply(self, value: Any) -> Any:
        """Return a value of JSON with the texts masked."""
        if isinstance(value, dict):
            return {self._mask(name): self.apply(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.apply(item) for item in value]
        if isinstance(value, str | int | float):
            text = to_text(value)
            return masked(text) if self._hides(text) else value
        return value

    def _mask(self, name: str) -> str:
        return masked(name) if self._hides(name) else name

    def _hides(self, text: str) -> bool:
        if text in self._texts:
            return True
        own = _letters_and_digits(text)
        if own in self._values or any(part in own for part in self._parts):
            return True
        is_number = len(own) >= _MIN_NUMBER and own.isdecimal()
        return is_number and any(part.endswith(own) for part in self._parts)


def _letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, folding.fold(text))).lstrip("0")


def _texts_at(content: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the texts, numbers and booleans at a path as texts, also those in an array or an object there."""
    return _texts_in(value_at(content, path))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts_in(item)
    elif isinstance(value, str | int | float):
        yield to_text(value)
