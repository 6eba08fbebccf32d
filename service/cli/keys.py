"""The subcommands that API keys and access keys share: create, list, rotate and revoke."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import click

from service.auth.keys import get_key, revoke_key
from service.cli.stores import open_stores
from service.model.principal import Scope, StoredKey
from service.store.keys import KeyStore
from service.store.stores import Stores
from service.use_cases.clock import now

K = TypeVar("K", bound=StoredKey)

_COLUMNS = ("ID", "LABEL", "DOMAIN", "SCOPES", "AGENT", "CREATED", "EXPIRES", "LAST USED", "STATE")


@dataclass(frozen=True, kw_only=True)
class KeyKind(Generic[K]):
    """What differs between the subcommands of API keys and those of access keys."""

    create_help: str
    key_id_help: str
    """Sentences that explain KEY_ID."""
    default_label: str | None
    """The default of --label. None if the option is required."""
    scopes: Sequence[Scope]
    """The scopes that a key can have."""
    store: Callable[[Stores], KeyStore[K]]
    create: Callable[..., tuple[K, str]]
    """Gets the stores and the options, and returns the key and its secret."""
    rotate: Callable[..., tuple[K, str]]
    """Gets the stores, the ID of the old key and the options, and returns the new key and its secret."""
    parse_id: Callable[[str], str]
    """Gets KEY_ID as the user gives it, and returns the ID of the key."""
    format_key: Callable[[K, str], str]
    """Gets a new key and its secret, and returns the text to print on standard output."""


def add_subcommands(group: click.Group, kind: KeyKind[K]) -> None:
    """Add the subcommands of a kind of key to its command."""
    for command in (_create_command(kind), _list_command(kind), _rotate_command(kind), _revoke_command(kind)):
        group.add_command(command)


def _create_command(kind: KeyKind[K]) -> click.Command:
    @click.command(help=kind.create_help, params=_create_options(kind))
    def create(
        label: str, scopes: Sequence[str], domain: str, agent_id: str | None, expires_in_days: int | None
    ) -> None:
        with open_stores() as stores:
            key, secret = kind.create(
                stores,
                label=label,
                domain=domain,
                scopes={Scope(scope) for scope in scopes},
                agent_id=agent_id,
                lifetime=None if expires_in_days is None else timedelta(days=expires_in_days),
                now=now(),
            )
        _print_key(kind, key, secret)

    return create


def _create_options(kind: KeyKind[K]) -> list[click.Parameter]:
    default = kind.default_label
    label_options: dict[str, Any] = (
        {"default": default, "show_default": True} if default else {"required": True}
    )
    return [
        click.Option(
            ["--label"], help="The user and purpose of the key, shown in the list.", **label_options
        ),
        click.Option(
            ["--scope", "scopes"],
            multiple=True,
            required=True,
            type=click.Choice([scope.value for scope in kind.scopes]),
            help="A permission of the key; can be repeated. profiles:edit, profiles:create and "
            "profiles:merge each include profiles:view.",
        ),
        click.Option(
            ["--domain"],
            default="default",
            show_default=True,
            help="The domain, or customer base, that the key gives access to.",
        ),
        click.Option(
            ["--agent-id"],
            help="The ID of the agent, if only one uses the key. It is stored with each association of a "
            "contact that the key makes.",
        ),
        click.Option(
            ["--expires-in-days"],
            type=click.IntRange(1, 3650),
            metavar="DAYS",
            help="How long the key is valid. Without this option, it does not expire.",
        ),
    ]


def _list_command(kind: KeyKind[K]) -> click.Command:
    @click.command("list")
    @click.option("--domain", help="List only the keys of this domain.")
    def list_keys(domain: str | None) -> None:
        """List the keys without their secrets, the oldest first."""
        with open_stores() as stores:
            rows = [_row(key, now()) for key in kind.store(stores).all(domain)]
        widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
        for row in (_COLUMNS, *rows):
            click.echo("  ".join(map(str.ljust, row, widths)).rstrip())

    return list_keys


def _rotate_command(kind: KeyKind[K]) -> click.Command:
    @click.command(
        help=f"""Replace the key KEY_ID with a new one, and print the new key.

        The new key has the same rights and the same lifetime, which begins now.

        {kind.key_id_help}

        The old key remains valid until the grace period ends, unless it expires earlier, so that clients can
        switch without interruption. A key can be rotated only once; rotate the new key next time.
        """
    )
    @_key_id(kind)
    @click.option(
        "--grace-hours",
        type=click.IntRange(0, 24 * 90),
        default=24,
        show_default=True,
        metavar="HOURS",
        help="How long the old key remains valid at most. 0 revokes it at once, as `revoke` does.",
    )
    def rotate(key_id: str, grace_hours: int) -> None:
        with open_stores() as stores:
            key, secret = kind.rotate(stores, key_id, grace=timedelta(hours=grace_hours), now=now())
            # Print the key before anything else can fail: it cannot be printed later.
            _print_key(kind, key, secret)
            old = get_key(kind.store(stores), key_id)
        click.echo(f"It replaces {old.key_id}, which {_validity(old)}.", err=True)

    return rotate


def _revoke_command(kind: KeyKind[K]) -> click.Command:
    @click.command(
        help=f"""Revoke the key KEY_ID. All workers reject it within five seconds.

        {kind.key_id_help}
        """
    )
    @_key_id(kind)
    def revoke(key_id: str) -> None:
        with open_stores() as stores:
            key = revoke_key(kind.store(stores), key_id, now=now())
        click.echo(f"{key.key_id} {_validity(key)}.")

    return revoke


def _key_id(kind: KeyKind[K]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.argument(
        "key_id", metavar="KEY_ID", callback=lambda _context, _parameter, value: kind.parse_id(value)
    )


def _validity(key: StoredKey) -> str:
    if key.revoked_at is not None:
        return "is revoked; within five seconds every worker rejects it"
    return f"is valid until {_format_time(key.expires_at)}" if key.expires_at else "does not expire"


def _print_key(kind: KeyKind[K], key: K, secret: str) -> None:
    click.echo(f"{key.key_id}: {' '.join(sorted(key.scopes))} in the domain {key.domain}.", err=True)
    click.echo(f"It {_validity(key)}.", err=True)
    click.echo("Keep the key; it is not shown again:", err=True)
    click.echo(kind.format_key(key, secret))


def _format_time(time: datetime) -> str:
    return time.isoformat(timespec="minutes")


def _row(key: StoredKey, time: datetime) -> tuple[str, ...]:
    state = "revoked" if key.revoked_at else "expired" if key.has_ended(time) else "valid"
    return (
        key.key_id,
        key.label,
        key.domain,
        " ".join(sorted(key.scopes)),
        key.agent_id or "-",
        key.created_at.date().isoformat(),
        _format_time(key.expires_at) if key.expires_at else "never",
        key.last_used_day.isoformat() if key.last_used_day else "never",
        state,
    )
