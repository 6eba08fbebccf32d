"""Made-up customers, which `make demo` loads into a running service."""
