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

    AWS SDKs sign each request with an access key. With AWS_API=on, the service accepts requests of clients of
    Amazon Connect Customer Profiles that are signed with these keys.

    A new key is printed as environment variables of the SDKs: put them into the environment of the client.
    `aws configure` asks for both values.

    The commands use the database of MONGODB_URI and MONGODB_DATABASE, and encrypt the secrets with the first
    key of MASTER_KEYS or MASTER_KEYS_FILE; set all of them as for the service. Without MONGODB_URI they use
    the MongoDB that `profile-lookup run` has started in DATA_DIR, and its master key.
    """


def _create(stores: Stores, **options: Any) -> tuple[AccessKey, str]:
    return use_cases.create_access_key(stores.access_keys, stores.keyring, **options)


def _rotate(stores: Stores, key_id: str, **options: Any) -> tuple[AccessKey, str]:
    return use_cases.rotate_access_key(stores.access_keys, stores.keyring, key_id, **options)


def _environment(key: AccessKey, secret: str) -> str:
    return f"AWS_ACCESS_KEY_ID={key.key_id}\nAWS_SECRET_ACCESS_KEY={secret}"


add_subcommands(
    access_keys,
    KeyKind(
        example_id="PLAK0123456789ABCDEF",
        stored="Its secret is stored encrypted",
        reference=".",
        default_label="AWS client",
        scopes=use_cases.SCOPES,
        store=lambda stores: stores.access_keys,
        create=_create,
        rotate=_rotate,
        id_in=str.strip,
        text=_environment,
    ),
)
