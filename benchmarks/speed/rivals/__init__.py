"""The services for comparison. They implement the same operations with other frameworks."""
