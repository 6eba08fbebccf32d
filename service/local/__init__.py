"""Run the service on a developer's machine, with the bundled MongoDB: `profile-lookup run`."""
