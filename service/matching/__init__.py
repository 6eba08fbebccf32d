"""Pure functions that decide what matches: no I/O."""
