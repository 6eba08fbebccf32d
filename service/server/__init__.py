"""The service under gunicorn: its settings, its log, and limits on clients."""
