"""Encryption and blind index of sensitive values. No I/O."""
