"""The state of MongoDB, as the service sees it."""
