"""Recognise the columns of files by their headers."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from service.transfer.errors import UnknownTarget
from service.transfer.mapping.headers import (
    amazon,
    common,
    european,
    google,
    hubspot,
    japanese,
    outlook,
    outlook_japanese,
    salesforce,
    zendesk,
)
from service.transfer.mapping.targets import Target, parse_target

# If two products use the same header for different fields, the first one counts.
_PRODUCTS = (
    amazon,
    salesforce,
    google,
    outlook,
    outlook_japanese,
    hubspot,
    zendesk,
    japanese,
    common,
    european,
)

_ATTRIBUTE = re.compile(r"attributes\.(.+)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^\w.]|_")


def normalise(header: str) -> str:
    """Return a header in lower case, without blanks and signs except dots: ``emailaddress``."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", header).casefold())


def recognise(path: str, headers: Collection[str]) -> Target | None:
    """Return the field of a column, or None. ``headers`` are the normalised headers of all columns."""
    try:
        return parse_target(path)
    except UnknownTarget:
        pass
    if attribute := _ATTRIBUTE.fullmatch(path):
        return Target("attributes", attribute[1])
    header = normalise(path)
    if header in _companies() and salesforce.COMPANY_SIGNS & set(headers) and not _PERSON & set(headers):
        return _companies()[header]
    if header == "title" and "jobtitle" in headers:
        return Target("attributes", outlook.TITLE)
    return _table().get(header) or _numbered(header)


_PERSON = frozenset({"firstname", "lastname"})


@cache
def _table() -> Mapping[str, Target]:
    tables = [_parse(product.COLUMNS) for product in reversed(_PRODUCTS)]
    return {header: target for table in tables for header, target in table.items()}


@cache
def _companies() -> Mapping[str, Target]:
    return _parse(salesforce.COMPANY_COLUMNS)


@cache
def _patterns() -> Iterable[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(normalise(header.format(n=0)).replace("0", r"(\d+)")), name)
        for header, name in google.NUMBERED.items()
    ]


def _numbered(header: str) -> Target | None:
    for pattern, name in _patterns():
        if match := pattern.fullmatch(header):
            return parse_target(name.format(n=match[1]))
    return None


def _parse(columns: Mapping[str, str]) -> Mapping[str, Target]:
    return {normalise(header): parse_target(name) for header, name in columns.items()}
