"""Export profiles to a file."""
