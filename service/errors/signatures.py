"""Errors of signed requests. Each is an error of authentication."""

from service.errors.access import Unauthenticated


class SignatureMissing(Unauthenticated):
    """The request is not signed."""

    code = "signature_missing"

    def __init__(self) -> None:
        super().__init__(
            detail="The request is not signed; sign it with an access key (AWS Signature Version 4)."
        )


class SignatureIncomplete(Unauthenticated):
    """The signature is incomplete or malformed."""

    code = "signature_incomplete"


class AccessKeyUnknown(Unauthenticated):
    """The access key is not valid."""

    code = "access_key_unknown"


class SignatureInvalid(Unauthenticated):
    """The signature is not valid."""

    code = "signature_invalid"
