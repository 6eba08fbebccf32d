"""Prepare an import: ask the service about its domain, and check the options and the columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.matching.phone import is_region
from service.model.search_key import KeyType, SearchKey
from service.transfer.client.connection import Connection
from service.transfer.client.errors import NotAuthorised
from service.transfer.errors import TransferError, UnreadableFile
from service.transfer.importing.items import ItemMaker
from service.transfer.importing.options import BY_PROFILE_ID, ImportOptions
from service.transfer.json_types import JsonMapping
from service.transfer.rows import RowSource

_NAMES = ("first_name", "name", "business_name")
_MAX_NAMES = 10


class UnknownSearchKey(TransferError):
    """The rows cannot be matched on this search key."""


class WrongRegion(TransferError):
    """``--region`` is no region, or is not, or is not known to be, the default region of the domain."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The search keys of the domain by their names, and its default region.

    ``region`` is None if the credential cannot read it.
    """

    search_keys: Mapping[str, JsonMapping]
    region: str | None


def ask_domain(connection: Connection, options: ImportOptions) -> Domain:
    """Read the domain from the service, and check the options ``match_on`` and ``region``.

    Raises:
        TransferError: A request fails.
        UnknownSearchKey: ``match_on`` is neither a unique custom search key nor ``profile_id``.
        WrongRegion: ``region`` is not the default region of the domain, or this is not known.

    """
    if options.region is not None and not is_region(options.region):
        raise WrongRegion("--region is no region with phone numbers; use an ISO 3166-1 code such as JP.")
    search_keys = {key["name"]: key for key in connection.get("search-keys")["items"]}
    if options.match_on not in {None, BY_PROFILE_ID}:
        _check_key(str(options.match_on), search_keys)
    region = _default_region(connection)
    if options.region not in {None, region}:
        raise WrongRegion(_explain_region(options.region or "", region))
    return Domain(search_keys, region)


def _check_key(name: str, search_keys: Mapping[str, JsonMapping]) -> None:
    key = search_keys.get(name)
    if key is None:
        raise UnknownSearchKey(
            f"The search key {name} is not defined; define it first, as unique: PUT /v1/search-keys/{name}."
        )
    if key["built_in"] or not key["unique"]:
        raise UnknownSearchKey(
            f"Rows cannot be matched on {name}, because it is not a unique search key of your own; choose "
            "another one that is."
        )


def _default_region(connection: Connection) -> str | None:
    try:
        region: str = connection.get("settings")["default_region"]
    except NotAuthorised:
        # The import needs no settings:admin: the service uses its default region in any case.
        return None
    return region


def _explain_region(named: str, default: str | None) -> str:
    """Return why an import with ``--region`` stops.

    The service reads phone numbers without a country code as those of its default region in any case.
    """
    if default is None:
        return (
            f"The API key cannot read the default region of the domain, so --region {named} cannot be "
            "compared with it. Use a key with the scope settings:admin, or leave --region out: the service "
            "reads phone numbers without a country code as those of the default region."
        )
    return (
        f"The default region of the domain is {default}, and the service would read phone numbers without a "
        f"country code as those of {default}, not {named}. Nothing was written. Change the default region "
        f'first, with a key that has settings:admin: PATCH /v1/settings {{"default_region": "{named}"}}. Or '
        "write the numbers with their country code."
    )


def check_columns(source: RowSource, options: ImportOptions) -> None:
    """Check that there is a column for what each row needs.

    Raises:
        UnreadableFile: No column has the values that rows are matched on. Without ``match_on``: no column has
            a name, which each new profile needs.

    """
    if options.match_on is None:
        _check_names(source, options)
        return
    if not source.understood:
        return
    field = options.match_on if options.match_on == BY_PROFILE_ID else f"keys.{options.match_on}"
    if not any(each == field or each.startswith(f"{field}.") for each in source.understood.values()):
        raise UnreadableFile(
            f"No column is mapped to {field}, which rows are matched on; add --map COLUMN={field}."
        )


def _check_names(source: RowSource, options: ImportOptions) -> None:
    fields = {field for fields in source.understood.values() for field in fields.split(", ")}
    if not options.columns and fields.isdisjoint(_NAMES):
        raise UnreadableFile(
            "No column has a first name, a whole name or a business name; each new profile needs one of "
            f"them. The columns are: {shortened([*source.understood, *source.unknown])}. Name the field of a "
            "column: --map COLUMN=first_name. To update profiles, add --match-on KEY."
        )


def shortened(names: Sequence[str]) -> str:
    """Return names in one line: the first ten, and how many more there are."""
    more = f" and {len(names) - _MAX_NAMES:,} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more


def item_maker(options: ImportOptions, domain: Domain) -> ItemMaker:
    """Return the ``ItemMaker`` for the options and the domain."""
    custom = {name: key for name, key in domain.search_keys.items() if not key["built_in"]}
    return ItemMaker(
        match_on=options.match_on,
        lists=options.lists,
        region=domain.region or "",
        unique_keys={
            # Only this program compares the values, so even those of a sensitive key need no blind index.
            name: SearchKey(name=name, label=name, type=KeyType(key["type"]), unique=True)
            for name, key in custom.items()
            if key["unique"]
        },
        sensitive_keys=frozenset(name for name, key in custom.items() if key["sensitive"]),
    )
