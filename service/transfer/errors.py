"""Errors of imports and exports."""


class TransferError(Exception):
    """Base class. The message says what is wrong, then what to do. It contains no personal values."""


class UnreadableFile(TransferError):
    """The file cannot be read: it is missing, damaged, too large, or in an unknown format or encoding."""


class UnknownTarget(TransferError):
    """A column is mapped to a field that no profile has, or the file has no such column."""
