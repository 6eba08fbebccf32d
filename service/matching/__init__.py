"""Pure functions, without I/O, that decide which profiles match a query."""
