"""Options of `import` and `export`, and the exit codes of `import`, `export` and `duplicates`.

The modules that need the extra `transfer` are imported when `import` or `export` runs, so that the other
commands work without it.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import click

from service.cli.interrupts import EXIT_INTERRUPTED, Interrupts
from service.transfer.client.errors import NotAuthorised, ServiceFailed, Stopped
from service.transfer.errors import TransferError

DEFAULT_URL = "http://127.0.0.1:8080"
EXIT_USAGE, EXIT_NOT_AUTHORISED, EXIT_UNAVAILABLE = 2, 3, 4
EXIT_BROKEN_PIPE = 141
"""The program that reads the output, such as `head`, has ended. The code is 128 + 13 (SIGPIPE)."""

_EXIT_CODES = {NotAuthorised: EXIT_NOT_AUTHORISED, ServiceFailed: EXIT_UNAVAILABLE}

_API_KEY_ID = re.compile(r"plk_[0-9a-f]{16}")

_Command = TypeVar("_Command", bound=Callable[..., Any])


def connection_options(command: _Command) -> _Command:
    """Add the options of the connection to a command."""
    url = click.option(
        "--url",
        envvar="PROFILE_LOOKUP_URL",
        default=DEFAULT_URL,
        show_default=True,
        help="The URL of the service. The environment variable PROFILE_LOOKUP_URL replaces the default.",
    )
    key = click.option(
        "--api-key",
        envvar="PROFILE_LOOKUP_API_KEY",
        metavar="KEY",
        help="The API key. Better set the environment variable PROFILE_LOOKUP_API_KEY: other users of this "
        "machine can see the options of a command. Not needed if the service has AUTH=off.",
    )
    return url(key(command))


def key_id(api_key: str | None) -> str | None:
    """Return the ID of an API key, or None for another credential or none. The ID is not secret."""
    match = _API_KEY_ID.match(api_key or "")
    return match and match[0]


@contextmanager
def exit_codes(*, interrupted: str) -> Iterator[Interrupts]:
    """Yield the handler of Ctrl-C. If the block fails with an expected error, exit with its code.

    Prints the error, except for a broken pipe. ``interrupted`` is the message after Ctrl-C.
    """
    try:
        with Interrupts() as interrupts:
            yield interrupts
    except (KeyboardInterrupt, Stopped):
        _fail(interrupted, EXIT_INTERRUPTED)
    except TransferError as error:
        code = next((code for kind, code in _EXIT_CODES.items() if isinstance(error, kind)), EXIT_USAGE)
        _fail(str(error), code)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        command = "pip install 'profile-lookup[transfer]'"
        _fail(f"{package} is not installed; install it with: {command}", EXIT_USAGE)
    except BrokenPipeError:
        _discard_output()
        sys.exit(EXIT_BROKEN_PIPE)
    except OSError as error:
        _fail(f"{error.filename or 'A file'} cannot be written: {error.strerror}.", EXIT_USAGE)


def _discard_output() -> None:
    """Discard the buffered output. Otherwise Python writes it at exit, which fails again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
