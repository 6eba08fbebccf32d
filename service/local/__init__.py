"""Run the service on a developer's machine, by default with the bundled MongoDB: `profile-lookup run`."""
