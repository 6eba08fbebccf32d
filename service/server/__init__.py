"""Run the service under gunicorn: settings of gunicorn, the log, and limits on clients."""
