"""One plain function for each API operation. Each takes the stores as its first argument."""
