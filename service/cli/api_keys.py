"""`profile-lookup api-keys`: create, list, rotate and revoke API keys."""

from typing import Any

import click

from service.auth import api_keys as use_cases
from service.cli.keys import KeyKind, add_subcommands
from service.model.principal import ApiKey, Scope
from service.store.stores import Stores


@click.group("api-keys")
def api_keys() -> None:
    """Create, list, rotate and revoke API keys.

    A client sends its API key with each request, in the header `Authorization: Bearer KEY`.

    The commands use the database of MONGODB_URI and MONGODB_DATABASE; set both as for the service.
    Without MONGODB_URI, they use the MongoDB that `profile-lookup run` has started in DATA_DIR, or, if none
    runs, the default address of MONGODB_URI.
    """


def _create(stores: Stores, **options: Any) -> tuple[ApiKey, str]:
    return use_cases.create_api_key(stores.api_keys, **options)


def _rotate(stores: Stores, key_id: str, **options: Any) -> tuple[ApiKey, str]:
    return use_cases.rotate_api_key(stores.api_keys, key_id, **options)


add_subcommands(
    api_keys,
    KeyKind(
        create_help="Create a key and print it. This is the only time that it is printed: the service stores "
        "only its hash.",
        key_id_help="KEY_ID is the ID that `list` prints, such as plk_0123456789abcdef: the part of a key "
        "before its second underscore. You can also give the whole key, but then the shell history contains "
        "the secret.",
        default_label=None,
        scopes=list(Scope),
        store=lambda stores: stores.api_keys,
        create=_create,
        rotate=_rotate,
        parse_id=use_cases.parse_key_reference,
        format_key=lambda _key, secret: secret,
    ),
)
