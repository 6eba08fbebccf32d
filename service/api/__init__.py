"""HTTP in, HTTP out: the only code that knows Flask."""
