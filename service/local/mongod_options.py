"""The options of the bundled mongod."""

from pathlib import Path

from service.local import replica_set


def mongod_options(dbpath: Path, log_path: Path, port: int, cache_gb: float) -> list[str]:
    """Return the options of the command line; the cache is in gigabytes."""
    return [
        *("--dbpath", str(dbpath)),
        *("--logpath", str(log_path)),
        *("--bind_ip", "127.0.0.1"),
        *("--port", str(port)),
        *("--replSet", replica_set.NAME),
        *("--networkMessageCompressors", "disabled"),
        *("--wiredTigerCacheSizeGB", str(cache_gb)),
        *("--oplogSize", "128"),
        # The log would quote slow commands with their values, which are personal.
        *("--slowms", "2147483647"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        "--nounixsocket",
    ]
