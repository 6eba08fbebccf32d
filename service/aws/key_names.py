"""The names of search keys: Amazon's predefined ones, and those of custom search keys."""

import re

from service.errors.requests import FieldError, InvalidRequest
from service.model.amazon import PREDEFINED_KEYS
from service.model.identifiers import SEARCH_KEY_NAME
from service.model.search_key import AMAZON_NAMES

_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|-")
_UNKNOWN = "No search key can have this name; use a predefined one such as _phone, or another name."

_PREDEFINED_NAMES = {own: name for name, own in AMAZON_NAMES.items()}
_BUILT_IN = (
    "`{}` is the name of a built-in search key; use {} for that one, or another name for your own key."
)


def search_key_name(name: str, pointer: str = "/KeyName") -> str:
    """Return the name of our search key for a ``KeyName``, whether the domain has defined it or not.

    Amazon's names may have capital letters and hyphens: ``loyaltyId`` is our search key ``loyalty_id``. A
    built-in search key has only its predefined name: ``_fullName`` is our ``name``, and ``name`` is an error.
    Raises ``InvalidRequest`` at the pointer for a name that no search key can have.
    """
    if name in AMAZON_NAMES:
        return AMAZON_NAMES[name]
    if name in PREDEFINED_KEYS:
        return PREDEFINED_KEYS[name].name
    own = _WORD_BOUNDARY.sub("_", name).lower()
    if not SEARCH_KEY_NAME.fullmatch(own):
        raise InvalidRequest([FieldError(pointer, _UNKNOWN)])
    if own in _PREDEFINED_NAMES:
        raise InvalidRequest([FieldError(pointer, _BUILT_IN.format(own, _PREDEFINED_NAMES[own]))])
    return own
