"""The only code that knows cryptography: blind index and encryption of sensitive values, without any I/O."""
