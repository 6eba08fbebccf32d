"""One plain function per operation, with the stores as an argument."""
