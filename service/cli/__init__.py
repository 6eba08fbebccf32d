"""The `profile-lookup` command. Each subcommand has its own module."""

from importlib import import_module

import click

from service.cli.interrupts import exit_at_interrupt

_SUBCOMMANDS = {
    "access-keys": ("access_keys", "Create, list, rotate and revoke access keys."),
    "api-keys": ("api_keys", "Create, list, rotate and revoke API keys."),
    "duplicates": ("duplicates", "Find profiles of the same person in a whole domain."),
    "export": ("export", "Export profiles as NDJSON or CSV, over HTTP."),
    "import": ("import_", "Import profiles from a file or from standard input, over HTTP."),
    "indexes": ("indexes", "Check or create the indexes that this release needs."),
    "openapi": ("openapi", "Write the OpenAPI document of the service."),
    "reindex": ("reindex", "Update stored data after an upgrade or a change of the master keys."),
    "repair": ("repair", "Clean up after interrupted merges and erasures."),
    "run": ("run", "Serve on this machine, with a bundled MongoDB unless MONGODB_URI is set."),
}
"""For each subcommand, its module and the first sentence of its help.

The function of the command has the name of the module.
"""


class _LazyGroup(click.Group):
    """Imports a subcommand when it is used. Importing all of them takes seconds of CPU time."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the subcommands."""
        return list(_SUBCOMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return the subcommand, or None if there is none with this name."""
        if name not in _SUBCOMMANDS:
            return None
        module, _ = _SUBCOMMANDS[name]
        with exit_at_interrupt():
            command: click.Command = getattr(import_module(f"{__name__}.{module}"), module)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _SUBCOMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="profile-lookup")
def main() -> None:
    """Tell a contact-centre agent who is calling."""
    with exit_at_interrupt():
        from service.server import log  # noqa: PLC0415 - the help does not need it

        log.configure()
