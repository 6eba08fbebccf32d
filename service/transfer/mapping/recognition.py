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

# If several products use the same header, the first of them counts.
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
    """Return a header in lower case, without blanks and signs except dots, such as ``emailaddress``."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", header).casefold())


def recognise(path: str, headers: Collection[str]) -> Target | None:
    """Return the field of a column, or None. ``headers`` are the normalised headers of the whole file."""
    try:
        return parse_target(path)
    except UnknownTarget:
        pass
    if attribute := _ATTRIBUTE.fullmatch(path):
        return Target("attributes", attribute[1])
    header = normalise(path)
    is_of_companies = bool(salesforce.COMPANY_SIGNS & set(headers)) and not _NAMES_OF_PEOPLE & set(headers)
    if is_of_companies and header in _company_columns():
        return _company_columns()[header]
    if header == "title" and "jobtitle" in headers:
        return Target("attributes", outlook.TITLE)
    return _table().get(header) or _numbered(header)


_NAMES_OF_PEOPLE = frozenset({"firstname", "lastname"})


@cache
def _table() -> Mapping[str, Target]:
    tables = [_parse(product.COLUMNS) for product in reversed(_PRODUCTS)]
    return {header: target for table in tables for header, target in table.items()}


@cache
def _company_columns() -> Mapping[str, Target]:
    return _parse(salesforce.COMPANY_COLUMNS)


@cache
def _numbered_columns() -> Iterable[tuple[re.Pattern[str], str]]:
    """Return patterns of normalised headers with a number, and the names of their fields."""
    return [
        (re.compile(normalise(header.format(n=0)).replace("0", r"(\d+)")), name)
        for header, name in google.NUMBERED.items()
    ]


def _numbered(header: str) -> Target | None:
    for pattern, name in _numbered_columns():
        if match := pattern.fullmatch(header):
            return parse_target(name.format(n=match[1]))
    return None


def _parse(columns: Mapping[str, str]) -> Mapping[str, Target]:
    return {normalise(header): parse_target(name) for header, name in columns.items()}
