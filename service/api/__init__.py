"""The HTTP API. Only this package and `app.py` import Flask."""
