"""E-mail addresses in one form."""

from email_validator import EmailNotValidError, validate_email

from service.matching import text


def normalise(value: str) -> str:
    """Return an address in one spelling; never raises.

    The local part is case-folded: RFC 5321, section 2.4 lets it be case-sensitive and advises against it. The
    domain is the Unicode form of UTS #46, so both spellings of an international one agree. A display name
    (``Jane <jane@example.com>``) is dropped, a plus tag stays, being part of the address. What is no address
    is folded as text.
    """
    plain = text.canonical(value)
    try:
        # Whether mail arrives is not asked: `jane@crm.local` is how somebody is known, so it is a key.
        address = validate_email(
            plain,
            check_deliverability=False,
            allow_display_name=True,
            allow_domain_literal=True,
            allow_quoted_local=True,
            globally_deliverable=False,
        )
    except EmailNotValidError:
        return plain
    return f"{text.canonical(address.local_part)}@{address.domain}"
