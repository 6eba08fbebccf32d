"""Find environment variables whose names look like misspelt settings."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from difflib import get_close_matches

from service.config import Settings

_SHORT_NAME = 8
_CUTOFF = 0.8
# Short names are often similar to other words: HOST to HOSTS, PORT to PORTAL.
_SHORT_CUTOFF = 0.84


def warn_of_misspelt(variables: Collection[str]) -> Iterator[str]:
    """Yield a warning for each variable that looks like the misspelt name of a setting that is not set.

    ``variables`` are the names of all environment variables.
    """
    settings = {field.name.upper() for field in fields(Settings)}
    for variable in sorted(set(variables) - settings):
        # Users rarely misspell the first letter, and other programs add prefixes: AWS_DEFAULT_REGION.
        candidates = sorted(setting for setting in settings if setting[0] == variable[:1].upper())
        cutoff = _SHORT_CUTOFF if len(variable) <= _SHORT_NAME else _CUTOFF
        for setting in get_close_matches(variable.upper(), candidates, 1, cutoff):
            if setting not in variables:
                yield f"{variable} is not a setting of this service and is ignored; did you mean {setting}?"
