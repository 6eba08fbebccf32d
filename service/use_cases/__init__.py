"""One plain function per operation; the stores arrive as arguments."""
