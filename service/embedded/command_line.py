"""The options of the bundled mongod."""

from pathlib import Path

from service.embedded import replica_set


def command_line(dbpath: Path, log_path: Path, port: int, cache_gb: float) -> list[str]:
    """Return the options; the cache is in gigabytes."""
    return [
        *("--dbpath", str(dbpath)),
        *("--logpath", str(log_path)),
        *("--bind_ip", "127.0.0.1"),
        *("--port", str(port)),
        *("--replSet", replica_set.NAME),
        *("--networkMessageCompressors", "disabled"),
        *("--wiredTigerCacheSizeGB", str(cache_gb)),
        *("--oplogSize", "128"),
        # The log quotes slow commands with their values, and those are personal.
        *("--slowms", "2147483647"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        "--nounixsocket",
    ]
