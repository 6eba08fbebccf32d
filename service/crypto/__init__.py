"""Encryption and blind indexes of sensitive values. The only package that imports cryptography. No I/O."""
