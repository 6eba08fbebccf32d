"""The settings of one process, read from the environment once."""

from dataclasses import dataclass

from environs import Env
from marshmallow.validate import Length, OneOf, Range, Regexp

_POSITIVE = Range(min=1)
_PORT = Range(min=0, max=65535)
_CENTURY_DAYS = 36525


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can set; each field is the environment variable of the same name in capitals.

    Times ending in ``_ms`` are milliseconds, those ending in ``_seconds`` seconds.
    """

    mongodb_uri: str = "mongodb://127.0.0.1:27017"
    mongodb_database: str = "profile_lookup"
    mongodb_timeout_ms: int = 5000
    mongodb_connect_timeout_ms: int = 2000
    mongodb_heartbeat_ms: int = 2000
    default_region: str = "US"
    settings_cache_seconds: int = 5
    max_body_bytes: int = 256 * 1024
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 2
    threads: int = 8
    data_dir: str = ".data"
    auth: str = "on"
    audit_retention_days: int = 400

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings; raises ``environs.EnvError`` naming every variable that is wrong."""
        env = Env(eager=False)
        settings = cls(
            mongodb_uri=env.str("MONGODB_URI", cls.mongodb_uri, validate=Regexp(r"^mongodb(\+srv)?://")),
            mongodb_database=env.str(
                "MONGODB_DATABASE", cls.mongodb_database, validate=Regexp(r"^[A-Za-z0-9_-]{1,38}\Z")
            ),
            mongodb_timeout_ms=env.int("MONGODB_TIMEOUT_MS", cls.mongodb_timeout_ms, validate=_POSITIVE),
            mongodb_connect_timeout_ms=env.int(
                "MONGODB_CONNECT_TIMEOUT_MS", cls.mongodb_connect_timeout_ms, validate=_POSITIVE
            ),
            # PyMongo refuses less than half a second between two heartbeats.
            mongodb_heartbeat_ms=env.int(
                "MONGODB_HEARTBEAT_MS", cls.mongodb_heartbeat_ms, validate=Range(min=500)
            ),
            default_region=env.str("DEFAULT_REGION", cls.default_region, validate=Regexp(r"^[A-Z]{2}\Z")),
            settings_cache_seconds=env.int(
                "SETTINGS_CACHE_SECONDS", cls.settings_cache_seconds, validate=Range(min=0)
            ),
            max_body_bytes=env.int("MAX_BODY_BYTES", cls.max_body_bytes, validate=_POSITIVE),
            host=env.str("HOST", cls.host, validate=Length(min=1)),
            port=env.int("PORT", cls.port, validate=_PORT),
            workers=env.int("WORKERS", cls.workers, validate=_POSITIVE),
            threads=env.int("THREADS", cls.threads, validate=_POSITIVE),
            data_dir=env.str("DATA_DIR", cls.data_dir, validate=Length(min=1)),
            auth=env.str("AUTH", cls.auth, validate=OneOf(["on", "off"])),
            audit_retention_days=env.int(
                "AUDIT_RETENTION_DAYS", cls.audit_retention_days, validate=Range(min=1, max=_CENTURY_DAYS)
            ),
        )
        env.seal()
        return settings
