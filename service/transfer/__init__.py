"""Import and export of profiles over HTTP."""
