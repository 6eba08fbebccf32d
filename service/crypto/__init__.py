"""Encryption and a blind index for sensitive values. No I/O."""
