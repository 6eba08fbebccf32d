"""Find environment variables whose names look like misspelt settings."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from difflib import SequenceMatcher

from service.config import Settings

_SHORT_NAME = 8
_CUTOFF = 0.8
# A short name is easily similar to another word: HOST to HOSTS, PORT to PORTAL.
_SHORT_CUTOFF = 0.84


def warn_of_misspelt(variables: Collection[str]) -> Iterator[str]:
    """Yield a warning for each variable whose name is similar to a setting; values are not included."""
    settings = {field.name.upper() for field in fields(Settings)}
    for variable in sorted(set(variables) - settings):
        if (setting := _closest(variable.upper(), settings)) is not None and setting not in variables:
            yield f"{variable} is not a setting of this service and is ignored; did you mean {setting}?"


def _closest(variable: str, settings: Collection[str]) -> str | None:
    """Return the most similar setting, or None."""
    # People rarely misspell a first letter, and others prefix the same words: AWS_DEFAULT_REGION.
    candidates = [setting for setting in settings if setting[0] == variable[:1]]
    similar = {
        setting: ratio for setting in candidates if (ratio := _ratio(variable, setting)) >= _cutoff(setting)
    }
    return max(sorted(similar), key=similar.__getitem__, default=None)


def _ratio(variable: str, setting: str) -> float:
    return SequenceMatcher(None, variable, setting).ratio()


def _cutoff(setting: str) -> float:
    return _SHORT_CUTOFF if len(setting) <= _SHORT_NAME else _CUTOFF
