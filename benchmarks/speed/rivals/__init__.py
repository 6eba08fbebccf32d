"""The services for comparison: the same operations on other frameworks."""
