"""`profile-lookup access-keys`: create, list, rotate and revoke access keys."""

from typing import Any

import click

from service.auth import access_keys as use_cases
from service.cli.keys import KeyKind, add_subcommands
from service.model.principal import AccessKey
from service.store.stores import Stores


@click.group("access-keys")
def access_keys() -> None:
    """Create, list, rotate and revoke access keys.

    With AWS_API=on, the service has the API of Amazon Connect Customer Profiles. Its clients, such as AWS
    SDKs, sign each request with an access key.

    A new key is printed as the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: put them
    into the environment of the client, or give both values to `aws configure`.

    The commands use the database of MONGODB_URI and MONGODB_DATABASE. `create` and `rotate` encrypt the
    secret with the first key of MASTER_KEYS or MASTER_KEYS_FILE. Set these variables as for the service.
    Without MONGODB_URI, the commands use the MongoDB that `profile-lookup run` has started in DATA_DIR, and,
    unless others are set, the master keys in DATA_DIR. If none runs, they use the default address of
    MONGODB_URI.
    """


def _create(stores: Stores, **options: Any) -> tuple[AccessKey, str]:
    return use_cases.create_access_key(stores.access_keys, stores.keyring, **options)


def _rotate(stores: Stores, key_id: str, **options: Any) -> tuple[AccessKey, str]:
    return use_cases.rotate_access_key(stores.access_keys, stores.keyring, key_id, **options)


def _environment_variables(key: AccessKey, secret: str) -> str:
    return f"AWS_ACCESS_KEY_ID={key.key_id}\nAWS_SECRET_ACCESS_KEY={secret}"


add_subcommands(
    access_keys,
    KeyKind(
        create_help="Create a key and print it. This is the only time that it is printed: its secret is "
        "stored encrypted.",
        key_id_help="KEY_ID is the ID that `list` prints, such as PLAK0123456789ABCDEF.",
        default_label="AWS client",
        scopes=use_cases.SCOPES,
        store=lambda stores: stores.access_keys,
        create=_create,
        rotate=_rotate,
        parse_id=str.strip,
        format_key=_environment_variables,
    ),
)
