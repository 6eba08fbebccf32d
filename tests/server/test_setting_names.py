"""Warnings about misspelt settings."""

import pytest

from service.server.setting_names import warn_of_misspelt


@pytest.mark.parametrize(
    ("variable", "setting"),
    [
        ("WORKER", "WORKERS"),
        ("workers", "WORKERS"),
        ("THREAD", "THREADS"),
        ("HOSTS", "HOST"),
        ("PORTS", "PORT"),
        ("DATADIR", "DATA_DIR"),
        ("MONGO_URI", "MONGODB_URI"),
        ("MONGO_URL", "MONGODB_URI"),
        ("MONGODB_URL", "MONGODB_URI"),
        ("MONGODB_URIS", "MONGODB_URI"),
        ("MONGO_DATABASE", "MONGODB_DATABASE"),
        ("OIDC_ISSUER_URL", "OIDC_ISSUER"),
        ("OIDC_JWKS_URI", "OIDC_JWKS_URL"),
        ("OIDC_ALGORITHM", "OIDC_ALGORITHMS"),
        ("CORS_ORIGIN", "CORS_ORIGINS"),
        ("MASTER_KEY", "MASTER_KEYS"),
        ("MASTER_KEY_FILE", "MASTER_KEYS_FILE"),
        ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
        ("DEFAULT_REGIONS", "DEFAULT_REGION"),
    ],
)
def test_a_variable_with_a_similar_name_causes_a_warning(variable: str, setting: str) -> None:
    """The warning names the setting."""
    (warning,) = warn_of_misspelt({"PATH", variable})
    assert warning == f"{variable} is not a setting of this service and is ignored; did you mean {setting}?"


# fmt: off
COMMON_VARIABLES = [
    "HOME", "PATH", "PWD", "OLDPWD", "SHELL", "SHLVL", "USER", "LOGNAME", "LANG", "LC_ALL", "TERM",
    "TZ", "EDITOR", "PORTAL", "HOSTNAME", "HOSTTYPE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    "http_proxy", "https_proxy", "no_proxy", "SSH_AUTH_SOCK", "XAUTHORITY", "DISPLAY",
    "AWS_DEFAULT_REGION", "AWS_REGION", "XDG_DATA_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIR",
    "APP_DATA_DIR", "DATABASE_URL", "MONGODB_SERVICE_HOST", "MONGODB_SERVICE_PORT", "MONGODB_PORT",
    "MONGODB_PORT_27017_TCP", "MONGODB_HOST", "MONGODB_VERSION", "MONGO_VERSION",
    "MONGODB_PASSWORD", "MONGODB_USERNAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET",
    "OMP_NUM_THREADS", "NUM_THREADS", "WORKSPACE", "WORKDIR", "WEB_CONCURRENCY", "PGHOST",
    "PGPORT", "PGDATA", "HOST_IP", "AUTHOR", "GUNICORN_CMD_ARGS", "PROMETHEUS_MULTIPROC_DIR",
    "KUBERNETES_PORT", "KUBERNETES_SERVICE_HOST", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONUNBUFFERED",
    "CI", "DEBUG", "LOG_LEVEL", "MAIL", "MANPATH", "POSTGRES_HOST", "HISTSIZE", "PROMPT_COMMAND",
]
# fmt: on


@pytest.mark.parametrize("variable", COMMON_VARIABLES)
def test_a_common_variable_causes_no_warning(variable: str) -> None:
    """Wrong warnings would distract from the right warnings."""
    assert list(warn_of_misspelt({variable})) == []


def test_a_variable_causes_no_warning_if_the_similar_setting_is_set() -> None:
    """In this case, ``WORKER`` is probably a variable of another program."""
    assert list(warn_of_misspelt({"WORKER", "WORKERS"})) == []
